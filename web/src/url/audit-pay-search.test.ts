import { expect, test } from 'vitest';
import { auditPaySearch, instantOf } from './audit-pay-search.ts';

const HOTKEY = '5Do9mxQvJjkFFUtiqWa86hd7uw3s21CV4ZUVACALGMZTtFti';

test('what is understood is kept, whatever else is dropped', () => {
  expect(
    auditPaySearch({
      at: '2026-11-22T06:34:01.949000Z',
      profile: "I2'",
      basis: 'published',
      side: 'incentive',
      order: 'share',
      view: 'difference',
      miner: HOTKEY,
      lookup: 'missing',
      outcome: 'failed',
      x: '1',
    }),
  ).toEqual({
    at: '2026-11-22T06:34:01.949000Z',
    profile: "I2'",
    basis: 'published',
    side: 'incentive',
    order: 'share',
    view: 'difference',
    miner: HOTKEY,
    lookup: 'missing',
    outcome: 'failed',
  });
  expect(
    auditPaySearch({
      at: 'now',
      profile: '<b>',
      basis: 'committed',
      side: 'weight',
      order: 'delta',
      miner: '17',
      lookup: 'lost',
      outcome: 1,
    }),
  ).toEqual({});
});

test('an instant is understood as people write it, in UTC', () => {
  expect(instantOf('2026-11-22 06:00')).toBe('2026-11-22T06:00:00Z');
  expect(instantOf('2026-11-22 06:00:07 UTC')).toBe('2026-11-22T06:00:07Z');
  expect(instantOf(' 2026-11-22T06:00:07.123456Z ')).toBe('2026-11-22T06:00:07.123456Z');
});

test('a day or a time that does not exist is no instant', () => {
  for (const typed of ['', '2026-02-31 06:00', '2026-11-22', '2026-11-22 24:00', '2026-11-22 06:61', '1e3'])
    expect(instantOf(typed), typed).toBeUndefined();
});
