import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { PROBE_KINDS } from '../../audit/index.ts';
import { TaoscopeError } from '../../shared/index.ts';
import type { AuditPart } from './audit.ts';
import { createRouter } from './common.ts';

const ProbeRequest = z.object({
  kind: z.enum(PROBE_KINDS).optional(),
  chute: z.string().min(1).max(200).optional(),
  prompt: z.string().min(1).max(4_000).optional(),
});

/** What the audit is asked to do: to send a request of our own, to make a bundle. */
export function auditWorkRoutes({ audit }: { readonly audit?: AuditPart | undefined }): OpenAPIHono {
  return createRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/audit/probes',
        request: { body: { required: true, content: { 'application/json': { schema: ProbeRequest } } } },
        responses: {
          200: {
            description: 'The request, whom it was routed to and what came back, its output in base64.',
            content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
          },
        },
      }),
      async (context) => {
        if (audit?.probe === undefined) throw off();
        // Of another type the body is not looked at, and what is left would ask for anything at all.
        const type = context.req.header('content-type') ?? 'none';
        if (!/^application\/json\b/i.test(type)) throw notJson(type.slice(0, 100));
        const told = await audit.probe(context.req.valid('json'), context.req.raw.signal);
        return context.json({ ...told }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/audit/reports/{id}/bundle',
        request: {
          params: z.object({
            id: z
              .string()
              .regex(/^[0-9a-f]{32}$/, 'expected the id of a report')
              .openapi({ param: { name: 'id', in: 'path' } }),
          }),
          query: z.object({ exports: z.enum(['true', 'false']).default('false') }),
        },
        responses: {
          200: {
            description: 'Everything that shows how the report came out, in one file (docs/bundle.md).',
            content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
          },
        },
      }),
      async (context) => {
        if (audit?.bundle === undefined) throw off();
        const { id } = context.req.valid('param');
        const withExports = context.req.valid('query').exports === 'true';
        const pieces = await audit.bundle(id, withExports, context.req.raw.signal);
        // A body that fails breaks the connection, so that a cut bundle cannot pass for a whole one; a client that goes away ends the reading.
        return context.body(ReadableStream.from(pieces) as ReadableStream, 200, {
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename="taoscope-${id}.bundle"`,
        }) as never;
      },
    );
}

function notJson(type: string): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'the request cannot be read',
    got: type,
    expected: 'JSON, as application/json',
  });
}

function off(): TaoscopeError {
  return new TaoscopeError('not-found', {
    failed: 'nothing is audited here',
    expected: 'a source under `audit.sources` in the configuration',
  });
}
