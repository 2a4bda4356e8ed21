import type { EndpointStats } from '../types.ts';

export interface RequestOptions<T> {
  signal?: AbortSignal | undefined;
  /**
   * Turns the untrusted result into a typed one. What it throws (`falsified`, `undecodable`) counts as a rejected answer
   * of that endpoint and method, and the question is asked again, of another endpoint if there is one.
   */
  check?: ((result: unknown) => T) | undefined;
  /** Longest time for one try. Default 30 000 ms. */
  timeoutMs?: number | undefined;
  /** Tries in all, over all endpoints. Default 5. */
  tries?: number | undefined;
  /** `false` for what must not be sent twice (submitting an extrinsic). Default `true`. */
  idempotent?: boolean | undefined;
}

/** JSON-RPC against several endpoints as if they were one that does not fail. */
export interface Rpc {
  request<T = unknown>(method: string, params: readonly unknown[], options?: RequestOptions<T>): Promise<T>;
  /**
   * New heads as hints: yields whenever an endpoint announces one (or, where there are no subscriptions, when polling
   * finds one). It survives reconnects; values are unverified header JSON, so read what matters by `request`.
   */
  heads(kind: 'finalized' | 'best', signal?: AbortSignal): AsyncIterable<unknown>;
  stats(): readonly EndpointStats[];
  close(): Promise<void>;
}
