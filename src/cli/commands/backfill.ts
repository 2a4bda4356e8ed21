import type { Command } from 'commander';
import { eventsOf, openChain, openRows } from '../../app.ts';
import { type BackfillProgress, backfill, emptyRange } from '../../metagraph/index.ts';
import { type BackfillBody, errorOfBody } from '../../server/index.ts';
import { sleep, stringifyJson, TaoscopeError } from '../../shared/index.ts';
import { createContext } from '../context.ts';
import type { Effects } from '../effects.ts';
import { createProgressBar, progressLine } from '../progress.ts';
import { openOrServed, type Served } from '../served.ts';

export interface BackfillOptions {
  from: number;
  to: number;
  step: number;
  workers: number;
  netuids?: 'all' | number[];
  events?: boolean;
  weights?: boolean;
  json?: boolean;
}

/** `taoscope backfill`: does it here, or has the server that owns the store do it and shows how far it is. */
export async function runBackfill(
  command: Command,
  effects: Effects,
  options: BackfillOptions,
): Promise<void> {
  const context = createContext(command, effects, { 'collect.netuids': options.netuids });
  const { config, logger } = context;
  const { from, to, step, workers, events = false, weights = false } = options;
  if (from > to) throw emptyRange(from, to);
  const request = { from, to, step, workers, netuids: config.collect.netuids, events, weights };
  const bar = createProgressBar(effects.stderr);
  const place = await openOrServed(context);
  let result: BackfillProgress;
  if ('served' in place) result = await servedBackfill(place.served, request, bar.show, effects.signal);
  else {
    try {
      const chain = await openChain(config, logger, effects.signal);
      try {
        const rows = await openRows(config, place.store, chain);
        result = await backfill({
          ...request,
          events: events ? eventsOf(config) : undefined,
          chain,
          rows,
          logger,
          source: config.collect.source,
          signal: effects.signal,
          onProgress: bar.show,
        });
      } finally {
        await chain.close();
      }
    } finally {
      await place.store.close();
    }
  }
  bar.end();
  effects.stdout.write(options.json ? `${stringifyJson(result)}\n` : `${progressLine(result)}\n`);
  if (result.missing > 0) {
    throw new TaoscopeError(
      'state-pruned',
      {
        failed: `${result.missing} of ${result.total} blocks could not be recorded`,
        expected: 'a node that still has their state',
        todo: 'see the table `gaps` for the reasons; give an archive node with --archive and run it again',
      },
      { retryable: false },
    );
  }
}

const POLL_MS = 500;

async function servedBackfill(
  served: Served,
  request: object,
  show: (progress: BackfillProgress) => void,
  signal: AbortSignal,
): Promise<BackfillProgress> {
  let body = await served.json<BackfillBody>('POST', '/backfills', request);
  while (body.state === 'running') {
    show(body);
    await sleep(POLL_MS, signal);
    body = await served.json<BackfillBody>('GET', `/backfills/${body.id}`);
  }
  if (body.state !== 'done') {
    throw errorOfBody({
      error: {
        code: body.code ?? 'unreachable',
        failed: `the backfill of the server at ${served.url} ${body.state}`,
        ...(body.state === 'stopped' ? { todo: 'run it again: it resumes' } : {}),
        ...(body.error === undefined ? {} : { got: body.error }),
      },
    });
  }
  return body;
}
