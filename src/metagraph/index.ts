/**
 * Snapshots of subnets: collected block by block, stored, rolled up, asked for and shown. It does not speak to nodes
 * itself (that is the chain room) and does not judge validators.
 */
export { type Activity, activity, type Measure } from './analysis/activity.ts';
export { type Aggregate, aggregated } from './analysis/aggregate.ts';
export { type Churn, churn } from './analysis/churn.ts';
export { classOf, type NeuronClass } from './analysis/classes.ts';
export {
  type ComparedNeuron,
  diffFields,
  diffMetagraphs,
  type FieldChange,
  type MetagraphDiff,
} from './analysis/diff-metagraphs.ts';
export {
  type EpochPay,
  earningsByDay,
  type Presence,
  type SubnetClock,
  type SubnetEarnings,
} from './analysis/earnings/earnings-by-day.ts';
export { type Group, groups } from './analysis/groups.ts';
export { type LongTable, longTable } from './analysis/long-table.ts';
export { type Occupancy, occupancy } from './analysis/occupancy.ts';
export { immuneOwnerUids, type OwnedColumns } from './analysis/pruning/immune-owner-uids.ts';
export {
  type PruningColumns,
  type PruningOrder,
  type PruningTerms,
  pruningOrder,
} from './analysis/pruning/pruning-order.ts';
export { type PruningEra, type PruningRule, pruningRuleOf } from './analysis/pruning/pruning-rule.ts';
export { type Smoothing, smooth } from './analysis/smooth.ts';
export { subnet24 } from './analysis/subnet24.ts';
export { type Trace, traces } from './analysis/traces.ts';
export { type BackfillOptions, type BackfillProgress, backfill, emptyRange } from './collect/backfill.ts';
export {
  type Collector,
  type CollectorEvent,
  type CollectorOptions,
  type CollectorStats,
  createCollector,
} from './collect/collector.ts';
export { EVENT_KINDS, type EventKind, type SubnetEvent } from './collect/events/index.ts';
export { type Refreshed, refresh } from './collect/refresh.ts';
export {
  type CollectedWeights,
  collectWeights,
  type HeldRow,
  type WeightReading,
  type WeightsWanted,
} from './collect/weights.ts';
export { metagraphToCsv } from './csv.ts';
export type { BlockEvents } from './event-rows.ts';
export {
  type ActivityFigure,
  type ActivityQuery,
  activityFigure,
  MOST_FRAMES,
  MOST_MEASURES,
} from './figures/activity.ts';
export { type ChurnFigure, churnFigure } from './figures/churn.ts';
export { activityToCsv, diffToCsv, groupsToCsv, linesToCsv, tracesToCsv } from './figures/csv.ts';
export { type DiffFigure, type DiffQuery, metagraphDiff } from './figures/diff.ts';
export { type EconomyFigure, economyFigure } from './figures/economy.ts';
export {
  chooseFrames,
  DEFAULT_POINTS,
  type FigureRange,
  type FrameQuery,
  type Frames,
  MOST_POINTS,
} from './figures/frames.ts';
export { type GroupsFigure, type GroupsQuery, groupsFigure } from './figures/groups.ts';
export { type Levels, packLevels, unpackLevels } from './figures/levels.ts';
export type { FigureColumn, Grouping, Role } from './figures/neuron-table.ts';
export { type OccupancyFigure, occupancyFigure } from './figures/occupancy.ts';
export { MOST_LINES, type TracesFigure, type TracesQuery, tracesFigure } from './figures/traces.ts';
export {
  type ImportOptions,
  type ImportProgress,
  type ImportResult,
  importMetagraph,
} from './import/index.ts';
export { AxonJson, Integer, MetagraphJson, NeuronJson, PrometheusJson, SubnetJson } from './json.ts';
export { presentMetagraph, presentSubnet } from './present.ts';
export {
  accountEarnings,
  type ColdkeyAnswer,
  type ColdkeyQuery,
  coldkeyHoldings,
  DEFAULT_DAYS,
  DEFAULT_HOLDINGS,
  type EarningsAnswer,
  type EarningsQuery,
  earningsToCsv,
  type Holding,
  holdingsToCsv,
  hotkeyStanding,
  MOST_DAYS,
  pruningToCsv,
  type StandingAnswer,
  type SubnetPruning,
  subnetPruning,
} from './queries/accounts/index.ts';
export { EXPORT_TABLES, type ExportQuery, type ExportTable, exportMetagraph } from './queries/export.ts';
export { type FeedAnswer, type FeedEvent, type FeedQuery, feed } from './queries/feed.ts';
export { feedToCsv } from './queries/feed-csv.ts';
export { type HistoryAnswer, type HistoryQuery, hotkeyHistory } from './queries/history.ts';
export { type HotkeyAnswer, hotkeyRegistrations, type Registration } from './queries/hotkey.ts';
export { type GapJson, gaps, type RuntimeJson, runtimes } from './queries/ledger.ts';
export { metagraphAt } from './queries/metagraph-at.ts';
export { type Resolution, type StoredSnapshot, storedSnapshots } from './queries/snapshots.ts';
export { type SubnetAnswer, subnetAt, subnetsAt, type WithDelta } from './queries/subnets.ts';
export { type StoreSummary, storeSummary } from './queries/summary.ts';
export {
  type ClustersFigure,
  type ClustersQuery,
  clustersOf,
} from './queries/weights/clusters.ts';
export { type CopierEvidence, type CopiersQuery, copierEvidence } from './queries/weights/copier-evidence.ts';
export { clustersToCsv, copiersToCsv, mapToCsv, weightsToCsv } from './queries/weights/csv.ts';
export {
  type MapFigure,
  type MapQuery,
  MOST_FRAMES as MOST_MAP_FRAMES,
  mapFigure,
} from './queries/weights/map-figure.ts';
export { type MatrixQuery, matrixAt, type StoredMatrix } from './queries/weights/matrix-at.ts';
export { MOST_EPOCHS, type StoredHistory, weightHistory } from './queries/weights/weight-history.ts';
export { type WeightsFigure, type WeightsQuery, weightsFigure } from './queries/weights/weights-figure.ts';
export type { Lives, Origin, Retention } from './retention.ts';
export {
  type Backfilled,
  type BlockRange,
  type BlockRecord,
  createSnapshotStore,
  type Snapshot,
  type SnapshotStore,
  type SubnetRecord,
} from './rows.ts';
export { migrations } from './schema.ts';
