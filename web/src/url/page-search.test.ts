import { expect, test } from 'vitest';
import {
  auditSearch,
  blockSearch,
  eventsSearch,
  formatKinds,
  mapSearch,
  parseKinds,
  weightsSearch,
} from './page-search.ts';

const HOTKEY = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';

test('what a weights page can be asked is kept, uid 0 too, and the rest is dropped', () => {
  expect(weightsSearch({ order: 'uid', scale: 'linear', of: 'bonds', row: '0', column: '255' })).toEqual({
    order: 'uid',
    scale: 'linear',
    of: 'bonds',
    row: 0,
    column: 255,
  });
  expect(weightsSearch({ order: 'stake', scale: 'log', of: 'weights', row: '-1', copier: '<b>' })).toEqual(
    {},
  );
  expect(weightsSearch({ copier: HOTKEY })).toEqual({ copier: HOTKEY });
  expect(weightsSearch({ copier: '17' })).toEqual({});
});

test('a map has one of three lengths, and the usual one is not written', () => {
  expect(mapSearch({ frames: '12' })).toEqual({ frames: 12 });
  expect(mapSearch({ frames: '30' })).toEqual({});
  expect(mapSearch({ frames: '31', paint: 'plaid' })).toEqual({});
});

test('kinds have one order, and all of them are no filter', () => {
  expect(parseKinds('take,registered,nonsense,take')).toEqual(['registered', 'take']);
  expect(formatKinds(parseKinds('take,registered'))).toBe('registered,take');
  expect(formatKinds([])).toBeUndefined();
  expect(eventsSearch({ kinds: 'nonsense', who: '0017' })).toEqual({ who: '17' });
});

test('block 0 can be compared with', () => {
  expect(blockSearch({ against: '0', field: 'axon.ip' })).toEqual({ against: 0, field: 'axon.ip' });
  expect(blockSearch({ field: '"><script>' })).toEqual({});
});

test('an audit page keeps what it can be asked, and a week of open findings is not written', () => {
  expect(
    auditSearch({
      hours: '720',
      validator: HOTKEY,
      hour: '2026-11-22T01:00:00.000000Z',
      state: 'all',
      severity: 'critical',
      kind: 'hour-gap',
      finding: '0d1f-a',
    }),
  ).toEqual({
    hours: 720,
    validator: HOTKEY,
    hour: '2026-11-22T01:00:00.000000Z',
    state: 'all',
    severity: 'critical',
    kind: 'hour-gap',
    finding: '0d1f-a',
  });
  expect(auditSearch({ hours: '168', state: 'open' })).toEqual({});
  expect(
    auditSearch({ hours: '1e3', hour: '2026', kind: '<b>', hotkey: '17', source: '../x', finding: '"' }),
  ).toEqual({});
});
