import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RevealClock, revealWindow } from './reveal-window.ts';

describe('reckoned epochs', () => {
  const clock: RevealClock = { kind: 'reckoned', tempo: 360, epochs: 1, index: 64 };

  // By hand: (1000 + 65) / 361 is epoch 2; epoch 3 is blocks 3 x 361 - 65 = 1018 to 1378.
  test.each([
    [1_000, 1_001, 'early'],
    [1_000, 1_017, 'early'],
    [1_000, 1_018, 'open'],
    [1_000, 1_378, 'open'],
    [1_000, 1_379, 'over'],
    // The last block of an epoch, and the first of the next.
    [1_017, 1_018, 'open'],
    [1_018, 1_378, 'early'],
    [1_018, 1_379, 'open'],
  ] as const)('committed at %i, revealed at %i: %s', (commit, block, standing) => {
    expect(revealWindow(clock, { block: commit }, block).standing).toBe(standing);
  });

  test('is what the pallet reckons, for all tempos, periods and blocks', () => {
    const epochOf = (tempo: bigint, index: bigint, block: bigint) => (block + index + 1n) / (tempo + 1n);
    fc.assert(
      fc.property(
        fc.nat(50_400),
        fc.integer({ min: 1, max: 100 }),
        fc.nat(65_535),
        fc.nat(10_000_000),
        fc.nat(2_000_000),
        (tempo, epochs, index, commit, later) => {
          const block = commit + later;
          const [t, i] = [BigInt(tempo), BigInt(index)];
          const wanted = epochOf(t, i, BigInt(commit)) + BigInt(epochs);
          const now = epochOf(t, i, BigInt(block));
          const standing = now < wanted ? 'early' : now > wanted ? 'over' : 'open';
          const window = revealWindow({ kind: 'reckoned', tempo, epochs, index }, { block: commit }, block);
          expect(window.standing).toBe(standing);
          expect(epochOf(t, i, BigInt(window.first!))).toBe(wanted);
          expect(epochOf(t, i, BigInt(window.last! + 1))).toBe(wanted + 1n);
        },
      ),
    );
  });
});

test('intervals of blocks: the one that follows', () => {
  const clock: RevealClock = { kind: 'interval', blocks: 100 };
  const standing = (commit: number, block: number) => revealWindow(clock, { block: commit }, block).standing;
  expect([standing(250, 299), standing(250, 300), standing(250, 399), standing(250, 400)]).toEqual([
    'early',
    'open',
    'open',
    'over',
  ]);
  expect(revealWindow({ kind: 'interval', blocks: 0 }, { block: 5 }, 6).standing).toBe('open');
});

test('counted epochs: one that is due in the block has begun', () => {
  const clock: RevealClock = { kind: 'counted', epoch: 7, epochs: 1, tempo: 50, nextEpochBlock: 1_000 };
  const commit = { block: 960, epoch: 7 };
  expect(revealWindow(clock, commit, 999)).toEqual({ standing: 'early', first: 1_000, last: 1_049 });
  expect(revealWindow(clock, commit, 1_000)).toEqual({ standing: 'open', last: 1_049 });
  expect(revealWindow({ ...clock, epoch: 9 }, commit, 1_100).standing).toBe('over');
  expect(() => revealWindow(clock, { block: 960 }, 999)).toThrow(/epoch/);
});
