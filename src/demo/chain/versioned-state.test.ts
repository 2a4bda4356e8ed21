import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../shared/index.ts';
import { VersionedState } from './versioned-state.ts';

const key = fc.integer({ min: 0, max: 11 }).map((n) => `0x${n.toString(16).padStart(2, '0')}` as Hex);
const value = fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined });
const block = fc.array(fc.tuple(key, value), { maxLength: 6 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ push: block }) },
  { weight: 2, arbitrary: fc.constant({ pop: true as const }) },
  { weight: 2, arbitrary: fc.constant({ prune: true as const }) },
);

describe('versioned state', () => {
  it('answers like full copies of the state at each block, through forks and pruning', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const state = new VersionedState();
        const copies: Map<Hex, number>[] = [new Map()];
        const changesOf: Map<Hex, Uint8Array | undefined>[] = [new Map()];
        let oldest = 0;
        for (const one of steps) {
          const newest = copies.length - 1;
          if ('push' in one) {
            const changes = new Map(
              one.push.map(([k, v]) => [k, v === undefined ? undefined : Uint8Array.of(v)]),
            );
            const copy = new Map(copies[newest]);
            for (const [k, v] of changes) v === undefined ? copy.delete(k) : copy.set(k, v[0] ?? 0);
            state.push(newest + 1, changes);
            copies.push(copy);
            changesOf.push(changes);
          } else if ('pop' in one && newest > oldest) {
            state.pop(newest, changesOf.pop() ?? new Map());
            copies.pop();
          } else if ('prune' in one && oldest < newest) {
            oldest++;
            state.prune(oldest, changesOf[oldest] ?? new Map());
          }
          for (let number = oldest; number < copies.length; number++) {
            const copy = copies[number] ?? new Map<Hex, number>();
            const found = state.keys('0x', 100, undefined, (k) => state.read(number, k) !== undefined);
            expect(found).toEqual([...copy.keys()].sort());
            for (const k of found) expect(state.read(number, k)?.[0]).toBe(copy.get(k));
          }
        }
      }),
    );
  });

  it('pages: after a key, no more than asked for, within the prefix', () => {
    const state = new VersionedState();
    const keys = ['0xaa01', '0xaa02', '0xaa03', '0xab00'] as Hex[];
    state.push(1, new Map(keys.map((one) => [one, Uint8Array.of(1)])));
    const page = (count: number, after?: string) => state.keys('0xaa', count, after, () => true);
    expect(page(2)).toEqual(['0xaa01', '0xaa02']);
    expect(page(2, '0xaa02')).toEqual(['0xaa03']);
    expect(page(9, '0xaa03')).toEqual([]);
  });

  it('holds no more than the window: a key written in every block keeps as many versions as blocks', () => {
    const state = new VersionedState();
    const changes = new Map([['0x01' as Hex, Uint8Array.of(1)]]);
    for (let number = 1; number <= 1_000; number++) {
      state.push(
        number,
        new Map([...changes, [`0x02${number.toString(16).padStart(4, '0')}` as Hex, Uint8Array.of(2)]]),
      );
      if (number > 1)
        state.push(
          number,
          new Map([[`0x02${(number - 1).toString(16).padStart(4, '0')}` as Hex, undefined]]),
        );
    }
    for (let number = 2; number <= 1_000; number++) {
      const gone = `0x02${(number - 1).toString(16).padStart(4, '0')}` as Hex;
      state.prune(number, new Map([...changes, [gone, undefined]]));
    }
    expect(state.keyCount).toBe(2);
  });
});
