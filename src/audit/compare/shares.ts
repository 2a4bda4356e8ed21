/** Shares by hotkey (ss58): each from 0 to 1, together 1, or none at all. Who is not named has 0. */
export type Shares = ReadonlyMap<string, number>;

/**
 * Amounts as shares of their sum. Amounts that are no finite number above 0 are left out: a publisher may write anything.
 * No amount at all gives no shares.
 */
export function toShares(amounts: Iterable<readonly [hotkey: string, amount: number]>): Shares {
  const kept = [...amounts].filter(([, amount]) => Number.isFinite(amount) && amount > 0);
  // Divided by the largest first: finite amounts may have an infinite sum.
  const largest = kept.reduce((max, [, amount]) => Math.max(max, amount), 0);
  const scaled = new Map<string, number>();
  for (const [hotkey, amount] of kept) scaled.set(hotkey, (scaled.get(hotkey) ?? 0) + amount / largest);
  const sum = sumOf(scaled.values());
  const shares = [...scaled].map(([hotkey, amount]) => [hotkey, amount / sum] as const);
  // So small beside the largest that a double has no room for it.
  return new Map(shares.filter(([, share]) => share > 0));
}

/** L1: the sum of absolute differences, 0 (equal) to 2 (disjoint); 1 where only one of them has any shares. */
export function distance(a: Shares, b: Shares): number {
  const hotkeys = new Set([...a.keys(), ...b.keys()]);
  return sumOf([...hotkeys].map((hotkey) => Math.abs((a.get(hotkey) ?? 0) - (b.get(hotkey) ?? 0))));
}

/** A sum that does not depend on the order of its terms: they are added from the smallest up. */
export function sumOf(terms: Iterable<number>): number {
  return Float64Array.from(terms)
    .sort()
    .reduce((sum, term) => sum + term, 0);
}
