import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Verdict } from '../types.ts';
import { checkBlockTime } from './check-block-time.ts';
import { checkCommitment } from './check-commitment.ts';
import { checkContent } from './check-content.ts';
import { checkDownload } from './check-file.ts';
import { checkIdentity } from './check-identity.ts';
import { findingsOf } from './findings-of.ts';
import { hourGrid } from './hour-grid.ts';
import { checkSnapshot, compareHistory } from './snapshots/compare-snapshots.ts';
import type { Snapshot } from './snapshots/difference.ts';
import { ALICE, content, HOUR, MINUTE, madeUp } from './testing/made-up.ts';
import { LIVES, type Life, writeHistory } from './testing/simulated-lives.ts';
import { worstOf } from './worst-of.ts';

/** Lives that begin on each day of the week. */
function week(seed: number): Life[] {
  return fc.sample(LIVES, { seed, numRuns: 60 }).flatMap((lives, group) => {
    const later = (group % 18) * 9 * HOUR;
    const shift = (at: number | null) => (at === null ? null : at + later);
    return lives.map((life) => ({
      ...life,
      id: `${group}-${life.id}`,
      created: life.created + later,
      verified: shift(life.verified),
      activated: shift(life.activated),
      deleted: shift(life.deleted),
      steps: life.steps.map(({ from, multiplier }) => ({ from: from + later, multiplier })),
    }));
  });
}

/** All checks of one honest report, in the order of an auditor. */
function checkAll(
  { report, instances, multipliers }: Snapshot,
  delay: number,
): { sha256: string; verdicts: Verdict[] } {
  const exports = ['calls'].map((kind) => ({
    kind,
    path: madeUp.exportPathOf(kind, report.end) ?? '',
    sha256: 'ab'.repeat(32),
  }));
  const said = content({ exports, instances, multipliers });
  const sha256 = createHash('sha256').update(JSON.stringify(said)).digest('hex');
  const blockMs = (report.end + delay) / 1_000 + 20_000;
  const commitment = {
    at: { number: report.block, hash: `0x${'11'.repeat(32)}` as const },
    setAt: report.block,
    fields: [{ kind: 'Sha256', hex: sha256 }],
  };
  return {
    sha256,
    verdicts: [
      ...checkIdentity(madeUp, { validators: [ALICE] }, report),
      checkDownload(report, { outcome: 'fetched', sha256 }),
      checkCommitment(report, sha256, { outcome: 'read', commitment }, { blockMs }),
      checkBlockTime(report, { outcome: 'read', ms: blockMs }, madeUp.lateAfterMicros),
      ...checkContent(madeUp, report, said, { blockMs }),
    ],
  };
}

test.each([1, 2, 3])('168 clean hours have no finding (seed %d)', (seed) => {
  const delays = Array.from({ length: 168 }, (_, hour) => MINUTE + ((hour * 7 + seed) % 20) * MINUTE);
  const history = writeHistory(week(seed), delays);
  expect(history.every(({ instances }) => instances.length > 0)).toBe(true);

  const checked = history.map((snapshot, hour) => ({
    ...snapshot,
    ...checkAll(snapshot, delays[hour] ?? 0),
  }));
  const differences = compareHistory(history);
  const verdicts = checked.flatMap(({ report, verdicts }, hour) => {
    const before = history[hour - 1];
    return before === undefined ? verdicts : [...verdicts, checkSnapshot(report, before.report, differences)];
  });
  const to = history.at(-1)?.report.end ?? 0;
  const grid = hourGrid({
    source: 'made-up',
    validator: ALICE,
    reports: checked.map(({ report, sha256, verdicts: own }) => ({ report, sha256, ...worstOf(own) })),
    from: to - 168 * HOUR,
    to,
    hour: HOUR,
    now: to + 2 * HOUR,
    lateAfter: HOUR,
  });

  expect(findingsOf(verdicts, differences, [grid])).toEqual([]);
  expect(grid.cells.map(({ verdict }) => verdict?.verdict)).toEqual(Array(168).fill('verified'));
  expect(grid.coverage).toMatchObject({ seconds: 604_800, gaps: [] });
  expect(worstOf(verdicts)).toEqual({ verdict: 'verified', reason: 'ok' });
});

test('what was not checked has not passed', () => {
  expect(worstOf([])).toEqual({ verdict: 'unverifiable', reason: 'unread' });
});

test('a subject is as good as its worst check, for its reason', () => {
  const ok = { verdict: 'verified', reason: 'ok' } as const;
  const late = { verdict: 'verified', reason: 'late' } as const;
  const stale = { verdict: 'stale', reason: 'older-commitment' } as const;
  expect(worstOf([ok, late])).toEqual(late);
  expect(worstOf([ok, stale, late])).toEqual(stale);
});
