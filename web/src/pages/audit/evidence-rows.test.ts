import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evidenceRows } from './evidence-rows.ts';

const DIGEST = 'e06cac999b8f6e9eb0e0ab4ebbf5b2b12153cdd9e5563bbb00937320bab99abb';

test('each piece is shown as what it is', () => {
  const { rows } = evidenceRows({
    sha256: DIGEST,
    blockHash: `0x${DIGEST}`,
    report: DIGEST.slice(0, 32),
    hotkey: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
    end: '2026-11-22T01:00:00Z',
    bytes: 24_671,
    secondsAfterEnd: 66,
    block: 0,
    publisherCommits: false,
    path: '../../etc/passwd',
    absent: null,
  });
  expect(rows.map(({ kind }) => kind)).toEqual([
    'hash',
    'hash',
    'report',
    'account',
    'instant',
    'bytes',
    'seconds',
    'number',
    'flag',
    'text',
    'text',
  ]);
  expect(rows[7]?.value).toBe(0);
  expect(rows[10]?.text).toBe('nothing');
});

test('lists and objects become rows with their place; a list of one needs no number', () => {
  const { rows } = evidenceRows({
    committed: [DIGEST],
    named: [
      { kind: 'jobs', path: 'a.csv' },
      { kind: 'reports', path: 'b.csv' },
    ],
    none: [],
  });
  expect(rows.map(({ name, text }) => [name, text])).toEqual([
    ['committed', DIGEST],
    ['named 1 · kind', 'jobs'],
    ['named 1 · path', 'a.csv'],
    ['named 2 · kind', 'reports'],
    ['named 2 · path', 'b.csv'],
  ]);
});

test('a flood is cut and says how much', () => {
  const { rows, more } = evidenceRows({ list: Array.from({ length: 500 }, (_, index) => index) });
  expect(rows).toHaveLength(60);
  expect(more).toBe(440);
});

test('any JSON has rows, and no more than the bound', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (evidence) => {
      const { rows, more } = evidenceRows(evidence);
      expect(rows.length).toBeLessThanOrEqual(60);
      expect(more).toBeGreaterThanOrEqual(0);
      for (const { name } of rows) expect(typeof name).toBe('string');
    }),
  );
});
