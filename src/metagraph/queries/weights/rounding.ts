/** A fraction for a chart: seven decimals tell u16 values apart and travel in a third of the bytes. */
export function fraction(value: number): number {
  return Math.round(value * 1e7) / 1e7;
}

/** What may be absent, as the figures' bodies have it. */
export function cell(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
