import { isTaoscopeError, type Logger, silentLogger, TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { readFeeds } from '../collect/feed-rows.ts';
import type { PaymentReader } from '../compare/chain-reader.ts';
import { type Judgement, type JudgeRequest, judge } from '../compare/judge.ts';
import { policyOf, publishedBy } from '../scoring/evaluate.ts';
import { why } from '../scoring/why.ts';
import type { Basis, Finding, Micros } from '../types.ts';
import { agreementFindings } from './agreement-findings.ts';
import { type AuditedSource, chooseSource, chooseValidator } from './audited-source.ts';
import { type FindingsAnswer, type FindingsQuery, findingsOf } from './findings.ts';
import { type IncentivesAnswer, presentJudgement } from './incentives.ts';
import { type MinersAnswer, minerAgreements } from './miners.ts';
import { auditOverview, type OverviewAnswer } from './overview.ts';
import { findingsOfPay, openPayFindings } from './pay-in-force.ts';
import {
  type ProbeOutputBytes,
  type ProbesAnswer,
  type ProbesQuery,
  probeOutput,
  probesOf,
} from './probes.ts';
import { type ReportDetails, reportDetails } from './report.ts';
import { type ReportsAnswer, type ReportsQuery, reportsOf } from './reports.ts';
import { saveJudgement, storedJudgement } from './stored-judgements.ts';
import { presentWhy, type WhyAnswer } from './why-miner.ts';

export interface AuditAnswersOptions {
  readonly store: Store;
  readonly sources: readonly AuditedSource[];
  /** Reads a subnet's payments; `undefined` where there is no chain: then only what is stored can be told. */
  readonly payments?: ((netuid: number) => PaymentReader) | undefined;
  /** The profile of the configuration: `auto`, `best` or a name. Default `auto`. */
  readonly profile?: string | undefined;
  readonly logger?: Logger | undefined;
  /** ms since the epoch. */
  readonly now?: (() => number) | undefined;
}

/** Which judgement is asked for. */
export interface IncentivesQuery {
  readonly source?: string | undefined;
  readonly validator?: string | undefined;
  /** Default: the newest weights. */
  readonly at?: Micros | undefined;
  /** Default: that of the configuration. */
  readonly profile?: string | undefined;
  /** Default `committed`. */
  readonly basis?: Basis | undefined;
}

/** Everything that can be asked of the audit: for the server's routes and the command line alike. */
export interface AuditAnswers {
  readonly sources: readonly AuditedSource[];
  overview(hours: number, signal?: AbortSignal): Promise<OverviewAnswer>;
  findings(query: FindingsQuery, signal?: AbortSignal): Promise<FindingsAnswer>;
  reports(query: ReportsQuery, signal?: AbortSignal): Promise<ReportsAnswer>;
  report(id: string, signal?: AbortSignal): Promise<ReportDetails>;
  incentives(query: IncentivesQuery, signal?: AbortSignal): Promise<IncentivesAnswer>;
  why(hotkey: string, query: IncentivesQuery, signal?: AbortSignal): Promise<WhyAnswer>;
  miners(
    query: {
      readonly source?: string | undefined;
      readonly validator?: string | undefined;
      readonly hours: number;
    },
    signal?: AbortSignal,
  ): Promise<MinersAnswer>;
  probes(query: ProbesQuery, signal?: AbortSignal): Promise<ProbesAnswer>;
  probeOutput(id: string, signal?: AbortSignal): Promise<ProbeOutputBytes>;
  /** Judges anew and stores the result. */
  judge(request: JudgeRequest, signal?: AbortSignal): Promise<Judgement>;
  /**
   * Judges the newest weights of all validators of a source and says what of it a person should look at: what an auditor does in each
   * pass. Where nothing can be judged now, what was found before is found still.
   */
  judgePay(source: string, signal?: AbortSignal): Promise<readonly Finding[]>;
  /** What of miners' own words over the last 168 hours a person should look at. */
  judgeMiners(source: string, signal?: AbortSignal): Promise<readonly Finding[]>;
}

/** Judgements kept in memory: each costs a pass over all requests of its window. */
const MOST_KEPT = 16;

/**
 * Answers from the store, and for scores that are not there, from an evaluation. A judgement is kept until a report more (or less) counts,
 * or ten minutes without an instant of its own: weights are set more seldom. Equal questions at one moment are answered by one work.
 */
export function createAuditAnswers(options: AuditAnswersOptions): AuditAnswers {
  const { store, sources, payments, logger = silentLogger, now = Date.now } = options;
  const nowMicros = (): Micros => now() * 1000;
  const kept = new Map<string, Promise<Judgement>>();

  async function judgeFor(
    audited: AuditedSource,
    query: IncentivesQuery,
    signal: AbortSignal | undefined,
  ): Promise<Judgement> {
    const { at, profile = options.profile ?? 'auto', basis = 'committed' } = query;
    const validator = chooseValidator(audited, query.validator);
    const { name } = audited.source;
    const version = await dataVersion(store, name, signal);
    const period = at === undefined ? Math.floor(now() / KEPT_MS) : '';
    const key = JSON.stringify([name, validator, at ?? null, profile, basis, version, period]);
    for (let before = kept.get(key); before !== undefined; before = kept.get(key)) {
      try {
        return await before;
      } catch (error) {
        // It was given up by whoever had asked for it; it is still wanted here.
        if (!isTaoscopeError(error, 'aborted') || signal?.aborted) throw error;
        if (kept.get(key) === before) kept.delete(key);
      }
    }
    const work = judgeWith(audited, { source: name, validator, profile, basis, at }, signal);
    kept.set(key, work);
    work.catch(() => {
      if (kept.get(key) === work) kept.delete(key);
    });
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return work;
  }

  async function judgeWith(
    { source }: AuditedSource,
    request: JudgeRequest,
    signal: AbortSignal | undefined,
  ): Promise<Judgement> {
    if (payments === undefined)
      throw new TaoscopeError('unsupported', {
        failed: 'these scores are not stored, and without a chain nobody can tell who is registered',
        todo: 'name endpoints (--endpoint or --network)',
      });
    const live = await readFeeds(store, source.name, signal);
    return judge({ store, reader: payments(source.netuid), feeds: live }, request, signal);
  }

  async function judgeAndSave(request: JudgeRequest, signal?: AbortSignal): Promise<Judgement> {
    const audited = chooseSource(sources, request.source);
    const judgement = await judgeWith(audited, request, signal);
    const { netuid } = audited.source;
    await saveJudgement(store, presentJudgement(judgement, { netuid, now: nowMicros() }));
    return judgement;
  }

  return {
    sources,
    overview: (hours, signal) => auditOverview(store, sources, { hours, now: nowMicros() }, signal),
    findings: (query, signal) => findingsOf(store, query, signal),
    reports: (query, signal) => reportsOf(store, query, signal),
    report: (id, signal) => reportDetails(store, sources, id, signal),
    async incentives(query, signal) {
      const audited = chooseSource(sources, query.source);
      const { at, profile, basis = 'committed' } = query;
      const { name, netuid } = audited.source;
      const wanted = profile === 'auto' || profile === 'best' ? undefined : profile;
      // The newest stored one is the auditor's own; anything else that is asked for is computed.
      const stored =
        at === undefined && profile !== 'best'
          ? await storedJudgement(
              store,
              { source: name, validator: chooseValidator(audited, query.validator), basis, profile: wanted },
              signal,
            )
          : undefined;
      if (stored !== undefined) return stored;
      return presentJudgement(await judgeFor(audited, query, signal), { netuid, now: nowMicros() });
    },
    async why(hotkey, query, signal) {
      const audited = chooseSource(sources, query.source);
      const judgement = await judgeFor(audited, query, signal);
      const { source, profile, at, basis, miners } = judgement;
      const live = await readFeeds(store, source, signal);
      const told = await why(
        store,
        {
          ...{ source, profile, at, basis, miners, hotkey, knownUntil: publishedBy(at) },
          feeds: live === undefined || basis === 'published' ? live : policyOf(live),
        },
        signal,
      );
      return presentWhy(judgement, hotkey, told);
    },
    miners({ source, validator, hours }, signal) {
      const audited = chooseSource(sources, source);
      return minerAgreements(
        store,
        audited,
        { validator: chooseValidator(audited, validator), hours, now: nowMicros() },
        signal,
      );
    },
    probes: (query, signal) => probesOf(store, query, signal),
    probeOutput: (id, signal) => probeOutput(store, id, signal),
    judge: judgeAndSave,
    async judgePay(name, signal) {
      const audited = chooseSource(sources, name);
      const findings: Finding[] = [];
      for (const validator of audited.source.validators) {
        const request = {
          source: name,
          validator,
          profile: options.profile ?? 'auto',
          basis: 'committed' as const,
        };
        const found = await judgeAndSave(request, signal).then(findingsOfPay, (error: unknown) => {
          if (!isTaoscopeError(error) || error.code === 'aborted' || error.fault === 'us') throw error;
          logger.warn(
            { source: name, code: error.code, ...error.fields },
            `pay could not be judged: ${error.parts.failed}`,
          );
          return undefined;
        });
        findings.push(...(found ?? (await openPayFindings(store, name, validator, signal))));
      }
      return findings;
    },
    async judgeMiners(name, signal) {
      const audited = chooseSource(sources, name);
      const findings: Finding[] = [];
      for (const validator of audited.source.validators) {
        const query = { validator, hours: AGREEMENT_HOURS, now: nowMicros() };
        findings.push(...agreementFindings(await minerAgreements(store, audited, query, signal)));
      }
      return findings;
    },
  };
}

const AGREEMENT_HOURS = 168;

const KEPT_MS = 10 * 60 * 1000;

/** Changes whenever a report or an export of a source does. */
async function dataVersion(store: Store, source: string, signal: AbortSignal | undefined): Promise<string> {
  const [row] = await store.query<{ version: string }>(
    `SELECT concat(
       toString((SELECT max(version) FROM audit_reports WHERE source = {source:String})), '.',
       toString((SELECT max(version) FROM audit_files WHERE source = {source:String})), '.',
       toString((SELECT max(version) FROM audit_loads WHERE source = {source:String}))) AS version`,
    { params: { source }, label: 'read the version of the audited data', signal },
  );
  return row?.version ?? '';
}
