import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mulberry32 } from '../../../test/support/sample-metagraph.ts';
import { membersOf, type Tenure } from './membership.ts';
import { type Moment, randomHistory } from './testing/history.ts';

const DAY = 7_200;

/** What the view of `tenures` makes of a history, over all its blocks. */
function tenuresOf(moments: readonly Moment[]): Tenure[] {
  const tenures = new Map<string, Tenure & { days: Map<number, [number, number]> }>();
  for (const { block, seats } of moments) {
    for (const { uid, hotkey, coldkey, ip, registeredAt } of seats) {
      const key = [uid, hotkey, coldkey, ip, registeredAt].join();
      const tenure = tenures.get(key) ?? { uid, hotkey, coldkey, ip: ip ?? null, spans: [], days: new Map() };
      tenures.set(key, tenure);
      const day = Math.floor(block / DAY);
      tenure.days.set(day, [tenure.days.get(day)?.[0] ?? block, block]);
    }
  }
  return [...tenures.values()].map(({ days, ...tenure }) => ({
    ...tenure,
    spans: [...days.values()].flat(),
  }));
}

test('at each block of a random history the members are those that were there', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: DAY - 500, max: 2 * DAY + 500 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer(),
      (unordered, n, seed) => {
        const generator = mulberry32(seed);
        const blocks = unordered.sort((a, b) => a - b);
        const moments = randomHistory(blocks, n, (bound) => Math.floor(generator() * bound));
        const { holders, frame, holder } = membersOf(tenuresOf(moments), blocks);
        const found = moments.map((): string[] => []);
        for (const [row, at] of frame.entries()) {
          const { uid, hotkey, coldkey, ip } = holders[holder[row] as number] as Tenure;
          found[at]?.push([uid, hotkey, coldkey, ip].join());
        }
        expect(found).toEqual(
          moments.map(({ seats }) =>
            seats.map(({ uid, hotkey, coldkey, ip }) => [uid, hotkey, coldkey, ip ?? null].join()),
          ),
        );
      },
    ),
  );
});
