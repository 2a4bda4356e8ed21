import { abortedError, isRecord } from '../../shared/index.ts';
import type { Counters } from './counters.ts';
import type { RpcFailure } from './failure.ts';
import type { RpcLimits } from './limits.ts';
import {
  type AnswerError,
  type Asked,
  failureOfAnswer,
  failureOfConnection,
  failureOfTimeout,
  isBatchRefusal,
} from './retry-table.ts';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Counted from the moment the request is sent. */
  readonly timeoutMs: number;
  /** Sent by itself and once: a submission, a subscription. */
  readonly solo?: boolean | undefined;
  /** Told of the result at once, before anything else that came with it is looked at. */
  readonly onResult?: ((result: unknown) => void) | undefined;
}

/** Requests that went out as one message. */
export interface Group {
  readonly calls: ReadonlyMap<number, object>;
  readonly asArray: boolean;
  /** Set by the wire: called when nobody waits for the group any more. */
  abandon?: () => void;
}

/** The requests of one endpoint, from the question to its answer. Rejects with {@link RpcFailure} or, when aborted, a TaoscopeError. */
export interface CallBook {
  ask(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown>;
  /** Sends what waits, as far as the bounds allow. */
  flush(): void;
  /** Settles what a message answers. `group` where the wire knows which one it belongs to. */
  answer(message: unknown, group?: Group): void;
  /** The group's answer is too big: it is asked again in smaller parts; `false` if it is one request already. */
  split(group: Group): boolean;
  fail(which: 'queue' | 'flight' | Group, failure: (asked: Asked) => RpcFailure): void;
  readonly inFlight: number;
}

export interface CallBookOptions {
  readonly host: string;
  redact(text: string): string;
  readonly limits: RpcLimits;
  readonly counters: Counters;
  readonly maxGroups: number;
  /** Sends one message. */
  post(text: string, group: Group): void;
  /** Called when a request begins to wait: the wire connects if it must, then flushes. */
  onQueued(): void;
  /** Called when a request ran out of time; `sentAt` is `performance.now()` of its sending. */
  onTimeout?(sentAt: number): void;
}

interface Call {
  readonly method: string;
  readonly paramsText: string;
  readonly options: CallOptions;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  timer?: NodeJS.Timeout | undefined;
  sentAt: number;
  id: number | undefined;
  group: OpenGroup | undefined;
}

interface OpenGroup extends Group {
  readonly calls: Map<number, Call>;
}

/** Ids of requests that nobody waits for any more are remembered, so that their late answers are not taken for invented ones. */
const FORGOTTEN_MAX = 4096;

export function createCallBook(options: CallBookOptions): CallBook {
  const { host, redact, limits, counters, maxGroups } = options;
  let queue: Call[] = [];
  const flight = new Map<number, Call>();
  const groups = new Set<OpenGroup>();
  const forgotten = new Set<number>();
  let lastId = 0;
  let maxBatch = limits.maxBatch;
  /** An array has answered a batch at least once. */
  let batchProven = false;

  const asked = (call: Call): Asked => ({ host, method: call.method, redact });

  function ask(method: string, params: readonly unknown[], callOptions: CallOptions): Promise<unknown> {
    const { signal } = callOptions;
    if (signal?.aborted) return Promise.reject(abortedError(signal));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const onAbort = () => {
      if (signal !== undefined) settle(call, () => reject(abortedError(signal)));
    };
    const call: Call = {
      method,
      paramsText: JSON.stringify(params),
      options: callOptions,
      resolve: (value) => {
        signal?.removeEventListener('abort', onAbort);
        resolve(value);
      },
      reject: (error) => {
        signal?.removeEventListener('abort', onAbort);
        reject(error);
      },
      sentAt: 0,
      id: undefined,
      group: undefined,
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    counters.requests++;
    queue.push(call);
    options.onQueued();
    return promise;
  }

  function flush(): void {
    while (queue.length > 0 && flight.size < limits.maxInFlight && groups.size < maxGroups) {
      const calls = takeGroup();
      const group: OpenGroup = { calls: new Map(), asArray: calls.length > 1 };
      for (const call of calls) {
        const id = ++lastId;
        call.id = id;
        call.group = group;
        call.sentAt = performance.now();
        group.calls.set(id, call);
        flight.set(id, call);
        startTimer(call, group);
      }
      groups.add(group);
      const texts = [...group.calls].map(
        ([id, { method, paramsText }]) =>
          `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${paramsText}}`,
      );
      options.post(group.asArray ? `[${texts.join(',')}]` : texts.join(''), group);
    }
  }

  /** The requests of the next message: one, or as many as a batch may hold. */
  function takeGroup(): Call[] {
    const room = Math.min(maxBatch, limits.maxInFlight - flight.size);
    let taken = 0;
    let chars = 0;
    for (const call of queue) {
      if (
        taken > 0 &&
        (taken >= room || call.options.solo === true || chars + call.paramsText.length > limits.maxBatchChars)
      )
        break;
      taken++;
      chars += call.paramsText.length;
      if (call.options.solo === true) break;
    }
    return queue.splice(0, taken);
  }

  function startTimer(call: Call, group: OpenGroup): void {
    const { timeoutMs } = call.options;
    const untested = group.asArray && !batchProven && limits.unprovenBatchMs < timeoutMs;
    call.timer = setTimeout(
      () => {
        if (untested && group.asArray && !batchProven) return stopBatching([group]);
        options.onTimeout?.(call.sentAt);
        counters.errors++;
        settle(call, () => call.reject(failureOfTimeout(timeoutMs, asked(call))));
      },
      untested ? limits.unprovenBatchMs : timeoutMs,
    );
  }

  function answer(message: unknown, group?: Group): void {
    if (Array.isArray(message)) answerBatch(message);
    else answerOne(message, group);
  }

  /** One array answers the whole of a batch: what it leaves out will not come any more. */
  function answerBatch(messages: readonly unknown[]): void {
    const touched = new Set<OpenGroup>();
    for (const message of messages) {
      const group = isRecord(message) ? flight.get(message.id as number)?.group : undefined;
      if (group?.asArray === true) touched.add(group);
      answerOne(message, undefined, true);
    }
    const reason = 'the answer to a batch leaves it out';
    for (const group of touched) fail(group, (asked) => failureOfConnection(reason, asked, false));
  }

  function answerOne(message: unknown, group: Group | undefined, inArray = false): void {
    if (!isRecord(message)) {
      counters.malformed++;
      return;
    }
    const { id } = message;
    const call = typeof id === 'number' ? flight.get(id) : undefined;
    if (call !== undefined) {
      if (inArray) batchProven = true;
      const rest = call.group;
      settleAnswer(call, message);
      // A batch answered by a single object: the endpoint read its first request only.
      if (!inArray && rest !== undefined && rest.asArray && rest.calls.size > 0) stopBatching([rest]);
      return;
    }
    const error = readError(message);
    if ((id === null || id === undefined) && error !== undefined) answerWithoutId(error, message, group);
    else if (typeof id !== 'number' || !forgotten.delete(id)) counters.unmatched++;
  }

  /** An error that names no request: it is about a whole batch, or about the one request that is under way. */
  function answerWithoutId(
    error: AnswerError,
    message: Record<string, unknown>,
    group: Group | undefined,
  ): void {
    const known = group === undefined ? undefined : [...groups].find((open) => open === group);
    const candidates = known === undefined ? [...groups] : [known];
    const arrays = candidates.filter((open) => open.asArray);
    const refusal = isBatchRefusal(error);
    if (arrays.length > 0 && (refusal !== false || !batchProven)) {
      if (refusal === 'too-large') for (const open of arrays) split(open);
      else stopBatching(arrays);
      return;
    }
    const only = candidates.length === 1 ? candidates[0] : undefined;
    if (only === undefined) {
      counters.unmatched++;
      return;
    }
    for (const call of [...only.calls.values()]) settleAnswer(call, message);
  }

  function settleAnswer(call: Call, message: Record<string, unknown>): void {
    const error = readError(message);
    if (error === undefined && !('result' in message)) {
      counters.malformed++;
      counters.errors++;
      const reason = 'an answer with neither result nor error';
      settle(call, () => call.reject(failureOfConnection(reason, asked(call), false)), false);
      return;
    }
    counters.answered(performance.now() - call.sentAt);
    if (error !== undefined) {
      counters.errors++;
      settle(call, () => call.reject(failureOfAnswer(error, asked(call))), false);
      return;
    }
    call.options.onResult?.(message.result);
    settle(call, () => call.resolve(message.result), false);
  }

  /** Settles a call's promise and gives its place to the next in line. `late`: an answer may still come. */
  function settle(call: Call, finish: () => void, late = true): void {
    remove(call, late);
    finish();
    if (queue.length > 0) options.onQueued();
  }

  function remove(call: Call, late: boolean): void {
    const waiting = call.id === undefined ? queue.indexOf(call) : -1;
    if (waiting >= 0) queue.splice(waiting, 1);
    leave(call, late);
  }

  /** Takes a call that is under way out of its group. */
  function leave(call: Call, late: boolean): void {
    clearTimeout(call.timer);
    const { id, group } = call;
    if (id === undefined || group === undefined) return;
    call.id = undefined;
    call.group = undefined;
    flight.delete(id);
    if (late) remember(id);
    group.calls.delete(id);
    if (group.calls.size > 0) return;
    groups.delete(group);
    if (late) group.abandon?.();
  }

  function remember(id: number): void {
    forgotten.add(id);
    if (forgotten.size > FORGOTTEN_MAX) for (const oldest of forgotten) return void forgotten.delete(oldest);
  }

  function stopBatching(unanswered: readonly OpenGroup[]): void {
    maxBatch = 1;
    for (const group of unanswered) requeue(group);
    options.onQueued();
  }

  function split(group: Group): boolean {
    const open = [...groups].find((candidate) => candidate === group);
    if (open === undefined || open.calls.size < 2) return false;
    maxBatch = Math.max(1, Math.min(maxBatch, open.calls.size >> 1));
    requeue(open);
    options.onQueued();
    return true;
  }

  function requeue(group: OpenGroup): void {
    const calls = [...group.calls.values()];
    for (const call of calls) leave(call, true);
    queue = [...calls, ...queue];
  }

  function fail(which: 'queue' | 'flight' | Group, failure: (asked: Asked) => RpcFailure): void {
    // An endpoint that never answered a batch and falls silent on one may not know what a batch is.
    const failed =
      which === 'queue' ? [] : [...groups].filter((group) => which === 'flight' || group === which);
    if (!batchProven && failed.some((group) => group.asArray)) maxBatch = 1;
    const calls = which === 'queue' ? [...queue] : failed.flatMap((group) => [...group.calls.values()]);
    for (const call of calls) {
      counters.errors++;
      remove(call, true);
      call.reject(failure(asked(call)));
    }
    // Only a failed group leaves a wire on which the next in line can be sent.
    if (typeof which === 'object' && queue.length > 0) options.onQueued();
  }

  return {
    ask,
    flush,
    answer,
    split,
    fail,
    get inFlight() {
      return flight.size;
    },
  };
}

function readError(message: Record<string, unknown>): AnswerError | undefined {
  const { error } = message;
  if (error === undefined || error === null) return undefined;
  if (!isRecord(error)) return { code: undefined, text: String(error) };
  const text = typeof error.message === 'string' ? error.message : 'an error without a message';
  const data = typeof error.data === 'string' ? `: ${error.data}` : '';
  return { code: typeof error.code === 'number' ? error.code : undefined, text: text + data };
}
