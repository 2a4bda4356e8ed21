import type { AuditIncentivesBody } from '../../api/types.ts';
import { displayText, shortAddress } from '../../format/text.ts';
import type { PaidSide } from '../../url/audit-pay-search.ts';

export type PaidMiner = AuditIncentivesBody['miners'][number];
export type MinerState = PaidMiner['state'];
export type SideSummary = AuditIncentivesBody['sides'][PaidSide];

/** What each side is called. */
export const SIDE_NAMES: Readonly<Record<PaidSide, string>> = {
  weight: 'Own weight',
  incentive: 'Consensus',
  published: 'Published score',
};

export const STATE_NAMES: Readonly<Record<MinerState, string>> = {
  agrees: 'agrees',
  'owed-unpaid': 'owed, not paid',
  'paid-unowed': 'paid, not owed',
  'paid-otherwise': 'paid otherwise',
  unknown: 'nothing to compare',
};

/** The gravest first. */
const GRAVITY: Readonly<Record<MinerState, number>> = {
  'owed-unpaid': 0,
  'paid-unowed': 1,
  'paid-otherwise': 2,
  agrees: 2,
  unknown: 2,
};

/**
 * How a miner stands on one side. Of the validator's own row the server says it, which knows what rounding and tolerance
 * allow; of the others only what needs no tolerance is said: nothing for something, or something for nothing.
 */
export function stateOn(miner: PaidMiner, side: PaidSide, resolution: number | null): MinerState {
  if (side === 'weight') return miner.state;
  const { paid } = miner[side];
  if (paid === null) return 'unknown';
  const room = resolution ?? 0;
  if (paid === 0 && miner.expected > room) return 'owed-unpaid';
  if (miner.expected === 0 && paid > room) return 'paid-unowed';
  return Math.abs(paid - miner.expected) > room ? 'paid-otherwise' : 'agrees';
}

/** The gravest first, then by the size of the difference; or by what is owed, the largest share first. */
export function orderMiners(
  miners: readonly PaidMiner[],
  side: PaidSide,
  order: 'delta' | 'share',
  resolution: number | null,
): PaidMiner[] {
  const byName = (a: PaidMiner, b: PaidMiner) => (a.uid ?? Infinity) - (b.uid ?? Infinity);
  if (order === 'share')
    return [...miners].sort(
      (a, b) => b.expected - a.expected || (b[side].paid ?? 0) - (a[side].paid ?? 0) || byName(a, b) || 0,
    );
  const gravity = new Map(miners.map((miner) => [miner, GRAVITY[stateOn(miner, side, resolution)]]));
  return [...miners].sort(
    (a, b) =>
      (gravity.get(a) ?? 0) - (gravity.get(b) ?? 0) ||
      Math.abs(b[side].delta ?? 0) - Math.abs(a[side].delta ?? 0) ||
      b.expected - a.expected ||
      byName(a, b) ||
      0,
  );
}

/** Sides of which something is known. */
export function knownSides(sides: AuditIncentivesBody['sides']): PaidSide[] {
  return (['weight', 'incentive', 'published'] as const).filter((side) => sides[side].missing === null);
}

/** The side that is asked for if anything is known of it, else the first of which something is; `weight` where nothing is. */
export function usualSide(sides: AuditIncentivesBody['sides'], asked: PaidSide | undefined): PaidSide {
  const known = knownSides(sides);
  return known.find((side) => side === asked) ?? known[0] ?? asked ?? 'weight';
}

/** `UID 5`, or the account of who has no uid. */
export function minerName({ uid, hotkey }: { uid: number | null; hotkey: string }): string {
  return uid === null ? shortAddress(displayText(hotkey, 60) ?? 'unknown') : `UID ${uid}`;
}

/** Places gained (above 0) or lost of the rank by the rules against the rank that was paid; `undefined` where either is missing. */
export function rankChange({ rank }: PaidMiner, paidRank: number | null): number | undefined {
  return rank === null || paidRank === null ? undefined : rank - paidRank;
}
