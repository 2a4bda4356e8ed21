import type { Panel } from './panel.ts';

/** What the validators of an epoch say together, and how far they are from agreeing. By epoch, then by column. */
export interface Disagreement {
  /** Sum of the rows, each times its voice. */
  readonly sums: readonly Float64Array[];
  /** By epoch, by validator: the square root of its stake's share, 0 without a row. */
  readonly voices: readonly Float64Array[];
  readonly voiceTotals: Float64Array;
  /** By validator, by epoch: its row less the mean, in units of the usual deviation. Of the newest epochs only. */
  readonly deviations: readonly (readonly (Float32Array | undefined)[])[];
}

// The chain stores u16; a row that is scaled to its sum has steps of 1/65535.
const STEP = 1 / 65535;

// Deviations find likely leaders, for which a while is enough.
const NEWEST = 64;

export function disagreementOf(panel: Panel): Disagreement {
  const { epochs, columns, validators } = panel;
  const sums: Float64Array[] = [];
  const voices: Float64Array[] = [];
  const voiceTotals = new Float64Array(epochs);
  const local: Float64Array[] = [];
  const lasting = new Float64Array(columns);
  const seen = new Float64Array(columns);
  for (let t = 0; t < epochs; t++) {
    const sum = new Float64Array(columns);
    // A square root: a whale speaks louder, but does not make the mean its own.
    const voice = Float64Array.from(validators, ({ rows, stakes }) =>
      rows[t] === undefined ? 0 : Math.sqrt(Math.max(0, stakes[t]!)),
    );
    let total = 0;
    validators.forEach(({ rows }, v) => {
      const row = rows[t];
      if (row === undefined) return;
      total += voice[v]!;
      for (const j of panel.present[t]!) sum[j] = sum[j]! + voice[v]! * row[j]!;
    });
    const spread = new Float64Array(columns);
    if (total > 0) {
      let raters = 0;
      for (const { rows } of validators) {
        const row = rows[t];
        if (row === undefined) continue;
        raters++;
        for (const j of panel.present[t]!) spread[j] = spread[j]! + (row[j]! - sum[j]! / total) ** 2;
      }
      for (const j of panel.present[t]!) {
        spread[j] = spread[j]! / raters;
        lasting[j] = lasting[j]! + spread[j]!;
        seen[j] = seen[j]! + 1;
      }
    }
    sums.push(sum);
    voices.push(voice);
    voiceTotals[t] = total;
    local.push(spread);
  }
  const oldest = Math.max(0, epochs - NEWEST);
  const scales = local.map((spread, t) => {
    const scale = new Float64Array(t < oldest ? 0 : columns);
    if (t < oldest) return scale;
    for (const j of panel.present[t]!) {
      const usual = seen[j]! > 0 ? lasting[j]! / seen[j]! : 0;
      scale[j] = 1 / Math.sqrt((usual + spread[j]!) / 2 + STEP ** 2);
    }
    return scale;
  });
  const deviations = validators.map(({ rows }) =>
    rows.map((row, t) => {
      if (row === undefined || voiceTotals[t] === 0 || t < oldest) return undefined;
      const deviation = new Float32Array(columns);
      const [sum, total, scale] = [sums[t]!, voiceTotals[t]!, scales[t]!];
      for (const j of panel.present[t]!) deviation[j] = (row[j]! - sum[j]! / total) * scale[j]!;
      return deviation;
    }),
  );
  return { sums, voices, voiceTotals, deviations };
}
