import {
  type ByFeature,
  type Exclusion,
  FEATURES,
  type Feature,
  type MinerScore,
  type Scored,
  type ScoringContext,
} from '../types.ts';
import { exactSum } from './exact-sum.ts';
import type { ByHotkey } from './shares.ts';

/** Figures per hotkey, by feature. */
export type Figures = ReadonlyMap<Feature, ByHotkey>;

export interface Unfinished {
  readonly raw: Figures;
  readonly normalised: Figures;
  /** What each feature brings, before all is divided by its sum. */
  readonly parts: Figures;
  /** Not paid, though they have figures. */
  readonly excluded: readonly Exclusion[];
  readonly notes?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Divides by the sum of those who are registered and not excluded; best first, equal ones by hotkey. */
export function finish(unfinished: Unfinished, { miners }: ScoringContext): Scored {
  const { raw, normalised, parts, notes } = unfinished;
  const registered = new Map(miners.map((miner) => [miner.hotkey, miner]));
  const unpaid = new Set(unfinished.excluded.map(({ hotkey }) => hotkey));
  const hotkeys = [...new Set([...raw.values()].flatMap((figures) => [...figures.keys()]))].sort();
  const strangers = hotkeys.filter((hotkey) => !registered.has(hotkey) && !unpaid.has(hotkey));

  const paid = hotkeys.filter((hotkey) => registered.has(hotkey) && !unpaid.has(hotkey));
  const sumOf = (hotkey: string) => exactSum(Object.values(figuresOf(parts, hotkey)));
  const total = exactSum(paid.map(sumOf));
  const paidSet = new Set(total > 0 ? paid : []);

  const scores = hotkeys.flatMap((hotkey): MinerScore[] => {
    const miner = registered.get(hotkey);
    if (miner === undefined) return [];
    const isPaid = paidSet.has(hotkey);
    const part = figuresOf(parts, hotkey);
    return [
      {
        hotkey,
        uid: miner.uid,
        score: isPaid ? sumOf(hotkey) / total : 0,
        raw: figuresOf(raw, hotkey),
        normalised: figuresOf(normalised, hotkey),
        contribution: mapFigures(part, (value) => (isPaid ? value / total : 0)),
        notes: notes?.get(hotkey) ?? [],
      },
    ];
  });
  scores.sort((a, b) => b.score - a.score || (a.hotkey < b.hotkey ? -1 : 1));
  return {
    scores,
    excluded: [...unfinished.excluded, ...strangers.map(unregistered)].sort((a, b) =>
      a.hotkey < b.hotkey ? -1 : 1,
    ),
    ...(total > 0
      ? {}
      : { empty: reasonForNothing(hotkeys.length + unfinished.excluded.length, paid.length) }),
    totals: {
      raw: Object.fromEntries([...raw].map(([feature, figures]) => [feature, exactSum(figures.values())])),
      beforeFinal: total,
      miners: paidSet.size,
    },
  };
}

export function unregistered(hotkey: string): Exclusion {
  return { hotkey, why: 'unregistered', detail: 'not registered at the instant of the evaluation' };
}

export function beaten([hotkey, by]: readonly [string, string]): Exclusion {
  return { hotkey, why: 'coldkey', detail: `${by} of the same coldkey has more` };
}

function reasonForNothing(seen: number, paid: number): string {
  if (seen === 0) return 'the counted reports hold nothing that the profile pays for';
  if (paid === 0) return 'nobody with anything to show is registered and not excluded';
  return 'everybody has zero';
}

function figuresOf(figures: Figures, hotkey: string): ByFeature {
  const found: Partial<Record<Feature, number>> = {};
  for (const feature of FEATURES) {
    const value = figures.get(feature)?.get(hotkey);
    if (value !== undefined) found[feature] = value;
  }
  return found;
}

function mapFigures(figures: ByFeature, change: (value: number) => number): ByFeature {
  return Object.fromEntries(Object.entries(figures).map(([feature, value]) => [feature, change(value)]));
}
