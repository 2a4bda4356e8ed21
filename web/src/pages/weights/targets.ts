import type { WeightsBody } from '../../api/types.ts';
import type { NeuronHead, WeightRow } from './matrix.ts';

/** One bar: a neuron, what it is given, and what it is compared with. */
export interface Share {
  readonly head: NeuronHead;
  readonly share: number;
  /** The neuron's part of all consensus, 0 to 1; `null` where the era has none. */
  readonly consensus: number | null;
}

/** What a validator gives to whom, most first, and those it gives nothing although the consensus does. */
export function targetsOf(body: WeightsBody, uid: number): Share[] {
  const row = body.rows.find((each) => each.uid === uid);
  if (row === undefined) return [];
  const given = new Map(row.targets.map((target, at) => [target, row.shares[at] ?? 0]));
  const parts = consensusParts(body);
  return body.neurons
    .map((head) => ({ head, share: given.get(head.uid) ?? 0, consensus: parts.get(head.uid) ?? null }))
    .filter(({ share, consensus }) => share > 0 || (consensus ?? 0) > 0)
    .sort((a, b) => b.share - a.share || (b.consensus ?? 0) - (a.consensus ?? 0) || a.head.uid - b.head.uid);
}

/** Which validators weigh a neuron, by their stake; those that give it nothing too. */
export function weighersOf(
  body: WeightsBody,
  uid: number,
): { head: NeuronHead; row: WeightRow; share: number }[] {
  const heads = new Map(body.neurons.map((head) => [head.uid, head]));
  return body.rows
    .flatMap((row) => {
      const head = heads.get(row.uid);
      const at = row.targets.indexOf(uid);
      return head === undefined ? [] : [{ head, row, share: at === -1 ? 0 : (row.shares[at] ?? 0) }];
    })
    .sort((a, b) => (b.head.stake ?? -1) - (a.head.stake ?? -1) || a.head.uid - b.head.uid);
}

/**
 * Each neuron's part of the sum of all consensus: the chain scales Consensus to its own maximum, a row sums to 1, and only
 * like can be compared with like. Empty where all consensus is 0 or unknown.
 */
export function consensusParts({ neurons }: Pick<WeightsBody, 'neurons'>): ReadonlyMap<number, number> {
  const sum = neurons.reduce((total, { consensus }) => total + (consensus ?? 0), 0);
  if (sum <= 0) return new Map();
  return new Map(
    neurons.flatMap(({ uid, consensus }) => (consensus === null ? [] : [[uid, consensus / sum] as const])),
  );
}

/** The uid that is looked at when the reader chose none: the validator with the most stake that sets weights. */
export function usualRow(body: WeightsBody): number | undefined {
  const stakes = new Map(body.neurons.map(({ uid, stake }) => [uid, stake ?? -1]));
  return [...body.rows]
    .filter(({ targets }) => targets.length > 0)
    .sort((a, b) => (stakes.get(b.uid) ?? -1) - (stakes.get(a.uid) ?? -1) || a.uid - b.uid)[0]?.uid;
}

/** The neuron with the largest consensus among those that receive weight. */
export function usualColumn(body: WeightsBody): number | undefined {
  const received = new Map<number, number>();
  for (const { targets, shares } of body.rows)
    for (const [at, uid] of targets.entries())
      received.set(uid, (received.get(uid) ?? 0) + (shares[at] ?? 0));
  return [...body.neurons]
    .filter(({ uid }) => (received.get(uid) ?? 0) > 0)
    .sort(
      (a, b) =>
        (b.consensus ?? 0) - (a.consensus ?? 0) ||
        (received.get(b.uid) ?? 0) - (received.get(a.uid) ?? 0) ||
        a.uid - b.uid,
    )[0]?.uid;
}
