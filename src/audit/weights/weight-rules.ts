import { type BlockView, readMetagraph, readWeightCommits, type StorageRequest } from '../../chain/index.ts';
import { type AccountId, sameBytes, TaoscopeError } from '../../shared/index.ts';

const PALLET = 'SubtensorModule';

/** The storage index of a mechanism, in the place of the netuid (`GLOBAL_MAX_SUBNET_COUNT` is 4096). */
export function indexOf(netuid: number, mechanism: number): number {
  return mechanism * 4_096 + netuid;
}

/** How a subnet takes weights from one who sends them himself. */
export type WeightsWay =
  /** `set_weights`: at once, for all to see. */
  | 'plain'
  /** A hash first, the row later, both sent by the validator. */
  | 'salted'
  /** Encrypted to a drand round, revealed by the chain. */
  | 'timelock';

/** What a node's state at one block says about the weights that a hotkey may set. What its runtime does not have is absent. */
export interface WeightRules {
  readonly netuid: number;
  readonly mechanism: number;
  readonly block: number;
  readonly exists: boolean;
  /** Mechanisms of the subnet. */
  readonly mechanisms: number;
  /** Neurons of the subnet (`SubnetworkN`). */
  readonly n: number;
  /** The hotkey's uid there; absent when it is not registered. */
  readonly uid?: number | undefined;
  readonly permit?: boolean | undefined;
  /** The hotkey belongs to the subnet's owner, whom specs from 397 on excuse from stake and permit. */
  readonly excused: boolean;
  /** Block of the last weights action; 0 for never. */
  readonly lastUpdate?: number | undefined;
  /** Blocks that must lie between two weights actions (`WeightsSetRateLimit`). */
  readonly rateLimitBlocks: number;
  /** Least version key; 0 for any (`WeightsVersionKey`). */
  readonly versionKey: bigint;
  readonly minAllowedWeights: number;
  /** u16; absent where the chain does not look at it (since spec 334). */
  readonly maxWeightLimit?: number | undefined;
  /** Stake of the hotkey that counts in consensus, rao; absent where it cannot be read. */
  readonly stakeRao?: bigint | undefined;
  readonly stakeThresholdRao: bigint;
  readonly way: WeightsWay;
  /** The runtime takes salted commits too, whatever `way` says. */
  readonly takesSalted: boolean;
  /** `CommitRevealWeightsVersion`, since spec 301. */
  readonly commitRevealVersion?: number | undefined;
  /** Hashes of ours that wait to be revealed. */
  readonly waiting: number;
}

/** From this version on weights are encrypted to a drand round (`CommitRevealWeightsVersion`). */
const TIMELOCK_VERSION = 4;

/**
 * Reads the rules at a block, by the node's own parameters. `mechanism` beyond the first in a runtime that has one only is `unsupported`.
 *
 * @param hotkey whose weights; without it what depends on it is absent.
 */
export async function readWeightRules(
  view: BlockView,
  { netuid, mechanism = 0, hotkey }: { netuid: number; mechanism?: number; hotkey?: AccountId | undefined },
  signal?: AbortSignal,
): Promise<WeightRules> {
  if (mechanism !== 0 && !view.hasStorage(PALLET, 'MechanismCountCurrent')) {
    throw new TaoscopeError('unsupported', {
      failed: `subnets have one mechanism only at block ${view.block.number}`,
      got: `mechanism ${mechanism}`,
      expected: 'mechanism 0',
    });
  }
  const index = indexOf(netuid, mechanism);
  const found = await readItems(
    view,
    {
      NetworksAdded: [netuid],
      MechanismCountCurrent: [netuid],
      SubnetworkN: [netuid],
      ...(hotkey === undefined ? {} : { Uids: [netuid, hotkey] }),
      ValidatorPermit: [netuid],
      LastUpdate: [index],
      WeightsSetRateLimit: [netuid],
      WeightsVersionKey: [netuid],
      MinAllowedWeights: [netuid],
      MaxWeightsLimit: [netuid],
      StakeThreshold: [],
      WeightsMinStake: [],
      CommitRevealWeightsEnabled: [netuid],
      CommitRevealWeightsVersion: [],
      SubnetOwnerHotkey: [netuid],
      WeightCommits: hotkey === undefined ? undefined : [index, hotkey],
    },
    signal,
  );
  const uid = numberOf(found.Uids);
  const exists = found.NetworksAdded === true;
  const version = numberOf(found.CommitRevealWeightsVersion);
  const takesSalted = view.format.hasCall(
    PALLET,
    mechanism === 0 ? 'commit_weights' : 'commit_mechanism_weights',
  );
  const way: WeightsWay =
    found.CommitRevealWeightsEnabled !== true
      ? 'plain'
      : takesSalted && (version === undefined || version < TIMELOCK_VERSION)
        ? 'salted'
        : 'timelock';
  return {
    netuid,
    mechanism,
    block: view.block.number,
    exists,
    mechanisms: numberOf(found.MechanismCountCurrent) ?? 1,
    n: numberOf(found.SubnetworkN) ?? 0,
    uid,
    permit: uid === undefined ? undefined : (found.ValidatorPermit as boolean[] | undefined)?.[uid] === true,
    excused: isExcused(view, found.SubnetOwnerHotkey, hotkey),
    lastUpdate:
      uid === undefined ? undefined : Number((found.LastUpdate as bigint[] | undefined)?.[uid] ?? 0),
    rateLimitBlocks: numberOf(found.WeightsSetRateLimit) ?? 0,
    versionKey: BigInt((found.WeightsVersionKey as bigint | undefined) ?? 0n),
    minAllowedWeights: numberOf(found.MinAllowedWeights) ?? 0,
    maxWeightLimit: limitOf(view, found.MaxWeightsLimit),
    stakeRao: uid === undefined ? undefined : await readStake(view, netuid, uid, signal),
    stakeThresholdRao: BigInt((found.StakeThreshold ?? found.WeightsMinStake ?? 0n) as bigint),
    way,
    takesSalted,
    commitRevealVersion: version,
    waiting:
      hotkey === undefined || way === 'plain'
        ? 0
        : await countWaiting(view, netuid, mechanism, hotkey, signal),
  };
}

/** Items of the pallet by name, each with the chain's default where it is not set; those that the runtime lacks are absent. */
async function readItems(
  view: BlockView,
  wanted: Readonly<Record<string, readonly unknown[] | undefined>>,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const requests: StorageRequest[] = Object.entries(wanted).flatMap(([item, keys]) =>
    keys !== undefined && view.hasStorage(PALLET, item) ? [{ pallet: PALLET, item, keys }] : [],
  );
  const values = await view.storageMany(requests, signal);
  return Object.fromEntries(
    requests.map(({ item }, i) => [
      item,
      values[i] === undefined ? view.storageDefault(PALLET, item) : values[i],
    ]),
  );
}

/**
 * Since spec 334 the chain stores `MaxWeightsLimit` and does not look at it. That runtime is known by the TAO flow, which came with it;
 * later ones by `Rank`, which went.
 */
function limitOf(view: BlockView, value: unknown): number | undefined {
  const ignored = view.hasStorage(PALLET, 'SubnetTaoFlow') || !view.hasStorage(PALLET, 'Rank');
  return ignored ? undefined : numberOf(value);
}

/** Since spec 397, which removed `Rank`. */
function isExcused(view: BlockView, owner: unknown, hotkey: AccountId | undefined): boolean {
  return (
    !view.hasStorage(PALLET, 'Rank') &&
    hotkey !== undefined &&
    owner instanceof Uint8Array &&
    sameBytes(owner, hotkey)
  );
}

async function readStake(
  view: BlockView,
  netuid: number,
  uid: number,
  signal?: AbortSignal,
): Promise<bigint | undefined> {
  const { neurons } = await readMetagraph(view, netuid, { signal });
  return neurons.totalStake?.[uid] ?? neurons.stake?.[uid];
}

async function countWaiting(
  view: BlockView,
  netuid: number,
  mechanism: number,
  hotkey: AccountId,
  signal?: AbortSignal,
): Promise<number> {
  const commits = await readWeightCommits(view, netuid, mechanism, signal);
  return commits.filter((commit) => commit.kind === 'hash' && sameBytes(commit.hotkey, hotkey)).length;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;
}
