import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planWeights } from './plan-weights.ts';
import { parseScores } from './scores.ts';
import { isWithinLimit, MAX_WEIGHT, storedValues } from './stored-values.ts';

const names = (n: number) => Array.from({ length: n }, (_, uid) => `5Key${uid}`);
const scoresOf = (values: readonly number[]) => new Map(values.map((value, uid) => [`5Key${uid}`, value]));

describe('what is sent', () => {
  test('is what the SDK sends', () => {
    // bittensor 9.8.3: `convert_weights_and_uids_for_emit([0, 3, 4, 9, 11], [.1, .25, 0, 4e-6, .5])`.
    const scores = new Map(
      [
        [0, 0.1],
        [3, 0.25],
        [4, 0],
        [9, 0.000_004],
        [11, 0.5],
      ].map(([uid, score]) => [`5Key${uid}`, score!]),
    );
    const plan = planWeights({ scores, hotkeys: names(12) });
    expect(plan.uids).toEqual([0, 3, 9, 11]);
    expect(plan.values).toEqual([13_107, 32_768, 1, 65_535]);
    expect(plan.weights.map(({ stored }) => stored)).toEqual([13_107, 32_768, 1, 65_535]);
  });

  test('is limited as the SDK limits', () => {
    // bittensor 9.8.3: `normalize_max_weight([.5, .3, .1, .06, .04], 0.4)`, and `[10, 1, 1, 1, 1, 1]` at 0.2, then for emit
    // `[65535, 52428 x 5]`.
    const first = planWeights({
      scores: scoresOf([0.5, 0.3, 0.1, 0.06, 0.04]),
      hotkeys: names(5),
      maxWeightLimit: 0.4 * MAX_WEIGHT,
    });
    for (const [i, share] of [0.4, 0.36, 0.12, 0.072, 0.048].entries())
      expect(first.weights[i]!.share).toBeCloseTo(share, 6);
    const second = planWeights({
      scores: scoresOf([10, 1, 1, 1, 1, 1]),
      hotkeys: names(6),
      maxWeightLimit: 0.2 * MAX_WEIGHT,
    });
    expect(second.values).toEqual([65_535, ...Array(5).fill(52_428)]);
    expect(second.limited).toBe(true);
  });

  test('as the Chutes validator cuts it: all uids, zeros too, and the chain scales it up', () => {
    const plan = planWeights({
      scores: scoresOf([0.591_755_660_5, 0, 0.292_666_981_3, 0.115_577_358_2]),
      hotkeys: names(4),
      rounding: 'trunc',
    });
    expect(plan.uids).toEqual([0, 1, 2, 3]);
    // By hand: 0.5917556605 x 65535 = 38780.7, 0.2926669813 x 65535 = 19179.9, 0.1155773582 x 65535 = 7574.4.
    expect(plan.values).toEqual([38_780, 0, 19_179, 7_574]);
    // By hand: x 65535/38780 = 1.68991748…: 19179 -> 32410.93, 7574 -> 12799.43.
    expect(plan.weights.map(({ stored }) => stored)).toEqual([65_535, 0, 32_411, 12_799]);
  });

  test('who is not registered gets nothing and counts for nothing', () => {
    const scores = new Map([
      ['5Key0', 1],
      ['5Gone', 8],
      ['5Left', 9],
      ['5Zero', 0],
      ['5Key1', 3],
    ]);
    const plan = planWeights({ scores, hotkeys: names(3) });
    expect(plan.weights.map(({ uid, share }) => [uid, share])).toEqual([
      [0, 0.25],
      [1, 0.75],
    ]);
    expect(plan.unregistered).toEqual([
      { hotkey: '5Left', score: 9 },
      { hotkey: '5Gone', score: 8 },
    ]);
  });

  test('one neuron; one that rounds to nothing; huge scores', () => {
    expect(planWeights({ scores: scoresOf([1e-300]), hotkeys: names(1) })).toMatchObject({
      uids: [0],
      values: [65_535],
    });
    const plan = planWeights({ scores: scoresOf([1, 1e-9]), hotkeys: names(2) });
    expect([plan.uids, plan.weights[1]]).toEqual([
      [0],
      { uid: 1, hotkey: '5Key1', score: 1e-9, share: expect.any(Number), sent: 0, stored: 0 },
    ]);
    expect(planWeights({ scores: scoresOf([1.7e308, 1.7e308]), hotkeys: names(2) }).values).toEqual([
      65_535, 65_535,
    ]);
  });

  test('no scores, or none of anybody here, is refused; what is no score is told', () => {
    expect(() => planWeights({ scores: new Map(), hotkeys: names(2) })).toThrow(/no weights to set/);
    expect(() => planWeights({ scores: scoresOf([1]), hotkeys: [] })).toThrow(/no weights to set/);
    for (const score of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => planWeights({ scores: scoresOf([score]), hotkeys: names(1) })).toThrow(/is none/);
  });

  const score = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e9, noNaN: true }));
  const scores = fc
    .array(score, { minLength: 1, maxLength: 60 })
    .filter((list) => list.some((value) => value > 0));

  test('holds for all scores: shares sum to 1, the largest is 65535, scale and order change nothing', () => {
    fc.assert(
      fc.property(scores, fc.double({ min: 0.5, max: 4, noNaN: true }), (list, factor) => {
        const plan = planWeights({ scores: scoresOf(list), hotkeys: names(list.length) });
        expect(plan.weights.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        expect(Math.max(...plan.values)).toBe(65_535);
        expect(storedValues(plan.values)).toEqual(plan.values);
        const doubled = planWeights({
          scores: scoresOf(list.map((value) => value * 2)),
          hotkeys: names(list.length),
        });
        expect(doubled.values).toEqual(plan.values);
        const scaled = planWeights({
          scores: scoresOf(list.map((value) => value * factor)),
          hotkeys: names(list.length),
        });
        for (const [i, { sent }] of scaled.weights.entries())
          expect(Math.abs(sent - (plan.weights[i]?.sent ?? 0))).toBeLessThanOrEqual(1);
        const turned = planWeights({
          scores: new Map([...scoresOf(list)].reverse()),
          hotkeys: names(list.length),
        });
        expect(turned).toEqual(plan);
      }),
    );
  });

  test('no limited row is above its limit in the chain’s own reckoning, if that can be', () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: MAX_WEIGHT }), (list, maxWeightLimit) => {
        const plan = planWeights({ scores: scoresOf(list), hotkeys: names(list.length), maxWeightLimit });
        const possible = plan.uids.length * maxWeightLimit > MAX_WEIGHT;
        if (possible) expect(isWithinLimit(storedValues(plan.values), maxWeightLimit)).toBe(true);
      }),
    );
  });
});

// By the formula of `vec_max_upscale_to_u16`, by hand: round(v x 65535 / max).
test.each([
  [[], []],
  [
    [0, 0],
    [0, 0],
  ],
  [
    [1, 2],
    [32_768, 65_535],
  ],
  [
    [10, 20_000, 65_535, 7],
    [10, 20_000, 65_535, 7],
  ],
  [
    [32_768, 1],
    [65_535, 2],
  ],
  [
    [40_000, 20_000, 1],
    [65_535, 32_767, 2],
  ],
])('the chain stores %j as %j', (sent, stored) => {
  expect(storedValues(sent)).toEqual(stored);
});

describe('a file of scores', () => {
  const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';

  test('is read, whatever way an account is written', () => {
    const text = JSON.stringify({
      netuid: 64,
      scores: { '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d': 0.5 },
    });
    expect(parseScores(text, 'x.json')).toEqual({
      netuid: 64,
      origin: 'x.json',
      scores: new Map([[ALICE, 0.5]]),
    });
  });

  test.each([
    'nonsense',
    '[]',
    '{"netuid":64}',
    '{"netuid":-1,"scores":{}}',
    `{"netuid":64,"scores":{"${ALICE}":-1}}`,
    `{"netuid":64,"scores":{"${ALICE}":"1"}}`,
    `{"netuid":64,"scores":{"${ALICE}":1e400}}`,
    '{"netuid":64,"scores":{"5abc":1}}',
    '{"netuid":64,"scores":{},"extra":1}',
    `{"netuid":64,"scores":{"${ALICE}":1,"0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d":2}}`,
  ])('or refused: %s', (text) => {
    expect(() => parseScores(text, 'x.json')).toThrow();
  });
});
