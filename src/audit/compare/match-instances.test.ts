import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../instants.ts';
import { matchInstances, type ToldLife } from './match-instances.ts';

const DAY = 24 * HOUR;
const range = { start: 100 * DAY, end: 107 * DAY };

const life = (instanceId: string, created: number, deleted: number | null = null): ToldLife => ({
  instanceId,
  createdAt: created,
  verifiedAt: created + 60 * SECOND,
  deletedAt: deleted,
});

describe('instances of both sides, joined by id alone', () => {
  test('clocks that are five minutes apart agree; six do not', () => {
    const own = [life('a', 101 * DAY), life('b', 101 * DAY, 103 * DAY)];
    const validator = [life('a', 101 * DAY + 299 * SECOND), life('b', 101 * DAY, 103 * DAY + 360 * SECOND)];
    const matched = matchInstances(own, validator, range);
    expect(matched).toMatchObject({
      matched: 2,
      ownOnly: 0,
      validatorOnly: 0,
      differing: 1,
      state: 'agrees',
    });
    expect(matched.examples).toEqual([{ instanceId: 'b', note: 'deleted 360 s earlier by the miner' }]);
    expect(matched.secondsRatio).toBeCloseTo(1, 2);
  });

  test('seconds: half of the life on one side is a disagreement', () => {
    const matched = matchInstances(
      [life('a', 101 * DAY, 102 * DAY)],
      [life('a', 101 * DAY, 103 * DAY)],
      range,
    );
    expect(matched.secondsRatio).toBe(0.5);
    expect(matched.state).toBe('disagrees');
  });

  test('more than a tenth that only the validator has', () => {
    const own = Array.from({ length: 20 }, (_, i) => life(`i${i}`, 101 * DAY));
    const few = [...own, life('x', 102 * DAY), life('y', 102 * DAY)];
    expect(matchInstances(own, few, range)).toMatchObject({ validatorOnly: 2, state: 'agrees' });
    const many = [...few, life('z', 102 * DAY)];
    expect(matchInstances(own, many, range)).toMatchObject({ validatorOnly: 3, state: 'disagrees' });
    expect(matchInstances(many, own, range)).toMatchObject({ ownOnly: 3, state: 'disagrees' });
  });

  test('lives outside the range are held against nobody', () => {
    const before = life('old', 90 * DAY, 99 * DAY);
    expect(matchInstances([before], [], range)).toMatchObject({ own: 0, state: 'nothing' });
    expect(matchInstances([], [life('new', 108 * DAY)], range)).toMatchObject({
      validator: 0,
      state: 'nothing',
    });
  });

  test('one single instance that only one side has is too few to tell', () => {
    expect(matchInstances([life('a', 101 * DAY)], [], range).state).toBe('too-few');
  });

  test('a time that only one side has is told', () => {
    const { examples } = matchInstances(
      [life('a', 101 * DAY)],
      [{ ...life('a', 101 * DAY, 102 * DAY), verifiedAt: null }],
      range,
    );
    expect(examples[0]?.note).toBe('verified: only the miner says so; deleted: only the validator says so');
  });
});
