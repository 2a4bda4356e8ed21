import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sleep } from '../../../shared/index.ts';
import { listen } from '../../node/listen.ts';
import { isLocal } from '../../node/local-only.ts';
import type { StateReader } from '../../runtime/storage.ts';
import type { Micros } from '../clock.ts';
import type { StandIn } from '../stand-in.ts';
import type { Chute, Cord } from '../world/chutes.ts';
import {
  chutesList,
  computeHistoryCsv,
  gpuCountHistory,
  minerMetagraph,
  minerScores,
  reconciliationCsv,
} from './answers.ts';
import { deliver } from './deliver.ts';
import { traceOf } from './invoke.ts';

/** What the server answers from. */
export interface ChutesContext {
  readonly standIn: StandIn;
  /** The best block's state. */
  state(): StateReader;
  now(): Micros;
}

export interface ChutesServer {
  readonly port: number;
  close(): Promise<void>;
}

/** On every answer, so that nobody takes it for Chutes. */
const MARK = { 'x-taoscope-stand-in': 'chutes' };
const MAX_BODY_BYTES = 1024 * 1024;
const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv';

/** The stand-in's HTTP API on 127.0.0.1, with the paths of Chutes' own: section 2 of the reference. */
export async function serveChutes(context: ChutesContext): Promise<ChutesServer> {
  const stopping = new AbortController();
  const http = createServer((request, response) => {
    for (const [name, value] of Object.entries(MARK)) response.setHeader(name, value);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, stopping.signal]);
    respond(context, request, response, signal).catch(() => response.destroy());
  });
  await listen(http, context.standIn.settings.port, 'the stand-in for Chutes');
  return {
    port: (http.address() as AddressInfo).port,
    async close() {
      stopping.abort();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

async function respond(
  context: ChutesContext,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (!isLocal(request)) return json(response, 403, { detail: 'only from this machine' });
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST') return invoke(context, request, response, pathname, signal);
  if (request.method !== 'GET') return json(response, 405, { detail: 'Method Not Allowed' });
  const { standIn } = context;
  const { endlessBytes } = standIn.settings;
  if (pathname === '/audit/download') {
    const path = searchParams.get('path') ?? '';
    const found = standIn.library.report(path);
    if (found === undefined) return json(response, 404, { detail: 'Audit entry not found' });
    return deliver(response, found, path.endsWith('json') ? JSON_TYPE : CSV_TYPE, endlessBytes, signal);
  }
  const exported = /^\/+invocations\/exports\/(\d{4}\/\d{2}\/\d{2}\/\d{2}(?:-reports|-jobs)?\.csv)$/.exec(
    pathname,
  );
  if (exported !== null) {
    const found = standIn.library.export(`invocations/${exported[1]}`);
    if (found === undefined) return json(response, 404, { detail: 'Export not found' });
    return deliver(response, found, CSV_TYPE, endlessBytes, signal);
  }
  switch (pathname) {
    case '/audit/':
      return json(response, 200, standIn.list(context.now()));
    case '/chutes/':
      return json(response, 200, chutesList(standIn, searchParams, context.now()));
    case '/chutes/gpu_count_history':
      return json(response, 200, gpuCountHistory(standIn));
    case '/instances/reconciliation_csv':
      return table(response, reconciliationCsv(standIn));
    case '/instances/compute_history_csv':
      return table(response, computeHistoryCsv(standIn));
    case '/miner/metagraph':
      return json(response, 200, minerMetagraph(context.state()));
    case '/miner/scores': {
      const scores = minerScores(standIn, searchParams.get('hotkey'));
      return scores === undefined
        ? json(response, 503, { detail: 'Scores not yet available' })
        : json(response, 200, scores);
    }
    default:
      return json(response, 404, { detail: 'Not Found' });
  }
}

/** A request to a chute: `/v1/…` names it in the body, `/chute/<slug>/…` in the path. */
async function invoke(
  { standIn, now }: ChutesContext,
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  signal: AbortSignal,
): Promise<void> {
  const key = request.headers.authorization?.split(' ').at(-1) ?? '';
  if (!key.startsWith('cpk_')) return json(response, 401, { detail: 'Invalid authentication' });
  const body = await readJson(request);
  if (body === undefined) return json(response, 400, { detail: 'Invalid request body' });
  const target = findTarget(standIn.world.chutes, pathname, body);
  if (target === undefined) return json(response, 404, { detail: 'No matching chute found!' });
  const parentId = randomUUID();
  response.setHeader('x-chutes-invocationid', parentId);
  const events = traceOf(standIn, { parentId, ...target, body }, now);
  if (request.headers['x-chutes-trace'] === 'true')
    return stream(response, events, standIn.settings.eventMs, signal);
  const told = [...events];
  const results = told.flatMap((event) => ('result' in event ? [event.result] : []));
  const [first] = results;
  if (first === undefined)
    return json(response, 503, { detail: told.find((event) => 'error' in event)?.error });
  if (target.cord.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(results.join(''));
    return;
  }
  whole(response, first as { content_type: string; bytes?: string; json?: unknown });
}

async function stream(
  response: ServerResponse,
  events: Iterable<object>,
  eventMs: number,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  for (const event of events) {
    if (signal.aborted) return;
    response.write(`data: ${JSON.stringify(event)}\n\n`);
    if (eventMs > 0) await sleep(eventMs, signal);
  }
  response.end();
}

function whole(
  response: ServerResponse,
  result: { content_type: string; bytes?: string; json?: unknown },
): void {
  const bytes =
    result.bytes === undefined ? JSON.stringify(result.json) : Buffer.from(result.bytes, 'base64');
  response.writeHead(200, { 'content-type': result.content_type }).end(bytes);
}

function findTarget(
  chutes: readonly Chute[],
  pathname: string,
  body: Readonly<Record<string, unknown>>,
): { chute: Chute; cord: Cord } | undefined {
  const [, slug, path] = /^\/chute\/([a-z0-9-]+)(\/.*)$/.exec(pathname) ?? [undefined, undefined, pathname];
  const chute = chutes.find((one) => (slug === undefined ? one.name === body.model : one.slug === slug));
  const cord = chute?.cords.find((one) => one.path === path);
  return chute === undefined || cord === undefined ? undefined : { chute, cord };
}

/** `undefined` for what is no JSON object, or too long. */
async function readJson(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': JSON_TYPE }).end(JSON.stringify(body));
}

function table(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': `${CSV_TYPE}; charset=utf-8` }).end(text);
}
