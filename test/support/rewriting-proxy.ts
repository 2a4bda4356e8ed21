import type { AddressInfo } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

export interface RewritingProxy {
  readonly url: string;
  /** Values that went out otherwise than they came. */
  readonly rewritten: number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A WebSocket proxy in front of a node that tells other values of storage: `rewrite` gets key and value in hex. */
export async function rewriteAnswers(
  target: string,
  rewrite: (key: string, value: string) => string,
): Promise<RewritingProxy> {
  let rewritten = 0;
  const told = (key: string, value: string): string => {
    const other = rewrite(key, value);
    if (other !== value) rewritten++;
    return other;
  };
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  sockets.on('connection', (client) => {
    const upstream = new WebSocket(target, { maxPayload: 256 * 1024 * 1024 });
    const waiting: string[] = [];
    const keys = new Map<unknown, string>();
    client.on('message', (data: RawData) => {
      const text = data.toString();
      for (const { id, method, params } of [JSON.parse(text) as Request | Request[]].flat())
        if (method === 'state_getStorage') keys.set(id, String(params?.[0]));
      if (upstream.readyState === WebSocket.OPEN) upstream.send(text);
      else waiting.push(text);
    });
    upstream.on('open', () => {
      for (const text of waiting.splice(0)) upstream.send(text);
    });
    upstream.on('message', (data: RawData) => {
      const parsed = JSON.parse(data.toString()) as Answer | Answer[];
      for (const answer of [parsed].flat()) {
        const key = keys.get(answer.id);
        if (key !== undefined && typeof answer.result === 'string') answer.result = told(key, answer.result);
        // `state_queryStorageAt` answers pairs of key and value.
        if (!Array.isArray(answer.result)) continue;
        for (const set of answer.result as { changes?: [string, string | null][] }[])
          for (const pair of set?.changes ?? []) if (pair[1] !== null) pair[1] = told(pair[0], pair[1]);
      }
      client.send(JSON.stringify(parsed));
    });
    for (const socket of [client, upstream]) {
      socket.on('error', () => client.terminate());
      socket.on('close', () => {
        client.terminate();
        upstream.terminate();
      });
    }
  });
  await new Promise<void>((resolve) => sockets.once('listening', resolve));
  return {
    url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`,
    get rewritten() {
      return rewritten;
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of sockets.clients) client.terminate();
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

interface Request {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
}

interface Answer {
  readonly id?: unknown;
  result?: unknown;
}
