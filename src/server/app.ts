import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { routePath } from 'hono/route';
import { TaoscopeError } from '../shared/index.ts';
import { watchAudit } from './audit-metrics.ts';
import type { ServerDeps } from './deps.ts';
import { errorOf, failureOf } from './failure.ts';
import { accountRoutes } from './routes/accounts.ts';
import { auditRoutes } from './routes/audit.ts';
import { auditWorkRoutes } from './routes/audit-work.ts';
import { eventRoutes } from './routes/events.ts';
import { feedRoutes } from './routes/feed.ts';
import { figureRoutes } from './routes/figures.ts';
import { neuronRoutes } from './routes/neurons.ts';
import { healthRoutes, statusRoutes } from './routes/status.ts';
import { subnetRoutes } from './routes/subnets.ts';
import { weightRoutes } from './routes/weights.ts';
import { workRoutes } from './routes/work.ts';
import { bearer, isLoopback, ownOriginOnly, pageHeaders } from './security.ts';
import { watchParts } from './watch-parts.ts';
import { webFiles } from './web-files.ts';

/** The largest body a client may send. */
const MAX_BODY_BYTES = 64 * 1024;

/** Routes whose answers come from the store alone, so that they stay the same until it changes. */
const KEPT_PATHS = ['subnets/*', 'neurons/*', 'coldkeys/*', 'feed'];

/** The HTTP application: routes and what guards them, without a socket. `closing` ends the live streams. */
export function createApp(deps: ServerDeps, closing: AbortSignal): OpenAPIHono {
  const { logger, metrics, server } = deps;
  watchParts(deps);
  if (deps.audit?.auditor !== undefined) watchAudit(deps.audit, deps.metrics.registry);
  const app = new OpenAPIHono();

  app.use('*', async (context, next) => {
    const startedAt = performance.now();
    await next();
    metrics.observeRequest(
      routePath(context, -1),
      context.res.status,
      (performance.now() - startedAt) / 1000,
    );
  });
  app.use('*', pageHeaders);
  app.use('*', ownOriginOnly(isLoopback(server.host)));
  app.use('*', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => tooLarge() }));
  const compressed = compress();
  app.use('*', (context, next) =>
    context.req.path.endsWith('/events') ? next() : compressed(context, next),
  );
  if (server.token !== undefined) {
    const guard = bearer(server.token);
    app.use('/api/*', guard);
    app.use('/metrics', guard);
  }
  // Behind the guard: what is kept is given only to whom it may be given.
  if (deps.answers !== undefined)
    for (const path of KEPT_PATHS) app.use(`/api/v1/${path}`, deps.answers.middleware);

  for (const routes of [
    statusRoutes,
    subnetRoutes,
    figureRoutes,
    weightRoutes,
    feedRoutes,
    neuronRoutes,
    accountRoutes,
    workRoutes,
    auditRoutes,
    auditWorkRoutes,
  ])
    app.route('/api/v1', routes(deps));
  app.route('/api/v1', eventRoutes(deps, closing));
  app.route('/', healthRoutes(deps));
  app.get('/metrics', async (context) =>
    context.body(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType }),
  );
  app.doc31('/api/v1/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Taoscope',
      version: deps.version,
      description: 'What Taoscope has recorded of Bittensor subnets.',
    },
  });
  app.all('/api/*', (context) => {
    throw new TaoscopeError('not-found', {
      failed: 'no such route',
      got: `${context.req.method} ${context.req.path.slice(0, 200)}`,
      expected: 'a route of /api/v1/openapi.json',
    });
  });
  if (deps.webRoot !== undefined) app.route('/', webFiles(deps.webRoot, server.token === undefined));
  else
    app.get('/', (context) =>
      context.text('The API is at /api/v1. The dashboard is not built: run `npm run build:web`.'),
    );

  app.onError((caught, context) => {
    const error = errorOf(caught);
    if (error.code === 'internal')
      logger.error({ err: caught, path: context.req.path }, 'a request failed by a defect');
    else if (error.fault !== 'user')
      logger.warn({ code: error.code, path: context.req.path, ...error.fields }, error.parts.failed);
    const { status, body } = failureOf(error);
    return context.json(body, status);
  });
  return app;
}

function tooLarge(): never {
  throw new TaoscopeError('usage', {
    failed: 'the request is too large',
    expected: `at most ${MAX_BODY_BYTES} bytes`,
  });
}
