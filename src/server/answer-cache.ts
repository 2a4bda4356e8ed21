import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Context, MiddlewareHandler } from 'hono';
import type { DataVersions } from './data-versions.ts';

/** What the cache has done since the start. */
export interface AnswerStats {
  /** Answers given from memory, computed, and computed at that moment for another client; and those whose bytes the client had. */
  readonly kept: number;
  readonly computed: number;
  readonly shared: number;
  readonly notModified: number;
  readonly entries: number;
  readonly bytes: number;
}

/** Answers of GET routes, kept until the data they came from changes. */
export interface AnswerCache {
  readonly middleware: MiddlewareHandler;
  stats(): AnswerStats;
}

/** A whole answer, ready to be sent to any client. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Gzipped when that is worth it. */
  readonly bytes: Buffer<ArrayBuffer>;
  readonly zipped: boolean;
  readonly tag: string;
  readonly madeAt: number;
}

/** An answer under way, and how many clients wait for it. */
interface Flight {
  readonly version: string;
  readonly answer: Promise<Answer>;
  readonly stop: AbortController;
  waiting: number;
}

const MOST_BYTES = 64 * 2 ** 20;
/** One answer larger than this is not kept: it would drive out many others. */
const LARGEST = MOST_BYTES / 8;
// Below a packet or so, zipping costs more than it saves.
const WORTH_ZIPPING = 1_024;
// Of a figure's JSON, level 6 saves a tenth more bytes and takes twice the time.
const ZIP_LEVEL = 4;
const LONGEST_KEY = 2_048;
/** Headers of a route that belong to its answer; the others are made for each response. */
const OWN_HEADERS = ['content-type', 'content-disposition'];

const zip = promisify<Buffer<ArrayBuffer>, { level: number }, Buffer<ArrayBuffer>>(gzip);
const unzip = promisify<Buffer<ArrayBuffer>, Buffer<ArrayBuffer>>(gunzip);

/**
 * Keeps answers as bytes by path and canonical query. An answer is served only while the version of its data is the one that
 * was read before it was computed. Equal requests at one moment are computed once; a client that goes away does not fail the
 * others, and when all have gone the work is aborted. Errors are not kept. Every answer has an `ETag`; a client that has it
 * gets 304. To be mounted behind what guards the routes.
 */
export function createAnswerCache(
  versions: DataVersions,
  { mostBytes = MOST_BYTES, now = Date.now }: { mostBytes?: number; now?: () => number } = {},
): AnswerCache {
  /** In the order of their last use. */
  const answers = new Map<string, { readonly version: string; readonly answer: Answer }>();
  const flights = new Map<string, Flight>();
  const counts = { kept: 0, computed: 0, shared: 0, notModified: 0 };
  let bytes = 0;

  function find(key: string, version: string): Answer | undefined {
    const found = answers.get(key);
    if (found === undefined) return undefined;
    forget(key);
    if (found.version !== version) return undefined;
    keep(key, version, found.answer);
    return found.answer;
  }

  function keep(key: string, version: string, answer: Answer): void {
    forget(key);
    const size = sizeOf(key, answer);
    if (size > Math.min(LARGEST, mostBytes)) return;
    answers.set(key, { version, answer });
    bytes += size;
    for (const oldest of answers.keys()) {
      if (bytes <= mostBytes) break;
      forget(oldest);
    }
  }

  function forget(key: string): void {
    const found = answers.get(key);
    if (found === undefined) return;
    answers.delete(key);
    bytes -= sizeOf(key, found.answer);
  }

  /** Computes the answer of a request, for it and for all equal ones that come before it is there. */
  function launch(key: string, version: string, work: (signal: AbortSignal) => Promise<Response>): Flight {
    const stop = new AbortController();
    const compute = async (): Promise<Answer> => {
      const made = await answerOf(await work(stop.signal), now());
      if (made.status === 200 && versions.of(netuidOf(key)) === version) keep(key, version, made);
      return made;
    };
    const flight: Flight = { version, answer: compute(), stop, waiting: 0 };
    flights.set(key, flight);
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.answer.then(land, land);
    return flight;
  }

  /** Counts a client among those that wait, until it goes away. */
  function board(key: string, flight: Flight, signal: AbortSignal): void {
    flight.waiting++;
    const leave = () => {
      flight.waiting--;
      if (flight.waiting > 0) return;
      // Whoever asks from now on must not get the answer of an aborted work.
      if (flights.get(key) === flight) flights.delete(key);
      flight.stop.abort(signal.reason);
    };
    if (signal.aborted) leave();
    else {
      signal.addEventListener('abort', leave, { once: true });
      const stay = () => signal.removeEventListener('abort', leave);
      flight.answer.then(stay, stay);
    }
  }

  return {
    async middleware(context, next) {
      const key = keyOf(context.req.url);
      if (context.req.method !== 'GET' || key.length > LONGEST_KEY) return next();
      const version = versions.of(netuidOf(key));
      const kept = find(key, version);
      if (kept !== undefined) {
        counts.kept++;
        return send(context, kept);
      }
      const client = context.req.raw.signal;
      let flight = flights.get(key);
      if (flight?.version === version) {
        counts.shared++;
        board(key, flight, client);
      } else {
        counts.computed++;
        flight = launch(key, version, async (signal) => {
          // The routes pass this signal on to what they ask; it is no longer that of one client.
          context.req.raw = new Request(context.req.raw.url, { headers: context.req.raw.headers, signal });
          await next();
          return context.res;
        });
        board(key, flight, client);
      }
      const answer = await flight.answer;
      // What the route left is replaced whole: to a response that is there, the framework would add its headers.
      context.res = undefined;
      context.res = await send(context, answer);
    },
    stats: () => ({ ...counts, entries: answers.size, bytes }),
  };

  async function send(context: Context, { status, headers, bytes, zipped, tag, madeAt }: Answer) {
    const shown = {
      ...headers,
      etag: tag,
      age: `${Math.max(0, Math.floor((now() - madeAt) / 1000))}`,
      // Kept by the client, and asked for each time whether it is still so.
      'cache-control': 'no-cache',
      vary: 'accept-encoding, authorization',
    };
    if (status !== 200) return new Response(bytes, { status, headers });
    if (hasTag(context.req.header('if-none-match'), tag)) {
      counts.notModified++;
      return new Response(null, { status: 304, headers: shown });
    }
    if (!zipped) return new Response(bytes, { status, headers: shown });
    if (!/\bgzip\b/.test(context.req.header('accept-encoding') ?? ''))
      return new Response(await unzip(bytes), { status, headers: shown });
    return new Response(bytes, { status, headers: { ...shown, 'content-encoding': 'gzip' } });
  }
}

/** The path with its query in one order. */
function keyOf(url: string): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.sort();
  return `${pathname}?${searchParams}`;
}

/** The subnet that an answer is about: `undefined` when it may say something of others, or of blocks. */
function netuidOf(key: string): number | undefined {
  const [, netuid, figure] = /^\/api\/v1\/subnets\/(\d{1,5})(?:\/(\w+))?\?/.exec(key) ?? [];
  return netuid === undefined || figure === 'feed' ? undefined : Number(netuid);
}

async function answerOf(response: Response, madeAt: number): Promise<Answer> {
  const body = Buffer.from(await response.arrayBuffer());
  const zipped = response.status === 200 && body.length > WORTH_ZIPPING;
  const headers: Record<string, string> = {};
  for (const name of OWN_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  return {
    status: response.status,
    headers,
    bytes: zipped ? await zip(body, { level: ZIP_LEVEL }) : body,
    zipped,
    // Weak: the zipped and the plain form have it in common.
    tag: `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    madeAt,
  };
}

function hasTag(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some((one) => one.trim() === tag || one.trim() === '*');
}

// What a kept answer takes besides its bytes: headers, key, places in the map.
const OVERHEAD = 512;

function sizeOf(key: string, answer: Answer): number {
  return answer.bytes.length + 2 * key.length + OVERHEAD;
}
