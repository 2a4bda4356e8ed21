import { describe, expect, test } from 'vitest';
import {
  commits,
  entryIdOf,
  expectedExports,
  exportPathOf,
  exportUrl,
  pathOf,
  reportUrl,
} from './publication.ts';

const VALIDATOR = '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ';
const at = (iso: string) => Date.parse(iso) * 1_000;

test('an entry has the id of its hotkey and block', () => {
  // python3 -c "import uuid; print(uuid.uuid5(uuid.NAMESPACE_OID, '<validator>.5000000'))"
  expect(entryIdOf({ hotkey: VALIDATOR, block: 5_000_000 })).toBe('86364812-0b02-5514-81a7-76ca41574292');
});

test('a report has its place by role, hotkey and block', () => {
  const path = pathOf({ role: 'miner', hotkey: VALIDATOR, block: 0 });
  expect(path).toBe(`audit/miner/${VALIDATOR}/0.json`);
  expect(reportUrl('https://a.example', path)).toBe(
    `https://a.example/audit/download?path=audit%2Fminer%2F${VALIDATOR}%2F0.json`,
  );
  // Whatever a path holds stays inside its parameter.
  expect(new URL(reportUrl('https://a.example', '../x&path=y#z?q')).searchParams.getAll('path')).toEqual([
    '../x&path=y#z?q',
  ]);
});

describe('an export', () => {
  test('is under its path with one slash and one prefix', () => {
    const base = 'https://a.example';
    expect(exportUrl(base, 'invocations/2025/02/10/16.csv')).toBe(
      `${base}/invocations/exports/2025/02/10/16.csv`,
    );
    expect(exportUrl(base, 'invocations/2025/12/31/00-jobs.csv')).toBe(
      `${base}/invocations/exports/2025/12/31/00-jobs.csv`,
    );
  });

  test.each([
    '',
    '/invocations/2025/02/10/16.csv',
    'invocations//2025/02/10/16.csv',
    'invocations/2025/02/10/24.csv',
    'invocations/2025/13/10/16.csv',
    'invocations/2025/02/10/16.csv\n',
    'invocations/2025/02/10/16-other.csv',
    'invocations/2025/02/10/../16.csv',
    'invocations/../../etc/passwd',
    'invocations/2025/02/10/16.csv?x=y',
    'invocations/2025/02/10/16.csv#',
    'invocations/2025/02/10/%31%36.csv',
    'https://evil.example/invocations/2025/02/10/16.csv',
    "invocations/2025/02/10/16.csv'; DROP TABLE x; --",
  ])('whose path is %j is refused', (path) =>
    expect(() => exportUrl('https://a.example', path)).toThrow(expect.objectContaining({ code: 'refused' })),
  );

  test('is named by the end of its hour, across midnight, month and year', () => {
    expect(exportPathOf('invocations', at('2025-02-10T16:00:00Z'))).toBe('invocations/2025/02/10/16.csv');
    expect(exportPathOf('reports', at('2025-02-11T00:00:00Z'))).toBe('invocations/2025/02/11/00-reports.csv');
    expect(exportPathOf('jobs', at('2026-01-01T00:00:00Z'))).toBe('invocations/2026/01/01/00-jobs.csv');
    expect(exportPathOf('constructor', at('2026-01-01T00:00:00Z'))).toBeUndefined();
    expect(exportPathOf('jobs', Number.NaN)).toBeUndefined();
  });

  test('path of ours is one that is not refused', () => {
    for (let hour = 0; hour < 24 * 366; hour += 7)
      expect(
        exportUrl('', exportPathOf('jobs', at('2024-01-01T00:00:00Z') + hour * 3_600_000_000) ?? ''),
      ).toMatch(/jobs/);
  });
});

test('what is published changes with the generations', () => {
  expect(expectedExports(at('2024-12-01T00:00:00Z'))).toEqual([]);
  expect(expectedExports(at('2025-02-10T16:00:00Z'))).toEqual(['invocations', 'reports']);
  expect(expectedExports(at('2025-08-01T00:00:00Z'))).toEqual(['invocations', 'reports', 'jobs']);
  expect(expectedExports(at('2026-04-20T01:00:00Z'))).toEqual([]);
  expect(commits('validator', at('2026-05-24T23:00:00Z'))).toBe(true);
  expect(commits('validator', at('2026-05-26T00:00:00Z'))).toBe(false);
  expect(commits('miner', at('2026-05-26T00:00:00Z'))).toBe(true);
});
