import { send } from './client.ts';
import { ApiError } from './errors.ts';
import { readEvents, type ServerEvent } from './event-stream.ts';
import { onTokenChange } from './token.ts';

export interface FollowOptions {
  /** `again`: the stream was open before, and whatever happened meanwhile is not in it. */
  onOpen: (again: boolean) => void;
  onEvent: (event: ServerEvent) => void;
  onLost: () => void;
  signal: AbortSignal;
}

const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000];
/** The server says something every 15 s at least: a stream that is silent this long is dead, whatever TCP believes. */
const SILENCE_MS = 45_000;
/** A browser grants a server six connections over all its tabs; those that nobody looks at give theirs back. */
const HIDDEN_MS = 30_000;

/**
 * Follows GET /events until the signal fires: reconnects with backoff, at once when a token is given, and rests while
 * the page is hidden. Read by fetch, because an EventSource cannot send the token.
 */
export async function followEvents({ onOpen, onEvent, onLost, signal }: FollowOptions): Promise<void> {
  let failures = 0;
  let again = false;
  while (!signal.aborted) {
    await whenVisible(signal);
    const attempt = new AbortController();
    const release = abortWhenHidden(attempt);
    let timer = setTimeout(() => attempt.abort(), SILENCE_MS);
    try {
      const response = await send(
        '/events',
        { signal: AbortSignal.any([signal, attempt.signal]) },
        'text/event-stream',
      );
      failures = 0;
      onOpen(again);
      again = true;
      const heard = () => {
        clearTimeout(timer);
        timer = setTimeout(() => attempt.abort(), SILENCE_MS);
      };
      for await (const event of readEvents(response, heard)) onEvent(event);
    } catch (error) {
      // Without the token nothing changes by asking often.
      if (error instanceof ApiError && error.status === 401) failures = BACKOFF_MS.length;
    } finally {
      clearTimeout(timer);
      release();
    }
    if (signal.aborted) return;
    onLost();
    const waitMs = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)] ?? 10_000;
    failures += 1;
    await pause(waitMs * (0.75 + Math.random() / 2), signal);
  }
}

/** Waits; a new token or the signal ends it early. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    const stopWatching = onTokenChange(done);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      stopWatching();
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

function whenVisible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look, { once: true });
  });
}

/** Aborts once the page has been hidden for a while. Answers how to stop watching. */
function abortWhenHidden(attempt: AbortController): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => attempt.abort(), HIDDEN_MS);
  };
  document.addEventListener('visibilitychange', look);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
