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

/** A whole number as plain digits: an empty text is not 0, and what is too large for the column does not wrap round. */
export const whole = (max: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().int().max(max))
    .openapi({ type: 'integer', minimum: 0, maximum: max });

/** A whole number within bounds. */
export const atLeast = (min: number, max: number) =>
  whole(max).refine((value) => value >= min, `expected a whole number from ${min} to ${max}`);

/** A number of a block. */
export const Block = whole(4_294_967_295);

/** `{netuid}` in a path. */
export const NetuidParam = z.object({
  netuid: whole(65_535).openapi({ param: { name: 'netuid', in: 'path' }, example: 1 }),
});

/** `?block=`: the newest stored data at or before that block; without it the newest. */
export const BlockQuery = z.object({ block: Block.optional() });

/** `?mechanism=` */
export const MechanismQuery = z.object({ mechanism: whole(15).default(0) });

/** `?from=&to=` in blocks. */
export const RangeQuery = z.object({ from: Block.optional(), to: Block.optional() });

/** `?format=` of what is also given as a table. */
export const FormatQuery = z.object({ format: z.enum(['json', 'csv']).default('json') });

/** A GET whose answer is JSON, or with {@link FormatQuery} a table. */
export function tableRoute<
  Path extends string,
  Request extends NonNullable<RouteConfig['request']>,
  Body extends z.ZodType,
>(path: Path, request: Request, body: Body, description: string) {
  const { responses, ...route } = jsonRoute({ method: 'get', path, request }, body, description);
  return createRoute({
    ...route,
    responses: {
      ...responses,
      200: {
        description,
        content: { 'application/json': { schema: body }, 'text/csv': { schema: z.string() } },
      },
    },
  });
}

/** The same below `/subnets/{netuid}`. */
export function subnetTable<Name extends string, Query extends z.ZodObject, Body extends z.ZodType>(
  name: Name,
  query: Query,
  body: Body,
  description: string,
) {
  return tableRoute(`/subnets/{netuid}/${name}`, { params: NetuidParam, query }, body, description);
}

/** Headers of a table that is saved as `<name>.csv`. What a header may not hold is not in the name. */
export function csvFile(name: string) {
  return {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name.replace(/[^0-9A-Za-z.-]/g, '_')}.csv"`,
  };
}
