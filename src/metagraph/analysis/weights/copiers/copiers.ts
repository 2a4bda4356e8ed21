import { totalVariation } from '../distance.ts';
import type { WeightHistory } from '../types.ts';
import { disagreementOf } from './disagreement.ts';
import type {
  ConsensusDistanceEvidence,
  CopierEvidence,
  NoEvidence,
  OlderRowsEvidence,
  SimilarityEvidence,
} from './evidence.ts';
import { fitOlderRows, type OlderRowsFit, type Source } from './older-rows.ts';
import { createPanel, type Panel, type PanelRows } from './panel.ts';
import { sameHands } from './same-hand.ts';
import { type LaggedSimilarity, laggedSimilarity, likelyLeaders } from './similarity.ts';
import { createSubject, type Subject } from './subject.ts';
import { revealEpochs, timingAfter } from './timing.ts';

export interface CopierOptions {
  /** Score from which a validator is suspected, 0 to 1. Default 0.5. */
  readonly threshold?: number;
  /** Greatest lag looked for, epochs after rows became visible, 1 to 4. Default 3. */
  readonly maxLag?: number;
  /** Changes of a row below which nothing is concluded. Default 6. */
  readonly leastChanges?: number;
  /** Coldkey by hotkey: validators of one owner are not suspected of copying each other. */
  readonly coldkeys?: ReadonlyMap<string, string>;
}

/**
 * - `scored`: there was enough to judge
 * - `insufficient`: too few changes of its row, or too few validators
 * - `unchanging`: its row never changed
 * - `alike`: rows differ in too few places to tell anybody from anybody (all weight on one neuron, say)
 */
export type CopierState = 'scored' | 'insufficient' | 'unchanging' | 'alike';

/** A suspicion with its evidence, never a verdict. */
export interface CopierFinding {
  readonly hotkey: string;
  readonly state: CopierState;
  /** 0 nothing speaks for copying, 1 all does. 0 unless `scored`. */
  readonly score: number;
  /** Score at or above the threshold. */
  readonly suspected: boolean;
  /** Strongest first. */
  readonly evidence: readonly CopierEvidence[];
}

/**
 * For each validator with rows of its own: does it copy older weights of the others instead of measuring? Highest score
 * first, then by hotkey. The method, how well it works and its limits: `docs/copiers.md`.
 */
export function copiers(history: WeightHistory, options: CopierOptions = {}): CopierFinding[] {
  const { threshold = 0.5, maxLag = 3, leastChanges = 6, coldkeys } = options;
  const panel = createPanel(history);
  const disagreement = disagreementOf(panel);
  const hidden = revealEpochs(history);
  const depth = Math.min(5, Math.max(1, Math.floor(maxLag)) + hidden);
  const hands = sameHands(panel, disagreement, coldkeys);
  const examined = panel.validators.map((_, index) => examine(index));
  const ownShares = examined.flatMap(({ best }) => (best === undefined ? [] : [best.ownShare]));
  const typical = median(ownShares);

  return examined
    .map(({ subject, state, best, similarity }): CopierFinding => {
      const { hotkey } = subject.rows;
      const score = state === 'scored' && best !== undefined ? scoreOf(best.strength) : 0;
      const evidence: CopierEvidence[] = [];
      if (state !== 'scored') evidence.push(reasonFor(state, subject, panel));
      if (best !== undefined && similarity !== undefined) {
        evidence.push(olderRowsEvidence(panel, subject, best));
        evidence.push({ kind: 'own-signal', share: best.ownShare, typical });
        const timing = timingAfter(history, hotkey, sourceName(panel, best.source));
        if (timing !== undefined) evidence.push(timing);
        evidence.push(similarityEvidence(panel, subject, similarity));
      }
      if (subject.changes.length > 0) evidence.push(consensusDistanceEvidence(panel, subject));
      for (const hand of hands[subject.index]!) evidence.push(hand.evidence);
      return { hotkey, state, score, suspected: score >= threshold && state === 'scored', evidence };
    })
    .sort((a, b) => b.score - a.score || (a.hotkey < b.hotkey ? -1 : 1));

  function examine(index: number): Examined {
    const subject = createSubject(panel, index, depth);
    const state = stateOf(subject, panel, leastChanges);
    if (state !== 'scored') return { subject, state };
    const similarity = laggedSimilarity(panel, disagreement, subject, depth);
    const own = new Set(hands[index]!.map(({ other }) => other));
    const sources: Source[] = ['consensus', ...likelyLeaders(similarity).filter((other) => !own.has(other))];
    const fits = sources.flatMap((source) =>
      fitOlderRows(panel, disagreement, subject, source, { depth, hidden, leastChanges }),
    );
    const best = fits.reduce<OlderRowsFit | undefined>(
      (strongest, each) => (strongest === undefined || each.strength > strongest.strength ? each : strongest),
      undefined,
    );
    return best === undefined ? { subject, state: 'insufficient' } : { subject, state, best, similarity };
  }
}

interface Examined {
  readonly subject: Subject;
  readonly state: CopierState;
  readonly best?: OlderRowsFit;
  readonly similarity?: LaggedSimilarity;
}

// The strength that divides copiers from others best on generated subnets (docs/copiers.md): a score of one half.
const HALF = 0.07;

function scoreOf(strength: number): number {
  return 1 - 2 ** (-strength / HALF);
}

// A change that touches fewer neurons (the winner passes from one to another) bears nobody's handwriting.
const LEAST_BREADTH = 3;

function stateOf(subject: Subject, panel: Panel, leastChanges: number): CopierState {
  if (panel.validators.length < 3) return 'insufficient';
  if (subject.rows.changed.filter(Boolean).length <= 1)
    return epochsOf(subject.rows) > 1 ? 'unchanging' : 'insufficient';
  if (subject.changes.length < leastChanges) return 'insufficient';
  return subject.breadth < LEAST_BREADTH ? 'alike' : 'scored';
}

function epochsOf({ rows }: PanelRows): number {
  return rows.filter((row) => row !== undefined).length;
}

function reasonFor(state: Exclude<CopierState, 'scored'>, subject: Subject, panel: Panel): NoEvidence {
  const changes = subject.changes.length;
  const reason =
    state !== 'insufficient' ? state : panel.validators.length < 3 ? 'few-validators' : 'few-changes';
  return { kind: 'no-evidence', reason, changes };
}

function sourceName(panel: Panel, source: Source): string {
  return source === 'consensus' ? 'consensus' : panel.validators[source]!.hotkey;
}

function olderRowsEvidence(panel: Panel, subject: Subject, best: OlderRowsFit): OlderRowsEvidence {
  const rows = best.source === 'consensus' ? panel.consensus : panel.validators[best.source]!.rows;
  const known = subject.changes.filter(
    ({ at }) => rows[at] !== undefined && rows[at - best.lag] !== undefined,
  );
  const toOlder = known.map(({ at }) => totalVariation(subject.rows.rows[at]!, rows[at - best.lag]!));
  const toPresent = known.map(({ at }) => totalVariation(subject.rows.rows[at]!, rows[at]!));
  return {
    kind: 'older-rows',
    source: sourceName(panel, best.source),
    form: best.form,
    lag: best.lag,
    copied: best.copied,
    error: best.error,
    byLag: best.byLag,
    present: best.present,
    next: best.next,
    early: best.early,
    block: known.map(({ at }) => panel.blocks[at]!),
    toOlder,
    toPresent,
    repeated: shareOf(known, (_, place) => isRepeat(toOlder[place]!, toPresent[place]!)),
  };
}

// Two rows of some 250 weights, each rounded to u16 of the largest, differ by less than this when they are the same.
const SAME = 0.003;

function isRepeat(toOlder: number, toPresent: number): boolean {
  return toOlder < SAME && toOlder < toPresent / 4;
}

function similarityEvidence(panel: Panel, subject: Subject, table: LaggedSimilarity): SimilarityEvidence {
  return {
    kind: 'similarity',
    hotkey: table.other.map((other) => panel.validators[other]!.hotkey),
    lag: table.lag,
    lagged: table.lagged,
    present: table.present,
    repeated: table.other.map((other, place) => {
      const { rows } = panel.validators[other]!;
      const lag = table.lag[place]!;
      // Most are nothing alike; a likeness below this cannot be a repeat.
      if (table.lagged[place]! < 0.5) return 0;
      return shareOf(subject.changes, ({ at }) => {
        const [older, present] = [rows[at - lag], rows[at]];
        if (older === undefined || present === undefined) return false;
        const row = subject.rows.rows[at]!;
        return isRepeat(totalVariation(row, older), totalVariation(row, present));
      });
    }),
  };
}

function consensusDistanceEvidence(panel: Panel, { rows, changes }: Subject): ConsensusDistanceEvidence {
  const toPrevious = changes.map(({ at }) => totalVariation(rows.rows[at]!, panel.consensus[at - 1]!));
  const toPresent = changes.map(({ at }) => totalVariation(rows.rows[at]!, panel.consensus[at]!));
  return {
    kind: 'consensus-distance',
    block: changes.map(({ at }) => panel.blocks[at]!),
    toPrevious,
    toPresent,
    nearerToPrevious: shareOf(changes, (_, place) => toPrevious[place]! < toPresent[place]!),
  };
}

function shareOf<T>(list: readonly T[], holds: (each: T, place: number) => boolean): number {
  return list.length === 0 ? 0 : list.filter(holds).length / list.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 1;
}
