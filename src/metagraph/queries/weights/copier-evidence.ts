import type { Store } from '../../../store/index.ts';
import type { CopierFinding } from '../../analysis/weights/copiers/copiers.ts';
import type { CopierEvidence as Evidence } from '../../analysis/weights/copiers/evidence.ts';
import { explain } from '../../analysis/weights/copiers/explain.ts';
import { runApart } from '../../apart/run-apart.ts';
import { noWeights } from './readings.ts';
import { cell, fraction } from './rounding.ts';
import { type HistoryQuery, weightHistory } from './weight-history.ts';

export interface CopiersQuery extends HistoryQuery {
  /** Score from which a validator is suspected, 0 to 1. Default 0.5. */
  readonly threshold?: number | undefined;
}

/** A suspicion with its evidence, never a verdict; in the shape of the API's `CopiersBody`. */
export interface CopierEvidence {
  netuid: number;
  mechanism: number;
  from?: number;
  to?: number;
  epochs: number;
  commitReveal: boolean;
  threshold: number;
  note?: string;
  validators: SuspectedValidator[];
}

export interface SuspectedValidator {
  hotkey: string;
  coldkey: string | null;
  /** At the last epoch where it set weights. */
  uid: number;
  stake: number | null;
  state: 'suspected' | 'clear' | 'insufficient';
  score: number | null;
  explanation: string[];
  /** By kind, strongest first; what concerns several others (`same-hand`) is a list. */
  evidence: Record<string, unknown>;
  /** Ascending by block. */
  epochs: Record<string, unknown>[];
}

export const DEFAULT_THRESHOLD = 0.5;

/**
 * For each validator what speaks for its weights being copies of older ones, most suspected first. Throws `not-found`
 * when no epoch of the range is stored.
 */
export async function copierEvidence(
  store: Store,
  query: CopiersQuery,
  signal?: AbortSignal,
): Promise<CopierEvidence> {
  const { netuid, mechanism = 0, threshold = DEFAULT_THRESHOLD } = query;
  const { history, coldkeys } = await weightHistory(store, query, signal);
  const [first, last] = [history.epochs[0], history.epochs.at(-1)];
  if (first === undefined || last === undefined) throw noWeights({ netuid, mechanism }, query);
  const findings = await runApart('copiers', [history, { threshold, coldkeys }], signal);
  const heads = new Map<string, { uid: number; stake: number | undefined }>();
  for (const { hotkeys, stakes, rows } of history.epochs)
    for (const { uid } of rows) heads.set(hotkeys[uid] ?? '', { uid, stake: stakes[uid] });
  return {
    netuid,
    mechanism,
    from: first.block,
    to: last.block,
    epochs: history.epochs.length,
    commitReveal: history.commitReveal,
    threshold,
    ...noteOf(findings, history.epochs.length),
    validators: findings.map((finding) => ({
      hotkey: finding.hotkey,
      coldkey: coldkeys.get(finding.hotkey) ?? null,
      uid: heads.get(finding.hotkey)?.uid ?? 0,
      stake: cell(heads.get(finding.hotkey)?.stake),
      state: finding.suspected ? 'suspected' : finding.state === 'scored' ? 'clear' : 'insufficient',
      score: finding.state === 'scored' ? fraction(finding.score) : null,
      explanation: finding.evidence.flatMap((evidence) => explain(evidence)),
      evidence: byKind(finding.evidence),
      epochs: epochRows(finding.evidence),
    })),
  };
}

function noteOf(findings: readonly CopierFinding[], epochs: number): { note?: string } {
  if (findings.length === 0) return { note: 'No validator has set weights in this range.' };
  if (findings.some(({ state }) => state === 'scored')) return {};
  if (findings.every(({ state }) => state === 'alike' || state === 'unchanging'))
    return {
      note: 'All rows are alike or never change, as where all weight goes to one neuron: nobody can be told from anybody.',
    };
  return {
    note: `Too little is stored to say anything: ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} in which rows changed too seldom, or fewer than three validators.`,
  };
}

/** What a piece of evidence says beside its columns by epoch. */
function byKind(evidence: readonly Evidence[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const piece of evidence) {
    switch (piece.kind) {
      case 'consensus-distance': {
        const { kind, block, toPrevious, toPresent, ...facts } = piece;
        found[kind] = { ...facts, epochs: block.length };
        break;
      }
      case 'older-rows': {
        const { kind, block, toOlder, toPresent, ...facts } = piece;
        found[kind] = { ...facts, epochs: block.length };
        break;
      }
      case 'same-hand': {
        const { kind, ...facts } = piece;
        found[kind] = [...((found[kind] as unknown[] | undefined) ?? []), facts];
        break;
      }
      default: {
        const { kind, ...facts } = piece;
        found[kind] = facts;
      }
    }
  }
  return found;
}

/** The rows that prove it: an epoch in which the validator's row changed, and how far the new row was from what. */
function epochRows(evidence: readonly Evidence[]): Record<string, unknown>[] {
  const rows = new Map<number, Record<string, unknown>>();
  const add = (block: number, facts: Record<string, unknown>) =>
    rows.set(block, { block, ...rows.get(block), ...facts });
  for (const piece of evidence) {
    if (piece.kind === 'consensus-distance') {
      for (const [at, block] of piece.block.entries())
        add(block, {
          toPreviousConsensus: fraction(piece.toPrevious[at] ?? 0),
          toPresentConsensus: fraction(piece.toPresent[at] ?? 0),
        });
    }
    if (piece.kind === 'older-rows') {
      for (const [at, block] of piece.block.entries())
        add(block, {
          toSourceBefore: fraction(piece.toOlder[at] ?? 0),
          toSourceNow: fraction(piece.toPresent[at] ?? 0),
        });
    }
  }
  return [...rows.values()].sort((a, b) => Number(a.block) - Number(b.block));
}
