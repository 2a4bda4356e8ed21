import { expect, test } from 'vitest';
import { AT, DAY, HOUR, job } from '../testing/made-evidence.ts';
import { paidJobs } from './jobs.ts';

const units = (...jobs: Parameters<typeof paidJobs>[0]) =>
  paidJobs(jobs, { from: AT - 7 * DAY, at: AT }).map((one) => one.units);

test('a job is paid while it runs, and when its miner did not end it', () => {
  expect(units(job('m', AT - HOUR))).toEqual([3_600]);
  expect(units(job('m', AT - HOUR, { multiplier: 2.5 }))).toEqual([9_000]);
  expect(units(job('m', AT - HOUR, { multiplier: null }))).toEqual([3_600]);
  expect(units(job('m', AT - 2 * HOUR, { finishedAt: AT - HOUR }))).toEqual([3_600]);
  expect(units(job('m', AT - 2 * HOUR, { finishedAt: AT - HOUR, minerTerminated: true }))).toEqual([]);
});

test('what came after the instant has not happened', () => {
  expect(units(job('m', AT - HOUR, { finishedAt: AT + HOUR, minerTerminated: true }))).toEqual([3_600]);
  expect(units(job('m', AT + HOUR))).toEqual([]);
  expect(units(job('m', AT - 8 * DAY))).toEqual([]);
  expect(units(job('m', AT, { finishedAt: AT }))).toEqual([0]);
});
