import { describe, expect, test } from 'vitest';
import type {
  FindingAnswer,
  IncentivesAnswer,
  MinersAnswer,
  ReportDetails,
  WhyAnswer,
} from '../../../audit/index.ts';
import { renderFindings } from './findings.ts';
import { renderMiners } from './miners.ts';
import { renderReport } from './report.ts';
import { renderPass } from './run.ts';
import { parseInstant, renderScores } from './scores.ts';
import { renderWhy } from './why.ts';

const ANN = `5${'a'.repeat(47)}`;
const VALIDATOR = `5${'v'.repeat(47)}`;
const HOUR = '2026-06-01T10:00:00.000000Z';

const FINDING: FindingAnswer = {
  id: 'f1',
  source: 'chutes',
  kind: 'owed-unpaid',
  severity: 'critical',
  subject: `${ANN}@${VALIDATOR}`,
  reportId: null,
  hotkey: ANN,
  hour: HOUR,
  title: `${ANN} is owed 2.0000 %\u001b[2J and paid nothing`,
  detail: 'By P18 it is owed 2.0000 %.',
  evidence: {},
  firstSeen: HOUR,
  lastSeen: HOUR,
  resolvedAt: null,
};
const OPEN = { critical: 1, warning: 2, info: 0 };

const side = (paid: number | null, delta: number | null) => ({ paid, delta, relative: null, rank: 1 });

const INCENTIVES: IncentivesAnswer = {
  source: 'chutes',
  netuid: 64,
  validator: VALIDATOR,
  at: HOUR,
  basis: 'committed',
  computedAt: HOUR,
  profile: {
    name: 'P18',
    chosen: 'best',
    validFrom: HOUR,
    windowSeconds: 604_800,
    note: '',
    undetermined: [],
  },
  profiles: [],
  runnersUp: [
    { profile: 'P18', l1: 0.00012, tied: false, note: '' },
    { profile: 'P17', l1: null, tied: false, note: 'nobody' },
  ],
  window: { from: HOUR, to: HOUR },
  hours: { wanted: 168, counted: 167, enough: true, missing: [HOUR] },
  sides: {
    weight: {
      block: 5_000_000,
      at: HOUR,
      missing: null,
      l1: 0.04,
      largest: 0.02,
      owedUnpaid: 1,
      paidUnowed: 0,
      paidOtherwise: 0,
      rankChanges: 1,
      resolution: 0.00003,
    },
    incentive: {
      block: null,
      at: null,
      missing: 'The weights of block 5000000 pay from the next epoch on, at block 5000120.',
      l1: null,
      largest: null,
      owedUnpaid: null,
      paidUnowed: null,
      paidOtherwise: null,
      rankChanges: null,
      resolution: null,
    },
    published: {
      block: null,
      at: HOUR,
      missing: null,
      l1: 0,
      largest: 0,
      owedUnpaid: 0,
      paidUnowed: 0,
      paidOtherwise: 0,
      rankChanges: 0,
      resolution: 0,
    },
  },
  features: [],
  miners: [
    {
      hotkey: ANN,
      coldkey: null,
      uid: 0,
      state: 'owed-unpaid',
      expected: 0.02,
      rank: 3,
      weight: side(0, -0.02),
      incentive: side(null, null),
      published: side(0.02, 0),
      contributions: [],
      explanations: [{ reason: 'not-covered', text: 'One hour does not count.' }],
    },
  ],
  excluded: [],
  notes: ['How many GPUs a chute has is not known: each counts as one.'],
};

describe('tables for people', () => {
  test('findings: how many are open, then a line each; control characters are shown as dots', () => {
    expect(renderFindings({ findings: [FINDING], total: 3, open: OPEN, kinds: [] })).toMatchInlineSnapshot(`
      "open findings: 1 critical, 2 warnings, 0 for information

      severity  kind         hour (UTC)        first seen (UTC)  what
      ────────  ───────────  ────────────────  ────────────────  ──────────────────────────────────────────────────
      critical  owed-unpaid  2026-06-01 10:00  2026-06-01 10:00  5aaaaa…aaaaa is owed 2.0000 %·[2J and paid nothing
      … and 2 more; --limit shows them
      "
    `);
    expect(
      renderFindings({ findings: [], total: 0, open: { critical: 0, warning: 0, info: 0 }, kinds: [] }),
    ).toMatchInlineSnapshot(`
      "open findings: 0 critical, 0 warnings, 0 for information

      Nothing to show.
      "
    `);
  });

  test('a look at all sources: findings first', () => {
    expect(
      renderPass({
        sources: [
          {
            source: 'chutes',
            listed: 180,
            fresh: 2,
            reports: 2,
            files: 4,
            rows: 12_345,
            hours: { verified: 166, mismatch: 1, none: 1 },
          },
          {
            source: 'other',
            listed: 0,
            fresh: 0,
            reports: 0,
            files: 0,
            rows: 0,
            unreachable: 'the host does not answer',
            hours: {},
          },
        ],
        findings: { findings: [FINDING], total: 3, open: OPEN, kinds: [] },
        seconds: 12.34,
      }),
    ).toMatchInlineSnapshot(`
      "critical  owed-unpaid  2026-06-01 10:00  5aaaaa…aaaaa is owed 2.0000 %·[2J and paid nothing
      … and 2 more: taoscope audit findings

      chutes: hours 166 verified, 1 mismatch, 1 not judged; 2 new entries, 2 reports, 4 files, 12345 rows
      other: its list could not be read (the host does not answer); hours none; 0 new entries, 0 reports, 0 files, 0 rows
      open findings: 1 critical, 2 warnings, 0 for information; 12.3 s
      "
    `);
  });

  test('a report: its checks with what was seen', () => {
    const details: ReportDetails = {
      report: {
        id: 'a'.repeat(32),
        source: 'chutes',
        role: 'validator',
        hotkey: VALIDATOR,
        entryId: 'e',
        block: 5_000_000,
        path: 'audit/validator/../../x\u0007',
        createdAt: null,
        start: '2026-06-01T09:00:00.000000Z',
        end: HOUR,
        state: 'loaded',
        sha256: null,
        bytes: null,
        verdict: 'mismatch',
        commitment: 'mismatch',
        instances: 2,
        multipliers: 0,
        badRows: 1,
        firstSeen: HOUR,
        drift: ['unknown key surprise'],
        attempts: 1,
        url: null,
      },
      checks: [
        {
          subjectType: 'report',
          file: null,
          check: 'commitment',
          verdict: 'mismatch',
          reason: 'digest',
          detail: 'The digest differs.',
          evidence: {},
          at: HOUR,
          history: [{ at: HOUR, verdict: 'unverifiable', reason: 'rpc', detail: '' }],
        },
      ],
      files: [
        {
          kind: 'invocations',
          path: 'x',
          claimedSha256: 'aa',
          sha256: 'bb',
          bytes: 10,
          state: 'failed',
          rows: 0,
          badRows: 0,
          unreadableMetrics: 0,
          drift: [],
        },
      ],
      differences: [],
      findings: [],
      previous: null,
      following: null,
      bundle: { available: false, parts: [] },
    };
    expect(renderReport(details)).toMatchInlineSnapshot(`
      "report   aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      verdict  mismatch
      by       validator 5vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv
      covers   2026-06-01 09:00:00 to 2026-06-01 10:00:00 UTC
      entry    e, block 5000000
      path     audit/validator/../../x·
      SHA-256  not fetched
      size     not known
      rows     2 instances, 0 multipliers, 1 unreadable
      format   unknown key surprise

      check       verdict   reason  since (UTC)          before        what was seen
      ──────────  ────────  ──────  ───────────────────  ────────────  ───────────────────
      commitment  mismatch  digest  2026-06-01 10:00:00  unverifiable  The digest differs.

      file         state   rows  unreadable  bytes  SHA-256
      ───────────  ──────  ────  ──────────  ─────  ──────────
      invocations  failed     0           0     10  bb, not aa
      "
    `);
  });

  test('scores: expected beside paid, and what is not known left empty', () => {
    expect(renderScores(INCENTIVES)).toMatchInlineSnapshot(`
      "chutes, netuid 64: profile P18 (as the best fit) at 2026-06-01 10:00:00 UTC, from committed reports
      167 of 168 hours count
      own weights:  block 5000000, L1 0.04000, largest delta 0.02000, 1 owed but unpaid, 0 paid but unowed, 0 paid otherwise, 1 other ranks
      consensus:    The weights of block 5000000 pay from the next epoch on, at block 5000120.
      published:    L1 0.00000, largest delta 0.00000, 0 owed but unpaid, 0 paid but unowed, 0 paid otherwise, 0 other ranks
      profiles by distance: P18 0.00012, P17 pays nobody
      How many GPUs a chute has is not known: each counts as one.

      state        uid  hotkey        expected    weight      delta  incentive  delta  published  may be explained by
      ───────────  ───  ────────────  ────────  ────────  ─────────  ─────────  ─────  ─────────  ───────────────────
      owed-unpaid    0  5aaaaa…aaaaa  2.0000 %  0.0000 %  -2.0000 %                     2.0000 %  not-covered
      "
    `);
  });

  test('why: features, instances, and what would explain it', () => {
    const answer: WhyAnswer = {
      source: 'chutes',
      validator: VALIDATOR,
      hotkey: ANN,
      coldkey: null,
      uid: 0,
      at: HOUR,
      basis: 'committed',
      profile: 'P18',
      state: 'owed-unpaid',
      expected: 0.02,
      rank: 3,
      weight: side(0, -0.02),
      incentive: side(null, null),
      published: side(0.02, 0),
      explanations: [],
      features: [
        {
          name: 'computeUnits',
          unit: 'seconds × multiplier',
          weight: 0.52,
          raw: 1234.5678901,
          total: 99_999,
          share: 0.0123,
          contribution: 0.0064,
          perUnit: 0.00001,
        },
      ],
      instances: [],
      chutes: [{ chuteId: 'c', requests: 3, units: 7 }],
      counted: 3,
      notCounted: [{ why: 'failed or unfinished', rows: 1 }],
      candidates: [
        {
          kind: 'feature',
          name: 'computeUnits',
          effect: -0.02,
          explains: 1,
          text: 'feature computeUnits left out',
        },
      ],
      summary: 'It looks as if feature computeUnits left out.',
    };
    expect(renderWhy(answer)).toMatchInlineSnapshot(`
      "miner        5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, uid 0
      judged       profile P18 at 2026-06-01 10:00:00 UTC, from committed reports
      owed         2.0000 %, rank 3
      own weights  0.0000 % (-2.0000 %)
      consensus    not known
      published    2.0000 % (0.0000 %)
      state        owed-unpaid
      rows         3 counted, 1 failed or unfinished

      feature       its own  of all  unit                     share    brings
      ────────────  ───────  ──────  ────────────────────  ────────  ────────
      computeUnits  1234.57   99999  seconds × multiplier  1.2300 %  0.6400 %

      chute  requests  units
      ─────  ────────  ─────
      c             3      7

      It looks as if feature computeUnits left out.
        feature computeUnits left out
      "
    `);
  });

  test('miners: coverage, ratio and interval', () => {
    const answer: MinersAnswer = {
      source: 'chutes',
      validator: VALIDATOR,
      from: HOUR,
      to: HOUR,
      threshold: 0.9,
      miners: [
        {
          hotkey: ANN,
          uid: null,
          reports: 167,
          coverage: { from: HOUR, to: HOUR, wantedSeconds: 604_800, seconds: 601_200, gaps: [] },
          commonHours: 167,
          incompleteHours: 0,
          counts: {
            own: 64_012,
            validator: 60_978,
            ratio: 0.9526,
            low: 0.9509,
            high: 0.9542,
            state: 'agrees',
          },
          chutes: [],
          instances: {
            own: 10,
            validator: 11,
            matched: 10,
            ownOnly: 0,
            validatorOnly: 1,
            differing: 0,
            secondsRatio: null,
            state: 'agrees',
            examples: [],
          },
          line: '',
        },
      ],
    };
    expect(renderMiners(answer)).toMatchInlineSnapshot(`
      "chutes, 2026-06-01 10:00:00 to 2026-06-01 10:00:00 UTC: miners' own counts beside the validator's; a ratio below 0.9 that chance does not explain is a disagreement

      uid  hotkey                   covered  hours    own  validator   ratio  95 %           counts                instances  sides
      ───  ────────────  ──────────────────  ─────  ─────  ─────────  ──────  ─────────────  ──────  ───────────────────────  ──────
           5aaaaa…aaaaa  601200 of 604800 s    167  64012      60978  0.9526  0.9509–0.9542  agrees  10 matched, 0 + 1 alone  agrees
      "
    `);
    expect(renderMiners({ ...answer, miners: [] })).toContain('No miner has published');
  });
});

test('an instant as people write it is UTC', () => {
  expect(parseInstant('2026-06-01').text).toBe('2026-06-01T00:00:00.000000Z');
  expect(parseInstant('2026-06-01 10:30').text).toBe('2026-06-01T10:30:00.000000Z');
  expect(parseInstant('2026-06-01T10:30:15.25Z')).toEqual({
    text: '2026-06-01T10:30:15.250000Z',
    micros: Date.UTC(2026, 5, 1, 10, 30, 15, 250) * 1000,
  });
  for (const text of ['yesterday', '2026-13-01', '2026-06-01T10:30:00+02:00'])
    expect(() => parseInstant(text)).toThrow('this is no instant');
});
