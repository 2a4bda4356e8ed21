import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import { TaoscopeError } from '../../shared/index.ts';
import { ErrorBody } from '../schemas.ts';

/** A router whose validation failures become four-part errors. */
export function createRouter(): OpenAPIHono {
  return new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      throw new TaoscopeError('usage', {
        failed: 'the request does not fit this route',
        got: result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
        expected: 'parameters as /api/v1/openapi.json describes them',
      });
    },
  });
}

const Failure = {
  description: 'An error, in four parts.',
  content: { 'application/json': { schema: ErrorBody } },
};

/** A JSON route with the errors that every route may answer. */
export function jsonRoute<Body extends z.ZodType, Config extends Omit<RouteConfig, 'responses'>>(
  config: Config,
  body: Body,
  description: string,
) {
  return createRoute({
    ...config,
    responses: {
      200: { description, content: { 'application/json': { schema: body } } },
      400: Failure,
      404: Failure,
      500: Failure,
    },
  } as const);
}

/** `{netuid}` in a path. */
export const NetuidParam = z.object({
  netuid: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .openapi({ param: { name: 'netuid', in: 'path' }, example: 1 }),
});

const Whole = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** `?block=`: the newest stored data at or before that block; without it the newest. */
export const BlockQuery = z.object({ block: Whole.optional() });

/** `?mechanism=` */
export const MechanismQuery = z.object({ mechanism: z.coerce.number().int().min(0).max(15).default(0) });

/** `?from=&to=` in blocks. */
export const RangeQuery = z.object({ from: Whole.optional(), to: Whole.optional() });
