import type { Store } from '../../../store/index.ts';
import type { WeightEpoch, WeightHistory } from '../../analysis/weights/types.ts';
import type { SubnetKey } from '../snapshots.ts';
import { weightActions } from './actions.ts';
import { addressBook } from './addresses.ts';
import { countedRows } from './counted-rows.ts';
import type { MatrixNeuron } from './neurons.ts';
import { hasOneMechanism, type Range, type WholeReading, wholeReadings, withinWeek } from './readings.ts';
import { type StoredRow, storedRows } from './rows.ts';

export interface HistoryQuery extends Range {
  readonly netuid: number;
  /** Default 0. */
  readonly mechanism?: number | undefined;
  /** The newest so many epochs of the range, 1 to 400. Default 100. */
  readonly epochs?: number | undefined;
}

/** The weights of a mechanism over time, and who is behind its hotkeys. */
export interface StoredHistory extends SubnetKey {
  readonly history: WeightHistory;
  /** ss58 of the coldkey, by hotkey. */
  readonly coldkeys: ReadonlyMap<string, string>;
}

/** Most epochs of one answer: 20 days of 72 minutes. */
export const MOST_EPOCHS = 400;
const DEFAULT_EPOCHS = 100;

// Commits and reveals that concern the first epoch lie before it: two tempos of 360 blocks.
const ACTIONS_BEFORE_BLOCKS = 720;

/**
 * The newest epochs of a range of which weights and neurons are stored, ascending, with what validators did meanwhile.
 * Empty when there are none. `consensus` is left out where the chain's is not that of this mechanism.
 */
export async function weightHistory(
  store: Store,
  query: HistoryQuery,
  signal?: AbortSignal,
): Promise<StoredHistory> {
  const { netuid, mechanism = 0, epochs: most = DEFAULT_EPOCHS } = query;
  const key = { netuid, mechanism };
  const readings = await epochReadings(store, key, { ...query, most: Math.min(most, MOST_EPOCHS) }, signal);
  const neurons = await epochNeurons(
    store,
    key,
    readings.map(({ block }) => block),
    signal,
  );
  // Neurons may be past their time where weights are not.
  const shown = readings.filter(({ block }) => neurons.has(block));
  const [first, last] = [shown[0]?.block, shown.at(-1)?.block];
  if (first === undefined || last === undefined)
    return { ...key, history: { epochs: [], actions: [], commitReveal: false }, coldkeys: new Map() };
  const blocks = shown.map(({ block }) => block);
  const rows = Map.groupBy(await storedRows(store, 'weights', key, blocks, signal), ({ block }) => block);
  const own = mechanism === 0 && (await hasOneMechanism(store, netuid, { from: first, to: last }, signal));
  return {
    ...key,
    history: {
      epochs: shown.map((reading) =>
        epochOf(reading, neurons.get(reading.block) ?? [], rows.get(reading.block) ?? [], own),
      ),
      actions: await weightActions(
        store,
        key,
        { from: Math.max(0, first - ACTIONS_BEFORE_BLOCKS), to: last },
        signal,
      ),
      commitReveal: shown.some(({ commit_reveal }) => commit_reveal === true),
    },
    coldkeys: await coldkeysOf(store, key, { from: first, to: last }, signal),
  };
}

/** Of a range without beginning the last week is looked at first: it mostly holds enough, and a year has 53 parts. */
async function epochReadings(
  store: Store,
  key: SubnetKey,
  { from, to, most }: Range & { readonly most: number },
  signal: AbortSignal | undefined,
): Promise<WholeReading[]> {
  const week = await withinWeek(store, key, { from, to }, signal);
  const recent = await wholeReadings(store, key, { ...week, most, atEpochs: true }, signal);
  if (from !== undefined || recent.length >= most) return recent;
  return wholeReadings(store, key, { to, most, atEpochs: true }, signal);
}

/** What the analysis wants to know of one matrix. */
export function epochOf(
  { block }: Pick<WholeReading, 'block'>,
  neurons: readonly Pick<
    MatrixNeuron,
    'uid' | 'hotkey' | 'stake' | 'validatorPermit' | 'consensus' | 'registeredAt'
  >[],
  rows: readonly StoredRow[],
  ownConsensus: boolean,
): WeightEpoch {
  const counted = countedRows(rows, new Map(neurons.map((neuron) => [neuron.uid, neuron])));
  const updates = new Map(counted.map(({ uid, lastUpdate }) => [uid, lastUpdate]));
  return {
    block,
    n: neurons.length,
    hotkeys: neurons.map(({ hotkey }) => hotkey),
    stakes: neurons.map(({ stake }) => stake ?? 0),
    ...(neurons.some(({ validatorPermit }) => validatorPermit !== undefined)
      ? { permits: neurons.map(({ validatorPermit }) => validatorPermit === true) }
      : {}),
    ...(ownConsensus && neurons.some(({ consensus }) => consensus !== undefined)
      ? { consensus: neurons.map(({ consensus }) => consensus ?? 0) }
      : {}),
    rows: counted
      .filter(({ targets }) => targets.length > 0)
      .map(({ uid, targets, values }) => ({ uid, targets, values })),
    ...(counted.some(({ lastUpdate }) => lastUpdate !== undefined)
      ? { lastUpdates: neurons.map(({ uid }) => updates.get(uid) ?? 0) }
      : {}),
  };
}

/** One line per epoch and a few columns: hundreds of epochs of hundreds of neurons are read at once. */
async function epochNeurons(
  store: Store,
  { netuid, mechanism }: SubnetKey,
  blocks: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Map<number, MatrixNeuron[]>> {
  if (blocks.length === 0) return new Map();
  const rows = await store.query<{
    block: number;
    cells: [
      uid: number,
      hotkey: string,
      stake: number,
      permit: number,
      consensus: number,
      registered: number,
    ][];
  }>(
    // -1 is "not in this era": groups do not keep NULL.
    `SELECT block, arraySort(cell -> cell.1, groupArray((uid, hex(hotkey),
         ifNull(toFloat64(ifNull(total_stake, stake)) / 1e9, -1.), ifNull(toInt8(validator_permit), -1),
         ifNull(toInt32(consensus), -1), ifNull(toFloat64(registered_at), -1.)))) AS cells
     FROM neurons_epoch FINAL
     WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block IN {blocks:Array(UInt32)}
     GROUP BY block`,
    { params: { netuid, mechanism, blocks }, label: 'read the neurons of epochs', signal },
  );
  const address = addressBook();
  const known = (value: number) => (value < 0 ? undefined : value);
  return new Map(
    rows.map(({ block, cells }) => [
      block,
      cells.map(([uid, hotkey, stake, permit, consensus, registered]) => ({
        uid,
        hotkey: address(hotkey),
        stake: known(stake),
        validatorPermit: permit < 0 ? undefined : permit === 1,
        consensus: known(consensus),
        registeredAt: known(registered),
      })),
    ]),
  );
}

async function coldkeysOf(
  store: Store,
  { netuid, mechanism }: SubnetKey,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const rows = await store.query<{ hotkey_hex: string; coldkey_hex: string }>(
    `SELECT hex(hotkey) AS hotkey_hex, hex(argMax(coldkey, block)) AS coldkey_hex FROM neurons_epoch
     WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block BETWEEN {from:UInt32} AND {to:UInt32}
       AND coldkey IS NOT NULL
     GROUP BY hotkey`,
    { params: { netuid, mechanism, from, to }, label: 'read who owns the hotkeys', signal },
  );
  const address = addressBook();
  return new Map(rows.map(({ hotkey_hex, coldkey_hex }) => [address(hotkey_hex), address(coldkey_hex)]));
}
