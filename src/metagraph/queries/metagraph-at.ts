import { TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { MetagraphJson } from '../json.ts';
import { NEURON_SELECT, type NeuronRow, parseNeuronRow } from '../neuron-row.ts';
import { isoTime, presentHash, presentNeuron } from '../present.ts';
import { findSnapshot, type Resolution } from './snapshots.ts';

/** The table that holds the neurons of a resolution. */
export const NEURON_TABLES: Readonly<Record<Resolution, string>> = {
  raw: 'neurons',
  hourly: 'neurons_hourly',
  epoch: 'neurons_epoch',
};

/**
 * The newest stored snapshot at or before a block (default: the newest of all), from full resolution or, where that is
 * past its time, from a roll-up. Throws `not-found` when there is none.
 */
export async function metagraphAt(
  store: Store,
  {
    netuid,
    mechanism = 0,
    block,
  }: { netuid: number; mechanism?: number | undefined; block?: number | undefined },
  signal?: AbortSignal,
): Promise<MetagraphJson> {
  const found = await findSnapshot(store, { netuid, mechanism }, block, signal);
  if (found === undefined) throw nothingStored(netuid, mechanism, block);
  const read = (table: string) =>
    store.query<NeuronRow>(
      `SELECT ${NEURON_SELECT} FROM ${table} FINAL
       WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block = {block:UInt32} AND uid < {n:UInt32}
       ORDER BY uid`,
      { params: { netuid, mechanism, block: found.block, n: found.n }, label: 'read a metagraph', signal },
    );
  // The other tables keep the history of a neuron together, so that one block of it is spread over all that they hold.
  const latest = block === undefined ? await read('neurons_latest') : [];
  const rows = latest.length === found.n ? latest : await read(NEURON_TABLES[found.resolution]);
  if (rows.length !== found.n) {
    throw new TaoscopeError('store-failed', {
      failed: `the snapshot of netuid ${netuid} at block ${found.block} is not whole`,
      got: `${rows.length} neurons`,
      expected: `${found.n}`,
      todo: 'collect it again by a backfill of that block',
    });
  }
  return {
    netuid,
    mechanism,
    block: found.block,
    blockHash: presentHash(found.hash_hex),
    ...(found.millis === null ? {} : { timestamp: isoTime(Number(found.millis)) }),
    specName: found.spec_name,
    specVersion: found.spec_version,
    source: found.source,
    unit: found.unit_name,
    n: found.n,
    neurons: rows.map((row) => presentNeuron(parseNeuronRow(row), found.unit_name, found.block)),
  };
}

function nothingStored(netuid: number, mechanism: number, block: number | undefined): TaoscopeError {
  const which = mechanism === 0 ? `netuid ${netuid}` : `mechanism ${mechanism} of netuid ${netuid}`;
  return new TaoscopeError('not-found', {
    failed: `no snapshot of ${which} is stored${block === undefined ? '' : ` at or before block ${block}`}`,
    todo: 'refresh the subnet, or backfill the blocks you want to see',
  });
}
