import { describe, expect, test } from 'vitest';
import type { AuditSource } from '../adapter.ts';
import { listReports, parseList } from './list-reports.ts';

const VALIDATOR = '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ';
const MINER = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const source: AuditSource = {
  name: 'chutes',
  adapter: 'chutes',
  url: 'https://api.example',
  netuid: 64,
  validators: [VALIDATOR],
  minerReports: true,
};
const entry = {
  entry_id: '86364812-0b02-5514-81a7-76ca41574292',
  hotkey: VALIDATOR,
  block: 5_000_000,
  path: `audit/validator/${VALIDATOR}/5000000.json`,
  created_at: '2025-02-10T16:01:30.5',
  start_time: '2025-02-10T15:00:00',
  end_time: '2025-02-10T16:00:00',
};
const miner = { ...entry, hotkey: MINER, path: `audit/miner/${MINER}/5000000.json` };
const list = (value: unknown, of = source) =>
  parseList(of, new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));

// date -u -d '2025-02-10 15:00:00' +%s
const START = 1_739_199_600_000_000;

describe('a list', () => {
  test('is asked for under its source, bounded', async () => {
    const asked: unknown[] = [];
    const fetcher = {
      bytes: async (url: string, { maxBytes }: { maxBytes: number }) => {
        asked.push(url, maxBytes);
        return { bytes: new TextEncoder().encode('[]'), status: 200, contentType: '', sha256: '' };
      },
      file: () => Promise.reject(new Error('not asked for')),
    };
    expect(await listReports(source, fetcher)).toEqual({
      ...{ reports: [], strangers: 0, bad: [], badCount: 0 },
    });
    expect(asked).toEqual(['https://api.example/audit/', 64 * 1_048_576]);
  });

  test('gives each entry as it was claimed', () => {
    const { reports, badCount } = list([entry, miner]);
    expect(badCount).toBe(0);
    expect(reports[0]).toEqual({
      source: 'chutes',
      role: 'validator',
      hotkey: VALIDATOR,
      entryId: entry.entry_id,
      block: 5_000_000,
      path: entry.path,
      createdAt: START + 3_690_500_000,
      start: START,
      end: START + 3_600_000_000,
    });
    expect(reports[1]).toMatchObject({ role: 'miner', hotkey: MINER });
  });

  test.each([
    ['entry_id', undefined],
    ['entry_id', 'x'.repeat(129)],
    ['hotkey', "5'; DROP TABLE x; --"],
    ['hotkey', '../../../etc/passwd'],
    ['block', -1],
    ['block', 2 ** 32],
    ['block', 1.5],
    ['block', null],
    ['path', ''],
    ['path', 'x'.repeat(513)],
    ['start_time', null],
    ['start_time', '1970-01-01T00:00:00'],
    ['end_time', '2025-02-10T15:00:00'],
    ['end_time', '2025-02-10T14:00:00'],
    ['end_time', '2025-03-10T14:00:00'],
    ['end_time', '9999-12-31T23:59:59'],
  ])('with a bad %s (%j) hides no other entry', (name, value) => {
    const { reports, badCount } = list([{ ...entry, [name]: value }, 7, null, entry]);
    expect(reports).toHaveLength(1);
    expect(badCount).toBeGreaterThanOrEqual(3);
  });

  test.each(['', '{}', 'null', '{"detail": "rate limit"}', '[', '<html>'])('%j is none', (text) =>
    expect(() => list(text)).toThrow(expect.objectContaining({ code: 'undecodable' })),
  );

  test("leaves out miners' reports where they are not wanted", () => {
    expect(list([entry, miner], { ...source, minerReports: false }).reports.map(({ role }) => role)).toEqual([
      'validator',
    ]);
  });
});

describe('whose word a report is', () => {
  test("follows from the configuration: a validator's report under a miner's path is still the validator's", () => {
    expect(list([{ ...entry, path: miner.path }]).reports[0]?.role).toBe('validator');
  });

  test('is not for anybody to claim by a path', () => {
    const { reports, bad, strangers } = list([{ ...miner, path: `audit/validator/${MINER}/5000000.json` }]);
    expect({ reports, bad, strangers }).toEqual({ reports: [], bad: [], strangers: 1 });
    expect(list([{ ...miner, path: '../audit/validator/x' }]).reports[0]?.role).toBe('miner');
  });
});
