import { randomUUID } from 'node:crypto';
import {
  isTaoscopeError,
  type Logger,
  sleep,
  TaoscopeError,
  throwIfAborted,
  toTaoscopeError,
} from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { AuditSource, Fetcher } from '../adapter.ts';
import { createEventStreamReader } from './event-stream.ts';
import { postProbe, redactKey } from './post.ts';
import { type ProbeResult, probesSince, saveProbe } from './probe-rows.ts';
import type { PromptSet } from './prompts.ts';
import type { ProbeKind, ProbeLanguage, ProbePlaces, ProbeReader, ProbeTarget } from './types.ts';

export interface ProberOptions {
  readonly store: Store;
  readonly source: AuditSource;
  readonly language: ProbeLanguage;
  readonly fetcher: Fetcher;
  readonly prompts: PromptSet;
  readonly places: ProbePlaces;
  /** API key: sent to the places alone, and found nowhere else. */
  readonly key: string;
  readonly kinds: readonly ProbeKind[];
  readonly everySeconds: number;
  readonly perDay: number;
  readonly timeoutSeconds: number;
  readonly allowPrivate: boolean;
  readonly userAgent: string;
  readonly logger: Logger;
  /** ms since the epoch. */
  readonly now?: (() => number) | undefined;
  /** From 0 up to 1. */
  readonly random?: (() => number) | undefined;
  readonly onProbe?: ((result: ProbeResult) => void) | undefined;
}

/** What a single request is wanted to be; what is left open is chosen by chance. */
export interface ProbeWish {
  readonly kind?: ProbeKind | undefined;
  /** Name or id of a chute. */
  readonly chute?: string | undefined;
  readonly prompt?: string | undefined;
  /** Is given the text of the output as it comes. */
  readonly onText?: ((text: string) => void) | undefined;
}

export interface Prober {
  /** One request, stored. Errors: those of the connection, `refused` when the day's budget is spent, `not-found` without such a chute. */
  once(wish?: ProbeWish, signal?: AbortSignal): Promise<ProbeResult>;
  /** Requests in their rhythm until the signal fires; one that fails is logged and does not end it. */
  run(signal: AbortSignal): Promise<void>;
  stats(): { readonly sent: number; readonly failed: number; readonly waitingUntilMs: number | undefined };
}

const DAY_MICROS = 86_400_000_000;
/** The list of chutes is read again after this long. */
const LIST_MS = 10 * 60_000;
const MAX_ANSWER_BYTES = 96 * 2 ** 20;
/** After so many failures in a row a kind is left alone for a while. */
const PATIENCE = 3;
const REST_MS = 15 * 60_000;

/** Sends requests of our own, follows their routes and stores both. One at a time: it is a probe, not a load. */
export function createProber(options: ProberOptions): Prober {
  const { store, source, language, fetcher, key, logger, kinds } = options;
  const { now = Date.now, random = Math.random } = options;
  const rests = new Map<ProbeKind, { failures: number; untilMs: number }>();
  let list: { readonly at: number; readonly targets: readonly ProbeTarget[] } | undefined;
  let waitingUntilMs: number | undefined;
  let sent = 0;
  let failed = 0;
  let lastVersion = 0;
  const version = () => {
    lastVersion = Math.max(lastVersion + 1, now() * 1000);
    return lastVersion;
  };

  async function targetsOf(signal: AbortSignal): Promise<readonly ProbeTarget[]> {
    if (list === undefined || now() - list.at > LIST_MS)
      list = { at: now(), targets: await language.targets(source, fetcher, signal) };
    return list.targets;
  }

  async function chooseTarget({ kind, chute }: ProbeWish, signal: AbortSignal): Promise<ProbeTarget> {
    const wanted = kind === undefined ? kinds : [kind];
    const fit = (await targetsOf(signal)).filter(
      (target) =>
        wanted.includes(target.kind) && (chute === undefined || target.name === chute || target.id === chute),
    );
    // First the kind, then the chute: a kind with many chutes is not asked more often for it.
    const there = [...new Set(fit.map((target) => target.kind))];
    const awake = kind === undefined ? there.filter((one) => (rests.get(one)?.untilMs ?? 0) <= now()) : there;
    const chosen = pick(awake.length > 0 ? awake : there, random);
    const target = pick(
      fit.filter((one) => one.kind === chosen),
      random,
    );
    if (target !== undefined) return target;
    throw new TaoscopeError('not-found', {
      failed: 'there is nothing to ask',
      got:
        chute === undefined
          ? `no live chute for ${wanted.join(', ')}`
          : `no live chute ${JSON.stringify(chute)}`,
      expected: 'a public chute with an instance that is active and verified',
    });
  }

  async function once(
    wish: ProbeWish = {},
    outer: AbortSignal = new AbortController().signal,
  ): Promise<ProbeResult> {
    const spent = await probesSince(store, source.name, now() * 1000 - DAY_MICROS);
    if (spent >= options.perDay) {
      throw new TaoscopeError('refused', {
        failed: 'the budget of probes is spent',
        got: `${spent} requests in 24 hours`,
        expected: `at most ${options.perDay} (audit.probes.perDay)`,
      });
    }
    const target = await chooseTarget(wish, outer);
    const prompt = wish.prompt ?? (await options.prompts.next(target.kind, random, outer));
    const request = language.request(target, prompt, options.places, random);
    const at = now() * 1000;
    const startedAt = performance.now();
    const signal = AbortSignal.any([outer, AbortSignal.timeout(options.timeoutSeconds * 1000)]);
    let reader: ProbeReader | undefined;
    try {
      sent++;
      const answer = await postProbe(request, options, signal);
      if (answer.status !== 200) throw notAnswered(answer.status, answer.header('retry-after'));
      reader = language.reader((name) => answer.header(name));
      await follow(answer.body, reader, wish.onText);
    } catch (error) {
      throwIfAborted(outer);
      failed++;
      // What was heard before it broke off is a record all the same.
      if (reader === undefined) throw error;
      reader.lost(`the stream broke off: ${toTaoscopeError(error).parts.failed}`);
    }
    const { route, output } = reader.end();
    const told: ProbeResult = {
      probeId: randomUUID(),
      source: source.name,
      kind: target.kind,
      target,
      prompt: request.shown,
      at,
      elapsedMs: Math.round(performance.now() - startedAt),
      route,
      output,
    };
    const result = withoutKey(told, key);
    await saveProbe(store, result, version());
    options.onProbe?.(result);
    return result;
  }

  function settle(kind: ProbeKind | undefined, ok: boolean): void {
    if (kind === undefined) return;
    const failures = ok ? 0 : (rests.get(kind)?.failures ?? 0) + 1;
    rests.set(kind, { failures, untilMs: failures >= PATIENCE ? now() + REST_MS : 0 });
  }

  return {
    once,
    async run(signal) {
      while (!signal.aborted) {
        let waitMs = options.everySeconds * 1000;
        try {
          const { kind, route } = await once({}, signal);
          settle(kind, route.attempts.some(({ outcome }) => outcome === 'succeeded') || route.cached);
        } catch (caught) {
          if (signal.aborted) break;
          const error = toTaoscopeError(caught);
          const asked = Number(error.fields.retryAfterSeconds ?? 0) * 1000;
          waitMs = Math.max(waitMs, asked, isTaoscopeError(error, 'refused') ? REST_MS : 0);
          logger.warn({ code: error.code, ...error.fields }, redactKey(error.parts.failed, key));
        }
        waitingUntilMs = now() + waitMs;
        await sleep(waitMs, signal).catch(() => {});
      }
    },
    stats: () => ({ sent, failed, waitingUntilMs }),
  };
}

async function follow(
  body: AsyncIterable<Uint8Array>,
  reader: ProbeReader,
  onText: ((text: string) => void) | undefined,
): Promise<void> {
  const events = createEventStreamReader();
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > MAX_ANSWER_BYTES) {
      reader.lost(`an answer of more than ${MAX_ANSWER_BYTES} bytes`);
      return;
    }
    for (const event of events.push(piece)) {
      if (event.type === 'too-large') reader.lost(`an event of ${event.bytes} bytes`);
      else {
        const text = reader.event(event.data);
        if (text !== '') onText?.(text);
      }
    }
  }
  if (events.end().cut) reader.lost('the stream ended within an event');
}

/** Some servers echo what they were sent: the key is taken out of all that is kept. */
function withoutKey(result: ProbeResult, key: string): ProbeResult {
  const clean = (text: string) => redactKey(text, key);
  const { route, output } = result;
  const bytes = output === undefined ? undefined : Buffer.from(output.bytes);
  return {
    ...result,
    route: {
      ...route,
      parentId: route.parentId === null ? null : clean(route.parentId),
      error: route.error === null ? null : clean(route.error),
      contradictions: route.contradictions.map(clean),
      attempts: route.attempts.map((attempt) => ({
        ...attempt,
        childId: clean(attempt.childId),
        instanceId: clean(attempt.instanceId),
        minerHotkey: clean(attempt.minerHotkey),
        minerColdkey: clean(attempt.minerColdkey),
        chuteId: clean(attempt.chuteId),
        function: clean(attempt.function),
        error: attempt.error === null ? null : clean(attempt.error),
      })),
    },
    output:
      output === undefined || bytes === undefined || !bytes.includes(key)
        ? output
        : { ...output, bytes: Buffer.from(clean(bytes.toString('latin1')), 'latin1') },
  };
}

function pick<T>(from: readonly T[], random: () => number): T | undefined {
  return from[Math.min(from.length - 1, Math.floor(random() * from.length))];
}

function notAnswered(status: number, retryAfter: string | undefined): TaoscopeError {
  const seconds = /^\d{1,5}$/.test(retryAfter ?? '') ? Number(retryAfter) : 0;
  const todo =
    status === 401 || status === 403
      ? 'look at the API key (TAOSCOPE_PROBE_KEY or audit.probes.keyFile)'
      : undefined;
  return new TaoscopeError(
    status === 429 || status >= 500 ? 'unreachable' : 'rpc-refused',
    { failed: 'a probe was not answered', got: `HTTP ${status}`, expected: 'HTTP 200 and a stream', todo },
    { fields: { status, retryAfterSeconds: seconds } },
  );
}
