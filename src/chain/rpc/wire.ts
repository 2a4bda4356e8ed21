import type { CallOptions } from './call-book.ts';
import type { Counters } from './counters.ts';
import type { EndpointUrl } from './endpoint-url.ts';
import type { RpcLimits } from './limits.ts';

/** What a wire is made of. */
export interface WireOptions {
  readonly endpoint: EndpointUrl;
  readonly limits: RpcLimits;
  readonly counters: Counters;
  /** Told when a connection opens or is lost, for the log. */
  onState?(state: 'open' | 'lost', reason?: string): void;
}

/** What carries requests to one endpoint and answers back. It retries nothing. */
export interface Wire {
  readonly connected: boolean;
  /** Grows with every connection lost: what was found out about the endpoint before has to be found out again. */
  readonly generation: number;
  ask(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown>;
  /** `undefined` where the wire cannot carry subscriptions. */
  subscribe?:
    | ((methods: SubscriptionMethods, options: SubscriptionOptions) => Promise<() => void>)
    | undefined;
  /** Settles every promise and frees socket and timers. */
  close(): void;
}

export interface SubscriptionMethods {
  readonly subscribe: string;
  readonly unsubscribe: string;
}

export interface SubscriptionOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  onItem(item: unknown): void;
  /** The connection is lost: no further items come. */
  onEnd(): void;
}
