import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A JSON-RPC request as the server got it. */
export interface ServedRequest {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** An error object to answer with. */
export class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ServerOptions {
  /** Answers one request; throws {@link RpcError}. `undefined` leaves it unanswered. */
  handle(request: ServedRequest, socket: WebSocket | undefined): unknown;
  /** Takes over a whole WebSocket message; `true` when it was dealt with. */
  onMessage?(text: string, socket: WebSocket): boolean;
  /** Takes over a whole HTTP request; `true` when it was dealt with. */
  onPost?(body: string, response: ServerResponse, request: IncomingMessage): boolean;
  /** Takes over a WebSocket handshake; `true` when it was dealt with. */
  onUpgrade?(socket: Socket): boolean;
  readonly path?: string;
}

export interface JsonRpcServer {
  readonly ws: string;
  readonly http: string;
  readonly host: string;
  /** Whole messages as they came, oldest first. */
  readonly messages: readonly string[];
  readonly sockets: ReadonlySet<WebSocket>;
  /** Requests seen, by method. */
  count(method: string): number;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** A JSON-RPC server on a free port of the loopback, over WebSocket and HTTP, whose faults are scripted by its options. */
export async function serveJsonRpc(options: ServerOptions): Promise<JsonRpcServer> {
  const messages: string[] = [];
  const counts = new Map<string, number>();
  const raw = new Set<Socket>();

  const answer = async (request: ServedRequest, socket?: WebSocket): Promise<object | undefined> => {
    counts.set(request.method, (counts.get(request.method) ?? 0) + 1);
    try {
      const result = await options.handle(request, socket);
      return result === undefined ? undefined : { jsonrpc: '2.0', id: request.id, result };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { jsonrpc: '2.0', id: request.id, error: { code: error.code, message: error.message } };
    }
  };
  const answerText = async (text: string, socket?: WebSocket): Promise<string | undefined> => {
    const parsed = JSON.parse(text) as ServedRequest | ServedRequest[];
    const answers = Array.isArray(parsed)
      ? (await Promise.all(parsed.map((one) => answer(one, socket)))).filter((one) => one !== undefined)
      : await answer(parsed, socket);
    return answers === undefined || (Array.isArray(answers) && answers.length === 0)
      ? undefined
      : JSON.stringify(answers);
  };

  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', async () => {
      const body = Buffer.concat(parts).toString();
      messages.push(body);
      if (options.onPost?.(body, response, request) === true) return;
      const text = await answerText(body);
      if (text !== undefined) response.setHeader('content-type', 'application/json').end(text);
    });
  });
  server.on('connection', (socket: Socket) => {
    raw.add(socket);
    socket.on('close', () => raw.delete(socket));
  });
  const wss = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (options.onUpgrade?.(socket as Socket) === true) return;
    wss.handleUpgrade(request, socket, head, (client) => wss.emit('connection', client, request));
  });
  wss.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', async (data) => {
      const text = String(data);
      messages.push(text);
      if (options.onMessage?.(text, socket) === true) return;
      const reply = await answerText(text, socket);
      if (reply !== undefined) socket.send(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const path = options.path ?? '';
  return {
    ws: `ws://${host}${path}`,
    http: `http://${host}${path}`,
    host,
    messages,
    sockets: wss.clients,
    count: (method) => counts.get(method) ?? 0,
    cut() {
      for (const socket of raw) socket.destroy();
    },
    async close() {
      for (const socket of raw) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
