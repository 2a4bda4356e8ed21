import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { TaoscopeError } from '../shared/index.ts';
import { createApp } from './app.ts';
import type { ServerDeps } from './deps.ts';
import { assertSafeBind } from './security.ts';

export interface RunningServer {
  /** `http://127.0.0.1:8700` */
  readonly url: string;
  /** Ends the live streams, stops listening and closes what is open. */
  close(): Promise<void>;
}

/** Listens. Errors: `refused` (an open bind without token), `usage` (the port is taken or not allowed). */
export async function listen(deps: ServerDeps, port: number): Promise<RunningServer> {
  const { host, token } = deps.server;
  assertSafeBind(host, token);
  const closing = new AbortController();
  const app = createApp(deps, closing.signal);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.headersTimeout = 10_000;
  server.requestTimeout = 60_000;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  try {
    await promise;
  } catch (cause) {
    throw new TaoscopeError(
      'usage',
      {
        failed: `cannot listen on ${host} port ${port}`,
        got: (cause as NodeJS.ErrnoException).code ?? (cause as Error).message,
        expected: 'a free port of this machine',
        todo: 'choose another with --port, or 0 for any free one',
      },
      { cause },
    );
  }
  server.removeListener('error', reject);
  server.on('error', (error) => deps.logger.error({ err: error }, 'the HTTP server failed'));
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      closing.abort();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      // Answers under way get a moment; what is still open then is cut.
      const cut = setTimeout(() => server.closeAllConnections(), 500);
      await closed;
      clearTimeout(cut);
    },
  };
}
