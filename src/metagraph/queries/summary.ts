import type { Store } from '../../store/index.ts';

/** The store's size, for the status page and metrics. */
export interface StoreSummary {
  kind: string;
  version: string;
  bytesOnDisk: number;
  neuronRows: number;
  /** Newest block with a snapshot of any subnet. */
  lastSnapshotBlock?: number;
}

/** How much is stored, and up to where. */
export async function storeSummary(store: Store, signal?: AbortSignal): Promise<StoreSummary> {
  const { kind, version, bytesOnDisk, rows } = await store.stats();
  const [newest] = await store.query<{ block: number; rows: string }>(
    'SELECT max(block) AS block, count() AS rows FROM snapshots',
    { label: 'find the newest snapshot', signal },
  );
  return {
    kind,
    version,
    bytesOnDisk,
    neuronRows: rows.neurons ?? 0,
    ...(newest === undefined || newest.rows === '0' ? {} : { lastSnapshotBlock: newest.block }),
  };
}
