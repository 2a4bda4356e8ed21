import { revealDelays } from '../age.ts';
import type { WeightHistory } from '../types.ts';
import type { TimingEvidence } from './evidence.ts';

/** Epochs that rows stay hidden, about: 0 without commit-reveal, else the median delay of its reveals, 1 to 3. */
export function revealEpochs({ epochs, actions, commitReveal }: WeightHistory): number {
  if (!commitReveal) return 0;
  const delays = revealDelays(actions).delay.toSorted((a, b) => a - b);
  const delay = delays[delays.length >> 1];
  const period = (epochs.at(-1)!.block - epochs[0]!.block) / Math.max(1, epochs.length - 1);
  return delay === undefined || !(period > 0) ? 1 : Math.min(3, Math.max(1, Math.round(delay / period)));
}

/**
 * When a validator acts after its supposed source became visible: a set or a reveal of that validator, or, for the
 * consensus, the epoch itself. Undefined with fewer than three such actions.
 */
export function timingAfter(
  history: WeightHistory,
  hotkey: string,
  source: string,
): TimingEvidence | undefined {
  const visible =
    source === 'consensus'
      ? history.epochs.map(({ block }) => block)
      : history.actions
          .filter((action) => action.hotkey === source && action.kind !== 'commit')
          .map(({ block }) => block);
  const delays: number[] = [];
  let next = 0;
  for (const { block, kind, hotkey: actor } of history.actions) {
    if (actor !== hotkey || kind === 'reveal') continue;
    while (next < visible.length && visible[next]! <= block) next++;
    const last = visible[next - 1];
    if (last !== undefined) delays.push(block - last);
  }
  if (delays.length < 3) return undefined;
  delays.sort((a, b) => a - b);
  const quantile = (share: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(share * delays.length))]!;
  return {
    kind: 'timing',
    source,
    actions: delays.length,
    medianDelay: quantile(0.5),
    spread: quantile(0.75) - quantile(0.25),
  };
}
