/** Bounds and waits of the transport. Every one has a default, so callers name only what they change. */
export interface RpcLimits {
  /**
   * Largest answer that is read, bytes. Default 128 MiB: nodes cap theirs at 15 MiB unless their operator raised it, and an
   * archive's operator may; beyond this an answer is an attack or a mistake.
   */
  readonly maxAnswerBytes: number;
  /** Requests in one JSON-RPC batch. Default 64. */
  readonly maxBatch: number;
  /** Characters of one JSON-RPC batch. Default 1 MiB, far below the 15 MiB that nodes take. */
  readonly maxBatchChars: number;
  /** Requests under way at one endpoint; more wait in line. Default 256. */
  readonly maxInFlight: number;
  /** HTTP posts under way at one endpoint. Default 16. */
  readonly maxPosts: number;
  /** Longest time for one try of one request, ms. Default 30 000. */
  readonly timeoutMs: number;
  /** Longest time for opening a WebSocket, ms. Default 10 000. */
  readonly connectTimeoutMs: number;
  /** A WebSocket is pinged this often, ms; one that is silent for two pings is dropped. Default 15 000. */
  readonly pingMs: number;
  /** How long an endpoint that has never answered a batch may take for its first, ms; then it is asked singly. Default 10 000. */
  readonly unprovenBatchMs: number;
  /** Tries of one idempotent request over all endpoints. Default 5. */
  readonly tries: number;
  /** Wait before the same endpoint is asked again, ms; it doubles. Default 250. */
  readonly firstWaitMs: number;
  /** The longest such wait, ms. Default 10 000. */
  readonly maxWaitMs: number;
  /** How long an endpoint that failed stands behind the others, ms; it doubles. Default 1 000. */
  readonly behindMs: number;
  /** The longest such while, ms. Default 300 000. */
  readonly maxBehindMs: number;
  /** A head subscription without a head for so long is not trusted any more, ms. Default 60 000 (five blocks). */
  readonly silentHeadsMs: number;
  /** How often an endpoint without subscriptions is asked for its head, ms. Default 3 000. */
  readonly pollHeadsMs: number;
}

export const DEFAULT_LIMITS: RpcLimits = {
  maxAnswerBytes: 128 * 1024 * 1024,
  maxBatch: 64,
  maxBatchChars: 1024 * 1024,
  maxInFlight: 256,
  maxPosts: 16,
  timeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  pingMs: 15_000,
  unprovenBatchMs: 10_000,
  tries: 5,
  firstWaitMs: 250,
  maxWaitMs: 10_000,
  behindMs: 1_000,
  maxBehindMs: 300_000,
  silentHeadsMs: 60_000,
  pollHeadsMs: 3_000,
};
