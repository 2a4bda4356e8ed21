/**
 * The sum of some numbers, rounded once: the same bits in whatever order they come. After Shewchuk, "Adaptive Precision Floating-Point
 * Arithmetic" (1997): `partials` never overlap and hold the sum so far without any error.
 *
 * `NaN` when one of them is not finite, or the sum is beyond the range of a double.
 */
export function exactSum(values: Iterable<number>): number {
  const partials: number[] = [];
  for (const value of values) {
    if (!Number.isFinite(value)) return Number.NaN;
    let x = value;
    let kept = 0;
    for (const partial of partials) {
      const [large, small] = Math.abs(x) < Math.abs(partial) ? [partial, x] : [x, partial];
      const sum = large + small;
      const lost = small - (sum - large);
      if (lost !== 0) partials[kept++] = lost;
      x = sum;
    }
    if (!Number.isFinite(x)) return Number.NaN;
    partials.length = kept;
    partials.push(x);
  }
  return rounded(partials);
}

function rounded(partials: readonly number[]): number {
  let at = partials.length - 1;
  if (at < 0) return 0;
  let sum = partials[at] as number;
  let lost = 0;
  while (at > 0 && lost === 0) {
    const x = sum;
    const y = partials[--at] as number;
    sum = x + y;
    lost = y - (sum - x);
  }
  // Half way between two doubles, the partials below decide; else two orders could round to either side.
  const below = at > 0 ? (partials[at - 1] as number) : 0;
  if ((lost < 0 && below < 0) || (lost > 0 && below > 0)) {
    const twice = lost * 2;
    const next = sum + twice;
    if (twice === next - sum) return next;
  }
  return sum;
}
