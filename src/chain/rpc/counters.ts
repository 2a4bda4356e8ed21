import type { EndpointStats } from '../types.ts';

/** What is counted about one endpoint since start. */
export interface Counters {
  requests: number;
  errors: number;
  readonly rejected: Map<string, number>;
  reconnects: number;
  /** Messages that were no JSON, or no JSON-RPC. */
  malformed: number;
  /** Answers to nothing that was asked: unknown or repeated ids. */
  unmatched: number;
  reject(method: string): void;
  answered(latencyMs: number): void;
  stats(host: string, connected: boolean): EndpointStats;
}

/** The median is over so many answers: enough to be calm, few enough to follow a change within a minute. */
const LATENCIES_KEPT = 65;

export function createCounters(): Counters {
  const latencies: number[] = [];
  let next = 0;
  return {
    requests: 0,
    errors: 0,
    rejected: new Map(),
    reconnects: 0,
    malformed: 0,
    unmatched: 0,
    reject(method) {
      this.rejected.set(method, (this.rejected.get(method) ?? 0) + 1);
    },
    answered(latencyMs) {
      latencies[next++ % LATENCIES_KEPT] = latencyMs;
    },
    stats(host, connected) {
      const sorted = latencies.toSorted((a, b) => a - b);
      return {
        host,
        connected,
        requests: this.requests,
        errors: this.errors,
        rejected: Object.fromEntries(this.rejected),
        reconnects: this.reconnects,
        latencyMs: sorted[sorted.length >> 1],
        malformed: this.malformed,
        unmatched: this.unmatched,
      };
    },
  };
}
