import type { BlockRef, BlockView, RuntimeInfo } from '../../chain/index.ts';
import type { Origin } from '../retention.ts';
import type { Snapshot, SnapshotStore } from '../rows.ts';
import { readClock } from './epochs.ts';
import { type BlockReading, type ReadOptions, readBlock } from './read.ts';

/** A block that was read: what it says of itself and what was read at it. */
export interface Recorded {
  readonly block: BlockRef;
  readonly runtime: RuntimeInfo;
  readonly timestampMs?: number | undefined;
  /** Subnets whose epoch ran in the block. */
  readonly epochs: readonly number[];
  readonly reading: BlockReading;
}

/** Reads the chosen subnets and the clock of a block. */
export async function record(view: BlockView, options: ReadOptions): Promise<Recorded> {
  const reading = await readBlock(view, options);
  const netuids = reading.subnets.map(({ netuid }) => netuid);
  const clock = await readClock(view, netuids, options.signal);
  return { block: view.block, runtime: view.runtime, ...clock, reading };
}

/** Stores the facts and the snapshots of blocks; answers the snapshots. */
export async function saveRecorded(
  rows: SnapshotStore,
  blocks: readonly Recorded[],
  origin: Origin,
): Promise<readonly Snapshot[]> {
  await rows.saveSubnets(
    blocks.flatMap(({ block, timestampMs, reading }) =>
      reading.subnets.map((facts) => ({ facts, block, timestampMs, origin })),
    ),
  );
  const snapshots = blocks.flatMap(({ reading, epochs }) =>
    reading.metagraphs.map((metagraph) => ({ metagraph, epoch: epochs.includes(metagraph.netuid), origin })),
  );
  await rows.saveSnapshots(snapshots);
  return snapshots;
}
