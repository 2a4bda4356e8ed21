import type { Disagreement } from './disagreement.ts';
import { addObservations, createProducts, fitMixture, type Products, pool } from './mixture.ts';
import type { Panel } from './panel.ts';
import type { RowChange, Subject } from './subject.ts';

/** Whose older rows are tried as an ingredient: the consensus of all, or a validator by its place in the panel. */
export type Source = 'consensus' | number;

/** How much of a validator's rows is made of a source's older rows. */
export interface OlderRowsFit {
  readonly source: Source;
  /** `rows`: what the rows are made of. `changes`: what their changes are made of. */
  readonly form: 'rows' | 'changes';
  /** Epochs between the source's row and the validator's, at the largest part. */
  readonly lag: number;
  /** The part of the source's row that old, less the part of its *next* row, which nobody can have copied. About 0 to 1. */
  readonly copied: number;
  /** Standard error of `copied`. */
  readonly error: number;
  /** Parts of the source's rows 1, 2, ... epochs back, then of its present and next row. */
  readonly byLag: readonly number[];
  readonly present: number;
  readonly next: number;
  /** Changes of the row that were looked at. */
  readonly changes: number;
  /** Of what others, the present and its own past leave unexplained, the share that the older rows leave too, 0 to 1. */
  readonly ownShare: number;
  /** Acted at a time nearer to the older row than to the next one, so that it may just have measured then. 0 to 1. */
  readonly early: number;
  /** How strongly it speaks for copying, cautiously: 0 nothing, 1 all of the row and certainly. */
  readonly strength: number;
}

/** Which lags are looked at, and from how many changes. */
export interface LagBounds {
  /** The greatest lag, epochs. */
  readonly depth: number;
  /** Epochs that rows stay hidden, 0 without commit-reveal. */
  readonly hidden: number;
  /** Changes of the row below which there is no answer. */
  readonly leastChanges: number;
}

const GROUPS = 8;

/**
 * Explains the rows of a validator as a mixture: its own last two rows, the mean of the others and the source, both at
 * the next epoch, the present one and each of `depth` epochs back. No part may be negative, which keeps combinations
 * from imitating what is in no single row.
 *
 * An honest validator needs the present and its own past: its private errors are new. A copier's rows repeat the source's
 * errors of some epochs ago, which neither the others nor the source's present row contain. That is asked twice: of the
 * rows, which is the sounder question, and of their changes, which also sees through rows that hardly move.
 *
 * Answers nothing when the source was missing for too many of the changes.
 */
export function fitOlderRows(
  panel: Panel,
  disagreement: Disagreement,
  subject: Subject,
  source: Source,
  { depth, hidden, leastChanges }: LagBounds,
): OlderRowsFit[] {
  const sourceRows = source === 'consensus' ? panel.consensus : panel.validators[source]!.rows;
  const complete = (t: number): boolean => {
    for (let at = t - depth; at <= t + 1; at++)
      if (sourceRows[at] === undefined || disagreement.voiceTotals[at] === 0) return false;
    return true;
  };
  const changes = subject.changes.filter(({ at, before }) => complete(at) && complete(before));
  if (changes.length < leastChanges) return [];
  const { rows, moves } = productsOf(panel, disagreement, subject, source, depth, changes);
  const timing = timingOf(panel, disagreement, subject, source, changes);
  return [
    judge('rows', rows, source, depth, hidden, changes.length, timing),
    judge('changes', moves, source, depth, hidden, changes.length, timing),
  ];
}

/** Variables: the source at epochs +1, 0, -1 ... -depth, the others' mean at the same, two of its own past, the row. */
function productsOf(
  panel: Panel,
  { sums, voices, voiceTotals }: Disagreement,
  subject: Subject,
  source: Source,
  depth: number,
  changes: readonly RowChange[],
): { rows: Products[]; moves: Products[] } {
  const span = depth + 2;
  const size = 2 * span + 3;
  const me = subject.rows;
  const it = source === 'consensus' ? undefined : panel.validators[source]!;
  const sourceRows = it?.rows ?? panel.consensus;
  const groups = Math.min(GROUPS, changes.length);
  const rows = Array.from({ length: groups }, () => createProducts(size));
  const moves = Array.from({ length: groups }, () => createProducts(size));
  const stride = changes.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const now = new Float64Array(size * stride);
  const then = new Float64Array(size * stride);

  const fill = (into: Float64Array, t: number, cells: Int32Array): void => {
    for (let i = 0; i < span; i++) {
      const at = t + 1 - i;
      const row = sourceRows[at]!;
      const sum = sums[at]!;
      const mine = me.rows[at] ?? row;
      const myVoice = voices[at]![subject.index]!;
      const theirVoice = source === 'consensus' ? 0 : voices[at]![source]!;
      const rest = voiceTotals[at]! - myVoice - theirVoice;
      // Without anybody else the mean is nothing.
      const scale = rest > 1e-9 ? 1 / rest : 0;
      for (let k = 0, a = i * stride, b = (span + i) * stride; k < cells.length; k++, a++, b++) {
        const j = cells[k]!;
        const value = row[j]!;
        into[a] = value * weights[k]!;
        into[b] = scale * (sum[j]! - myVoice * mine[j]! - theirVoice * value) * weights[k]!;
      }
    }
  };
  const weights = new Float64Array(stride);

  changes.forEach(({ at, before, earlier, cells }, place) => {
    const group = Math.floor((place * groups) / changes.length);
    const [row, last, lastButOne] = [me.rows[at]!, me.rows[before]!, me.rows[earlier]!];
    // A validator gives itself nothing, so there it cannot be followed.
    cells.forEach((j, k) => {
      weights[k] = j === it?.column ? 0 : Math.sqrt(subject.precision[j]!);
    });
    fill(now, at, cells);
    fill(then, before, cells);
    const [a, b, y] = [(size - 3) * stride, (size - 2) * stride, (size - 1) * stride];
    for (let k = 0; k < cells.length; k++) {
      const j = cells[k]!;
      now[a + k] = last[j]! * weights[k]!;
      now[b + k] = lastButOne[j]! * weights[k]!;
      now[y + k] = row[j]! * weights[k]!;
    }
    addObservations(rows[group]!, now, stride, cells.length);
    for (let i = 0; i < 2 * span * stride; i++) now[i] = now[i]! - then[i]!;
    for (let k = 0; k < cells.length; k++) {
      // A smoothed score goes on in its direction, a noisy one turns back.
      now[y + k] = now[y + k]! - now[a + k]!;
      now[a + k] = now[a + k]! - now[b + k]!;
      now[b + k] = -now[a + k]!;
    }
    addObservations(moves[group]!, now, stride, cells.length);
  });
  return { rows, moves };
}

interface Timing {
  /** Share of the changes, by lag, for which the source's row that old was set at a time nearer than any newer one. */
  readonly nearer: readonly number[];
  /** How much earlier in the epoch than the others it acts, epochs. */
  readonly ahead: number;
}

function timingOf(
  panel: Panel,
  { voices }: Disagreement,
  { index, rows }: Subject,
  source: Source,
  changes: readonly RowChange[],
): Timing {
  const nearer = [0, 0, 0, 0, 0, 0, 0, 0];
  let ahead = 0;
  for (const { at } of changes) {
    const moment = rows.updates[at]!;
    if (source === 'consensus') {
      let [sum, voice] = [0, 0];
      panel.validators.forEach(({ updates }, other) => {
        if (other === index || !(updates[at]! > 0)) return;
        sum += voices[at]![other]! * updates[at]!;
        voice += voices[at]![other]!;
      });
      const early = (sum / voice - moment) / (panel.blocks[at]! - panel.blocks[at - 1]!);
      if (Number.isFinite(early)) ahead += early / changes.length;
      continue;
    }
    const it = panel.validators[source]!;
    for (let lag = 1; lag < nearer.length && lag <= at; lag++) {
      const distance = Math.abs(moment - it.updates[at - lag]!);
      let newer = Number.POSITIVE_INFINITY;
      for (let t = at - lag + 1; t <= at + 1; t++)
        if (it.rows[t] !== it.rows[at - lag]) newer = Math.min(newer, Math.abs(moment - it.updates[t]!));
      if (distance < newer) nearer[lag] = nearer[lag]! + 1 / changes.length;
    }
  }
  return { nearer, ahead };
}

function judge(
  form: OlderRowsFit['form'],
  groups: readonly Products[],
  source: Source,
  depth: number,
  hidden: number,
  changes: number,
  timing: Timing,
): OlderRowsFit {
  const span = depth + 2;
  // An older consensus and an older mean of the others are the same ingredient under two names.
  const partsOf = (products: Products): Float64Array => {
    const { parts } = fitMixture(products);
    return Float64Array.from(
      { length: span },
      (_, i) => parts[i]! + (source === 'consensus' ? parts[span + i]! : 0),
    );
  };
  const all = pool(groups);
  const parts = partsOf(all);
  const byLag = [...parts.subarray(2)];
  // A consensus of hidden rows is known an epoch after the rows count; whoever commits then is that much later still.
  const from = source === 'consensus' ? Math.min(hidden, depth - 1) : 0;
  const visible = byLag.slice(from);
  const lag = 1 + from + visible.indexOf(Math.max(...visible));
  const left = groups.map((_, without) => partsOf(pool(groups, without)));
  const copiedIn = (of: Float64Array): number => of[1 + lag]! - of[0]!;
  const copied = copiedIn(parts);
  const error = jackknifeError(left, copiedIn);
  const isOlder = (i: number) =>
    (i >= 2 && i < span) || (source === 'consensus' && i >= span + 2 && i < 2 * span);
  const whole = fitMixture(all).residual;
  const without = fitMixture(all, (i) => !isOlder(i)).residual;
  const ownShare = without > 0 ? Math.min(1, whole / without) : 1;

  // An honest validator that acts early, or whose neighbour acts late, measured when the older row was set.
  const early =
    source === 'consensus'
      ? lag === 1
        ? Math.min(1, Math.max(0, timing.ahead))
        : 0
      : (timing.nearer[lag] ?? 0);
  // Who shares a source's taste or tests follows its present rows too; who copies it does not.
  const shared = source === 'consensus' ? 0 : SHARED * parts[1]!;
  let strength: number;
  if (form === 'rows') {
    const excuse = source === 'consensus' ? early : early >= OFTEN ? ROWS_EXCUSE : 0;
    strength = copied - CAUTION * error - excuse - shared;
  } else {
    // Changes of truth reach everybody, so the older row must stand out from its neighbours in time too.
    const peakIn = (of: Float64Array): number => of[1 + lag]! - Math.max(of[0]!, of[lag]!, of[2 + lag] ?? 0);
    const excuse = source === 'consensus' ? Math.max(0, 2 * early - 1) : early >= OFTEN ? CHANGES_EXCUSE : 0;
    const excess = Math.max(0, parts[1 + lag]! + (source === 'consensus' ? parts[1]! : 0) - MOST_COPIED);
    strength = Math.min(
      peakIn(parts) - CAUTION * jackknifeError(left, peakIn) - excuse - excess - shared,
      SHARE_WEIGHT * (1 - ownShare),
      copied - LEAST_COPIED,
    );
  }
  return {
    source,
    form,
    lag,
    copied,
    error,
    byLag,
    present: parts[1]!,
    next: parts[0]!,
    changes,
    ownShare,
    early,
    strength: Math.min(1, Math.max(0, strength)),
  };
}

// Standard errors taken off before a part counts.
const CAUTION = 1.5;
// A part this small is no copy of a row, however certain.
const LEAST_COPIED = 0.15;
// From this share of the changes on, timing may be the explanation.
const OFTEN = 0.4;
// What an innocent explanation by timing takes off; about the parts that honest early validators reach.
const ROWS_EXCUSE = 0.25;
const CHANGES_EXCUSE = 0.45;
// Of the present part, what is taken off a leader's older part.
const SHARED = 1;
// Nobody copies more than all; a larger part is an artefact of sharper scores.
const MOST_COPIED = 1.1;
// A third of what is otherwise its own must go before the changes count in full.
const SHARE_WEIGHT = 3;

/** Standard error by leaving out one group at a time (delete-a-group jackknife). */
function jackknifeError(left: readonly Float64Array[], figure: (parts: Float64Array) => number): number {
  if (left.length < 2) return Number.POSITIVE_INFINITY;
  const figures = left.map(figure);
  const mean = figures.reduce((sum, each) => sum + each, 0) / left.length;
  const spread = figures.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return Math.sqrt(((left.length - 1) / left.length) * spread);
}
