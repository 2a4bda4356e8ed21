import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { isTaoscopeError, stringifyJson } from '../../shared/index.ts';
import type { Dispatcher, Peer } from './dispatcher.ts';
import { listen } from './listen.ts';
import { isLocal } from './local-only.ts';

export interface NodeServer {
  readonly port: number;
  readonly connections: number;
  /** Cuts all WebSockets; new ones are refused for a while. */
  drop(refuseMs: number): void;
  close(): Promise<void>;
}

/** What a POST to `/incident/<name>` does; its answer is sent back as JSON. */
export type IncidentHandler = (name: string, args: Record<string, unknown>) => Promise<unknown>;

const MAX_MESSAGE_BYTES = 15 * 1024 * 1024;
const MAX_CONNECTIONS = 512;
/** A client that does not read for this long is cut off, not buffered for. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;

/**
 * JSON-RPC over WebSocket and HTTP on one port of 127.0.0.1, and `POST /incident/<name>` beside it. Requests that a browser
 * sends for a page from elsewhere, or for another host name, are refused: no web page can play incidents.
 */
export async function serveNode(
  port: number,
  dispatcher: Dispatcher,
  onIncident: IncidentHandler,
): Promise<NodeServer> {
  const http = createServer((request, response) => {
    void respond(request, response, dispatcher, onIncident).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  let refuseUntil = 0;
  http.on('upgrade', (request, socket, head) => {
    const refused = !isLocal(request) || sockets.clients.size >= MAX_CONNECTIONS || Date.now() < refuseUntil;
    if (refused) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => attach(client, dispatcher));
  });
  await listen(http, port, 'the demo node');
  return {
    port: (http.address() as AddressInfo).port,
    get connections() {
      return sockets.clients.size;
    },
    drop(refuseMs) {
      refuseUntil = Date.now() + refuseMs;
      for (const client of sockets.clients) client.terminate();
    },
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

function attach(client: WebSocket, dispatcher: Dispatcher): void {
  const send = (text: string) => {
    if (client.readyState !== client.OPEN) return;
    if (client.bufferedAmount > MAX_UNREAD_BYTES) client.terminate();
    else client.send(text);
  };
  const peer: Peer = {
    subscriptions: new Map(),
    notify: (method, subscription, result) =>
      send(JSON.stringify({ jsonrpc: '2.0', method, params: { subscription, result } })),
  };
  client.on('message', (data) => {
    const answer = dispatcher.answer(String(data), peer);
    if (answer !== undefined) send(answer);
  });
  client.on('error', () => client.terminate());
  client.on('close', () => {
    for (const stop of peer.subscriptions.values()) stop();
    peer.subscriptions.clear();
  });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  dispatcher: Dispatcher,
  onIncident: IncidentHandler,
): Promise<void> {
  const end = (status: number, body: string) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body);
  };
  if (!isLocal(request)) return end(403, '{"error":"only from this machine"}');
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'GET' && pathname === '/health') {
    return end(200, '{"peers":0,"isSyncing":false,"shouldHavePeers":false}');
  }
  if (request.method !== 'POST') return end(405, '{"error":"send JSON-RPC by POST, or open a WebSocket"}');
  const body = await readBody(request);
  if (body === undefined) return end(413, '{"error":"the request is too big"}');
  const incident = /^\/incident\/([\w-]{1,40})$/.exec(pathname)?.[1];
  if (incident === undefined) return end(200, dispatcher.answer(body) ?? '');
  try {
    const args = body.trim() === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
    end(200, stringifyJson((await onIncident(incident, args)) ?? {}));
  } catch (error) {
    const parts = isTaoscopeError(error) ? error.parts : { failed: 'the arguments are not a JSON object' };
    end(400, JSON.stringify({ error: parts }));
  }
}

/** `undefined` when the body is longer than a message may be. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_MESSAGE_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
