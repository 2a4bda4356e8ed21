import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { type Falsification, falsify, type Message } from './falsify.ts';
import type { JsonRpc } from './json-rpc.ts';
import { jsonRpc } from './json-rpc.ts';
import { type Random, seededRandom } from './seed.ts';

/** How often, from 0 to 1, each fault strikes a message on its way from the node to the client. */
export interface FaultRates {
  /** The connection is cut instead of the answer. */
  drop?: number;
  /** The answer comes up to `delayMs` late; others overtake it. */
  delay?: number;
  /** The answer's text ends in the middle. */
  truncate?: number;
  /** The answer is held until the next one has gone out. */
  reorder?: number;
  /** The answer says something untrue; see `falsify.ts`. */
  falsify?: number;
  /** A notification of a new head is swallowed. */
  silence?: number;
  /** The answer never comes. */
  hang?: number;
}

export interface FaultProxy {
  readonly url: string;
  readonly httpUrl: string;
  readonly seed: number;
  /** Faults done so far, by kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** Untrue answers that really went out. */
  readonly falsified: readonly Falsification[];
  /** From now on these rates; `{}` makes it honest. */
  setRates(rates: FaultRates): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface FaultProxyOptions {
  seed: number;
  rates: FaultRates;
  delayMs?: number;
}

/** A JSON-RPC proxy (WebSocket and HTTP on one port) in front of an honest node that fails and lies, by a seeded choice. */
export async function startFaultProxy(target: string, options: FaultProxyOptions): Promise<FaultProxy> {
  const { seed, delayMs = 400 } = options;
  let rates = options.rates;
  const random = seededRandom(seed);
  const counts: Record<string, number> = {};
  const falsified: Falsification[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const node = jsonRpc(target);
  const context: Context = {
    random,
    node,
    falsified,
    strikes(kind) {
      const hit = random() < (rates[kind] ?? 0);
      if (hit) counts[kind] = (counts[kind] ?? 0) + 1;
      return hit;
    },
    later(action) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        action();
      }, random() * delayMs);
      timers.add(timer);
    },
  };

  const server = createServer((request, response) => {
    void serveHttp(context, target, request, response).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (client) => serveSocket(context, target, client));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    httpUrl: `http://127.0.0.1:${port}`,
    seed,
    counts,
    falsified,
    setRates: (next) => {
      rates = next;
    },
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearTimeout(timer);
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Context {
  readonly random: Random;
  readonly node: JsonRpc;
  readonly falsified: Falsification[];
  strikes(kind: keyof FaultRates): boolean;
  later(action: () => void): void;
}

function serveSocket(context: Context, target: string, client: WebSocket): void {
  const upstream = new WebSocket(target.replace(/^http/, 'ws'), { maxPayload: 256 * 1024 * 1024 });
  const asked = new Map<unknown, Message>();
  const waiting: string[] = [];
  let held: string | undefined;
  const cut = () => {
    client.terminate();
    upstream.terminate();
  };
  const send = (text: string) => {
    if (client.readyState === WebSocket.OPEN) client.send(text);
  };

  client.on('message', (data: RawData) => {
    const text = data.toString();
    for (const request of messagesOf(text)) asked.set(request.id, request);
    if (upstream.readyState === WebSocket.OPEN) upstream.send(text);
    else waiting.push(text);
  });
  upstream.on('open', () => {
    for (const text of waiting.splice(0)) upstream.send(text);
  });
  upstream.on('message', (data: RawData) => {
    void (async () => {
      const text = data.toString();
      const messages = messagesOf(text);
      if (messages.every((message) => message.id === undefined)) {
        if (!context.strikes('silence')) send(text);
        return;
      }
      if (context.strikes('hang')) return;
      if (context.strikes('drop')) return cut();
      const answer = context.strikes('falsify') ? await untrue(context, messages, asked, text) : text;
      for (const { id } of messages) asked.delete(id);
      if (context.strikes('truncate'))
        return send(answer.slice(0, Math.floor(answer.length * context.random())));
      if (context.strikes('delay')) return context.later(() => send(answer));
      if (held === undefined && context.strikes('reorder')) {
        held = answer;
        // Nothing may follow; it must not stay for ever.
        context.later(() => {
          if (held === answer) {
            held = undefined;
            send(answer);
          }
        });
        return;
      }
      send(answer);
      if (held !== undefined) {
        const late = held;
        held = undefined;
        send(late);
      }
    })().catch(cut);
  });
  for (const socket of [client, upstream]) {
    socket.on('error', cut);
    socket.on('close', cut);
  }
}

async function serveHttp(
  context: Context,
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const honest = await fetch(target.replace(/^ws/, 'http'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const text = await honest.text();
  if (context.strikes('drop')) {
    response.destroy();
    return;
  }
  const asked = new Map(messagesOf(body).map((message) => [message.id, message]));
  const answer = context.strikes('falsify') ? await untrue(context, messagesOf(text), asked, text) : text;
  const send = () => {
    response.writeHead(honest.status, { 'content-type': 'application/json' });
    response.end(
      context.strikes('truncate') ? answer.slice(0, Math.floor(answer.length * context.random())) : answer,
    );
  };
  if (context.strikes('delay')) context.later(send);
  else send();
}

/** The text with one of its answers made untrue, or as it is when none of them can be. */
async function untrue(
  context: Context,
  messages: readonly Message[],
  asked: ReadonlyMap<unknown, Message>,
  text: string,
): Promise<string> {
  const start = Math.floor(context.random() * messages.length);
  for (let i = 0; i < messages.length; i++) {
    const index = (start + i) % messages.length;
    const message = messages[index]!;
    const request = asked.get(message.id);
    if (request === undefined || message.error !== undefined) continue;
    const lie = await falsify(request, message.result, context.random, context.node);
    if (lie === undefined) continue;
    context.falsified.push({ method: request.method ?? '', kind: lie.kind });
    const told = messages.map((other, at) => (at === index ? { ...other, result: lie.result } : other));
    return JSON.stringify(text.trimStart().startsWith('[') ? told : told[0]);
  }
  return text;
}

function messagesOf(text: string): Message[] {
  const parsed = JSON.parse(text) as Message | Message[];
  return Array.isArray(parsed) ? parsed : [parsed];
}
