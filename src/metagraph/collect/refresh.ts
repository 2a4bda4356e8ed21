import type { BlockRef, Chain } from '../../chain/index.ts';
import type { Snapshot, SnapshotStore } from '../rows.ts';
import { type RecordOptions, record, saveRecorded } from './record.ts';

export interface Refreshed {
  readonly block: BlockRef;
  readonly snapshots: readonly Snapshot[];
}

/** Reads the chosen subnets at a block now and stores them. Throws what went wrong when none could be read. */
export async function refresh(
  chain: Chain,
  rows: SnapshotStore,
  block: BlockRef,
  options: Omit<RecordOptions, 'onlyAtEpochOf' | 'events'>,
): Promise<Refreshed> {
  const view = await chain.view(block, options.signal);
  const recorded = await record(chain, view, options);
  const failed = recorded.reading.failures[0];
  if (failed !== undefined && recorded.reading.metagraphs.length === 0) throw failed.error;
  await rows.saveRuntime(view.runtime, block.number);
  return { block, snapshots: await saveRecorded(rows, [recorded], 'refresh') };
}
