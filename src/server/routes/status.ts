import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { gaps, runtimes, storeSummary } from '../../metagraph/index.ts';
import type { ServerDeps } from '../deps.ts';
import { newestHead } from '../heads.ts';
import { GapsBody, RuntimesBody, StatusBody } from '../schemas.ts';
import { createRouter, jsonRoute } from './common.ts';

/** What the server knows of the chain, its collector and its store at this moment. */
export async function statusOf(deps: ServerDeps): Promise<StatusBody> {
  const { chain, collector, heads } = deps;
  const { best, finalized, seenAt } = heads.current();
  const stats = collector.stats();
  const store = await storeSummary(deps.store);
  const head = newestHead(stats.head, heads.current(), deps.collect.heads);
  const lastSnapshotBlock = stats.lastSnapshotBlock ?? store.lastSnapshotBlock;
  const { lastBlock } = stats;
  const stopped = deps.stopped();
  return {
    version: deps.version,
    chain: {
      name: chain.identity.name,
      genesisHash: chain.identity.genesisHash,
      tokenSymbol: chain.identity.tokenSymbol,
      ...(best === undefined ? {} : { best }),
      ...(finalized === undefined ? {} : { finalized }),
      ...(best === undefined || finalized === undefined
        ? {}
        : { finalizedLag: best.number - finalized.number }),
      ...(stats.runtime === undefined
        ? {}
        : { specName: stats.runtime.specName, specVersion: stats.runtime.specVersion }),
      ...(seenAt === undefined ? {} : { headSeenAt: seenAt }),
      endpoints: chain.stats().map(({ host, connected, requests, errors, rejected, latencyMs }) => ({
        host,
        connected,
        requests,
        errors,
        rejected: Object.values(rejected).reduce((sum, n) => sum + n, 0),
        ...(latencyMs === undefined ? {} : { latencyMs }),
      })),
    },
    collect: {
      ...(lastBlock === undefined ? {} : { lastBlock }),
      ...(lastSnapshotBlock === undefined ? {} : { lastSnapshotBlock }),
      ...(head === undefined || lastSnapshotBlock === undefined
        ? {}
        : { lagBlocks: Math.max(0, head.number - Math.max(lastSnapshotBlock, lastBlock ?? 0)) }),
      everyBlocks: deps.collect.everyBlocks,
      netuids: deps.collect.netuids === 'all' ? 'all' : [...deps.collect.netuids],
      queue: stats.queue,
      snapshots: stats.snapshots,
      errors: stats.errors,
      ...(stats.lastError === undefined ? {} : { lastError: stats.lastError }),
      ...(stopped === undefined ? {} : { stopped }),
    },
    store: {
      kind: store.kind,
      version: store.version,
      bytesOnDisk: store.bytesOnDisk,
      neuronRows: store.neuronRows,
    },
  };
}

export function statusRoutes(deps: ServerDeps): OpenAPIHono {
  return createRouter()
    .openapi(
      jsonRoute({ method: 'get', path: '/status' }, StatusBody, 'Chain heads, collector and store.'),
      async (context) => context.json(await statusOf(deps), 200),
    )
    .openapi(
      jsonRoute(
        { method: 'get', path: '/gaps' },
        GapsBody,
        'Blocks that could not be recorded, with the reason.',
      ),
      async (context) => context.json(await gaps(deps.store), 200),
    )
    .openapi(
      jsonRoute({ method: 'get', path: '/runtimes' }, RuntimesBody, 'Runtimes seen, by their first block.'),
      async (context) => context.json(await runtimes(deps.store), 200),
    );
}

const Answer = z.object({ status: z.string() });

/** `/health`: the process answers. `/ready`: it has a chain, a store and a first snapshot. Neither needs the token. */
export function healthRoutes(deps: ServerDeps): OpenAPIHono {
  const health = createRoute({
    method: 'get',
    path: '/health',
    responses: {
      200: { description: 'The process is alive.', content: { 'application/json': { schema: Answer } } },
    },
  });
  const ready = createRoute({
    method: 'get',
    path: '/ready',
    responses: {
      200: { description: 'Data can be served.', content: { 'application/json': { schema: Answer } } },
      503: { description: 'Not yet, or no longer.', content: { 'application/json': { schema: Answer } } },
    },
  });
  return createRouter()
    .openapi(health, (context) => context.json({ status: 'ok' }, 200))
    .openapi(ready, async (context) => {
      const stopped = deps.stopped();
      if (stopped !== undefined) return context.json({ status: 'the collector has stopped' }, 503);
      const { lastSnapshotBlock } = await storeSummary(deps.store);
      if (lastSnapshotBlock === undefined)
        return context.json({ status: 'waiting for the first snapshot' }, 503);
      return context.json({ status: 'ready' }, 200);
    });
}
