import { describe, expect, it } from 'vitest';
import { blocksOf, chosenSpan, spanOf } from './range.ts';

// 300 blocks are an hour at 12 s.
const blocks = [0, 7_200, 14_400, 21_600, 28_800].map((block) => ({ block }));

describe('a range among the stored blocks', () => {
  it('reaches back from the newest', () => {
    expect(spanOf(blocks, { range: '24h' })).toEqual([3, 4]);
    expect(spanOf(blocks, {})).toEqual([0, 4]);
    expect(spanOf(blocks, { range: 'all' })).toEqual([0, 4]);
  });

  it('takes the stored blocks inside of what was chosen', () => {
    expect(spanOf(blocks, { from: 7_201, to: 21_599 })).toEqual([2, 2]);
    expect(spanOf(blocks, { from: 0, to: 0 })).toEqual([0, 0]);
  });

  it('stays inside of what is stored', () => {
    expect(spanOf(blocks, { from: 40_000 })).toEqual([4, 4]);
    expect(spanOf(blocks, { from: 1, to: 2 })).toEqual([1, 1]);
    expect(spanOf([], {})).toBeUndefined();
    expect(spanOf([{ block: 5 }], { range: '24h' })).toEqual([0, 0]);
  });
});

it('counts hours as 300 blocks, not before block 0', () => {
  expect(blocksOf({ range: '7d' }, 60_000)).toEqual({ from: 9_600, to: 60_000 });
  expect(blocksOf({ range: '1y' }, 60_000)).toEqual({ from: 0, to: 60_000 });
});

it('goes on following the newest block when the last thumb stands at the end', () => {
  expect(chosenSpan(blocks, [1, 4])).toEqual({ from: 7_200, to: undefined });
  expect(chosenSpan(blocks, [0, 2])).toEqual({ from: 0, to: 14_400 });
});
