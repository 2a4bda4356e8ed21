import {
  backoffMs,
  isTaoscopeError,
  type Logger,
  type TaoscopeError,
  withAbort,
} from '../../shared/index.ts';
import type { EndpointStats } from '../types.ts';
import { type Counters, createCounters } from './counters.ts';
import type { EndpointUrl } from './endpoint-url.ts';
import { RpcFailure } from './failure.ts';
import { createHttpWire } from './http-wire.ts';
import type { RpcLimits } from './limits.ts';
import type { SubscriptionMethods, SubscriptionOptions, Wire } from './wire.ts';
import { createWsWire } from './ws-wire.ts';

export interface EndpointCall {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly solo?: boolean | undefined;
  /** On a connection of its own, so that only this answer can be the one that is too big. */
  readonly alone?: boolean | undefined;
}

/** One endpoint: its connection, its counters, and how far it stands behind the others. */
export interface Endpoint {
  readonly host: string;
  readonly counters: Counters;
  /** Before this instant others are preferred; `Date.now()` ms, 0 when it is healthy. */
  readonly behindUntil: number;
  /** Before this instant nobody asks it. */
  readonly closedUntil: number;
  readonly canSubscribe: boolean;
  ask(method: string, params: readonly unknown[], call: EndpointCall): Promise<unknown>;
  subscribe(methods: SubscriptionMethods, options: SubscriptionOptions): Promise<() => void>;
  /** Puts it behind the others for a growing while; a burst of failures counts as one. */
  demote(error: TaoscopeError, options?: { closeMs?: number | undefined; forMs?: number }): void;
  /** An answer that was believed. */
  praise(): void;
  stats(): EndpointStats;
  close(): void;
}

export interface EndpointOptions {
  readonly address: EndpointUrl;
  readonly limits: RpcLimits;
  readonly logger: Logger;
  /** Run on every new connection before anything else is asked; throws when the endpoint must not be used. */
  admit(host: string, ask: (method: string, params: readonly unknown[]) => Promise<unknown>): Promise<void>;
}

export function createEndpoint({ address, limits, logger, admit }: EndpointOptions): Endpoint {
  const { host } = address;
  const counters = createCounters();
  const wire = makeWire();
  let admittedIn = -1;
  let admission: Promise<void> | undefined;
  let aloneQueue: Promise<unknown> = Promise.resolve();
  let failures = 0;
  let behindUntil = 0;
  let closedUntil = 0;
  const lonely = new Set<Wire>();
  let closed = false;

  function makeWire(): Wire {
    const onState = (state: 'open' | 'lost', reason?: string) => {
      if (state === 'open') logger.info({ host }, 'connected');
      else logger.warn({ host, reason: address.redact(reason ?? '') }, 'connection lost');
    };
    const options = { endpoint: address, limits, counters, onState };
    return address.kind === 'ws' ? createWsWire(options) : createHttpWire(options);
  }

  async function ask(method: string, params: readonly unknown[], call: EndpointCall): Promise<unknown> {
    if (admittedIn !== wire.generation) await withAbort(admitted(), call.signal);
    return call.alone === true ? askAlone(method, params, call) : wire.ask(method, params, call);
  }

  /** One check for all who wait; a connection lost meanwhile makes the next caller check again. */
  function admitted(): Promise<void> {
    admission ??= (async () => {
      const askWire = (method: string, params: readonly unknown[]) =>
        wire.ask(method, params, { timeoutMs: limits.timeoutMs, solo: true });
      try {
        await admit(host, askWire);
        admittedIn = wire.generation;
      } finally {
        admission = undefined;
      }
    })();
    return admission;
  }

  /** One at a time, each on a fresh connection. */
  function askAlone(method: string, params: readonly unknown[], call: EndpointCall): Promise<unknown> {
    const answer = aloneQueue.then(async () => {
      const own = makeWire();
      lonely.add(own);
      if (closed) own.close();
      try {
        return await own.ask(method, params, { ...call, solo: true });
      } finally {
        lonely.delete(own);
        own.close();
      }
    });
    aloneQueue = answer.catch(() => {});
    return withAbort(answer, call.signal);
  }

  async function subscribe(methods: SubscriptionMethods, options: SubscriptionOptions): Promise<() => void> {
    if (wire.subscribe === undefined) throw new Error(`${host} carries no subscriptions`);
    if (admittedIn !== wire.generation) await withAbort(admitted(), options.signal);
    return wire.subscribe(methods, options);
  }

  function demote(
    error: TaoscopeError,
    { closeMs, forMs }: { closeMs?: number | undefined; forMs?: number } = {},
  ): void {
    const now = Date.now();
    if (closeMs !== undefined) closedUntil = Math.max(closedUntil, now + closeMs);
    if (forMs !== undefined) behindUntil = Math.max(behindUntil, now + forMs);
    if (now < behindUntil) return;
    failures++;
    behindUntil = now + backoffMs(failures, limits.behindMs, limits.maxBehindMs);
    if (isTaoscopeError(error, 'unreachable')) {
      closedUntil = Math.max(closedUntil, now + backoffMs(failures, limits.firstWaitMs, limits.maxWaitMs));
    }
  }

  function praise(): void {
    // While it is behind, single good answers do not make up for the bad one.
    if (failures === 0 || Date.now() < behindUntil) return;
    failures = 0;
    behindUntil = 0;
  }

  return {
    host,
    counters,
    ask,
    subscribe,
    demote,
    praise,
    canSubscribe: wire.subscribe !== undefined,
    stats: () => counters.stats(host, wire.connected),
    close() {
      closed = true;
      wire.close();
      for (const own of lonely) own.close();
    },
    get behindUntil() {
      return behindUntil;
    },
    get closedUntil() {
      return closedUntil;
    },
  };
}

/** A thrown value as a failed try; what is not one already is final. */
export function toFailure(caught: unknown, toError: (caught: unknown) => TaoscopeError): RpcFailure {
  return caught instanceof RpcFailure ? caught : new RpcFailure(toError(caught), 'give-up');
}
