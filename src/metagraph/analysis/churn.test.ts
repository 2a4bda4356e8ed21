import fc from 'fast-check';
import { expect, test } from 'vitest';
import { churn } from './churn.ts';
import { longTable } from './long-table.ts';

test('a uid that goes to another hotkey in the same block is one added and one removed', () => {
  // By hand: {a, b}, {a, c}, {a, c}, {c}.
  const table = longTable([10, 10, 20, 20, 30, 30, 40]);
  expect(churn(table, ['a', 'b', 'a', 'c', 'c', 'a', 'c'])).toEqual({
    added: [null, 1, 0, 0],
    removed: [null, 1, 0, 1],
    changed: [null, 2, 0, 1],
  });
});

test('one neuron, one block, none', () => {
  expect(churn(longTable([7]), ['a'])).toEqual({ added: [null], removed: [null], changed: [null] });
  expect(churn(longTable([]), [])).toEqual({ added: [], removed: [], changed: [] });
});

test('a block without neurons is emptied and filled again', () => {
  const table = { blocks: [1, 2, 3], frame: [0, 0, 2] };
  expect(churn(table, ['a', 'b', 'a'])).toMatchObject({ added: [null, 0, 1], removed: [null, 2, 0] });
});

test('blocks that do not ascend are refused', () => {
  for (const blocks of [
    [2, 1],
    [1, 1],
  ])
    expect(() => churn({ blocks, frame: [0, 1] }, ['a', 'a'])).toThrow('these blocks are no time axis');
});

const history = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')), {
  minLength: 1,
  maxLength: 12,
});

test('added - removed is the difference in size, and added + removed is changed', () => {
  fc.assert(
    fc.property(history, (sets) => {
      const { added, removed, changed } = churn(
        { blocks: sets.map((_, at) => at), frame: sets.flatMap((set, at) => set.map(() => at)) },
        sets.flat(),
      );
      for (let at = 1; at < sets.length; at++) {
        const [more, less] = [added[at] as number, removed[at] as number];
        expect(more - less).toBe((sets[at] ?? []).length - (sets[at - 1] ?? []).length);
        expect(changed[at]).toBe(more + less);
      }
    }),
  );
});
