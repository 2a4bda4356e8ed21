import { expect, test } from 'vitest';
import { classOf } from './classes.ts';
import { longTable } from './long-table.ts';
import { occupancy } from './occupancy.ts';

test('a validator has validator trust; without that column the permit tells; without both it is a miner', () => {
  expect(classOf(1, false)).toBe('validator');
  expect(classOf(0, true)).toBe('miner');
  expect(classOf(null, true)).toBe('validator');
  expect(classOf(null, false)).toBe('miner');
  expect(classOf(undefined, undefined)).toBe('miner');
});

test('hotkeys are counted once in each class', () => {
  // By hand: block 1 has miners a, b and validator c; block 2 has a in both classes.
  const table = longTable([1, 1, 1, 2, 2]);
  expect(
    occupancy(table, ['a', 'b', 'c', 'a', 'a'], ['miner', 'miner', 'validator', 'miner', 'validator']),
  ).toEqual({ miners: [2, 1], validators: [1, 1], neurons: [3, 1] });
  expect(occupancy(longTable([]), [], [])).toEqual({ miners: [], validators: [], neurons: [] });
  expect(occupancy({ blocks: [5], frame: [] }, [], [])).toEqual({
    miners: [0],
    validators: [0],
    neurons: [0],
  });
});
