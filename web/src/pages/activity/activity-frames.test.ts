import { describe, expect, it } from 'vitest';
import type { ActivityBody } from '../../api/types.ts';
import { activityCsv, activityFrames, activityJson, axisEnds, trackValue } from './activity-frames.ts';
import { chosenMeasures, measureName, roleMeasures } from './measures.ts';
import { roundTicks } from './scatter.ts';

// Two groups, two frames: group a has 0 and 10, group b is absent and then has 5.
// Levels 0000 fffe | ffff 7fff, little-endian, by `printf '\x00\x00\xfe\xff\xff\xff\xff\x7f' | base64`.
const LEVELS = 'AAD+/////38=';
const body: ActivityBody = {
  netuid: 1,
  mechanism: 0,
  resolution: 'raw',
  from: 10,
  to: 20,
  stored: 2,
  shown: 2,
  block: [10, 20],
  timestamp: ['2024-01-01T00:00:00.000Z', null],
  role: 'miner',
  by: 'coldkey',
  groups: ['a', '=b'],
  measures: [
    { name: 'emission_mean', unit: 'alpha', min: 0, max: 10, levels: LEVELS },
    { name: 'hotkey_nunique', unit: 'count', min: 0, max: 10, levels: LEVELS },
  ],
};
const measures = { x: 'emission_mean', y: 'emission_mean', size: 'hotkey_nunique', color: 'emission_mean' };

describe('an animation', () => {
  const activity = activityFrames(body, measures, 'α');

  it('has each value of each group and frame', () => {
    const values = [0, 1].map((group) =>
      [0, 1].map((frame) => trackValue(2, activity.tracks.x, group, frame)),
    );
    expect(values[0]).toEqual([0, 10]);
    expect(values[1]?.[0]).toBeUndefined();
    expect(values[1]?.[1]).toBe(5);
  });

  it('unpacks a measure once', () => {
    expect(activity.tracks.x).toBe(activity.tracks.color);
  });

  it('is exported without what is absent, with names disarmed', () => {
    expect(activityCsv(activity, 'coldkey').split('\r\n').slice(0, 3)).toEqual([
      'block,timestamp,coldkey,emission_mean,hotkey_nunique',
      '10,2024-01-01T00:00:00.000Z,a,0,0',
      '20,,a,10,10',
    ]);
    expect(activityCsv(activity, 'coldkey')).toContain("20,,'=b,5,5");
    const json = JSON.parse(activityJson(activity, 'coldkey')) as { measures: { values: unknown[][] }[] };
    expect(json.measures).toHaveLength(2);
    expect(json.measures[0]?.values[1]?.[0]).toBeNull();
  });

  it('is refused when the answer lacks a measure', () => {
    expect(() => activityFrames(body, { ...measures, y: 'trust_mean' }, 'α')).toThrow(/trust_mean/);
  });

  it('may be empty', () => {
    const empty = {
      ...body,
      block: [],
      timestamp: [],
      groups: [],
      measures: body.measures.map((each) => ({ ...each, levels: '' })),
    };
    expect(activityFrames(empty, measures, 'α').frames).toBe(0);
  });
});

it('has axes from 10 % below nothing to 110 % of the largest value, also where all is zero', () => {
  expect(axisEnds({ max: 50 })).toEqual([-5, expect.closeTo(55)]);
  expect(axisEnds({ max: 0 })).toEqual([-0.1, 1.1]);
});

it('marks axes at round values', () => {
  expect(roundTicks(1.1, 6)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(roundTicks(55, 7)).toEqual([0, 10, 20, 30, 40, 50]);
});

describe('measures', () => {
  it('are the usual ones of the class unless others of the class are chosen', () => {
    expect(chosenMeasures('miner', {})).toEqual({
      x: 'emission_mean',
      y: 'consensus_mean',
      size: 'hotkey_nunique',
      color: 'totalStake_sum',
    });
    expect(chosenMeasures('validator', { x: 'dividends_max', y: 'trust_mean' })).toMatchObject({
      x: 'dividends_max',
      y: 'validatorTrust_mean',
    });
  });

  it('are five columns by five aggregates and two counts', () => {
    expect(roleMeasures('miner')).toHaveLength(27);
    expect(measureName('totalStake_sum')).toBe('Total stake, sum');
  });
});
