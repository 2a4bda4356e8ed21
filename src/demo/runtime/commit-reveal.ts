import { blake2b } from '@noble/hashes/blake2.js';
import { Bytes, Tuple, u16, u64, Vector } from '@polkadot-api/substrate-bindings';
import { type AccountId, type Hex, toHex } from '../../shared/index.ts';
import { epochAt, epochStart } from './epoch.ts';
import type { EventLog } from './events.ts';
import { ensure } from './failure.ts';
import { storageIndex } from './stake.ts';
import type { StateReader, StateWriter } from './storage.ts';
import { applyWeights, isTooFast, type SetWeights } from './weights.ts';

/** A row and the salt with which it is committed to. */
export interface Sealed extends SetWeights {
  readonly salt: readonly number[];
}

/** A commit that waits: its hash, the block it was made in, the first and last block at which it may be revealed. */
export interface Commit {
  readonly hash: Hex;
  readonly block: number;
  readonly firstReveal: number;
  readonly lastReveal: number;
}

const MOST_WAITING = 10;

/** `SubtensorModule.commit_weights` and `commit_mechanism_weights` (specs 205 to 422: `subnets/weights.rs`). */
export function commitWeights(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  { netuid, mechanism, hash }: { netuid: number; mechanism: number; hash: Hex },
  block: number,
): void {
  ensure(state.sub<boolean>('NetworksAdded', netuid), 'SubnetNotExists');
  ensure(mechanism < state.sub<number>('MechanismCountCurrent', netuid), 'MechanismDoesNotExist');
  ensure(state.sub<boolean>('CommitRevealWeightsEnabled', netuid), 'CommitRevealDisabled');
  const uid = state.sub<number | undefined>('Uids', netuid, who);
  ensure(uid !== undefined, 'HotKeyNotRegisteredInSubNet');
  ensure(!isTooFast(state, netuid, mechanism, uid ?? 0, block), 'CommittingWeightsTooFast');
  const waiting = commitsOf(state, netuid, mechanism, who).filter(({ lastReveal }) => lastReveal >= block);
  ensure(waiting.length < MOST_WAITING, 'TooManyUnrevealedCommits');
  const index = storageIndex(netuid, mechanism);
  const tempo = state.sub<number>('Tempo', netuid);
  const due = epochAt(index, tempo, block).number + Number(state.sub<bigint>('RevealPeriodEpochs', netuid));
  const firstReveal = epochStart(index, tempo, due);
  keep(state, index, who, [...waiting, { hash, block, firstReveal, lastReveal: firstReveal + tempo }]);
  const updates = state.sub<bigint[]>('LastUpdate', index);
  updates[uid ?? 0] = BigInt(block);
  state.putSub('LastUpdate', index, updates);
  log.emit('SubtensorModule', 'WeightsCommitted', [who, index, hash]);
}

/** `SubtensorModule.reveal_weights` and `reveal_mechanism_weights`: the row of a commit, in the epoch meant for it. */
export function revealWeights(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  row: Sealed,
  block: number,
): void {
  const { netuid, mechanism } = row;
  ensure(state.sub<boolean>('CommitRevealWeightsEnabled', netuid), 'CommitRevealDisabled');
  const index = storageIndex(netuid, mechanism);
  const all = commitsOf(state, netuid, mechanism, who);
  ensure(all.length > 0, 'NoWeightsCommitFound');
  const hash = commitHash(who, row);
  const found = all.find((commit) => commit.hash === hash);
  ensure(found !== undefined, 'InvalidRevealCommitHashNotMatch');
  ensure(block <= (found?.lastReveal ?? 0), 'ExpiredWeightCommit');
  ensure(block >= (found?.firstReveal ?? 0), 'RevealTooEarly');
  // Commits before the one that is revealed are given up, as are those whose time is over.
  const later = all.slice(all.findIndex((commit) => commit.hash === hash) + 1);
  keep(
    state,
    index,
    who,
    later.filter(({ lastReveal }) => lastReveal >= block),
  );
  applyWeights(state, log, who, row, block);
  log.emit('SubtensorModule', 'WeightsRevealed', [who, index, hash]);
}

/** What a hotkey has committed to and not revealed, oldest first; may hold commits that have expired. */
export function commitsOf(
  state: StateReader,
  netuid: number,
  mechanism: number,
  hotkey: AccountId,
): Commit[] {
  const index = storageIndex(netuid, mechanism);
  const stored = state.sub<[Hex, bigint, bigint, bigint][] | undefined>('WeightCommits', index, hotkey) ?? [];
  return stored.map(([hash, block, first, last]) => ({
    hash,
    block: Number(block),
    firstReveal: Number(first),
    lastReveal: Number(last),
  }));
}

const preimage = Tuple(Bytes(32), u16, Vector(u16), Vector(u16), Vector(u16), u64);

/** Blake2-256 of the account, the storage index, the row, the salt and the version key (reference, section 5.3). */
export function commitHash(who: AccountId, row: Sealed): Hex {
  const { netuid, mechanism, dests, weights, salt, versionKey } = row;
  const parts = preimage.enc([
    who,
    storageIndex(netuid, mechanism),
    [...dests],
    [...weights],
    [...salt],
    versionKey,
  ]);
  return toHex(blake2b(parts, { dkLen: 32 }));
}

function keep(state: StateWriter, index: number, who: AccountId, commits: readonly Commit[]): void {
  const queue = commits.map(({ hash, block, firstReveal, lastReveal }) => [
    hash,
    BigInt(block),
    BigInt(firstReveal),
    BigInt(lastReveal),
  ]);
  state.putSub('WeightCommits', index, who, queue.length === 0 ? undefined : queue);
}
