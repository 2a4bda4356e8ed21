import { expect, test } from 'vitest';
import { changedFields, difference, diffRows, fieldName, fieldValue } from './diff-rows.ts';

const changed = [
  {
    uid: 0,
    hotkey: '5A',
    fields: [
      { name: 'uid', before: 3, after: 0 },
      { name: 'incentiveFraction', before: 0.25, after: 0.5 },
    ],
  },
  { uid: 7, hotkey: '5B', fields: [{ name: 'incentiveFraction', before: null, after: 0.125 }] },
];

test('each changed field is a row, of uid 0 too', () => {
  expect(diffRows({ changed }).map(({ uid, field, change }) => [uid, field, change])).toEqual([
    [0, 'uid', -3],
    [0, 'incentiveFraction', 0.25],
    [7, 'incentiveFraction', undefined],
  ]);
});

test('rows can be of one field, or of marked neurons', () => {
  expect(diffRows({ changed }, { field: 'uid' })).toHaveLength(1);
  expect(diffRows({ changed }, { selected: ['7'] }).map(({ uid }) => uid)).toEqual([7]);
  expect(diffRows({ changed: [] })).toEqual([]);
});

test('the fields are listed by how many neurons changed in them', () => {
  expect(changedFields({ changed })).toEqual([
    { name: 'incentiveFraction', neurons: 2 },
    { name: 'uid', neurons: 1 },
  ]);
});

test('names and values are written for people', () => {
  expect(fieldName('hyperparameters.weightsRateLimit')).toBe('Weights rate limit (hyperparameter)');
  expect(fieldName('incentiveFraction')).toBe('Incentive');
  expect(fieldName('axon.ip')).toBe('Axon ip');
  expect(fieldName('Tao')).toBe('Tao');
  expect(fieldValue('incentiveFraction', 0.5)).toBe('0.50000');
  expect(fieldValue('emissionAlpha', '12.5')).toBe('12.50');
  expect(fieldValue('lastUpdate', 1_234_567)).toBe('1,234,567');
  expect(fieldValue('alphaIn', 1_500_000_000)).toBe('1.50');
  expect(fieldValue('active', false)).toBe('no');
  expect(fieldValue('axon.ip', null)).toBe('–');
  expect(fieldValue('name', 'a\u202Eb')).toBe('ab');
  expect(fieldValue('x', { a: 1 })).toBe('{"a":1}');
});

test('what is too large to be a number is not subtracted', () => {
  expect(difference('18446744073709551615', '18446744073709551614')).toBeUndefined();
  expect(difference('0.5', 1)).toBe(0.5);
  expect(difference(0, 0)).toBe(0);
});
