import type { Chain } from '../chain/index.ts';
import type { Config } from '../config/index.ts';
import { type Logger, TaoscopeError, toTaoscopeError } from '../shared/index.ts';
import type { Store } from '../store/index.ts';
import type { AuditAdapter, AuditSource, Fetcher } from './adapter.ts';
import { type Auditor, type AuditorOptions, createAuditor } from './auditor.ts';
import { chutesAdapter } from './chutes/adapter.ts';
import { chutesProbes } from './chutes/probes/language.ts';
import { type EvidenceFolder, evidenceFolder } from './collect/evidence-folder.ts';
import { createFetcher, type FetcherOptions } from './collect/fetch/fetcher.ts';
import { createPaymentReader } from './compare/chain-reader.ts';
import type { ProbeResult } from './probes/probe-rows.ts';
import { createProber, type Prober } from './probes/prober.ts';
import { openPrompts } from './probes/prompts.ts';
import { type AuditAnswers, createAuditAnswers } from './queries/answers.ts';
import type { AuditedSource } from './queries/audited-source.ts';

/** The subnets whose language we speak. */
export const ADAPTERS: ReadonlyMap<string, AuditAdapter> = new Map([[chutesAdapter.name, chutesAdapter]]);

export interface AuditOptions extends Pick<AuditorOptions, 'onEvent' | 'now'> {
  readonly config: Config;
  readonly store: Store;
  readonly chain: Chain;
  readonly logger: Logger;
  readonly version: string;
  readonly onProbe?: ((result: ProbeResult) => void) | undefined;
  /** How long downloads are waited for, where not as the fetcher itself would have it. */
  readonly patience?:
    | Pick<FetcherOptions, 'paceWindowMs' | 'headersMs' | 'tries' | 'firstWaitMs' | 'maxWaitMs'>
    | undefined;
}

/** The audit of a configuration: its parts, built and not yet running. */
export interface Audit {
  readonly auditor: Auditor;
  readonly answers: AuditAnswers;
  readonly sources: readonly AuditSource[];
  readonly adapters: ReadonlyMap<string, AuditAdapter>;
  readonly fetcher: Fetcher;
  readonly evidence: EvidenceFolder;
  /** Throws `usage` where the configuration lacks what probes need: a source, a key. */
  prober(): Promise<Prober>;
  /** Looks and probes, as configured, until the signal fires. */
  run(signal: AbortSignal): Promise<void>;
}

/** Answers from what is stored alone: without a chain what is not stored yet cannot be judged. */
export function storedAudit(config: Config, store: Store): AuditAnswers {
  const { sources, profile } = config.audit;
  return createAuditAnswers({ store, profile, sources: audited(sources) });
}

function audited(sources: readonly AuditSource[]): AuditedSource[] {
  return sources.flatMap((source) => {
    const adapter = ADAPTERS.get(source.adapter);
    return adapter === undefined ? [] : [{ source, adapter }];
  });
}

const MEGABYTE = 2 ** 20;

/** Builds the parts of the audit. Throws `usage` for an adapter that there is not. */
export function openAudit(options: AuditOptions): Audit {
  const { config, store, chain, logger, version, now } = options;
  const { audit } = config;
  const userAgent = `taoscope/${version}`;
  const sources = audit.sources.map(
    (source): AuditSource => ({ ...source, url: source.url.replace(/\/+$/, '') }),
  );
  for (const { name, adapter } of sources) {
    if (ADAPTERS.has(adapter)) continue;
    throw new TaoscopeError('usage', {
      failed: `nobody speaks the language of the source ${name}`,
      got: JSON.stringify(adapter),
      expected: [...ADAPTERS.keys()].join(', '),
    });
  }
  const fetcher = createFetcher({
    ...options.patience,
    userAgent,
    allowPrivate: audit.allowPrivate,
    perHost: audit.concurrency,
    minBytesPerSecond: audit.minKilobytesPerSecond * 1_000,
    maxBytes: Math.max(audit.maxReportMegabytes, audit.maxExportMegabytes) * MEGABYTE,
    log: logger,
  });
  const evidence = evidenceFolder(audit.path);
  const answers = createAuditAnswers({
    ...{ store, logger, now, profile: audit.profile },
    sources: audited(sources),
    payments: (netuid) => createPaymentReader(chain, netuid),
  });
  const auditor = createAuditor({
    ...{ store, chain, sources, adapters: ADAPTERS, fetcher, evidence, logger, now },
    everySeconds: audit.everySeconds,
    concurrency: audit.concurrency,
    maxReportBytes: audit.maxReportMegabytes * MEGABYTE,
    maxExportBytes: audit.maxExportMegabytes * MEGABYTE,
    keepExports: audit.keepExports,
    judgePay: ({ name }, signal) => answers.judgePay(name, signal),
    judgeMiners: ({ name }, signal) => answers.judgeMiners(name, signal),
    onEvent: options.onEvent,
  });

  async function prober(): Promise<Prober> {
    const { probes } = audit;
    const source = sources.find(({ name }) => name === probes.source);
    const key = config.secrets.probeKey;
    if (source === undefined || key === undefined) {
      throw new TaoscopeError('usage', {
        failed: 'probes cannot be sent',
        got: source === undefined ? `no source named ${JSON.stringify(probes.source)}` : 'no API key',
        expected: 'a source of the configuration and a key that pays for them',
        todo: 'set audit.probes.source, and TAOSCOPE_PROBE_KEY or audit.probes.keyFile',
      });
    }
    return createProber({
      ...{ store, source, fetcher, key, userAgent, logger, now },
      language: chutesProbes,
      prompts: await openPrompts(probes.prompts, fetcher),
      places: { gatewayUrl: probes.gatewayUrl, chuteUrl: probes.chuteUrl },
      kinds: probes.kinds,
      everySeconds: probes.everySeconds,
      perDay: probes.perDay,
      timeoutSeconds: probes.timeoutSeconds,
      allowPrivate: audit.allowPrivate,
      onProbe: options.onProbe,
    });
  }

  /** Probes that cannot be sent must not end the audit. */
  async function probe(signal: AbortSignal): Promise<void> {
    try {
      await (await prober()).run(signal);
    } catch (caught) {
      const error = toTaoscopeError(caught);
      logger.error({ code: error.code, ...error.fields }, `no probes are sent: ${error.message}`);
    }
  }

  return {
    ...{ auditor, answers, sources, adapters: ADAPTERS, fetcher, evidence, prober },
    async run(signal) {
      await evidence.sweep();
      await Promise.all([auditor.run(signal), audit.probes.enabled ? probe(signal) : undefined]);
    },
  };
}
