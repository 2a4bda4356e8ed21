/**
 * The rows' home: ClickHouse in a data folder of this process, on a server or on a cluster, behind one interface.
 * It knows statements, migrations, ownership and limits, not what the rows mean; tables belong to the rooms above.
 */
export { clusterForm } from './cluster.ts';
export { OLDEST_SERVER, type OpenedStore, type OpenOptions, openStore, type StoreLocation } from './open.ts';
export { type Owner, readOwner } from './owner.ts';
export type { Cell } from './tsv.ts';
export type {
  Migration,
  QueryOptions,
  SandboxLimits,
  SandboxResult,
  Store,
  StoreLoad,
  StoreStats,
} from './types.ts';
