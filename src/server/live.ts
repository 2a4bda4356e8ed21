/** What the live stream tells: the name of the event and its JSON. */
export interface LiveMessage {
  readonly event: string;
  readonly data: string;
}

/** Sends messages to every open stream; a client that does not keep up loses the oldest of them, never the others' time. */
export interface Live {
  publish(event: string, body: unknown): void;
  /** Messages from now on, until the signal fires. */
  stream(signal: AbortSignal): AsyncIterable<LiveMessage>;
  /** Streams open now. */
  readonly clients: number;
  readonly dropped: number;
}

/** Messages kept for a client that is slow to read. */
const BACKLOG = 500;

export function createLive(): Live {
  const clients = new Set<{ waiting: LiveMessage[]; wake: () => void }>();
  let dropped = 0;
  return {
    publish(event, body) {
      if (clients.size === 0) return;
      const message = { event, data: JSON.stringify(body) };
      for (const client of clients) {
        client.waiting.push(message);
        if (client.waiting.length > BACKLOG) {
          client.waiting.shift();
          dropped++;
        }
        client.wake();
      }
    },
    async *stream(signal) {
      const client = { waiting: [] as LiveMessage[], wake: () => {} };
      const onAbort = () => client.wake();
      signal.addEventListener('abort', onAbort, { once: true });
      clients.add(client);
      try {
        while (!signal.aborted) {
          const message = client.waiting.shift();
          if (message !== undefined) yield message;
          else {
            const { promise, resolve } = Promise.withResolvers<void>();
            client.wake = resolve;
            await promise;
          }
        }
      } finally {
        clients.delete(client);
        signal.removeEventListener('abort', onAbort);
      }
    },
    get clients() {
      return clients.size;
    },
    get dropped() {
      return dropped;
    },
  };
}
