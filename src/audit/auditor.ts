import type { Chain } from '../chain/index.ts';
import { type Logger, sleep, type TaoscopeError, throwIfAborted, toTaoscopeError } from '../shared/index.ts';
import type { Store } from '../store/index.ts';
import type { AuditAdapter, AuditSource, Fetcher } from './adapter.ts';
import type { SourceParts } from './collect/audit-report.ts';
import { auditSource, type PassProgress, type SourcePass, WINDOW } from './collect/audit-source.ts';
import { createEvidenceReader } from './collect/chain-evidence.ts';
import type { EvidenceFolder } from './collect/evidence-folder.ts';
import { saveFeeds } from './collect/feed-rows.ts';
import { purge } from './collect/ingest/purge.ts';
import { sweepLoads } from './collect/ingest/sweep-loads.ts';
import { createLedger } from './ledger/ledger.ts';
import type { Ledger, LedgerSummary } from './ledger/types.ts';
import { lookUpProbes } from './probes/look-up.ts';
import type { Finding, FindingKind, Micros } from './types.ts';

export interface AuditorOptions {
  readonly store: Store;
  readonly chain: Chain;
  readonly sources: readonly AuditSource[];
  /** By their names. */
  readonly adapters: ReadonlyMap<string, AuditAdapter>;
  readonly fetcher: Fetcher;
  readonly evidence: EvidenceFolder;
  readonly logger: Logger;
  readonly everySeconds: number;
  readonly concurrency: number;
  readonly maxReportBytes: number;
  readonly maxExportBytes: number;
  readonly keepExports: boolean;
  /** Compares what a source's validators paid with what was owed, and says what of it a person should look at. */
  readonly judgePay?: ((source: AuditSource, signal: AbortSignal) => Promise<readonly Finding[]>) | undefined;
  /** Holds miners' own counts against the validators'. */
  readonly judgeMiners?:
    | ((source: AuditSource, signal: AbortSignal) => Promise<readonly Finding[]>)
    | undefined;
  /** ms since the epoch. */
  readonly now?: (() => number) | undefined;
  readonly onEvent?: ((event: AuditorEvent) => void) | undefined;
}

export type AuditorEvent =
  | ({ readonly type: 'progress' } & PassProgress)
  | { readonly type: 'pass'; readonly pass: AuditPass };

/** A look at all sources. */
export interface AuditPass {
  readonly startedMs: number;
  /** `undefined` while it is under way. */
  readonly endedMs: number | undefined;
  readonly sources: readonly SourcePass[];
  /** Why it ended early. */
  readonly error?: TaoscopeError | undefined;
}

export interface AuditorStats {
  /** The look that is under way, or the last. */
  readonly pass: AuditPass | undefined;
  readonly progress: PassProgress | undefined;
  readonly passes: number;
  readonly failedPasses: number;
  /** When the last look ended well, ms since the epoch. */
  readonly lastGoodMs: number | undefined;
  /** Since the start. */
  readonly reports: number;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Audits what the configured sources publish, again and again. */
export interface Auditor {
  readonly ledger: Ledger;
  /** One look at all sources. What is wrong with a source is in its answer; it throws only for what is our own. */
  pass(signal: AbortSignal): Promise<AuditPass>;
  /** Looks until the signal fires. A look that fails is logged and repeated later. */
  run(signal: AbortSignal): Promise<void>;
  stats(): AuditorStats;
  summary(source: string, signal?: AbortSignal): Promise<LedgerSummary>;
}

/** Findings about pay, miners' counts and probes are resolved when a whole look no longer finds them. */
const PAY_KINDS = ['owed-unpaid', 'paid-unowed', 'paid-otherwise', 'feeds-differ'] as const;
const MINER_KINDS = ['coverage-gap', 'counts-disagree', 'instances-disagree'] as const;
const PROBE_KINDS = ['probe-missing', 'probe-mismatched'] as const;

/** Rows are removed this seldom, ms. */
const PURGE_MS = 3_600_000;

export function createAuditor(options: AuditorOptions): Auditor {
  const { store, chain, sources, adapters, logger, onEvent = () => {}, now = Date.now } = options;
  const ledger = createLedger(store, { now });
  const reader = createEvidenceReader(chain);
  const counts = { passes: 0, failedPasses: 0, reports: 0, files: 0, rows: 0, bytes: 0 };
  let current: AuditPass | undefined;
  let progress: PassProgress | undefined;
  let purgedMs = 0;
  let lastGoodMs: number | undefined;
  /** Sources that were looked at to the end since the start. */
  const whole = new Set<string>();

  async function passSource(source: AuditSource, signal: AbortSignal): Promise<SourcePass> {
    const adapter = adapters.get(source.adapter);
    if (adapter === undefined) throw new Error(`no adapter ${source.adapter}`);
    const parts: SourceParts = { ...options, source, adapter, chain: reader, now };
    if (!whole.has(source.name)) await sweepLoads(store, source.name, signal);
    const pass = await auditSource(parts, {
      ledger,
      concurrency: options.concurrency,
      whole: !whole.has(source.name),
      onProgress(told) {
        progress = told;
        onEvent({ type: 'progress', ...told });
      },
      signal,
    });
    whole.add(source.name);
    if (adapter.feeds !== undefined && pass.unreachable === undefined)
      await saveFeeds(store, source.name, await adapter.feeds(source, options.fetcher, signal), signal);
    const hours = { from: now() * 1_000 - WINDOW, to: (now() + 86_400_000) * 1_000 };
    const find = async (findings: readonly Finding[], kinds: readonly FindingKind[]) =>
      (await ledger.find(source.name, findings, { hours, kinds: [...kinds] }, { signal })).opened;
    let { opened } = pass;
    if (options.judgePay !== undefined)
      opened += await find(await options.judgePay(source, signal), PAY_KINDS);
    if (options.judgeMiners !== undefined)
      opened += await find(await options.judgeMiners(source, signal), MINER_KINDS);
    const lookup = { now: now() * 1_000, lateAfter: adapter.lateAfterMicros, signal };
    opened += await find(await lookUpProbes(store, source.name, lookup), PROBE_KINDS);
    return { ...pass, opened };
  }

  async function pass(signal: AbortSignal): Promise<AuditPass> {
    const startedMs = now();
    const done: SourcePass[] = [];
    const tell = (endedMs: number | undefined, error?: TaoscopeError): AuditPass => {
      current = { startedMs, endedMs, sources: [...done], error };
      onEvent({ type: 'pass', pass: current });
      return current;
    };
    tell(undefined);
    try {
      let failure: TaoscopeError | undefined;
      for (const source of sources) {
        try {
          const came = await passSource(source, signal);
          done.push(came);
          for (const key of ['reports', 'files', 'rows', 'bytes'] as const) counts[key] += came[key];
          tell(undefined);
        } catch (caught) {
          throwIfAborted(signal);
          // What one source brings about is not to keep us from the others.
          failure ??= toTaoscopeError(caught);
          logger.error({ source: source.name, code: failure.code }, 'the look at a source broke off');
        }
      }
      if (Math.abs(now() - purgedMs) >= PURGE_MS) await purgeAll(signal);
      if (failure !== undefined) throw failure;
      counts.passes++;
      lastGoodMs = now();
      return tell(lastGoodMs);
    } catch (caught) {
      const error = toTaoscopeError(caught);
      counts.failedPasses++;
      tell(now(), error);
      throw error;
    } finally {
      progress = undefined;
    }
  }

  async function purgeAll(signal: AbortSignal): Promise<void> {
    const chainMs = await chainClock(signal);
    // A clock of ours that has run ahead must not remove what cannot be had again.
    if (chainMs === undefined) return;
    const before: Micros = Math.min(now(), chainMs) * 1_000 - WINDOW;
    for (const { name } of sources) await purge(store, { source: name, before }, signal);
    purgedMs = now();
  }

  /** Time of the newest block, ms since the epoch; `undefined` where it cannot be had now. */
  async function chainClock(signal: AbortSignal): Promise<number | undefined> {
    try {
      return await (await chain.view(await chain.head('finalized', signal), signal)).timestamp(signal);
    } catch {
      throwIfAborted(signal);
      return undefined;
    }
  }

  return {
    ledger,
    pass,
    async run(signal) {
      while (!signal.aborted) {
        try {
          const came = (await pass(signal)).sources;
          for (const { source, reports, verdicts, opened, left, unreachable } of came)
            logger.info({ source, reports, verdicts, opened, left, unreachable }, 'audited');
          if (came.some(({ left }) => left > 0)) continue;
        } catch (caught) {
          if (signal.aborted) break;
          const error = toTaoscopeError(caught);
          logger.error({ code: error.code, ...error.fields }, `the audit broke off: ${error.message}`);
        }
        await sleep(options.everySeconds * 1_000, signal).catch(() => {});
      }
    },
    stats: () => ({ pass: current, progress, lastGoodMs, ...counts }),
    summary: (source, signal) => ledger.summary(source, signal),
  };
}
