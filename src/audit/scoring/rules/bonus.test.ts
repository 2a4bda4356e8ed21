import { expect, test } from 'vitest';
import { bountyScores, bountyTerm, spreadShares } from './bonus.ts';

const RULE = { decay: 0.8, crowding: 0.5 };

test('repeated bounties are worth less, and so are those at a crowded chute', () => {
  // The reference's vectors.
  expect(bountyTerm(3, 4, RULE)).toBeCloseTo(1.22, 12);
  expect(bountyTerm(1, 4, RULE)).toBe(0.5);
  expect(bountyTerm(0, 0, RULE)).toBe(0);
});

test('terms are summed over chutes', () => {
  const at = (chuteId: string, ...hotkeys: string[]) => hotkeys.map((hotkey) => ({ hotkey, chuteId }));
  const scores = bountyScores([...at('x', 'a', 'a', 'a', 'b'), ...at('y', 'b')], RULE);
  expect(scores.get('a')).toBeCloseTo(1.22, 12);
  expect(scores.get('b')).toBe(1.5);
  expect(bountyScores([], RULE).size).toBe(0);
});

test('the least has nothing, the most has most; where all are alike all have the same', () => {
  const spread = spreadShares(
    new Map([
      ['a', 10],
      ['b', 30],
      ['c', 20],
    ]),
    1.4,
  );
  // By hand: 0, 1, 0.5^1.4 = 0.3789291416.
  expect(spread.get('a')).toBe(0);
  expect(spread.get('b')).toBeCloseTo(1 / 1.3789291416, 10);
  expect(spread.get('c')).toBeCloseTo(0.3789291416 / 1.3789291416, 10);
  expect([
    ...spreadShares(
      new Map([
        ['a', 7],
        ['b', 7],
      ]),
      1.4,
    ).values(),
  ]).toEqual([0.5, 0.5]);
  expect([...spreadShares(new Map([['a', 0]]), 2).values()]).toEqual([1]);
});
