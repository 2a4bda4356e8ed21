import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ServerDeps } from '../deps.ts';
import { createRouter } from './common.ts';

export function figureRoutes(_deps: ServerDeps): OpenAPIHono {
  return createRouter();
}
