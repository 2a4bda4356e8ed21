import { describe, expect, it } from 'vitest';
import { minerKey, validatorKey } from './people.ts';
import { isSilent, personalityOf, qualityOf, scoreOf } from './personalities.ts';
import { SUBNET_PLANS } from './plans.ts';
import { roll } from './roll.ts';

const miners = SUBNET_PLANS.flatMap((plan) =>
  Array.from({ length: plan.miners }, (_, n) => minerKey(plan.netuid, n).publicKey),
);
const validators = Array.from({ length: 10 }, (_, n) => validatorKey(n).publicKey);
const withPersonality = (name: string) =>
  miners.find((hotkey) => personalityOf(hotkey) === name) ?? new Uint8Array();

describe('personalities', () => {
  it('has members of every kind among the miners, and more than one kind among the validators', () => {
    expect(new Set(miners.map(personalityOf))).toEqual(new Set(['steady', 'rising', 'faulty', 'copying']));
    expect(new Set(validators.map(personalityOf)).size).toBeGreaterThan(1);
  });

  it('lets the steady be steady, the rising rise and the faulty fail and come back', () => {
    const quality = (name: string, block: number) => qualityOf('s', withPersonality(name), 0, block, 0);
    expect(quality('steady', 1)).toBe(quality('steady', 5_000));
    expect(quality('rising', 600)).toBeGreaterThan(3 * quality('rising', 1));
    const day = Array.from({ length: 240 }, (_, block) => quality('faulty', block));
    expect(day.filter((one) => one === 0)).toHaveLength(80);
  });

  it('never scores below nothing', () => {
    for (const validator of validators) {
      for (let block = 0; block < 50; block++) {
        expect(scoreOf('s', validator, 3, 0.01, block)).toBeGreaterThanOrEqual(0);
        expect(personalityOf(validator) !== 'faulty' && isSilent('s', validator, block)).toBe(false);
      }
    }
  });

  it('rolls evenly, and the same each time', () => {
    const rolls = Array.from({ length: 20_000 }, (_, n) => roll('seed', n));
    const mean = rolls.reduce((sum, one) => sum + one, 0) / rolls.length;
    expect(mean).toBeCloseTo(0.5, 1);
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = rolls.filter((one) => Math.floor(one * 10) === tenth).length / rolls.length;
      expect(share).toBeGreaterThan(0.085);
      expect(share).toBeLessThan(0.115);
    }
    expect(Math.min(...rolls)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...rolls)).toBeLessThan(1);
    expect(roll('a', 1)).toBe(roll('a', 1));
  });
});
