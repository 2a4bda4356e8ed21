import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import { createCallBook } from './call-book.ts';
import {
  type Asked,
  failureOfClosing,
  failureOfConnection,
  failureOfSize,
  failureOfStatus,
} from './retry-table.ts';
import type { SubscriptionMethods, SubscriptionOptions, Wire, WireOptions } from './wire.ts';

interface Connection {
  readonly socket: WebSocket;
  /** `performance.now()` of the last whole message. */
  lastMessageAt: number;
  open: boolean;
  /** Why it ended, where we know better than the socket. */
  reason: unknown;
  status?: { readonly code: number; readonly retryAfter: string | undefined };
  ping?: NodeJS.Timeout;
}

interface Notification {
  readonly id: string;
  readonly item: unknown;
}

/** Notifications may come before the answer that names their subscription; so many are kept for it. */
const ORPHANS_MAX = 16;

/** A WebSocket that opens when it is first needed, and again after it was lost when it is needed again. */
export function createWsWire({ endpoint, limits, counters, onState }: WireOptions): Wire {
  let connection: Connection | undefined;
  let generation = 0;
  let everOpen = false;
  let closed = false;
  let flushing: NodeJS.Immediate | undefined;
  const subscriptions = new Map<string, SubscriptionOptions>();
  const orphans: Notification[] = [];

  const book = createCallBook({
    host: endpoint.host,
    redact: endpoint.redact,
    limits,
    counters,
    maxGroups: limits.maxInFlight,
    post: (text) => connection?.socket.send(text, () => {}),
    onQueued: wake,
    onTimeout(sentAt) {
      // Nothing at all arrived while the request waited: the connection itself is suspect, the next try gets a fresh one.
      if (connection !== undefined && connection.lastMessageAt < sentAt)
        drop(connection, 'the connection has fallen silent');
    },
  });

  function wake(): void {
    if (closed) return void queueMicrotask(() => book.fail('queue', failureOfClosing));
    if (connection === undefined) connect();
    else if (connection.open) flushing ??= setImmediate(flush);
  }

  function flush(): void {
    flushing = undefined;
    if (connection?.open === true) book.flush();
  }

  function connect(): void {
    const socket = new WebSocket(endpoint.url, {
      headers: endpoint.headers,
      maxPayload: limits.maxAnswerBytes,
      handshakeTimeout: limits.connectTimeoutMs,
      perMessageDeflate: false,
    });
    const mine: Connection = { socket, lastMessageAt: performance.now(), open: false, reason: undefined };
    connection = mine;
    socket.on('open', () => onOpen(mine));
    socket.on('upgrade', (response) => keepAlive(mine, response.socket));
    socket.on('message', (data) => onMessage(mine, data));
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      mine.status = { code: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
      socket.terminate();
    });
    socket.on('error', (error) => {
      mine.reason ??= error;
    });
    socket.on('close', (code) => onClose(mine, code));
  }

  function onOpen(mine: Connection): void {
    if (closed || connection !== mine) {
      mine.socket.terminate();
      return;
    }
    mine.open = true;
    mine.lastMessageAt = performance.now();
    if (everOpen) counters.reconnects++;
    everOpen = true;
    onState?.('open');
    book.flush();
  }

  /** A peer that vanished without a word is noticed by bytes: even the first part of a huge answer is a sign of life. */
  function keepAlive(mine: Connection, raw: Socket): void {
    let bytes = raw.bytesRead;
    let pinged = false;
    mine.ping = setInterval(() => {
      if (pinged && raw.bytesRead === bytes) return drop(mine, `no sign of life for ${2 * limits.pingMs} ms`);
      bytes = raw.bytesRead;
      pinged = true;
      if (mine.socket.readyState === WebSocket.OPEN) mine.socket.ping(undefined, undefined, () => {});
    }, limits.pingMs);
    mine.ping.unref();
  }

  function onMessage(mine: Connection, data: RawData): void {
    if (connection !== mine) return;
    mine.lastMessageAt = performance.now();
    let message: unknown;
    try {
      message = JSON.parse(textOf(data));
    } catch {
      counters.malformed++;
      drop(mine, 'it sent something that is not JSON');
      return;
    }
    const notification = readNotification(message);
    if (notification === undefined) book.answer(message);
    else notify(notification);
  }

  function notify(notification: Notification): void {
    const subscription = subscriptions.get(notification.id);
    if (subscription === undefined) orphans.push(notification);
    else subscription.onItem(notification.item);
    if (orphans.length > ORPHANS_MAX) orphans.shift();
  }

  function drop(mine: Connection, reason: string): void {
    mine.reason ??= reason;
    mine.socket.terminate();
    // Nobody waits for the socket's own `close`: with a dead peer it may come late.
    onClose(mine, 1006);
  }

  function onClose(mine: Connection, code: number): void {
    clearInterval(mine.ping);
    if (connection !== mine) return;
    connection = undefined;
    generation++;
    orphans.length = 0;
    const reason = mine.reason ?? `the connection was closed (code ${code})`;
    if (mine.open) onState?.('lost', reason instanceof Error ? reason.message : String(reason));
    if (isTooBig(reason)) {
      // Which of several answers it was cannot be known.
      const next = book.inFlight > 1 || subscriptions.size > 0 ? 'alone' : 'give-up';
      book.fail('flight', (asked) => failureOfSize(limits.maxAnswerBytes, asked, next));
    }
    const failure = (neverSent: boolean) => (asked: Asked) =>
      mine.status === undefined
        ? failureOfConnection(reason, asked, neverSent)
        : failureOfStatus(mine.status.code, mine.status.retryAfter, asked, true);
    book.fail('flight', failure(false));
    book.fail('queue', failure(true));
    const ended = [...subscriptions.values()];
    subscriptions.clear();
    for (const { onEnd } of ended) onEnd();
  }

  async function subscribe(methods: SubscriptionMethods, options: SubscriptionOptions): Promise<() => void> {
    let id: string | undefined;
    let bornIn = generation;
    await book.ask(methods.subscribe, [], {
      signal: options.signal,
      timeoutMs: options.timeoutMs,
      solo: true,
      onResult(result) {
        if (typeof result !== 'string' && typeof result !== 'number') return;
        id = String(result);
        bornIn = generation;
        subscriptions.set(id, options);
        for (const orphan of orphans.splice(0)) if (orphan.id === id) options.onItem(orphan.item);
      },
    });
    const name = id;
    if (name === undefined) {
      const asked = { host: endpoint.host, method: methods.subscribe, redact: endpoint.redact };
      throw failureOfConnection('a subscription without an id', asked, false);
    }
    return () => {
      if (bornIn !== generation || !subscriptions.delete(name) || connection?.open !== true) return;
      book.ask(methods.unsubscribe, [name], { timeoutMs: options.timeoutMs, solo: true }).catch(() => {});
    };
  }

  function close(): void {
    if (closed) return;
    closed = true;
    clearImmediate(flushing);
    const mine = connection;
    connection = undefined;
    generation++;
    if (mine !== undefined) {
      clearInterval(mine.ping);
      mine.socket.terminate();
    }
    book.fail('flight', failureOfClosing);
    book.fail('queue', failureOfClosing);
    const ended = [...subscriptions.values()];
    subscriptions.clear();
    for (const { onEnd } of ended) onEnd();
  }

  return {
    ask: book.ask,
    subscribe,
    close,
    get connected() {
      return connection?.open === true;
    },
    get generation() {
      return generation;
    },
  };
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString('utf8');
}

function readNotification(message: unknown): Notification | undefined {
  if (typeof message !== 'object' || message === null || !('method' in message) || !('params' in message))
    return undefined;
  const { params } = message;
  if (typeof params !== 'object' || params === null || !('subscription' in params)) return undefined;
  const { subscription } = params;
  if (typeof subscription !== 'string' && typeof subscription !== 'number') return undefined;
  return { id: String(subscription), item: 'result' in params ? params.result : undefined };
}

function isTooBig(reason: unknown): boolean {
  return reason instanceof Error && 'code' in reason && reason.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
}
