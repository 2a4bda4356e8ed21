import { describe, expect, test } from 'vitest';
import { HOUR } from '../instants.ts';
import { type AgreementInput, agreementOf, commonHours, uptimeSeconds } from './agreement.ts';
import { agreementLine, coverageLine } from './log-lines.ts';

const hours = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    start: (from + i) * HOUR,
    end: (from + i + 1) * HOUR,
    incomplete: false,
  }));

const nothing: AgreementInput = {
  range: { start: 0, end: 168 * HOUR },
  reports: [],
  hours: { common: new Set(), incomplete: new Set() },
  own: [],
  validator: [],
  ownInstances: [],
  validatorInstances: [],
};

describe('hours that both sides cover', () => {
  test('an outage of one side is no disagreement: its hours are left out', () => {
    const { common } = commonHours(hours(0, 4), new Set([2 * HOUR, 3 * HOUR, 9 * HOUR]), HOUR);
    expect([...common]).toEqual([2 * HOUR, 3 * HOUR]);
  });

  test('an hour whose counters had not run through it, and a report of another length, are left out', () => {
    const [first, second] = hours(0, 2);
    const reports = [
      { ...first!, incomplete: true },
      second!,
      { start: 2 * HOUR, end: 4 * HOUR, incomplete: false },
    ];
    const all = new Set([HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR]);
    const found = commonHours(reports, all, HOUR);
    expect([...found.common]).toEqual([2 * HOUR]);
    expect([...found.incomplete]).toEqual([HOUR]);
  });
});

describe('counts', () => {
  test('by chute and function, those that disagree first', () => {
    const agreement = agreementOf({
      ...nothing,
      own: [
        { chuteId: 'llm', function: 'chat', count: 10_000, counters: 4 },
        { chuteId: 'image', function: 'generate', count: 100, counters: 2 },
        { chuteId: 'image', function: 'generate', count: 100, counters: 2 },
      ],
      validator: [
        { chuteId: 'llm', function: 'chat', count: 9_500, counters: 0 },
        { chuteId: 'image', function: 'generate', count: 100, counters: 0 },
        { chuteId: 'tts', function: 'speak', count: 3, counters: 0 },
      ],
    });
    expect(agreement.counts).toMatchObject({ own: 10_200, validator: 9_603, state: 'agrees' });
    expect(agreement.chutes.map((one) => [one.chuteId, one.own, one.validator, one.state])).toEqual([
      ['image', 200, 100, 'disagrees'],
      ['llm', 10_000, 9_500, 'agrees'],
      ['tts', 0, 3, 'too-few'],
    ]);
  });
});

// The reference (chutes.md, sections 5, 7 and 9) gives the figures, 64 000 to 109 000 calls a week, and not the counts: these are
// counts of that size with those ratios.
describe('lines as the auditors of the field print them', () => {
  test('coverage: 167 of 168 hours are 601200 s, since the newest is not out yet', () => {
    const agreement = agreementOf({ ...nothing, reports: hours(0, 167) });
    expect(coverageLine('5F', agreement)).toBe('5F: coverage 601200 s of 604800 s, 1 gap of 3600 s');
    const whole = agreementOf({ ...nothing, reports: hours(0, 168) });
    expect(coverageLine('5F', whole)).toBe('5F: coverage 604800 s of 604800 s, no gaps');
  });

  test('ranges that overlap cover no more than the time there is', () => {
    const agreement = agreementOf({
      ...nothing,
      reports: [...hours(0, 100), { start: 0, end: 100 * HOUR, incomplete: false }],
    });
    expect(agreement.coverage.seconds).toBe(360_000);
  });

  test.each([
    [64_012, 60_978, '0.9526'],
    [109_000, 107_114, '0.9827'],
    [86_000, 80_135, '0.9318'],
  ])('%i own and %i by the validator', (own, validator, ratio) => {
    const count = (count: number) => [{ chuteId: 'c', function: 'chat', count, counters: 0 }];
    const line = agreementLine(
      '5F',
      agreementOf({ ...nothing, own: count(own), validator: count(validator) }),
    );
    expect(line).toContain(`5F: agreement ratio ${ratio} (`);
    expect(line).toContain(`: ${own} own, ${validator} by the validator`);
    expect(line).not.toContain('disagree');
  });

  test('nothing counted is said, not divided', () => {
    expect(agreementLine('5F', agreementOf(nothing))).toBe('5F: no requests counted in 0 common hours');
  });
});

test('how long counters had run, from what a miner says to people', () => {
  expect(uptimeSeconds('Prometheus uptime: 5421.3 seconds')).toBe(5421.3);
  expect(uptimeSeconds('up for 45 minutes')).toBe(2_700);
  expect(uptimeSeconds('running since 3h')).toBe(10_800);
  expect(uptimeSeconds('unknown')).toBeUndefined();
  expect(uptimeSeconds('')).toBeUndefined();
});
