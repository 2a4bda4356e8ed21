import { describe, expect, test } from 'vitest';
import type { FoundChild } from '../collect/ingest/lookup-child.ts';
import { type HourExport, hoursOf, judgeAttempt, type ToldAttempt } from './look-up.ts';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
/** 15:30 of some day; its hour ends at 16:00. */
const DAY = Date.UTC(2025, 1, 10) * 1_000;
const END = DAY + 16 * HOUR;

const attempt: ToldAttempt = {
  probeId: 'probe',
  attempt: 1,
  kind: 'chat',
  at: DAY + 15 * HOUR + 30 * MINUTE,
  until: DAY + 15 * HOUR + 31 * MINUTE,
  childId: 'child',
  chuteId: 'chute',
  instanceId: 'instance',
  minerHotkey: 'miner',
  outcome: 'succeeded',
};

const row: FoundChild = {
  childId: 'child',
  reportId: 'report',
  hour: END,
  chuteId: 'chute',
  functionName: 'chat',
  instanceId: 'instance',
  minerUid: 7,
  minerHotkey: 'miner',
  startedAt: attempt.at,
  outcome: 'succeeded',
};

const hours = (...states: HourExport['state'][]) =>
  new Map(states.map((state, n) => [END + n * HOUR, { hour: END + n * HOUR, state }]));

const judge = (
  exports: ReadonlyMap<number, HourExport>,
  found?: FoundChild,
  told = attempt,
  now = END + 3 * HOUR,
) => judgeAttempt(told, found, exports, now, HOUR).lookup;

describe('a row that is there', () => {
  test('agrees', () => expect(judge(hours('proven'), row)).toBe('present'));
  test('is another when any of what the trace said differs', () => {
    for (const other of [
      { instanceId: 'x' },
      { minerHotkey: 'x' },
      { chuteId: 'x' },
      { outcome: 'failed' as const },
    ])
      expect(judge(hours('proven'), { ...row, ...other })).toBe('mismatched');
  });
  test('is not held against us while nobody knows how it ended', () => {
    expect(judge(hours('proven'), { ...row, outcome: 'unfinished' })).toBe('present');
    expect(judge(hours('proven'), { ...row, outcome: 'failed' }, { ...attempt, outcome: 'unfinished' })).toBe(
      'present',
    );
  });
});

describe('a row that is not there', () => {
  test('is missing only where the export is proven', () => {
    expect(judge(hours('proven'))).toBe('missing');
    expect(judge(hours('doubtful'))).toBe('unverifiable');
    expect(judge(hours('without'))).toBe('unverifiable');
  });
  test('is waited for until its hour can no longer come', () => {
    expect(judge(new Map(), undefined, attempt, END + 30 * MINUTE)).toBe('pending');
    expect(judge(new Map(), undefined, attempt, END + 3 * HOUR)).toBe('unverifiable');
  });
  test('may stand in either hour at a boundary: both must be proven', () => {
    const late = { ...attempt, at: END - MINUTE, until: END + MINUTE };
    expect(hoursOf(late)).toEqual([END, END + HOUR]);
    expect(judge(hours('proven'), undefined, late, END + 30 * MINUTE)).toBe('pending');
    expect(judge(hours('proven', 'proven'), undefined, late)).toBe('missing');
  });
  test('an attempt of which nothing more was heard need not have been recorded', () => {
    expect(judge(hours('proven'), undefined, { ...attempt, outcome: 'unfinished' })).toBe('unverifiable');
  });
});
