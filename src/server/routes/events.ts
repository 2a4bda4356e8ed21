import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ServerDeps } from '../deps.ts';
import { statusOf } from './status.ts';

/** Comment lines keep proxies from closing a quiet stream. */
const KEEP_ALIVE_MS = 15_000;

/** GET /events: the status at once, then whatever happens. `closing` ends all streams when the server closes. */
export function eventRoutes(deps: ServerDeps, closing: AbortSignal): Hono {
  return new Hono().get('/events', (context: Context) => {
    context.header('cache-control', 'no-store');
    context.header('x-accel-buffering', 'no');
    return streamSSE(context, async (out) => {
      const gone = new AbortController();
      out.onAbort(() => gone.abort());
      const signal = AbortSignal.any([closing, gone.signal]);
      const keepAlive = setInterval(
        () => void out.write(': keep-alive\n\n').catch(() => gone.abort()),
        KEEP_ALIVE_MS,
      );
      try {
        await out.writeSSE({ event: 'status', data: JSON.stringify(await statusOf(deps)) });
        for await (const message of deps.live.stream(signal)) await out.writeSSE(message);
      } finally {
        clearInterval(keepAlive);
      }
    });
  });
}
