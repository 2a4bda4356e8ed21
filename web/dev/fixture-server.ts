import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { createFixtureApi } from './fixture-api.ts';

/** The server's own policy: a page that works here works there. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** `WEB_BUILD` names another folder, for who builds beside others. */
const BUILT = process.env.WEB_BUILD ?? join(import.meta.dirname, '../../dist/web');

export interface FixtureServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The built app over invented data, on a free port of this machine. Run `vite build web` first. */
export async function startFixtureServer(scenario: string, port = 0): Promise<FixtureServer> {
  const api = createFixtureApi({ scenario });
  const server: Server = createServer(async (request, response) => {
    if (api.handle(request, response)) return;
    const path = normalize(new URL(request.url ?? '/', 'http://fixture').pathname);
    const file = extname(path) === '' ? '/index.html' : path;
    try {
      const content = await readFile(join(BUILT, file));
      response.writeHead(200, {
        'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fixture server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      api.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
