import { describe, expect, it } from 'vitest';
import { revealDelays, weightAges } from './age.ts';

describe('weightAges', () => {
  const epoch = { block: 1000, n: 3, hotkeys: ['a', 'b', 'c'], stakes: [1, 1, 1] };
  const rows = [0, 1, 2].map((uid) => ({ uid, targets: [], values: [] }));

  it('counts blocks since the last action; block 0 is a block', () => {
    expect(weightAges({ ...epoch, rows, lastUpdates: [990, 0, 1000] }).age).toEqual([10, 1000, 0]);
  });

  it('does not know what it was not told, or what lies in the future', () => {
    expect(weightAges({ ...epoch, rows }).age).toEqual([null, null, null]);
    expect(weightAges({ ...epoch, rows: rows.slice(0, 1), lastUpdates: [1001] }).age).toEqual([null]);
  });
});

describe('revealDelays', () => {
  it('pairs each reveal with the oldest commit waiting', () => {
    const delays = revealDelays([
      { block: 10, hotkey: 'a', kind: 'commit' },
      { block: 15, hotkey: 'b', kind: 'set' },
      { block: 20, hotkey: 'a', kind: 'commit' },
      { block: 25, hotkey: 'b', kind: 'commit' },
      { block: 40, hotkey: 'a', kind: 'reveal' },
      { block: 60, hotkey: 'a', kind: 'reveal' },
      { block: 70, hotkey: 'a', kind: 'reveal' },
      { block: 71, hotkey: 'b', kind: 'reveal' },
    ]);
    expect(delays).toEqual({
      hotkey: ['a', 'a', 'b'],
      commit: [10, 20, 25],
      reveal: [40, 60, 71],
      delay: [30, 40, 46],
    });
  });

  it('gives up commits beyond what the chain lets wait', () => {
    const commits = Array.from({ length: 12 }, (_, i) => ({
      block: i,
      hotkey: 'a',
      kind: 'commit' as const,
    }));
    expect(revealDelays([...commits, { block: 100, hotkey: 'a', kind: 'reveal' }]).commit).toEqual([2]);
  });

  it('is empty without actions', () => {
    expect(revealDelays([]).delay).toEqual([]);
  });
});
