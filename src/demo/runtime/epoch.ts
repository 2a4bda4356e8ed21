import type { AccountId } from '../../shared/index.ts';
import type { EventLog } from './events.ts';
import { hotkeysOf, stakeOf, storageIndex } from './stake.ts';
import type { StateWriter } from './storage.ts';

const U16 = 65_535;

/** Whether the epoch of a subnet runs at a block (rule before spec 423: every `tempo` + 1 blocks). */
export function isEpochBlock(netuid: number, tempo: number, block: number): boolean {
  return (block + netuid + 1) % (tempo + 1) === 0;
}

/** The epoch that a block is in, and the first block of the one after it; `index` is a storage index (same rule). */
export function epochAt(index: number, tempo: number, block: number): { number: number; next: number } {
  const number = Math.floor((block + index + 1) / (tempo + 1));
  return { number, next: epochStart(index, tempo, number + 1) };
}

/** The first block of an epoch. */
export function epochStart(index: number, tempo: number, number: number): number {
  return number * (tempo + 1) - (index + 1);
}

/**
 * One epoch of a subnet: a simplified Yuma. Like the chain's: validators are the neurons with the most stake, consensus is
 * the weight that at least `Kappa` of their stake agrees with, weights are clipped to it, bonds are a moving average, pay
 * is shared by incentive and dividends. Unlike the chain's: doubles instead of fixed point, no liquid alpha, no bond
 * penalty, nothing for the parents of child keys. It gives plausible numbers, not the chain's last digit.
 */
export function runEpoch(state: StateWriter, log: EventLog, netuid: number, block: number): void {
  const hotkeys = hotkeysOf(state, netuid);
  const n = hotkeys.length;
  const mechanisms = state.sub<number>('MechanismCountCurrent', netuid);
  const stakes = hotkeys.map((hotkey) => Number(stakeOf(state, netuid, hotkey).total));
  const permits = topByStake(stakes, state.sub<number>('MaxAllowedValidators', netuid));
  const lastUpdates = state.sub<bigint[]>('LastUpdate', netuid);
  const cutoff = BigInt(state.sub<number>('ActivityCutoff', netuid));
  const active = lastUpdates.map((last) => last + cutoff >= BigInt(block));
  const voting = normalised(stakes.map((stake, uid) => (permits[uid] && active[uid] ? stake : 0)));

  const serverPay = state.sub<bigint>('PendingServerEmission', netuid);
  const validatorPay = state.sub<bigint>('PendingValidatorEmission', netuid);
  const results = Array.from({ length: mechanisms }, (_, mechanism) => {
    const index = storageIndex(netuid, mechanism);
    const result = consensusOf(state, netuid, index, n, voting);
    const share = BigInt(mechanisms);
    const emitted = result.incentive.map((part) => fractionOf(serverPay / share, part));
    state.putSub('Incentive', index, result.incentive.map(toU16));
    log.emit('SubtensorModule', 'IncentiveAlphaEmittedToMiners', { netuid: index, emissions: emitted });
    return { ...result, emitted };
  });
  const mean = (pick: (result: (typeof results)[number]) => readonly number[]) =>
    hotkeys.map((_, uid) => results.reduce((sum, result) => sum + (pick(result)[uid] ?? 0), 0) / mechanisms);
  const dividends = mean((result) => result.dividends);
  const emission = hotkeys.map(
    (_, uid) =>
      results.reduce((sum, result) => sum + (result.emitted[uid] ?? 0n), 0n) +
      fractionOf(validatorPay, dividends[uid] ?? 0),
  );
  payOut(state, netuid, hotkeys, emission, dividends, validatorPay);

  state.putSub('Consensus', netuid, mean((result) => result.consensus).map(toU16));
  state.putSub('Rank', netuid, mean((result) => result.incentive).map(toU16));
  state.putSub('Trust', netuid, mean((result) => result.trust).map(toU16));
  state.putSub('ValidatorTrust', netuid, mean((result) => result.validatorTrust).map(toU16));
  state.putSub('Dividends', netuid, dividends.map(toU16));
  state.putSub('StakeWeight', netuid, voting.map(toU16));
  state.putSub('Emission', netuid, emission);
  state.putSub('ValidatorPermit', netuid, permits);
  state.putSub('Active', netuid, active);
  const most = largest(emission);
  state.putSub(
    'PruningScores',
    netuid,
    emission.map((pay) => Number((pay * BigInt(U16)) / most)),
  );
  state.putSub('PendingServerEmission', netuid, 0n);
  state.putSub('PendingValidatorEmission', netuid, 0n);
  state.putSub('PendingOwnerCut', netuid, 0n);
}

interface MechanismResult {
  readonly consensus: readonly number[];
  readonly incentive: readonly number[];
  readonly trust: readonly number[];
  readonly validatorTrust: readonly number[];
  readonly dividends: readonly number[];
}

function consensusOf(
  state: StateWriter,
  netuid: number,
  index: number,
  n: number,
  voting: readonly number[],
): MechanismResult {
  const kappa = state.sub<number>('Kappa', netuid) / U16;
  const voters = [...voting.keys()].filter((uid) => (voting[uid] ?? 0) > 0);
  const rows = new Map(voters.map((uid) => [uid, weightRow(state, index, uid, n)]));
  const weightOf = (voter: number, uid: number) => rows.get(voter)?.[uid] ?? 0;
  const voteOf = (voter: number) => voting[voter] ?? 0;
  const uids = Array.from({ length: n }, (_, uid) => uid);

  const agreed = uids.map((uid) => agreedWeight(voters, voteOf, (voter) => weightOf(voter, uid), kappa));
  const consensus = normalised(agreed);
  const clipped = (voter: number, uid: number) => Math.min(weightOf(voter, uid), agreed[uid] ?? 0);
  const ranks = uids.map((uid) =>
    voters.reduce((sum, voter) => sum + voteOf(voter) * clipped(voter, uid), 0),
  );
  const before = uids.map((uid) =>
    voters.reduce((sum, voter) => sum + voteOf(voter) * weightOf(voter, uid), 0),
  );
  const incentive = normalised(ranks);
  const trust = uids.map((uid) => ratio(ranks[uid], before[uid]));
  const validatorTrust = uids.map((uid) =>
    rows.has(uid) ? uids.reduce((sum, other) => sum + clipped(uid, other), 0) : 0,
  );
  const bonds = updateBonds(
    state,
    netuid,
    index,
    uids,
    voters,
    (voter, uid) => voteOf(voter) * clipped(voter, uid),
  );
  const dividends = normalised(
    uids.map((voter) =>
      uids.reduce((sum, uid) => sum + (bonds.get(voter)?.[uid] ?? 0) * (incentive[uid] ?? 0), 0),
    ),
  );
  return { consensus, incentive, trust, validatorTrust, dividends };
}

/** A validator's row as shares of 1, without what it gives itself. */
function weightRow(state: StateWriter, index: number, uid: number, n: number): number[] {
  const row = new Array<number>(n).fill(0);
  for (const [dest, weight] of state.sub<[number, number][]>('Weights', index, uid)) {
    if (dest !== uid && dest < n) row[dest] = weight;
  }
  return normalised(row);
}

/** The largest weight that voters with at least `kappa` of the stake support. */
function agreedWeight(
  voters: readonly number[],
  voteOf: (voter: number) => number,
  weightOf: (voter: number) => number,
  kappa: number,
): number {
  const byWeight = [...voters].sort((a, b) => weightOf(b) - weightOf(a));
  let support = 0;
  for (const voter of byWeight) {
    support += voteOf(voter);
    if (support >= kappa) return weightOf(voter);
  }
  return 0;
}

/** Bonds: a moving average (`BondsMovingAverage` / 10^6) of each validator's share in each neuron's clipped weight. */
function updateBonds(
  state: StateWriter,
  netuid: number,
  index: number,
  uids: readonly number[],
  voters: readonly number[],
  bought: (voter: number, uid: number) => number,
): Map<number, number[]> {
  const keep = Number(state.sub<bigint>('BondsMovingAverage', netuid)) / 1_000_000;
  const totals = uids.map((uid) => voters.reduce((sum, voter) => sum + bought(voter, uid), 0));
  const bonds = new Map<number, number[]>();
  for (const voter of voters) {
    const old = new Map(state.sub<[number, number][]>('Bonds', index, voter));
    const row = uids.map((uid) => {
      const now = ratio(bought(voter, uid), totals[uid]);
      return keep * ((old.get(uid) ?? 0) / U16) + (1 - keep) * now;
    });
    bonds.set(voter, row);
    const sparse = row.map((bond, uid) => [uid, toU16(bond)]).filter(([, bond]) => bond !== 0);
    state.putSub('Bonds', index, voter, sparse);
  }
  return bonds;
}

/** Adds the epoch's pay to the hotkeys' alpha, and notes the dividends. */
function payOut(
  state: StateWriter,
  netuid: number,
  hotkeys: readonly AccountId[],
  emission: readonly bigint[],
  dividends: readonly number[],
  validatorPay: bigint,
): void {
  hotkeys.forEach((hotkey, uid) => {
    const pay = emission[uid] ?? 0n;
    if (pay > 0n) {
      const stake = state.sub<bigint>('TotalHotkeyAlpha', hotkey, netuid);
      state.putSub('TotalHotkeyAlpha', hotkey, netuid, stake + pay);
    }
    const dividend = fractionOf(validatorPay, dividends[uid] ?? 0);
    if (dividend > 0n) state.putSub('AlphaDividendsPerSubnet', netuid, hotkey, dividend);
  });
}

function topByStake(stakes: readonly number[], count: number): boolean[] {
  const order = [...stakes.keys()].sort((a, b) => (stakes[b] ?? 0) - (stakes[a] ?? 0) || a - b);
  const top = new Set(order.slice(0, count).filter((uid) => (stakes[uid] ?? 0) > 0));
  return stakes.map((_, uid) => top.has(uid));
}

/** At least 1, so that one may divide by it. */
function largest(values: readonly bigint[]): bigint {
  let most = 1n;
  for (const value of values) if (value > most) most = value;
  return most;
}

function normalised(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum === 0 ? [...values] : values.map((value) => value / sum);
}

function ratio(part = 0, whole = 0): number {
  return whole === 0 ? 0 : part / whole;
}

function toU16(share: number): number {
  return Math.max(0, Math.min(U16, Math.floor(share * U16)));
}

function fractionOf(amount: bigint, share: number): bigint {
  return (amount * BigInt(Math.floor(share * 1e9))) / 1_000_000_000n;
}
