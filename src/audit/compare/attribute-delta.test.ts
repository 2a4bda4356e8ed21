import { describe, expect, test } from 'vitest';
import { attributeDelta } from './attribute-delta.ts';

const parts = {
  expected: 0.1,
  features: { computeUnits: 0.06, invocations: 0.03, bounties: 0.01 },
  instances: [
    { instanceId: 'i-1', share: 0.02 },
    { instanceId: 'i-2', share: 0.004 },
  ],
};

describe('what would explain a delta', () => {
  test('a feature that was left out: the others share what it brought', () => {
    // (0.1 - 0.03) / (1 - 0.03)
    const { candidates, explained, summary } = attributeDelta(parts, 0.07 / 0.97);
    expect(explained).toBe(true);
    expect(candidates[0]).toMatchObject({ kind: 'feature', name: 'invocations' });
    expect(candidates[0]?.explains).toBeCloseTo(1, 12);
    expect(summary).toBe(
      'It looks as if feature invocations left out changes the share by -2.7835 %, 100 % of the difference.',
    );
  });

  test('an instance that was counted twice', () => {
    const { candidates } = attributeDelta(parts, 0.12 / 1.02);
    expect(candidates[0]).toMatchObject({ kind: 'instance', name: 'i-1' });
    expect(candidates[0]?.text).toContain('counted twice');
  });

  test('nothing fits: that is said, and the nearest are shown', () => {
    const { candidates, explained, summary } = attributeDelta(parts, 0.05);
    expect(explained).toBe(false);
    expect(candidates[0]?.name).toBe('computeUnits');
    expect(summary).toContain('Nothing explains it');
  });

  test('what rounding explains needs no other reason', () => {
    expect(attributeDelta(parts, 0.10001, 0.00002)).toEqual({
      candidates: [],
      explained: false,
      summary: 'Paid as owed: there is nothing to explain.',
    });
  });

  test('a miner that has everything loses everything, without a division by zero', () => {
    const { candidates } = attributeDelta({ expected: 1, features: { computeUnits: 1 }, instances: [] }, 0);
    expect(candidates[0]).toMatchObject({ effect: -1, explains: 1 });
  });

  test('paid without any figure', () => {
    expect(attributeDelta({ expected: 0, features: {}, instances: [] }, 0.05).explained).toBe(false);
  });
});
