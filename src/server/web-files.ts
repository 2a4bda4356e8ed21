import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

/** The built web app: hashed files for good, `index.html` for every page of it, never cached. */
export function webFiles(root: string): Hono {
  return new Hono()
    .use('/assets/*', async (context, next) => {
      await next();
      if (context.res.ok) context.res.headers.set('cache-control', 'public, max-age=31536000, immutable');
    })
    .use(
      '*',
      serveStatic({
        root,
        precompressed: true,
        rewriteRequestPath: (path) => (path === '/' ? '/none' : path),
      }),
    )
    .get('*', async (context) => {
      if (/\.[a-z0-9]+$/i.test(context.req.path) || context.req.path.startsWith('/api/'))
        return context.notFound();
      context.header('cache-control', 'no-cache');
      return context.html(await readFile(join(root, 'index.html'), 'utf8'));
    });
}
