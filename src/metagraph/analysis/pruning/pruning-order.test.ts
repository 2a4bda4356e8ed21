import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { immuneOwnerUids } from './immune-owner-uids.ts';
import { pruningOrder } from './pruning-order.ts';
import { pruningRuleOf, pruningRuleText } from './pruning-rule.ts';

// Orders worked out by hand from `subnets/registration.rs` as the reference sums it up (section 10). Immune: registered at
// 900 or later, since the block is 1,000 and immunity lasts 101 blocks.
const AT = { block: 1_000, immunityPeriod: 101 };

describe('by score', () => {
  const columns = { pruningScore: [5, 3, 3, 1, 1, 3], registeredAt: [1, 50, 40, 900, 950, 60] };

  test('lowest score of those without immunity; of equals the highest uid, among the immune the lowest', () => {
    const { place, immune, immunityLeft } = pruningOrder(columns, { ...AT, rule: 'score' });
    // 5, 2, 1 share score 3; then 0; then the immune 3 and 4, equal at 1.
    expect(place).toEqual([4, 3, 2, 5, 6, 1]);
    expect(immune).toEqual([false, false, false, true, true, false]);
    expect(immunityLeft).toEqual([0, 0, 0, 1, 51, 0]);
  });

  test('since 218 of equals the oldest', () => {
    // Score 3: uid 2 (block 40), 1 (50), 5 (60); then 0; then the immune by age.
    expect(pruningOrder(columns, { ...AT, rule: 'score-oldest' }).place).toEqual([4, 2, 1, 5, 6, 3]);
  });

  test('since 343 the owner keeps its first hotkeys', () => {
    const { place } = pruningOrder(columns, {
      ...AT,
      rule: 'score-owner-immune',
      ownerImmune: new Set([2, 3]),
    });
    expect(place).toEqual([3, 1, null, null, 4, 2]);
  });

  test('all immune: the lowest score, of equals the lowest uid', () => {
    const all = { pruningScore: [7, 2, 2], registeredAt: [990, 991, 980] };
    expect(pruningOrder(all, { ...AT, rule: 'score' }).place).toEqual([3, 1, 2]);
    expect(pruningOrder(all, { ...AT, rule: 'score-oldest' }).place).toEqual([3, 2, 1]);
  });

  test('a score of 65535 was chosen already and goes last', () => {
    const chosen = { pruningScore: [65_535, 9, 4], registeredAt: [1, 2, 999] };
    expect(pruningOrder(chosen, { ...AT, rule: 'score' }).place).toEqual([3, 1, 2]);
  });
});

describe('by emission', () => {
  const columns = { emission: [30n, 10n, 10n, 0n, 20n], registeredAt: [1, 7, 5, 950, 3] };

  test('lowest emission, then the oldest; the last that are not immune are kept and immune ones go', () => {
    // Four are not immune: with at least two of them kept, 2 and 1 go (equal pay, 2 is older), then the immune 3.
    expect(pruningOrder(columns, { ...AT, rule: 'emission', minNonImmuneUids: 2 }).place).toEqual([
      null,
      2,
      1,
      3,
      null,
    ]);
  });

  test('exactly as many without immunity as are kept: only the immune go', () => {
    const { place } = pruningOrder(columns, { ...AT, rule: 'emission', minNonImmuneUids: 4 });
    expect(place).toEqual([null, null, null, 1, null]);
  });

  test('nobody can go: few neurons, none immune', () => {
    expect(pruningOrder({ emission: [1n], registeredAt: [1] }, { ...AT, rule: 'emission' }).place).toEqual([
      null,
    ]);
  });

  test('all immune: the lowest emission; the owner stays', () => {
    const all = { emission: [0n, 2n, 1n], registeredAt: [999, 998, 997] };
    const terms = { ...AT, rule: 'emission', ownerImmune: new Set([0]) } as const;
    expect(pruningOrder(all, terms).place).toEqual([null, 2, 1]);
  });

  test('emissions beyond 2^53 keep their order', () => {
    const large = { emission: [2n ** 63n + 1n, 2n ** 63n], registeredAt: [1, 2] };
    const { place } = pruningOrder(large, { ...AT, rule: 'emission', minNonImmuneUids: 0 });
    expect(place).toEqual([2, 1]);
  });
});

test('places are 1, 2, 3 … without a gap, and nobody immune goes before all that may go without immunity', () => {
  const rule = fc.constantFrom('score', 'score-oldest', 'score-owner-immune', 'emission');
  const seat = fc.record({
    registeredAt: fc.option(fc.integer({ min: 0, max: 1_000 }), { nil: null }),
    pruningScore: fc.integer({ min: 0, max: 65_534 }),
    emission: fc.bigInt({ min: 0n, max: 3n }),
  });
  fc.assert(
    fc.property(rule, fc.array(seat, { maxLength: 40 }), (one, seats) => {
      const { place, immune } = pruningOrder(
        {
          registeredAt: seats.map(({ registeredAt }) => registeredAt),
          pruningScore: seats.map(({ pruningScore }) => pruningScore),
          emission: seats.map(({ emission }) => emission),
        },
        { ...AT, rule: one, minNonImmuneUids: 3 },
      );
      const places = place.filter((value) => value !== null);
      expect(places.toSorted((a, b) => a - b)).toEqual(places.map((_, index) => index + 1));
      const lastOther = Math.max(0, ...place.map((value, uid) => (immune[uid] ? 0 : (value ?? 0))));
      for (const [uid, value] of place.entries()) if (immune[uid]) expect(value).toBeGreaterThan(lastOther);
    }),
  );
});

test('the owner keeps its oldest hotkeys, and the owner hotkey before them', () => {
  const columns = {
    hotkey: ['a', 'b', 'c', 'd'],
    coldkey: ['me', 'you', 'me', 'me'],
    registeredAt: [30, 1, 20, 10],
  };
  expect([...immuneOwnerUids(columns, { coldkey: 'me' }, 2)]).toEqual([3, 2]);
  expect([...immuneOwnerUids(columns, { coldkey: 'me', hotkey: 'a' }, 2)]).toEqual([0, 3]);
  expect([...immuneOwnerUids(columns, { coldkey: 'me', hotkey: 'd' }, 1)]).toEqual([3]);
  expect([...immuneOwnerUids(columns, { coldkey: 'me', hotkey: 'gone' }, 1)]).toEqual([3]);
  expect(immuneOwnerUids(columns, {}, 1).size).toBe(0);
  expect(immuneOwnerUids(columns, { coldkey: 'me', hotkey: 'a' }, 0).size).toBe(0);
});

test('the rule is told by what the runtime has', () => {
  expect(pruningRuleOf({ hasPruningScore: true, specVersion: 116 })).toBe('score');
  expect(pruningRuleOf({ hasPruningScore: true, specVersion: 218 })).toBe('score-oldest');
  expect(pruningRuleOf({ hasPruningScore: true, immuneOwnerUidsLimit: 1, specVersion: 343 })).toBe(
    'score-owner-immune',
  );
  expect(pruningRuleOf({ hasPruningScore: false, minNonImmuneUids: 10, specVersion: 0 })).toBe('emission');
  expect(pruningRuleOf({ hasPruningScore: false, specVersion: 425 })).toBe('emission');
  expect(pruningRuleOf({ hasPruningScore: false, specVersion: 0 })).toBeUndefined();
  expect(pruningRuleText('emission', 10)).toContain('At 10 neurons');
});
