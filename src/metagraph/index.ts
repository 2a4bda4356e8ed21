/**
 * Snapshots of subnets: collected block by block, stored, rolled up, asked for and shown. It does not speak to nodes
 * itself (that is the chain room) and does not judge validators.
 */
export { type BackfillOptions, type BackfillProgress, backfill, emptyRange } from './collect/backfill.ts';
export {
  type Collector,
  type CollectorEvent,
  type CollectorOptions,
  type CollectorStats,
  createCollector,
} from './collect/collector.ts';
export { type Refreshed, refresh } from './collect/refresh.ts';
export { metagraphToCsv } from './csv.ts';
export { AxonJson, Integer, MetagraphJson, NeuronJson, PrometheusJson, SubnetJson } from './json.ts';
export { presentMetagraph, presentSubnet } from './present.ts';
export { type ExportQuery, exportMetagraph } from './queries/export.ts';
export { type HistoryAnswer, type HistoryQuery, hotkeyHistory } from './queries/history.ts';
export { type HotkeyAnswer, hotkeyRegistrations, type Registration } from './queries/hotkey.ts';
export { type GapJson, gaps, type RuntimeJson, runtimes } from './queries/ledger.ts';
export { metagraphAt } from './queries/metagraph-at.ts';
export { type Resolution, type StoredSnapshot, storedSnapshots } from './queries/snapshots.ts';
export { type SubnetAnswer, subnetAt, subnetsAt, type WithDelta } from './queries/subnets.ts';
export { type StoreSummary, storeSummary } from './queries/summary.ts';
export type { Lives, Origin, Retention } from './retention.ts';
export {
  type BlockRange,
  type BlockRecord,
  createSnapshotStore,
  type Snapshot,
  type SnapshotStore,
  type SubnetRecord,
} from './rows.ts';
export { migrations } from './schema.ts';
