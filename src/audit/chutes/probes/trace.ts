import { isRecord } from '../../../shared/index.ts';
import { readInstant } from '../../instants.ts';
import type { Attempt, AttemptOutcome, Route } from '../../probes/types.ts';

/** Follows the trace of one request, event by event. Never throws, never guesses whose an event is. */
export interface TraceReader {
  /** The data of one event of the stream; answers what it gives to the caller, if anything. */
  event(data: string): TraceResult | undefined;
  /** One event could not be kept whole. */
  lost(what: string): void;
  /** What is known so far; after `end` what nothing was heard of is `unfinished`. */
  route(): Route;
  end(): Route;
}

/** A piece of the answer itself. */
export type TraceResult =
  /** One inner line of a streamed answer. */
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'object'; readonly value: Readonly<Record<string, unknown>> };

const MAX_ATTEMPTS = 64;
const MAX_CONTRADICTIONS = 20;
const MAX_ERROR = 2_000;
const MAX_ID = 200;

const TARGET = String.raw`target=(?<instance>\S{1,200}) uid=(?<uid>-?\d{1,10}) hotkey=(?<hotkey>\S{1,200}) coldkey=(?<coldkey>[^\s:]{1,200})`;
const ATTEMPT = new RegExp(`^attempting to query ${TARGET}$`);
// The reason can be a traceback of many lines.
const FAILURE = new RegExp(`^error encountered while querying ${TARGET}: exc=(?<error>[\\s\\S]*)$`);
const SUCCESS = new RegExp(`^successfully called function='(?<function>[^']*)' on ${TARGET}$`);
const CACHED = /^responding from cache, request_hash='/;

interface Target {
  readonly instanceId: string;
  readonly minerUid: number | null;
  readonly minerHotkey: string;
  readonly minerColdkey: string;
}

type Open = { -readonly [Key in keyof Attempt]: Attempt[Key] };

/**
 * Reads the events of Chutes' trace stream (`X-Chutes-Trace: true`). An event belongs to the attempt that has its `child_id` *and* the
 * target which its message names; one that fits no attempt so is kept as a contradiction and changes nothing.
 *
 * Source: shared reference on Chutes, section 2, "Trace stream", patterns 1 to 5; section 8 on retry chains.
 */
export function createTraceReader(headerParentId?: string | undefined): TraceReader {
  const attempts = new Map<string, Open>();
  const contradictions: string[] = [];
  let parentId: string | null = headerParentId ?? null;
  let cached = false;
  let error: string | null = null;

  const contradiction = (text: string) => {
    if (contradictions.length < MAX_CONTRADICTIONS) contradictions.push(text);
  };

  function begin(childId: string, target: Target, trace: Trace): void {
    const known = attempts.get(childId);
    if (known !== undefined) {
      if (!sameTarget(known, target))
        contradiction(`attempt ${childId} began at ${known.instanceId} and again at ${target.instanceId}`);
      return;
    }
    if (attempts.size >= MAX_ATTEMPTS) {
      contradiction(`more than ${MAX_ATTEMPTS} attempts`);
      return;
    }
    attempts.set(childId, {
      childId,
      ...target,
      function: trace.function,
      chuteId: trace.chuteId,
      at: trace.at,
      outcome: 'pending',
      error: null,
    });
  }

  function settle(childId: string, target: Target, outcome: AttemptOutcome, why: string | null): void {
    const known = attempts.get(childId);
    const what = outcome === 'failed' ? 'an error' : 'a success';
    if (known === undefined) contradiction(`${what} of attempt ${childId}, which never began`);
    else if (!sameTarget(known, target))
      contradiction(
        `${what} of attempt ${childId} names ${target.instanceId}, it went to ${known.instanceId}`,
      );
    else if (known.outcome !== 'pending') {
      if (known.outcome !== outcome) contradiction(`attempt ${childId} ${known.outcome}, then ${what}`);
    } else {
      known.outcome = outcome;
      known.error = why?.slice(0, MAX_ERROR) ?? null;
    }
  }

  function trace(told: Trace): void {
    if (told.parentId !== null) {
      if (parentId === null) parentId = told.parentId;
      else if (parentId !== told.parentId) {
        contradiction(`an event of request ${told.parentId} in the stream of ${parentId}`);
        return;
      }
    }
    const { message, childId } = told;
    if (CACHED.test(message)) {
      cached = true;
      return;
    }
    const attempt = ATTEMPT.exec(message)?.groups;
    const failure = attempt === undefined ? FAILURE.exec(message)?.groups : undefined;
    const success = (attempt ?? failure) ? undefined : SUCCESS.exec(message)?.groups;
    const groups = attempt ?? failure ?? success;
    // How many targets there are, and whatever may be told in future.
    if (groups === undefined) return;
    if (childId === null) {
      contradiction(`an event about ${groups.instance} without an attempt`);
      return;
    }
    const target = targetOf(groups);
    if (attempt !== undefined) begin(childId, target, told);
    else if (failure !== undefined) settle(childId, target, 'failed', failure.error ?? '');
    else settle(childId, target, 'succeeded', null);
  }

  const route = (): Route => ({
    parentId,
    attempts: [...attempts.values()].map((attempt) => ({ ...attempt })),
    cached,
    error,
    contradictions: [...contradictions],
  });

  return {
    event(data) {
      const event = parseObject(data);
      if (event === undefined) {
        if (data !== '[DONE]') contradiction('an event that is no JSON object');
        return undefined;
      }
      if ('trace' in event) {
        const told = readTrace(event.trace);
        if (told === undefined) contradiction('a trace event of another shape');
        else trace(told);
        return undefined;
      }
      if ('error' in event) {
        error ??= describe(event.error, event.detail);
        return undefined;
      }
      if (!('result' in event)) return undefined;
      if (typeof event.result === 'string') return { type: 'line', text: event.result };
      if (isRecord(event.result)) return { type: 'object', value: event.result };
      return undefined;
    },
    lost: contradiction,
    route,
    end() {
      const pending = [...attempts.values()].filter(({ outcome }) => outcome === 'pending');
      const [only] = pending;
      // A bad request ends without an error event of its attempt; with one attempt open there is no doubt whose it is.
      if (only !== undefined && pending.length === 1 && error?.startsWith('bad_request')) {
        only.outcome = 'failed';
        only.error = error;
      } else for (const attempt of pending) attempt.outcome = 'unfinished';
      return route();
    },
  };
}

interface Trace {
  readonly parentId: string | null;
  readonly childId: string | null;
  readonly chuteId: string;
  readonly function: string;
  readonly message: string;
  readonly at: number | null;
}

function readTrace(value: unknown): Trace | undefined {
  if (!isRecord(value) || typeof value.message !== 'string') return undefined;
  return {
    parentId: idOf(value.invocation_id),
    childId: idOf(value.child_id),
    chuteId: idOf(value.chute_id) ?? '',
    function: idOf(value.function) ?? '',
    message: value.message,
    at: typeof value.timestamp === 'string' ? (readInstant(value.timestamp) ?? null) : null,
  };
}

function idOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID ? value : null;
}

function targetOf(groups: Readonly<Record<string, string | undefined>>): Target {
  return {
    instanceId: groups.instance ?? '',
    minerUid: Number(groups.uid),
    minerHotkey: groups.hotkey ?? '',
    minerColdkey: groups.coldkey ?? '',
  };
}

function sameTarget(a: Target, b: Target): boolean {
  return a.instanceId === b.instanceId && a.minerUid === b.minerUid && a.minerHotkey === b.minerHotkey;
}

function describe(error: unknown, detail: unknown): string {
  const text = typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error));
  const more = typeof detail === 'string' && detail !== '' ? `: ${detail}` : '';
  return `${text}${more}`.slice(0, MAX_ERROR);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
