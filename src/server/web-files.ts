import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

/**
 * The built web app: hashed files for good, `index.html` for every page of it, never cached. With `preloads` a page names
 * the answers it will ask for, so that the browser fetches them while it still loads the scripts; where a token is asked
 * for it cannot, since the browser does not have it yet.
 */
export function webFiles(root: string, preloads: boolean): Hono {
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
      for (const path of preloads ? earlyPaths(context.req.path, context.req.query()) : []) {
        context.header('link', `<${path}>; rel=preload; as=fetch; crossorigin=anonymous`, { append: true });
      }
      return context.html(await readFile(join(root, 'index.html'), 'utf8'));
    });
}

/** What the page at a path asks for first, as the web client writes it. */
function earlyPaths(path: string, search: Readonly<Record<string, string>>): string[] {
  const netuid = /^\/subnets\/(\d{1,5})$/.exec(path)?.[1];
  if (netuid !== undefined && search.block === undefined) {
    const mechanism = /^\d{1,2}$/.test(search.mechanism ?? '') ? search.mechanism : '0';
    const subnet = `/api/v1/subnets/${netuid}`;
    return [subnet, `${subnet}/metagraph?mechanism=${mechanism}`, `${subnet}/blocks?mechanism=${mechanism}`];
  }
  return path === '/' ? ['/api/v1/subnets', '/api/v1/status'] : [];
}
