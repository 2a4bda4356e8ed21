import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEVERITIES, VERDICTS, type Verdict } from '../types.ts';
import { checkContent } from './check-content.ts';
import { checkIdentity } from './check-identity.ts';
import { findingsOf } from './findings-of.ts';
import { hourGrid } from './hour-grid.ts';
import { compareSnapshots } from './snapshots/compare-snapshots.ts';
import { reportIdOf } from './subjects.ts';
import { ALICE, content, HOUR, instance, listed, madeUp, NOON } from './testing/made-up.ts';
import { onFile, onReport } from './verdict.ts';

const REPORT = listed();

function onCheck(
  check: string,
  verdict: Verdict['verdict'],
  reason: Verdict['reason'],
  own: object = {},
): Verdict {
  return onReport(REPORT, check, { verdict, reason, detail: 'Said.', evidence: { ...own } });
}

const kinds = (verdicts: readonly Verdict[]) =>
  findingsOf(verdicts).map(({ kind, severity }) => `${kind} ${severity}`);

describe('an outcome', () => {
  test.each<[string, Verdict['verdict'], Verdict['reason'], string]>([
    ['commitment', 'mismatch', 'digest', 'commitment-mismatch critical'],
    ['commitment', 'stale', 'older-commitment', 'commitment-stale critical'],
    ['commitment', 'uncommitted', 'no-commitment', 'commitment-missing critical'],
    ['commitment', 'matches-but-older', 'older-commitment', 'commitment-older warning'],
    ['commitment', 'unverifiable', 'pruned', 'report-unverifiable warning'],
    ['download', 'unverifiable', 'transport', 'report-unverifiable warning'],
    ['format', 'mismatch', 'malformed', 'report-malformed critical'],
    ['exports', 'mismatch', 'malformed', 'report-malformed critical'],
    ['exports', 'mismatch', 'path', 'report-misplaced critical'],
    ['hour', 'mismatch', 'hour', 'report-misplaced critical'],
    ['block-time', 'mismatch', 'block-time', 'report-misplaced critical'],
    ['block-time', 'verified', 'late', 'report-late warning'],
    ['entry-id', 'mismatch', 'entry-id', 'entry-forged critical'],
    ['path', 'mismatch', 'path', 'entry-forged critical'],
    ['author', 'mismatch', 'hotkey', 'entry-forged critical'],
    ['again', 'mismatch', 'rewritten', 'history-rewritten critical'],
  ])('%s %s (%s) is %s', (check, verdict, reason, kind) => {
    expect(kinds([onCheck(check, verdict, reason)])).toEqual([kind]);
  });

  test('that holds is nothing to look at', () => {
    expect(
      findingsOf(['entry-id', 'commitment', 'grid'].map((check) => onCheck(check, 'verified', 'ok'))),
    ).toEqual([]);
  });

  test.each([
    ['mismatch', 'digest', 'export-mismatch critical'],
    ['mismatch', 'malformed', 'export-malformed critical'],
    ['unverifiable', 'unpublished', 'export-unavailable warning'],
  ] as const)('of a file: %s (%s) is %s', (verdict, reason, kind) => {
    const ref = { kind: 'calls', path: 'x.csv', sha256: 'aa'.repeat(32) };
    expect(kinds([onFile(REPORT, ref, 'digest', { verdict, reason, detail: '' })])).toEqual([kind]);
  });

  test("of a miner's report is graver for the miner than for anybody else", () => {
    const miner = onReport(listed({ role: 'miner' }), 'commitment', {
      verdict: 'mismatch',
      reason: 'digest',
      detail: '',
    });
    expect(kinds([miner])).toEqual(['commitment-mismatch warning']);
  });
});

test('a path that leads out of its place', () => {
  const verdicts = checkIdentity(madeUp, { validators: [ALICE] }, listed({ path: '../../etc/passwd' }));
  const [finding, ...others] = findingsOf(verdicts);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    kind: 'path-escape',
    severity: 'critical',
    evidence: { escapes: ['dot-dot', 'other-tree'] },
  });
});

test('checks that say the same of one report are one finding, as grave as the gravest', () => {
  const [finding, ...others] = findingsOf([
    onCheck('commitment', 'unverifiable', 'unread'),
    onCheck('download', 'unverifiable', 'transport'),
  ]);
  expect(others).toEqual([]);
  expect(finding?.evidence.checks).toEqual(['commitment', 'download']);
});

test('a million bad rows are one finding with their count', () => {
  const verdicts = checkContent(
    madeUp,
    REPORT,
    content({ badCount: 1_000_000, bad: [{ where: 'row 1', reason: 'NaN' }] }),
  );
  expect(findingsOf(verdicts)).toMatchObject([
    { kind: 'report-malformed', evidence: { badCount: 1_000_000 } },
  ]);
});

test('the same drift in many reports is one finding', () => {
  const verdicts = [NOON, NOON + HOUR].flatMap((end) =>
    checkContent(madeUp, listed({ end }), content({ drift: ['unknown key "x"'], exports: [] })),
  );
  const drift = findingsOf(verdicts).filter(({ kind }) => kind === 'schema-drift');
  expect(drift).toMatchObject([
    { severity: 'info', hour: NOON + HOUR, evidence: { line: 'unknown key "x"' } },
  ]);
});

test('a publisher that stopped to commit is one finding, whatever the number of its reports', () => {
  const verdicts = Array.from({ length: 168 }, (_, hour) =>
    onReport(listed({ end: NOON + hour * HOUR }), 'commitment', {
      verdict: hour % 2 === 0 ? 'uncommitted' : 'stale',
      reason: 'no-commitment',
      detail: '',
      evidence: { publisherCommits: false },
    }),
  );
  expect(findingsOf(verdicts)).toMatchObject([
    {
      kind: 'commitment-missing',
      subject: ALICE,
      severity: 'critical',
      evidence: { reports: 168, stale: 84 },
    },
  ]);
});

describe('hours', () => {
  const grid = (ends: readonly { end: number; start?: number; block?: number; sha?: string }[]) =>
    findingsOf(
      [],
      [],
      [
        hourGrid({
          source: 'made-up',
          validator: ALICE,
          reports: ends.map(({ sha, ...own }) => ({
            report: listed(own),
            verdict: 'verified',
            reason: 'ok',
            sha256: sha,
          })),
          from: NOON - HOUR,
          to: NOON,
          hour: HOUR,
          now: NOON + 2 * HOUR,
          lateAfter: HOUR,
        }),
      ],
    ).map(({ kind, severity }) => `${kind} ${severity}`);

  test('of honest reports', () => expect(grid([{ end: NOON }])).toEqual([]));
  test('missing', () => expect(grid([])).toEqual(['hour-gap critical']));
  test('twice, the same bytes', () => {
    expect(
      grid([
        { end: NOON, block: 1, sha: 'a' },
        { end: NOON, block: 2, sha: 'a' },
      ]),
    ).toEqual(['hour-duplicate warning']);
  });
  test('twice, other bytes', () => {
    expect(
      grid([
        { end: NOON, block: 1, sha: 'a' },
        { end: NOON, block: 2, sha: 'b' },
      ]),
    ).toEqual(['hour-duplicate critical']);
  });
  test('overlapped', () => {
    expect(grid([{ end: NOON }, { end: NOON, start: NOON - 2 * HOUR }])).toEqual(['hour-duplicate critical']);
  });
  test('with nothing but a report that is astray', () => {
    expect(grid([{ end: NOON, start: NOON - 2 * HOUR }])).toEqual(['hour-gap critical']);
  });
  test('an hour whose one report is bad has no finding of its own', () => {
    const bad = { report: REPORT, verdict: 'mismatch', reason: 'hour' } as const;
    const cells = hourGrid({
      source: 'made-up',
      validator: ALICE,
      reports: [bad],
      from: NOON - HOUR,
      to: NOON,
      hour: HOUR,
      now: NOON,
      lateAfter: HOUR,
    });
    expect(cells.cells[0]?.verdict?.verdict).toBe('mismatch');
    expect(findingsOf([], [], [cells])).toEqual([]);
  });
});

describe('changes of the past', () => {
  const many = (own: object = {}) =>
    Array.from({ length: 500 }, (_, i) => instance({ instanceId: `i-${i}`, bounty: true, ...own }));
  const compare = (own: object) =>
    compareSnapshots(
      { report: listed(), instances: many(), multipliers: [] },
      { report: listed({ end: NOON + HOUR }), instances: many(own), multipliers: [] },
    );

  test('are one finding of the report that made them', () => {
    const later = listed({ end: NOON + HOUR });
    const [finding, ...others] = findingsOf([], compare({ createdAt: NOON - 9 * HOUR }));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      kind: 'history-rewritten',
      severity: 'critical',
      subject: reportIdOf(later),
      evidence: { counts: { changed: 500 }, explained: 0 },
    });
    expect(finding?.evidence.differences).toHaveLength(20);
  });

  test('that are explained name what explains them', () => {
    const [finding] = findingsOf([], compare({ bounty: false }));
    expect(finding).toMatchObject({ severity: 'warning', evidence: { explained: 500 } });
    expect(finding?.detail).toContain('bounty');
  });
});

test('the order of what was judged does not matter, and identities are unique', () => {
  const verdict = fc
    .tuple(
      fc.constantFrom('commitment', 'download', 'hour', 'path', 'format'),
      fc.constantFrom(...VERDICTS),
      fc.nat(2),
    )
    .map(([check, kind, hour]) =>
      onReport(listed({ end: NOON + hour * HOUR }), check, {
        verdict: kind,
        reason: 'digest',
        detail: `${check}.`,
      }),
    );
  const distinct = fc.uniqueArray(verdict, {
    maxLength: 10,
    selector: ({ subject, check }) => `${subject} ${check}`,
  });
  fc.assert(
    fc.property(distinct, (verdicts) => {
      const essence = (some: readonly Verdict[]) =>
        findingsOf(some).map(({ kind, subject, severity }) => [kind, subject, severity]);
      const findings = essence(verdicts);
      expect(essence(verdicts.toReversed())).toEqual(findings);
      expect(new Set(findings.map(([kind, subject]) => `${kind} ${subject}`)).size).toBe(findings.length);
      expect(findings.every(([, , severity]) => SEVERITIES.includes(severity as never))).toBe(true);
    }),
  );
});
