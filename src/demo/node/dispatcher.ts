import { authorMethods, authorSubscriptions } from './author-methods.ts';
import { chainMethods, chainSubscriptions } from './chain-methods.ts';
import type { Handler, NodeContext, Subscription } from './context.ts';
import { methodNotFound, RpcError } from './rpc-error.ts';
import { stateMethods, stateSubscriptions } from './state-methods.ts';
import { subtensorMethods } from './subtensor-methods.ts';
import { systemMethods } from './system-methods.ts';

/** The side of a connection that subscriptions talk to; HTTP has none. */
export interface Peer {
  notify(method: string, subscription: string, result: unknown): void;
  /** Running subscriptions by id. */
  readonly subscriptions: Map<string, () => void>;
}

type Id = string | number | null;
type Answer = { jsonrpc: '2.0'; id: Id; result: unknown } | { jsonrpc: '2.0'; id: Id; error: unknown };

const MAX_BATCH = 1_000;
const MAX_SUBSCRIPTIONS = 1_024;

/** Answers JSON-RPC messages: one request or a batch in, one answer or a list out. */
export class Dispatcher {
  readonly #methods: Readonly<Record<string, Handler>>;
  readonly #subscriptions: Readonly<Record<string, Subscription>>;
  readonly #unsubscribe: ReadonlySet<string>;
  #nextSubscription = 1;

  constructor(context: NodeContext) {
    this.#subscriptions = {
      ...chainSubscriptions(context),
      ...stateSubscriptions(context),
      ...authorSubscriptions(context),
    };
    this.#unsubscribe = new Set(Object.values(this.#subscriptions).flatMap(({ unsubscribe }) => unsubscribe));
    this.#methods = {
      ...chainMethods(context),
      ...stateMethods(context),
      ...authorMethods(context),
      ...systemMethods(context),
      ...subtensorMethods(context),
      rpc_methods: () => ({ methods: this.methodNames() }),
    };
  }

  /** All that can be called, in order. */
  methodNames(): string[] {
    return [...Object.keys(this.#methods), ...Object.keys(this.#subscriptions), ...this.#unsubscribe].sort();
  }

  /** The answer to a message as text; `undefined` when the message was only notifications. */
  answer(message: string, peer?: Peer): string | undefined {
    let parsed: unknown;
    try {
      parsed = JSON.parse(message);
    } catch {
      return JSON.stringify(failure(null, new RpcError(-32700, 'Parse error')));
    }
    if (!Array.isArray(parsed)) {
      const after: (() => void)[] = [];
      const one = this.#one(parsed, peer, after);
      return finish(one === undefined ? undefined : JSON.stringify(one), after);
    }
    if (parsed.length === 0) return JSON.stringify(failure(null, new RpcError(-32600, 'Invalid request')));
    if (parsed.length > MAX_BATCH) {
      return JSON.stringify(
        failure(
          null,
          new RpcError(-32010, `The batch request was too large`, `Exceeded max limit of ${MAX_BATCH}`),
        ),
      );
    }
    const after: (() => void)[] = [];
    const answers = parsed
      .map((request) => this.#one(request, peer, after))
      .filter((answer) => answer !== undefined);
    return finish(answers.length === 0 ? undefined : JSON.stringify(answers), after);
  }

  #one(request: unknown, peer: Peer | undefined, after: (() => void)[]): Answer | undefined {
    const { id, method, params } = (typeof request === 'object' ? (request ?? {}) : {}) as Record<
      string,
      unknown
    >;
    const known: Id = typeof id === 'string' || typeof id === 'number' ? id : null;
    if (typeof method !== 'string') return failure(known, new RpcError(-32600, 'Invalid request'));
    try {
      const list = Array.isArray(params) ? params : [];
      const result = this.#call(method, list, peer, after);
      return id === undefined ? undefined : { jsonrpc: '2.0', id: known, result };
    } catch (error) {
      return failure(known, error);
    }
  }

  #call(method: string, params: readonly unknown[], peer: Peer | undefined, after: (() => void)[]): unknown {
    if (Object.hasOwn(this.#methods, method)) return this.#methods[method]?.(params);
    if (peer !== undefined && Object.hasOwn(this.#subscriptions, method)) {
      const subscription = this.#subscriptions[method];
      if (subscription !== undefined) return this.#subscribe(subscription, params, peer, after);
    }
    if (peer !== undefined && this.#unsubscribe.has(method)) {
      const stop = peer.subscriptions.get(String(params[0]));
      stop?.();
      return peer.subscriptions.delete(String(params[0]));
    }
    throw methodNotFound();
  }

  #subscribe(
    { notification, start }: Subscription,
    params: readonly unknown[],
    peer: Peer,
    after: (() => void)[],
  ): string {
    if (peer.subscriptions.size >= MAX_SUBSCRIPTIONS)
      throw new RpcError(-32006, 'Too many subscriptions on the connection');
    const id = `demo${this.#nextSubscription++}`;
    // What a subscription says at once must not overtake the answer that tells its id.
    const early: unknown[] = [];
    let answered = false;
    const send = (result: unknown) => {
      if (answered) peer.notify(notification, id, result);
      else early.push(result);
    };
    peer.subscriptions.set(id, start(params, send));
    after.push(() => {
      answered = true;
      for (const result of early) peer.notify(notification, id, result);
    });
    return id;
  }
}

/** Sends what waited for the answer as soon as the answer is on its way. */
function finish(text: string | undefined, after: readonly (() => void)[]): string | undefined {
  if (after.length > 0) {
    queueMicrotask(() => {
      for (const run of after) run();
    });
  }
  return text;
}

function failure(id: Id, error: unknown): Answer {
  const known = error instanceof RpcError ? error : new RpcError(-32603, 'Internal error');
  const { code, message, data } = known;
  return { jsonrpc: '2.0', id, error: data === undefined ? { code, message } : { code, message, data } };
}
