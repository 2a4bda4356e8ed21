import { Counter, Gauge } from 'prom-client';
import type { ServerDeps } from './deps.ts';
import { newestHead } from './heads.ts';

/** Adds what is read from the other parts at each scrape. */
export function watchParts(deps: ServerDeps): void {
  const registers = [deps.metrics.registry];
  const gauge = (name: string, help: string, read: () => number | undefined | Promise<number | undefined>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const value = await read();
        // Unknown is absent: `reset` would say 0, which looks healthy.
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  const counters = (
    name: string,
    help: string,
    labelNames: string[],
    read: () => Iterable<[Record<string, string>, number]>,
  ) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.inc(labels, value);
      },
    });
  const { collector, heads, chain, live } = deps;

  gauge('taoscope_head_best_blocks', 'Number of the best block.', () => heads.current().best?.number);
  gauge(
    'taoscope_head_finalized_blocks',
    'Number of the finalized block.',
    () => heads.current().finalized?.number,
  );
  gauge('taoscope_processed_blocks', 'Number of the last block stored.', () => collector.stats().lastBlock);
  gauge('taoscope_head_lag_blocks', 'Blocks between the followed head and the last block stored.', () => {
    const { head: seen, lastBlock } = collector.stats();
    const head = newestHead(seen, heads.current(), deps.collect.heads);
    return head === undefined || lastBlock === undefined ? undefined : head.number - lastBlock;
  });
  gauge('taoscope_queue_blocks', 'Blocks begun and not yet stored.', () => collector.stats().queue);
  gauge(
    'taoscope_runtime_spec_version',
    'Spec version of the runtime of the last block.',
    () => collector.stats().runtime?.specVersion,
  );
  gauge('taoscope_live_clients', 'Open live streams.', () => live.clients);
  counters('taoscope_live_dropped_total', 'Messages dropped for slow clients.', [], () => [
    [{}, live.dropped],
  ]);
  counters('taoscope_collected_total', 'What was collected, by kind.', ['kind'], () => {
    const { blocks, snapshots, missing } = collector.stats();
    return [
      [{ kind: 'blocks' }, blocks],
      [{ kind: 'snapshots' }, snapshots],
      [{ kind: 'missing' }, missing],
    ];
  });
  counters(
    'taoscope_collect_errors_total',
    'Readings that failed and were tried again or named as missing.',
    [],
    () => [[{}, collector.stats().errors]],
  );
  counters('taoscope_chain_requests_total', 'Requests to nodes.', ['host'], () =>
    chain.stats().map((e) => [{ host: e.host }, e.requests]),
  );
  counters('taoscope_chain_errors_total', 'Requests to nodes that failed.', ['host'], () =>
    chain.stats().map((e) => [{ host: e.host }, e.errors]),
  );
  counters('taoscope_chain_reconnects_total', 'Connections to nodes made anew.', ['host'], () =>
    chain.stats().map((e) => [{ host: e.host }, e.reconnects]),
  );
  counters(
    'taoscope_chain_rejected_total',
    'Answers of nodes that were not believed.',
    ['host', 'method'],
    () =>
      chain
        .stats()
        .flatMap((e) =>
          Object.entries(e.rejected).map(([method, n]): [Record<string, string>, number] => [
            { host: e.host, method },
            n,
          ]),
        ),
  );
  const { answers } = deps;
  if (answers !== undefined) {
    counters(
      'taoscope_answers_total',
      'Answers of the kept routes, by where they came from.',
      ['from'],
      () => {
        const { kept, computed, shared } = answers.stats();
        return [
          [{ from: 'memory' }, kept],
          [{ from: 'store' }, computed],
          [{ from: 'another_client' }, shared],
        ];
      },
    );
    gauge('taoscope_answers_bytes', 'Memory that kept answers take.', () => answers.stats().bytes);
  }
  const store = async () => deps.store.stats().catch(() => undefined);
  gauge(
    'taoscope_store_bytes',
    'Bytes that the store takes on disk.',
    async () => (await store())?.bytesOnDisk,
  );
  new Gauge({
    name: 'taoscope_store_rows',
    help: 'Rows of each table.',
    labelNames: ['table'],
    registers,
    async collect() {
      this.reset();
      for (const [table, rows] of Object.entries((await store())?.rows ?? {})) this.set({ table }, rows);
    },
  });
}
