/**
 * The HTTP face: the API with its OpenAPI description, the live stream, health, metrics and the web app's files.
 * It answers from the rooms below and decides nothing about chains or tables.
 */
export { type AnswerCache, createAnswerCache } from './answer-cache.ts';
export { type Backfills, createBackfills, type RunBackfill } from './backfills.ts';
export { createDataVersions, type DataVersions } from './data-versions.ts';
export type { ServerDeps } from './deps.ts';
export { errorOfBody, failureOf } from './failure.ts';
export { createHeadWatch, type Heads, type HeadWatch } from './heads.ts';
export { listen, type RunningServer } from './listen.ts';
export { createLive, type Live } from './live.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export type { AuditPart } from './routes/audit.ts';
export { statusOf } from './routes/status.ts';
export {
  BackfillBody,
  type BackfillRequest,
  ErrorBody,
  RefreshBody,
  SqlBody,
  StatusBody,
} from './schemas.ts';
export { assertSafeBind } from './security.ts';
