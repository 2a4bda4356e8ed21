import { isTaoscopeError } from '../../shared/index.ts';
import type { Micros } from '../types.ts';
import { missingBy, type PaymentReader, type PaymentState, type StoredRow } from './chain-reader.ts';
import { type IncentiveSide, isPaid, type MissingSide, type OtherRow, type WeightSide } from './paid.ts';
import { incentiveRoundings, type Quantising, rowRoundings } from './resolution.ts';
import { type Shares, toShares } from './shares.ts';

/** What the chain says of a validator's payment. */
export interface PaidOnChain {
  /** The subnet at the block that was looked at; absent when it could not be read. */
  readonly state?: PaymentState | undefined;
  readonly weight: WeightSide | MissingSide;
  readonly incentive: IncentiveSide | MissingSide;
}

export interface ReadPaidOptions {
  /** ss58. */
  readonly validator: string;
  /** Block at whose end the row is read. */
  readonly block: number;
  /** How the validator makes whole numbers of its scores. Default `share`. */
  readonly quantising?: Quantising | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The block to judge when none is asked for: the last one before the newest epoch. Its rows are those that the epoch paid by, so the
 * validator's row and the incentive that came of it are both there. The head where no epoch is known.
 */
export async function blockToJudge(reader: PaymentReader, signal?: AbortSignal): Promise<number> {
  const head = await reader.head(signal);
  const { lastEpochBlock } = await reader.state(head, signal);
  return lastEpochBlock === undefined || lastEpochBlock < 1 ? head : lastEpochBlock - 1;
}

/**
 * A validator's own row of weights in force at a block (`SubtensorModule.Weights`), with the time at which it was set
 * (`LastUpdate`), and the incentive (`Incentive`) of the epoch that used it: the last one up to the block if the row is older
 * than it, else the next.
 *
 * A target of the row is whoever held its uid when the row was set, not who holds it now.
 *
 * What no node can tell is a missing side with the reason, never an empty one. Throws only what is no failure of a chain (`aborted`).
 */
export async function readPaid(reader: PaymentReader, options: ReadPaidOptions): Promise<PaidOnChain> {
  const { validator, block, quantising = 'share', signal } = options;
  let state: PaymentState;
  try {
    state = await reader.state(block, signal);
  } catch (error) {
    const side = failed(`the subnet at block ${block}`, error);
    return { weight: side, incentive: side };
  }
  const weight = await attempt(`the row at block ${block}`, () =>
    readWeight(reader, state, validator, quantising, signal),
  );
  const incentive = await attempt(`the incentive after block ${block}`, () =>
    readIncentive(reader, state, validator, weight, signal),
  );
  return { state, weight, incentive };
}

async function readWeight(
  reader: PaymentReader,
  state: PaymentState,
  validator: string,
  quantising: Quantising,
  signal: AbortSignal | undefined,
): Promise<WeightSide | MissingSide> {
  const { block } = state;
  const own = state.miners.find(({ hotkey }) => hotkey === validator);
  if (own === undefined)
    return { missing: 'unregistered', detail: `${validator} is no neuron of the subnet at block ${block}.` };
  const setAt = state.lastUpdate[own.uid];
  const [row] = await reader.rows(block, [own.uid], signal);
  if (row === undefined || setAt === undefined || row.values.every((value) => value === 0))
    return { missing: 'none', detail: `${validator} has set no weights up to block ${block}.` };
  if (state.hidden && setAt === block)
    return { missing: 'hidden', detail: `The weights committed at block ${setAt} are not revealed yet.` };
  const { shares, movedUids, unknownShare } = await sharesAsMeant(reader, row, setAt, state, signal);
  return {
    block,
    at: state.time,
    setAt,
    setAtTime: await timeOf(reader, setAt, state, signal),
    shares,
    movedUids,
    unknownShare,
    roundings: (owed) => rowRoundings(row.values, owed, quantising),
  };
}

/** Shares of a row by the hotkeys that held its targets in the block in which it was set. */
async function sharesAsMeant(
  reader: PaymentReader,
  row: StoredRow,
  setAt: number,
  state: PaymentState,
  signal: AbortSignal | undefined,
): Promise<{
  shares: Shares;
  movedUids: ReadonlyMap<string, number>;
  unknownShare: number;
}> {
  const hasMoved = (uid: number) =>
    state.miners[uid] === undefined || (state.registeredAt?.[uid] ?? 0) > setAt;
  const moved = row.targets.filter(hasMoved);
  const before = new Map<number, string>();
  if (moved.length > 0) {
    try {
      const holders = await reader.holders(setAt, moved, signal);
      for (const [i, uid] of moved.entries()) {
        const holder = holders[i];
        if (holder !== undefined) before.set(uid, holder);
      }
    } catch (error) {
      // Not known then: their weight is nobody's that we could name.
      missingBy(error);
    }
  }
  const sum = row.values.reduce((total, value) => total + value, 0);
  let unknown = 0;
  const amounts = row.targets.flatMap((uid, i): [string, number][] => {
    const value = row.values[i] ?? 0;
    const holder = hasMoved(uid) ? before.get(uid) : state.miners[uid]?.hotkey;
    if (holder !== undefined) return [[holder, value]];
    unknown += value;
    return [];
  });
  const movedUids = new Map(
    state.miners.filter(({ uid }) => hasMoved(uid)).map(({ hotkey, uid }) => [hotkey, uid]),
  );
  return { shares: toShares(amounts), movedUids, unknownShare: sum === 0 ? 0 : unknown / sum };
}

async function timeOf(
  reader: PaymentReader,
  setAt: number,
  state: PaymentState,
  signal: AbortSignal | undefined,
): Promise<Micros | undefined> {
  if (setAt === state.block) return state.time;
  try {
    return await reader.time(setAt, signal);
  } catch (error) {
    missingBy(error);
    return undefined;
  }
}

async function readIncentive(
  reader: PaymentReader,
  judged: PaymentState,
  validator: string,
  weight: WeightSide | MissingSide,
  signal: AbortSignal | undefined,
): Promise<IncentiveSide | MissingSide> {
  const paidBy = await stateOfEpoch(reader, judged, isPaid(weight) ? weight.setAt : undefined, signal);
  if ('missing' in paidBy) return paidBy;
  const { incentive, miners, block, time } = paidBy;
  if (incentive === undefined || incentive.every((value) => value === 0))
    return { missing: 'none', detail: `Nobody has an incentive at block ${block}.` };
  const { others, previous } = await aroundIt(reader, judged, validator, weight, signal);
  return {
    block,
    at: time,
    shares: toShares(miners.map(({ hotkey, uid }) => [hotkey, incentive[uid] ?? 0])),
    roundings: (owed) => incentiveRoundings(incentive, owed, isPaid(weight) ? weight.roundings(owed) : []),
    others,
    previous,
  };
}

/** The state after the epoch that used a row set at a block. */
async function stateOfEpoch(
  reader: PaymentReader,
  judged: PaymentState,
  setAt: number | undefined,
  signal: AbortSignal | undefined,
): Promise<PaymentState | MissingSide> {
  const { lastEpochBlock, nextEpochBlock } = judged;
  // An epoch runs before the extrinsics of its block: a row set in that very block comes after it.
  const uses = (state: PaymentState) =>
    setAt === undefined || state.lastEpochBlock === undefined || setAt < state.lastEpochBlock;
  if (lastEpochBlock === undefined || uses(judged)) return judged;
  const head = await reader.head(signal);
  if (nextEpochBlock !== undefined && nextEpochBlock <= head) {
    const then = await reader.state(nextEpochBlock, signal);
    if (uses(then)) return then;
  }
  // What is foretold may be late, or early: an owner can ask for an epoch, and a full block puts one off.
  const newest = await reader.state(head, signal);
  if (uses(newest)) return reader.state(newest.lastEpochBlock ?? head, signal);
  return {
    missing: 'not-yet',
    detail: `The weights of block ${setAt} pay from the next epoch on${nextEpochBlock === undefined ? '' : `, at block ${nextEpochBlock}`}.`,
  };
}

/** Rows of the other validators, and this one's row before; without them when they cannot be read: they only explain. */
async function aroundIt(
  reader: PaymentReader,
  judged: PaymentState,
  validator: string,
  weight: WeightSide | MissingSide,
  signal: AbortSignal | undefined,
): Promise<{ others: OtherRow[]; previous: Shares | undefined }> {
  const hotkeyOf = (uid: number) => judged.miners[uid]?.hotkey;
  const sharesOf = ({ targets, values }: StoredRow): Shares =>
    toShares(targets.flatMap((uid, i) => pairOf(hotkeyOf(uid), values[i] ?? 0)));
  try {
    const uids = judged.miners
      .filter(({ uid, hotkey }) => (judged.lastUpdate[uid] ?? 0) > 0 && hotkey !== validator)
      .map(({ uid }) => uid);
    const others = (await reader.rows(judged.block, uids, signal))
      .filter(({ values }) => values.some((value) => value > 0))
      .map((row) => ({ uid: row.uid, hotkey: hotkeyOf(row.uid) ?? '', shares: sharesOf(row) }));
    const own = judged.miners.find(({ hotkey }) => hotkey === validator)?.uid;
    const [before] =
      own === undefined || !isPaid(weight) || weight.setAt < 1
        ? []
        : await reader.rows(weight.setAt - 1, [own], signal).catch(unlessChainFails);
    return { others, previous: before === undefined ? undefined : sharesOf(before) };
  } catch (error) {
    missingBy(error);
    return { others: [], previous: undefined };
  }
}

function unlessChainFails(error: unknown): StoredRow[] {
  missingBy(error);
  return [];
}

function pairOf(hotkey: string | undefined, value: number): [string, number][] {
  return hotkey === undefined ? [] : [[hotkey, value]];
}

async function attempt<Side extends object>(
  what: string,
  work: () => Promise<Side | MissingSide>,
): Promise<Side | MissingSide> {
  try {
    return await work();
  } catch (error) {
    return failed(what, error);
  }
}

function failed(what: string, error: unknown): MissingSide {
  const missing = missingBy(error);
  const got = isTaoscopeError(error) ? error.parts.failed : String(error);
  return {
    missing,
    detail:
      missing === 'pruned'
        ? `No node has the state for ${what} any more.`
        : `Cannot read ${what}: ${got.slice(0, 200)}`,
  };
}
