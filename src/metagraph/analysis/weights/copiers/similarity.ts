import type { Disagreement } from './disagreement.ts';
import type { Panel } from './panel.ts';
import type { Subject } from './subject.ts';

/** How alike one validator's private view is to each other's, now and in the past. Columns, one entry per other validator. */
export interface LaggedSimilarity {
  /** Place in the panel. */
  readonly other: readonly number[];
  /** Epochs back where it is greatest, 1 or more. */
  readonly lag: readonly number[];
  /** Cosine there of the changes of what the two differ from the mean of all, -1 to 1. */
  readonly lagged: readonly number[];
  /** The same with the other's row of the same epoch. */
  readonly present: readonly number[];
  /** Mean square of the distance of its new rows to the other's older rows, in units of its usual changes; infinite where there are none. */
  readonly apart: readonly number[];
}

const MOST_CHANGES = 24;

/** Compares what a validator adds to the common opinion, at its newest changes, with what each other added then and before. */
export function laggedSimilarity(
  panel: Panel,
  { deviations }: Disagreement,
  subject: Subject,
  depth: number,
): LaggedSimilarity {
  // Changes are compared, not rows: what is lasting in a likeness says nothing of who was first.
  const changes = subject.changes.slice(-MOST_CHANGES);
  const table = {
    other: [] as number[],
    lag: [] as number[],
    lagged: [] as number[],
    present: [] as number[],
    apart: [] as number[],
  };
  const mine = deviations[subject.index]!;
  panel.validators.forEach(({ rows }, other) => {
    if (other === subject.index) return;
    const theirs = deviations[other]!;
    const cosines: number[] = [];
    let apart = Number.POSITIVE_INFINITY;
    for (let k = 0; k <= depth; k++) {
      let [ab, aa, bb, gap, size] = [0, 0, 0, 0, 0];
      for (const { at, before, cells } of changes) {
        const [now, then, itsNow, itsThen] = [mine[at], mine[before], theirs[at - k], theirs[before - k]];
        if (now === undefined || then === undefined || itsNow === undefined || itsThen === undefined)
          continue;
        const [row, itsRow] = [subject.rows.rows[at]!, rows[at - k]!];
        for (let i = 0; i < cells.length; i++) {
          const j = cells[i]!;
          const a = now[j]! - then[j]!;
          const b = itsNow[j]! - itsThen[j]!;
          ab += a * b;
          aa += a * a;
          bb += b * b;
          gap += (row[j]! - itsRow[j]!) ** 2 * subject.precision[j]!;
          size++;
        }
      }
      cosines.push(aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0);
      if (k > 0 && size > 0) apart = Math.min(apart, gap / size);
    }
    const older = cosines.slice(1);
    const lagged = Math.max(...older);
    table.other.push(other);
    table.lag.push(1 + older.indexOf(lagged));
    table.lagged.push(lagged);
    table.present.push(cosines[0]!);
    table.apart.push(apart);
  });
  return table;
}

/** Whose changes are most alike, whose were most ahead, and whose older rows are nearest: who may have been copied. */
export function likelyLeaders({ other, lagged, present, apart }: LaggedSimilarity): number[] {
  const best = (figure: (place: number) => number): number | undefined =>
    other.map((_, place) => place).sort((a, b) => figure(b) - figure(a) || a - b)[0];
  const places = new Set([
    best((place) => lagged[place]!),
    best((place) => lagged[place]! - present[place]!),
    best((place) => -apart[place]!),
  ]);
  return [...places].flatMap((place) => (place === undefined ? [] : [other[place]!]));
}
