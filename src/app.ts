import {
  type Audit,
  type AuditorEvent,
  auditMigrations,
  createBundle,
  gatherBundle,
  openAudit,
  tellProbe,
} from './audit/index.ts';
import { type Chain, connectChain } from './chain/index.ts';
import type { Config } from './config/index.ts';
import {
  backfill,
  createCollector,
  createSnapshotStore,
  migrations,
  type SnapshotStore,
} from './metagraph/index.ts';
import {
  type AuditPart,
  assertSafeBind,
  type Backfills,
  createAnswerCache,
  createBackfills,
  createDataVersions,
  createHeadWatch,
  createLive,
  createMetrics,
  listen,
  type ServerDeps,
  statusOf,
} from './server/index.ts';
import {
  type Logger,
  RAO_PER_TAO,
  type TaoscopeError,
  throwIfAborted,
  toTaoscopeError,
} from './shared/index.ts';
import { type OpenedStore, openStore } from './store/index.ts';

/** Makes the chain of a configuration. */
export function openChain(config: Config, logger: Logger, signal?: AbortSignal): Promise<Chain> {
  const { endpoints, archive, genesis, timeoutSeconds, maxResponseMegabytes } = config.chain;
  return connectChain({
    endpoints,
    archiveEndpoints: archive,
    expectedGenesis: genesis as `0x${string}` | undefined,
    limits: { timeoutMs: timeoutSeconds * 1000, maxAnswerBytes: maxResponseMegabytes * 2 ** 20 },
    logger: logger.child({ room: 'chain' }),
    signal,
  });
}

/** Opens the store of a configuration and brings its schema up to date. */
export function openConfiguredStore(
  config: Config,
  logger: Logger,
  signal?: AbortSignal,
): Promise<OpenedStore> {
  const { path, url, database, username, cluster } = config.store;
  const location =
    url === undefined
      ? { path }
      : { url, database, username, password: config.secrets.storePassword, cluster };
  return openStore(location, {
    migrations: [...migrations, ...auditMigrations],
    logger: logger.child({ room: 'store' }),
    signal,
  });
}

/** The rows of the store, bound to the chain that the endpoints serve. */
export async function openRows(config: Config, store: OpenedStore, chain: Chain): Promise<SnapshotStore> {
  const rows = createSnapshotStore(store, config.retention);
  await rows.bindChain(chain.identity.genesisHash, chain.identity.name);
  return rows;
}

/** Which events a configuration records. */
export function eventsOf({ collect }: Config): { readonly minStakeRao: bigint } {
  return { minStakeRao: BigInt(Math.round(collect.stakeEventsTao * Number(RAO_PER_TAO))) };
}

export interface App {
  /** Where the dashboard and the API are. */
  readonly url: string;
  /** Settles when the collector ends: by `close`, or with what stopped it for good. */
  readonly ended: Promise<void>;
  /** Backfills that the server runs, for its clients and for the demo. */
  readonly backfills: Backfills;
  /** Undoes everything in reverse order. */
  close(): Promise<void>;
}

export interface AppOptions {
  config: Config;
  logger: Logger;
  version: string;
  webRoot?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** How often clients are told the whole status. */
const STATUS_MS = 3_000;

/** How long an answer may outlive a write that this process did not make. */
const UNSEEN_MS = 15_000;

/** Builds the parts in order and starts them: store, chain, collector, server. What was built is undone when a later part fails. */
export async function startApp({ config, logger, version, webRoot, signal }: AppOptions): Promise<App> {
  const undo: (() => Promise<void> | void)[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
      // One part that does not close must not keep the others open.
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  // Once started, `close` ends the parts in their order; the signal only ends the starting.
  const starting = new AbortController();
  const onAbort = () => starting.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    throwIfAborted(signal);
    assertSafeBind(config.server.host, config.secrets.serverToken);
    // Other processes may write to a ClickHouse server.
    const versions = createDataVersions(config.store.url === undefined ? {} : { externalMs: UNSEEN_MS });
    const opened = await openConfiguredStore(config, logger, starting.signal);
    const store = versions.watch(opened);
    undo.push(() => store.close());
    const chain = await openChain(config, logger, starting.signal);
    undo.push(() => chain.close());
    const rows = await openRows(config, store, chain);
    throwIfAborted(starting.signal);

    const { everyBlocks, netuids, concurrency, source, weights } = config.collect;
    const log = logger.child({ room: 'metagraph' });
    const collector = createCollector({
      chain,
      rows,
      logger: log,
      heads: config.chain.heads,
      everyBlocks,
      netuids,
      concurrency,
      source,
      weights,
      events: config.collect.events ? eventsOf(config) : undefined,
    });
    const live = createLive();
    const heads = createHeadWatch(chain, logger, ({ best, finalized }) =>
      live.publish('head', { best, finalized }),
    );
    const backfills = createBackfills(
      (request, onProgress, stop) =>
        backfill({
          ...request,
          ...{ chain, rows, logger: log, source, signal: stop, onProgress },
          events: request.events ? eventsOf(config) : undefined,
        }),
      (body) => live.publish('backfill', body),
    );
    undo.push(() => backfills.close());
    // Its tables are its own: what it writes makes no answer about a subnet old.
    const audit =
      config.audit.sources.length === 0
        ? undefined
        : openAudit({
            ...{ config, chain, version, store: opened, logger: logger.child({ room: 'audit' }) },
            onEvent: auditTeller(live),
            onProbe: ({ source, probeId }) =>
              live.publish('audit', { what: 'probe', source, ids: [probeId] }),
          });

    let stopped: TaoscopeError | undefined;
    const deps: ServerDeps = {
      version,
      chain,
      collector,
      stopped: () => stopped?.parts.failed,
      store,
      heads,
      live,
      backfills,
      metrics: createMetrics(),
      answers: createAnswerCache(versions),
      logger: logger.child({ room: 'server' }),
      audit: audit === undefined ? undefined : auditPart(audit, config, { store: opened, chain, version }),
      collect: { everyBlocks, netuids, heads: config.chain.heads },
      server: { host: config.server.host, token: config.secrets.serverToken },
      webRoot,
    };
    const server = await listen(deps, config.server.port);
    undo.push(() => server.close());
    store.announce(server.url);

    undo.push(
      collector.subscribe((event) => {
        if (event.type === 'head') void heads.refresh();
        else if (event.type === 'snapshot')
          live.publish('snapshot', { netuid: event.netuid, mechanism: event.mechanism, block: event.block });
        else if (event.type === 'events')
          live.publish('feed', { netuid: event.netuid ?? null, block: event.block, kinds: event.kinds });
        else
          live.publish('runtime', {
            specName: event.runtime.specName,
            specVersion: event.runtime.specVersion,
            block: event.block,
          });
      }) as () => void,
    );
    await heads.refresh();
    let telling = false;
    const tell = async () => {
      if (telling || live.clients === 0) return;
      telling = true;
      try {
        live.publish('status', await statusOf(deps));
      } catch (error) {
        logger.debug({ err: error }, 'the status could not be told');
      } finally {
        telling = false;
      }
    };
    const ticking = setInterval(() => {
      void heads.refresh();
      void tell();
    }, STATUS_MS);
    undo.push(() => clearInterval(ticking));

    const stop = new AbortController();
    const auditing = audit?.run(stop.signal).catch((error) => {
      logger.error({ err: error }, 'the audit has stopped');
    });
    const ended = collector.run(stop.signal).catch((caught) => {
      stopped = toTaoscopeError(caught);
      logger.error(
        { code: stopped.code, ...stopped.fields },
        `the collector has stopped: ${stopped.message}`,
      );
      throw stopped;
    });
    ended.catch(() => {});
    undo.push(async () => {
      stop.abort();
      await Promise.all([ended.catch(() => {}), auditing]);
    });
    return { url: server.url, ended, backfills, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** At most so often clients are told how far a look at the lists is. */
const PROGRESS_MS = 1_000;

/** Tells clients what an audit comes to. */
function auditTeller(live: ReturnType<typeof createLive>): (event: AuditorEvent) => void {
  let toldMs = 0;
  return (event) => {
    if (event.type === 'pass') {
      for (const { source } of event.pass.sources) live.publish('audit', { what: 'pass', source, ids: [] });
    } else if (performance.now() - toldMs >= PROGRESS_MS) {
      toldMs = performance.now();
      live.publish('audit', { what: 'reports', source: event.source, ids: [] });
    }
  };
}

/** What the server answers about the audit. */
function auditPart(
  audit: Audit,
  config: Config,
  { version, ...from }: { store: OpenedStore; chain: Chain; version: string },
): AuditPart {
  let prober: ReturnType<Audit['prober']> | undefined;
  const sources = () => ({
    ...{ ...from, evidence: audit.evidence, sources: audit.sources },
    adapterOf: (name: string) => audit.adapters.get(name),
    madeBy: { program: 'taoscope', version },
    nowMs: Date.now(),
  });
  return {
    answers: audit.answers,
    auditor: audit.auditor,
    on: true,
    probing: config.audit.probes.enabled,
    async probe(wish, signal) {
      // Kept: it has read the list of chutes and the prompts. One that could not be made is tried again.
      prober ??= audit.prober();
      prober.catch(() => {
        prober = undefined;
      });
      return tellProbe(await (await prober).once(wish, signal));
    },
    async bundle(reportId, withExports, signal) {
      return createBundle(await gatherBundle(sources(), reportId, { withExports, signal }));
    },
    status() {
      const { pass, progress } = audit.auditor.stats();
      if (pass === undefined) return undefined;
      const { startedMs, endedMs, sources, error } = pass;
      const sum = (key: 'reports' | 'verdicts') => sources.reduce((total, source) => total + source[key], 0);
      return {
        startedAt: isoMs(startedMs),
        endedAt: endedMs === undefined ? null : isoMs(endedMs),
        reports: sum('reports'),
        verdicts: sum('verdicts'),
        ...(endedMs === undefined && progress !== undefined ? { progress } : {}),
        ...(endedMs === undefined ? {} : { nextAt: isoMs(endedMs + config.audit.everySeconds * 1_000) }),
        ...(error === undefined ? {} : { error: error.parts.failed }),
      };
    },
  };
}

/** An instant of whole milliseconds as the API writes instants. */
function isoMs(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
