import {
  isTaoscopeError,
  type Logger,
  sleep,
  TaoscopeError,
  throwIfAborted,
  toTaoscopeError,
} from '../../shared/index.ts';
import type { HeadKind } from '../types.ts';
import type { Endpoint } from './endpoint.ts';
import { RpcFailure } from './failure.ts';
import type { RpcLimits } from './limits.ts';
import type { Rpc } from './types.ts';
import type { SubscriptionMethods } from './wire.ts';

export interface HeadsOptions {
  readonly kind: HeadKind;
  readonly signal: AbortSignal | undefined;
  readonly closing: AbortSignal;
  readonly limits: RpcLimits;
  readonly logger: Logger;
  /** The endpoint to subscribe at now. */
  pick(): Endpoint | undefined;
  readonly request: Rpc['request'];
}

const METHODS: Readonly<Record<HeadKind, SubscriptionMethods>> = {
  finalized: { subscribe: 'chain_subscribeFinalizedHeads', unsubscribe: 'chain_unsubscribeFinalizedHeads' },
  best: { subscribe: 'chain_subscribeNewHeads', unsubscribe: 'chain_unsubscribeNewHeads' },
};

/**
 * Heads from whichever endpoint announces them: by subscription where there is one, else by asking. It ends only by
 * its signals (`aborted`), or when every endpoint serves another chain (`wrong-chain`). Only the newest head is kept for a slow reader.
 */
export async function* followHeads(options: HeadsOptions): AsyncGenerator<unknown, void, undefined> {
  const { kind, closing, limits, logger } = options;
  const dropped = new AbortController();
  const stops = [closing, dropped.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const signal = AbortSignal.any(stops);
  /** Hosts that refuse to subscribe; they are polled. */
  const pollOnly = new Set<Endpoint>();
  try {
    for (let failures = 0; ; ) {
      throwIfAborted(signal);
      const endpoint = options.pick();
      if (endpoint === undefined || !endpoint.canSubscribe || pollOnly.has(endpoint)) {
        yield* poll(options, signal, endpoint);
        continue;
      }
      const waitMs = endpoint.closedUntil - Date.now();
      if (waitMs > 0) await sleep(waitMs, signal);
      try {
        for await (const head of subscribed(endpoint, METHODS[kind], limits, signal)) {
          failures = 0;
          endpoint.praise();
          yield head;
        }
      } catch (caught) {
        throwIfAborted(signal);
        const failure =
          caught instanceof RpcFailure ? caught : new RpcFailure(toTaoscopeError(caught), 'later');
        const { error } = failure;
        if (error.code === 'wrong-chain' && failure.next === 'give-up') throw error;
        if (error.code === 'aborted') throw error;
        const refuses = failure.next === 'elsewhere' || failure.next === 'give-up';
        if (refuses && error.code !== 'wrong-chain') pollOnly.add(endpoint);
        endpoint.demote(error, { closeMs: failure.waitMs });
        logger.info(
          { host: endpoint.host, kind, reason: error.parts.got ?? error.parts.failed },
          'head subscription lost',
        );
        if (++failures > 1 && !refuses) await sleep(limits.firstWaitMs, signal);
        // While the subscription was lost a head may have come.
        const head = await pollOnce(options, signal);
        if (head !== undefined) yield head;
      }
    }
  } finally {
    dropped.abort();
  }
}

/** Heads of one subscription, the newest at any time; throws a failure when it breaks or stays silent too long. */
async function* subscribed(
  endpoint: Endpoint,
  methods: SubscriptionMethods,
  limits: RpcLimits,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  let newest: { head: unknown } | undefined;
  let ended = false;
  let wake = () => {};
  const unsubscribe = await endpoint.subscribe(methods, {
    signal,
    timeoutMs: limits.timeoutMs,
    onItem(head) {
      newest = { head };
      wake();
    },
    onEnd() {
      ended = true;
      wake();
    },
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  let watchdog: NodeJS.Timeout | undefined;
  try {
    for (;;) {
      let silent = false;
      if (newest === undefined && !ended && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          watchdog = setTimeout(() => {
            silent = true;
            resolve();
          }, limits.silentHeadsMs);
        });
        clearTimeout(watchdog);
      }
      throwIfAborted(signal);
      if (newest !== undefined) {
        const { head } = newest;
        newest = undefined;
        yield head;
      } else if (ended) {
        throw brokenSubscription(endpoint, methods, 'the connection was lost');
      } else if (silent) {
        throw brokenSubscription(endpoint, methods, `no head for ${limits.silentHeadsMs} ms`);
      }
    }
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
  }
}

/** Asks for the head again and again, for as long as the endpoint stays the one to ask. */
async function* poll(
  options: HeadsOptions,
  signal: AbortSignal,
  endpoint: Endpoint | undefined,
): AsyncGenerator<unknown, void, undefined> {
  const { limits } = options;
  let last: string | undefined;
  do {
    const head = await pollOnce(options, signal);
    const text = JSON.stringify(head);
    if (head !== undefined && text !== last) {
      last = text;
      yield head;
    }
    await sleep(limits.pollHeadsMs, signal);
  } while (options.pick() === endpoint);
}

/** The head as an unverified header; `undefined` when nobody tells. */
async function pollOnce({ kind, request, logger }: HeadsOptions, signal: AbortSignal): Promise<unknown> {
  try {
    const params = kind === 'finalized' ? [await request('chain_getFinalizedHead', [], { signal })] : [];
    return (await request('chain_getHeader', params, { signal })) ?? undefined;
  } catch (caught) {
    throwIfAborted(signal);
    if (isTaoscopeError(caught, 'wrong-chain') || isTaoscopeError(caught, 'aborted')) throw caught;
    logger.warn({ kind, reason: toTaoscopeError(caught).parts.got }, 'cannot ask for the head');
    return undefined;
  }
}

function brokenSubscription(endpoint: Endpoint, methods: SubscriptionMethods, reason: string): RpcFailure {
  const { host } = endpoint;
  const error = new TaoscopeError(
    'unreachable',
    { failed: `${host} stopped answering ${methods.subscribe}`, got: reason },
    { fields: { host, method: methods.subscribe } },
  );
  return new RpcFailure(error, 'later');
}
