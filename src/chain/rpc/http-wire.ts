import { createCallBook, type Group } from './call-book.ts';
import { failureOfClosing, failureOfConnection, failureOfSize, failureOfStatus } from './retry-table.ts';
import type { Wire, WireOptions } from './wire.ts';

/** One post per message; the body is read in a stream and never beyond its bound. */
export function createHttpWire({ endpoint, limits, counters, onState }: WireOptions): Wire {
  let connected = false;
  let closed = false;
  let flushing: NodeJS.Immediate | undefined;

  const book = createCallBook({
    host: endpoint.host,
    redact: endpoint.redact,
    limits,
    counters,
    maxGroups: limits.maxPosts,
    post(text, group) {
      // Every outcome is settled inside; nothing is left to reject.
      void post(text, group);
    },
    onQueued: wake,
  });

  function wake(): void {
    if (closed) return void queueMicrotask(() => book.fail('queue', failureOfClosing));
    flushing ??= setImmediate(() => {
      flushing = undefined;
      book.flush();
    });
  }

  async function post(text: string, group: Group): Promise<void> {
    const controller = new AbortController();
    group.abandon = () => controller.abort();
    try {
      const response = await fetch(endpoint.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...endpoint.headers },
        body: text,
        redirect: 'error',
        signal: controller.signal,
      });
      if (!response.ok) {
        await response.body?.cancel();
        return book.fail(group, (asked) =>
          failureOfStatus(response.status, response.headers.get('retry-after'), asked),
        );
      }
      const body = await readBounded(response, limits.maxAnswerBytes);
      if (body === undefined) {
        controller.abort();
        if (!book.split(group)) book.fail(group, (asked) => failureOfSize(limits.maxAnswerBytes, asked));
        return;
      }
      setConnected(true);
      answer(body, group);
      book.fail(group, (asked) => failureOfConnection('an answer to something else', asked, false));
    } catch (error) {
      if (controller.signal.aborted) return;
      setConnected(false, error);
      book.fail(group, (asked) => failureOfConnection(error, asked, false));
    }
  }

  function answer(body: string, group: Group): void {
    let message: unknown;
    try {
      message = JSON.parse(body);
    } catch {
      counters.malformed++;
      book.fail(group, (asked) => failureOfConnection('it sent something that is not JSON', asked, false));
      return;
    }
    book.answer(message, group);
  }

  function setConnected(now: boolean, reason?: unknown): void {
    if (now !== connected && !closed)
      onState?.(now ? 'open' : 'lost', reason instanceof Error ? reason.message : undefined);
    connected = now;
  }

  return {
    ask: book.ask,
    close() {
      closed = true;
      connected = false;
      clearImmediate(flushing);
      book.fail('flight', failureOfClosing);
      book.fail('queue', failureOfClosing);
    },
    get connected() {
      return connected;
    },
    generation: 0,
  };
}

/** The body as text; `undefined` when it is longer than allowed. */
async function readBounded(response: Response, maxBytes: number): Promise<string | undefined> {
  if (Number(response.headers.get('content-length')) > maxBytes) return undefined;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
