import { expect, test } from 'vitest';
import type { SourcePass } from '../../../audit/index.ts';
import { lookThrough } from './audit.ts';

const look = (source: string, left: number, done: Partial<SourcePass> = {}): SourcePass => ({
  ...{ source, listed: 10, fresh: 0, reports: 0, files: 0, rows: 0, bytes: 0, verdicts: 0, opened: 0, left },
  ...done,
});

test('looks go on until nothing is left, and are told as one', async () => {
  const looks = [
    [
      look('big', 7, { fresh: 10, reports: 3, files: 2, rows: 200, bytes: 20, verdicts: 5, opened: 1 }),
      look('small', 0),
    ],
    [
      look('big', 1, { reports: 6, files: 6, rows: 600, bytes: 60, verdicts: 9 }),
      look('small', 0, { fresh: 1 }),
    ],
    [
      look('big', 0, { reports: 1, files: 1, rows: 100, bytes: 10, verdicts: 2, opened: 1 }),
      look('small', 0),
    ],
    [look('never', 0)],
  ];
  const pass = async () => ({ startedMs: 0, endedMs: 1, sources: looks.shift() ?? [], error: undefined });
  expect(await lookThrough({ pass }, AbortSignal.timeout(10_000))).toEqual([
    look('big', 0, { fresh: 10, reports: 10, files: 9, rows: 900, bytes: 90, verdicts: 16, opened: 2 }),
    look('small', 0, { fresh: 1 }),
  ]);
  expect(looks).toHaveLength(1);
});
