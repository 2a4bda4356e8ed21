import type { Exclusion } from '../scoring/types.ts';
import type { ComparedShare } from './compare-shares.ts';
import { DEFAULT_THRESHOLDS } from './compare-shares.ts';
import { type IncentiveSide, isPaid, type Paid } from './paid.ts';
import { distance } from './shares.ts';

/**
 * Why a difference may be nobody's doing, or not this validator's.
 *
 * - `resolution`        the share is too small for the whole numbers it is stored in
 * - `other-validators`  the validator's own row agrees, and the others' rows reach what consensus pays
 * - `copied`            another validator's row repeats this validator's older one, and consensus lies between old and new
 * - `unregistered`      it has figures but is not registered at the instant
 * - `moved-uid`         the uid has changed hands since the weights were set
 * - `blacklisted`       the publisher's live list says it is not paid: nobody committed to that list
 * - `not-covered`       hours of the window are missing, and the difference is not larger than what they may hold
 * - `same-coldkey`      another hotkey of its coldkey is paid for it: the two differences cancel out
 * - `no-row`            there is no row of the validator to compare with
 */
export type ExplanationReason =
  | 'resolution'
  | 'other-validators'
  | 'copied'
  | 'unregistered'
  | 'moved-uid'
  | 'blacklisted'
  | 'not-covered'
  | 'same-coldkey'
  | 'no-row';

export interface Explanation {
  readonly reason: ExplanationReason;
  /** A sentence with the numbers it rests on. */
  readonly text: string;
}

/** What is known beside the shares of one evaluation. */
export interface ExplainContext {
  readonly paid: Paid;
  readonly excluded: ReadonlyMap<string, Exclusion>;
  readonly coldkeys: ReadonlyMap<string, string>;
  readonly blacklist?: ReadonlyMap<string, string> | undefined;
  /** Hours of the window, and those whose reports count. */
  readonly hours: { readonly wanted: number; readonly counted: number };
}

/** Reasons that fit the numbers of one miner, in the order of their weight; none where nothing differs. */
export function explain(
  hotkey: string,
  weight: ComparedShare | undefined,
  incentive: ComparedShare | undefined,
  peers: (hotkey: string) => readonly ComparedShare[],
  context: ExplainContext,
): Explanation[] {
  const found: Explanation[] = [];
  const say = (reason: ExplanationReason, text: string) => void found.push({ reason, text });
  const judged = weight ?? incentive;
  if (judged === undefined) return found;
  const { paid, excluded, blacklist, hours } = context;

  if (!isPaid(paid.weight) && judged.state !== 'agrees')
    say('no-row', `There is no row of the validator to compare with: ${paid.weight.detail}`);
  if (isUnderResolution(judged))
    say(
      'resolution',
      `${percent(judged.expected)} may become ${percent(judged.paid)} by rounding: up to ${percent(judged.bound)} is lost in whole numbers.`,
    );
  if (weight !== undefined && weight.state !== 'agrees') {
    const exclusion = excluded.get(hotkey);
    if (exclusion?.why === 'unregistered' && weight.state === 'paid-unowed')
      say('unregistered', `It has figures, but ${exclusion.detail}.`);
    const moved = isPaid(paid.weight) ? paid.weight.movedUids.get(hotkey) : undefined;
    if (moved !== undefined && weight.paid === 0)
      say('moved-uid', `It holds uid ${moved} only since after the weights were set.`);
    const listed = blacklist?.get(hotkey);
    if (listed !== undefined && weight.paid === 0)
      say('blacklisted', `The publisher's live list says it is not paid: ${listed.slice(0, 200)}`);
    const twin = cancelledBy(hotkey, weight, peers, context.coldkeys);
    if (twin !== undefined)
      say('same-coldkey', `Its coldkey is paid through ${twin}: together they get what they are owed.`);
    const missing = hours.wanted - hours.counted;
    if (missing > 0 && Math.abs(weight.delta) <= missing / hours.wanted)
      say(
        'not-covered',
        `${missing} of ${hours.wanted} hours do not count; work in them may make up for ${percent(Math.abs(weight.delta))}.`,
      );
  }
  if (incentive !== undefined && incentive.state !== 'agrees' && weight?.state === 'agrees') {
    const side = paid.incentive as IncentiveSide;
    found.push(...notItsDoing(hotkey, weight, incentive, side));
  }
  return found;
}

/** Rounding explains a difference that would count otherwise. */
function isUnderResolution({ expected, paid, delta, bound }: ComparedShare): boolean {
  const off = Math.abs(delta);
  if (expected === 0 || off === 0 || off > bound) return false;
  return paid === 0 || off > DEFAULT_THRESHOLDS.relative * expected;
}

/** The own row agrees with the rules and consensus does not: it is the others' weights, where they reach so far. */
function notItsDoing(
  hotkey: string,
  weight: ComparedShare,
  incentive: ComparedShare,
  { others, previous }: IncentiveSide,
): Explanation[] {
  const { bound, paid } = incentive;
  const given = others.map(({ shares }) => shares.get(hotkey) ?? 0);
  const reach = [Math.min(weight.paid, ...given), Math.max(weight.paid, ...given)] as const;
  if (others.length === 0 || paid < reach[0] - bound || paid > reach[1] + bound) return [];
  const found: Explanation[] = [];
  const before = previous?.get(hotkey) ?? 0;
  if (previous !== undefined && Math.abs(before - weight.paid) > bound) {
    const copier = others.find(({ shares }) => distance(shares, previous) <= COPY);
    const between =
      paid >= Math.min(before, weight.paid) - bound && paid <= Math.max(before, weight.paid) + bound;
    if (copier !== undefined && between)
      found.push({
        reason: 'copied',
        text: `Uid ${copier.uid} still weighs as this validator did before (${percent(before)}); consensus pays ${percent(paid)}.`,
      });
  }
  found.push({
    reason: 'other-validators',
    text: `This validator's own row gives ${percent(weight.paid)}, as owed; ${others.length} others give ${percent(Math.min(...given))} to ${percent(Math.max(...given))}, and consensus pays ${percent(paid)}.`,
  });
  return found;
}

/** Rows nearer than this (L1) are copies of one another: honest rows of two validators differ by more. */
const COPY = 0.002;

/** Another hotkey of the same coldkey whose difference is the opposite of this one's. */
function cancelledBy(
  hotkey: string,
  own: ComparedShare,
  peers: (hotkey: string) => readonly ComparedShare[],
  coldkeys: ReadonlyMap<string, string>,
): string | undefined {
  if (coldkeys.get(hotkey) === undefined) return undefined;
  return peers(hotkey).find(
    (peer) =>
      peer.hotkey !== hotkey &&
      peer.delta * own.delta < 0 &&
      Math.abs(peer.delta + own.delta) <= peer.bound + own.bound + DEFAULT_THRESHOLDS.least,
  )?.hotkey;
}

/** A share as people read it: 5.2041 %. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(4)} %`;
}
