import {
  abortedError,
  backoffMs,
  type Hex,
  isTaoscopeError,
  type Logger,
  silentLogger,
  sleep,
  TaoscopeError,
  throwIfAborted,
  toTaoscopeError,
} from '../../shared/index.ts';
import { createGenesisGuard } from './admit-genesis.ts';
import { createEndpoint, type Endpoint, toFailure } from './endpoint.ts';
import { parseEndpointUrl } from './endpoint-url.ts';
import { RpcFailure } from './failure.ts';
import { followHeads } from './heads.ts';
import { DEFAULT_LIMITS, type RpcLimits } from './limits.ts';
import type { RequestOptions, Rpc } from './types.ts';

export interface RpcOptions {
  /** `ws(s)://` and `http(s)://` addresses, the preferred one first. May hold keys: only host and port are ever shown. */
  readonly endpoints: readonly string[];
  readonly logger?: Logger | undefined;
  /** Closes everything when it fires. */
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<RpcLimits> | undefined;
  /** Endpoints of another chain are left out. Without it, the first one that answers tells which chain it is. */
  readonly expectedGenesis?: Hex | undefined;
}

/** An endpoint of another chain is looked at again after so long: its operator may have corrected it. */
const WRONG_CHAIN_MS = 600_000;

/**
 * JSON-RPC over several endpoints. Throws `usage` for an address that is none; opens nothing before the first request.
 *
 * @example
 * const rpc = createRpc({ endpoints: ['ws://127.0.0.1:9944'] });
 * const hash = await rpc.request('chain_getFinalizedHead', []);
 * await rpc.close();
 */
export function createRpc(options: RpcOptions): Rpc {
  const logger = options.logger ?? silentLogger;
  const limits: RpcLimits = { ...DEFAULT_LIMITS, ...options.limits };
  if (options.endpoints.length === 0) throw noEndpoints();
  const guard = createGenesisGuard(options.expectedGenesis, logger);
  const endpoints = options.endpoints.map((text) =>
    createEndpoint({ address: parseEndpointUrl(text), limits, logger, admit: guard.admit }),
  );
  const closing = new AbortController();
  const onAbort = () => void close();
  if (options.signal?.aborted) void close();
  else options.signal?.addEventListener('abort', onAbort, { once: true });

  async function request<T = unknown>(
    method: string,
    params: readonly unknown[],
    {
      signal,
      check,
      timeoutMs = limits.timeoutMs,
      tries = limits.tries,
      idempotent = true,
    }: RequestOptions<T> = {},
  ): Promise<T> {
    throwIfAborted(signal);
    throwIfAborted(closing.signal);
    const tried = new Map<Endpoint, Tried>();
    for (let failed = 0; ; ) {
      const endpoint = pick(tried);
      if (endpoint === undefined) throw unanswered(method, tried);
      const mine = tried.get(endpoint) ?? { tries: 0, ruledOut: false, alone: false, last: undefined };
      tried.set(endpoint, mine);
      await turn(endpoint, mine, signal);
      mine.tries++;
      try {
        const result = await endpoint.ask(method, params, {
          signal,
          timeoutMs,
          solo: !idempotent,
          alone: mine.alone,
        });
        const value = check === undefined ? (result as T) : believe(endpoint, method, result, check);
        endpoint.praise();
        return value;
      } catch (caught) {
        if (signal?.aborted) throw abortedError(signal);
        const failure = toFailure(caught, toTaoscopeError);
        mine.last = failure.error;
        if (failure.next === 'give-up') throw failure.error;
        if (!idempotent && !failure.neverSent && failure.next === 'later')
          throw mayHaveArrived(failure.error, method);
        if (failure.next === 'elsewhere') mine.ruledOut = true;
        if (failure.next === 'alone') mine.alone = true;
        if (failure.next === 'later') endpoint.demote(failure.error, { closeMs: failure.waitMs });
        if (isTaoscopeError(failure.error, 'wrong-chain'))
          endpoint.demote(failure.error, { forMs: WRONG_CHAIN_MS });
        if (failure.next !== 'elsewhere') failed++;
        logger.debug(
          { host: endpoint.host, method, code: failure.error.code, next: failure.next },
          'a try failed',
        );
        if (failed >= tries) throw unanswered(method, tried);
      }
    }
  }

  /** The first healthy endpoint; else the one that is soonest healthy again. */
  function pick(tried?: ReadonlyMap<Endpoint, Tried>): Endpoint | undefined {
    const now = Date.now();
    let best: Endpoint | undefined;
    for (const endpoint of endpoints) {
      if (tried?.get(endpoint)?.ruledOut === true) continue;
      if (best === undefined || Math.max(now, endpoint.behindUntil) < Math.max(now, best.behindUntil))
        best = endpoint;
    }
    return best;
  }

  /** Waits until the endpoint may be asked: its own closed time, and our backoff if we asked it before. */
  async function turn(endpoint: Endpoint, mine: Tried, signal: AbortSignal | undefined): Promise<void> {
    const own =
      mine.tries === 0 || mine.alone ? 0 : backoffMs(mine.tries, limits.firstWaitMs, limits.maxWaitMs);
    const waitMs = Math.max(own, endpoint.closedUntil - Date.now());
    if (waitMs <= 0) return;
    await sleep(waitMs, signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]));
  }

  /** Turns the result into what the caller wants; a result that is not believed is held against the endpoint. */
  function believe<T>(endpoint: Endpoint, method: string, result: unknown, check: (result: unknown) => T): T {
    try {
      return check(result);
    } catch (caught) {
      const error = isTaoscopeError(caught) ? caught : unreadable(method, caught);
      // Another endpoint may be further.
      if (error.code === 'not-found') throw new RpcFailure(error, 'elsewhere');
      if (error.code !== 'falsified' && error.code !== 'undecodable') throw new RpcFailure(error, 'give-up');
      const { host } = endpoint;
      endpoint.counters.reject(method);
      logger.warn(
        { host, method, code: error.code, reason: error.parts.failed, got: error.parts.got },
        'rejected an answer',
      );
      const named = new TaoscopeError(error.code, error.parts, {
        cause: error,
        fields: { ...error.fields, host, method },
      });
      throw new RpcFailure(named, 'later');
    }
  }

  async function close(): Promise<void> {
    if (closing.signal.aborted) return;
    options.signal?.removeEventListener('abort', onAbort);
    closing.abort(new TaoscopeError('aborted', { failed: 'the connection to the chain is closed' }));
    for (const endpoint of endpoints) endpoint.close();
  }

  return {
    request,
    heads: (kind, signal) =>
      followHeads({ kind, signal, closing: closing.signal, limits, logger, pick: () => pick(), request }),
    stats: () => endpoints.map((endpoint) => endpoint.stats()),
    close,
  };
}

/** How one request fared at one endpoint. */
interface Tried {
  tries: number;
  ruledOut: boolean;
  alone: boolean;
  last: TaoscopeError | undefined;
}

/** The error of a request that no endpoint answered: the most telling one, with the hosts tried and each one's last reason. */
function unanswered(method: string, tried: ReadonlyMap<Endpoint, Tried>): TaoscopeError {
  const all = [...tried].flatMap(([endpoint, { last, ruledOut }]) =>
    last === undefined ? [] : [{ host: endpoint.host, error: last, ruledOut }],
  );
  // Trouble that may pass outweighs a refusal: the endpoint in trouble might have had the answer.
  const chosen =
    all.findLast(({ ruledOut }) => !ruledOut) ??
    all.find(({ error }) => error.code === 'state-pruned') ??
    all.at(-1);
  if (chosen === undefined) return noEndpoints();
  const { error } = chosen;
  if (error.code !== 'unreachable' && error.code !== 'timeout' && all.length === 1) return error;
  const reasons = all
    .map((one) => `${one.host}: ${one.error.parts.got ?? one.error.parts.failed}`)
    .join('; ');
  const failed =
    error.code === 'unreachable' || error.code === 'timeout'
      ? `no endpoint answers ${method}`
      : error.parts.failed;
  const fields = { ...error.fields, method, hosts: all.map(({ host }) => host).join(',') };
  return new TaoscopeError(
    error.code,
    { ...error.parts, failed, got: reasons },
    { cause: error, fields, retryable: error.retryable },
  );
}

/** A check that stumbles over an answer did not expect it: the answer is held against the endpoint as any other bad one. */
function unreadable(method: string, caught: unknown): TaoscopeError {
  const got = caught instanceof Error ? caught.message : String(caught);
  return new TaoscopeError(
    'undecodable',
    { failed: `cannot read the answer to ${method}`, got },
    { cause: caught },
  );
}

function mayHaveArrived(error: TaoscopeError, method: string): TaoscopeError {
  const todo = 'look on the chain whether it took effect before sending it again';
  return new TaoscopeError(
    error.code,
    { ...error.parts, failed: `${method} may or may not have arrived`, todo },
    { cause: error, fields: error.fields, retryable: false },
  );
}

function noEndpoints(): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'no endpoint is named',
    expected: 'at least one ws://, wss://, http:// or https:// address',
    todo: 'set chain.endpoints in the configuration, or give --endpoint',
  });
}
