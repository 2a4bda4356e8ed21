import type { Store } from '../../../store/index.ts';
import type { SubnetKey } from '../snapshots.ts';
import { addressBook } from './addresses.ts';

/** What a figure of weights shows of a neuron; what its era lacks is absent. */
export interface MatrixNeuron {
  readonly uid: number;
  /** ss58. */
  readonly hotkey: string;
  readonly coldkey?: string | undefined;
  /** Hostile text. */
  readonly identityName?: string | undefined;
  /** Stake that counts in consensus, in coins of the subnet's unit. */
  readonly stake?: number | undefined;
  readonly validatorPermit?: boolean | undefined;
  /** u16. */
  readonly consensus?: number | undefined;
  /** u16. */
  readonly incentive?: number | undefined;
  /** Coins of the last epoch. */
  readonly emission?: number | undefined;
  readonly registeredAt?: number | undefined;
}

/** The neurons of one stored snapshot, ascending by uid. */
export type Neurons = readonly MatrixNeuron[];

/** The neurons of the snapshots of some blocks, out of one of the neuron tables. Blocks that it does not hold are not in the answer. */
export async function neuronsAt(
  store: Store,
  table: string,
  { netuid, mechanism }: SubnetKey,
  blocks: readonly number[],
  signal?: AbortSignal,
): Promise<Map<number, MatrixNeuron[]>> {
  const found = new Map<number, MatrixNeuron[]>();
  if (blocks.length === 0) return found;
  const rows = await store.query<NeuronRow>(
    `SELECT block, uid, hex(hotkey) AS hotkey_hex, hex(coldkey) AS coldkey_hex, identity_name,
       toFloat64(ifNull(total_stake, stake)) / 1e9 AS coins, validator_permit, consensus, incentive,
       toFloat64(emission) / 1e9 AS pay, toFloat64(registered_at) AS registered
     FROM ${table} FINAL
     WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block IN {blocks:Array(UInt32)}
     ORDER BY block, uid`,
    { params: { netuid, mechanism, blocks }, label: 'read the neurons beside weights', signal },
  );
  const address = addressBook();
  for (const row of rows) {
    const neurons = found.get(row.block) ?? [];
    if (neurons.length === 0) found.set(row.block, neurons);
    neurons.push({
      uid: row.uid,
      hotkey: address(row.hotkey_hex),
      coldkey: row.coldkey_hex === null ? undefined : address(row.coldkey_hex),
      identityName: row.identity_name ?? undefined,
      stake: row.coins ?? undefined,
      validatorPermit: row.validator_permit ?? undefined,
      consensus: row.consensus ?? undefined,
      incentive: row.incentive ?? undefined,
      emission: row.pay ?? undefined,
      registeredAt: row.registered ?? undefined,
    });
  }
  return found;
}

/** The same for blocks of whole matrices: those of epochs, which stay for long, and else at full resolution. */
export async function neuronsOfReadings(
  store: Store,
  key: SubnetKey,
  blocks: readonly number[],
  signal?: AbortSignal,
): Promise<Map<number, MatrixNeuron[]>> {
  const epochs = await neuronsAt(store, 'neurons_epoch', key, blocks, signal);
  const others = blocks.filter((block) => !epochs.has(block));
  return new Map([...epochs, ...(await neuronsAt(store, 'neurons', key, others, signal))]);
}

interface NeuronRow {
  readonly block: number;
  readonly uid: number;
  readonly hotkey_hex: string;
  readonly coldkey_hex: string | null;
  readonly identity_name: string | null;
  readonly coins: number | null;
  readonly validator_permit: boolean | null;
  readonly consensus: number | null;
  readonly incentive: number | null;
  readonly pay: number | null;
  readonly registered: number | null;
}
