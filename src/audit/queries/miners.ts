import type { Store } from '../../store/index.ts';
import { COUNTED_REPORTS, countedParams, liveRows, UNSETTLED_LOADS } from '../collect/ingest/live-rows.ts';
import {
  type Agreement,
  agreementOf,
  type ChuteCount,
  commonHours,
  type SelfReport,
  uptimeSeconds,
} from '../compare/agreement.ts';
import { agreementLine, coverageLine } from '../compare/log-lines.ts';
import type { ToldLife } from '../compare/match-instances.ts';
import { AGREEMENT_THRESHOLD, type AgreementState } from '../compare/ratio.ts';
import { isoInstant, readInstant, SECOND, sqlInstant } from '../instants.ts';
import type { Basis, Micros } from '../types.ts';
import type { Interval } from '../verify/coverage.ts';
import type { AuditedSource } from './audited-source.ts';
import { figure } from './cells.ts';
import { type CoverageAnswer, presentCoverage } from './overview.ts';

export interface MinersQuery {
  readonly validator: string;
  /** Hours back from the last full one. */
  readonly hours: number;
  readonly now: Micros;
  /** Which reports of the validator count. Default `published`: whatever is not disproved. */
  readonly basis?: Basis | undefined;
}

interface CountsAnswer {
  own: number;
  validator: number;
  ratio: number | null;
  low: number | null;
  high: number | null;
  state: AgreementState;
}

export interface MinersAnswer {
  source: string;
  validator: string;
  from: string;
  to: string;
  threshold: number;
  miners: {
    hotkey: string;
    uid: number | null;
    reports: number;
    coverage: CoverageAnswer;
    commonHours: number;
    incompleteHours: number;
    counts: CountsAnswer;
    chutes: (CountsAnswer & { chuteId: string; function: string })[];
    instances: {
      own: number;
      validator: number;
      matched: number;
      ownOnly: number;
      validatorOnly: number;
      differing: number;
      secondsRatio: number | null;
      state: AgreementState;
      examples: { instanceId: string; note: string }[];
    };
    line: string;
  }[];
}

/** More miners than a subnet has uids report about themselves only where somebody floods the list. */
const MOST_MINERS = 1_024;
const MOST_REPORTS = 1_000_000;

/** What miners say of themselves beside what the validator says of them; those that disagree first. */
export async function minerAgreements(
  store: Store,
  { source, adapter }: AuditedSource,
  { validator, hours, now, basis = 'published' }: MinersQuery,
  signal?: AbortSignal,
): Promise<MinersAnswer> {
  const to = Math.floor(now / adapter.reportMicros) * adapter.reportMicros;
  const range = { start: to - hours * adapter.reportMicros, end: to };
  const read = createAgreementReader(store, {
    source: source.name,
    validator,
    range,
    step: adapter.reportMicros,
    basis,
    signal,
  });
  const [reports, exported] = await Promise.all([read.selfReports(), read.exportedHours()]);
  const hoursOf = new Map(
    [...reports].map(([hotkey, told]) => [hotkey, commonHours(told, exported, adapter.reportMicros)]),
  );
  const incomplete = [...hoursOf].flatMap(([hotkey, one]) =>
    [...one.incomplete].map((hour) => `${hotkey}@${hour}`),
  );
  const [own, counted, ownLives, lives, uids] = await Promise.all([
    read.ownCounts([...exported], incomplete),
    read.validatorCounts([...exported], incomplete),
    read.ownInstances(),
    read.validatorInstances(),
    read.uids(),
  ]);
  const miners = [...reports].map(([hotkey, told]) => {
    const agreement = agreementOf({
      range,
      reports: told,
      hours: hoursOf.get(hotkey)!,
      own: own.get(hotkey) ?? [],
      validator: counted.get(hotkey) ?? [],
      ownInstances: ownLives.get(hotkey) ?? [],
      validatorInstances: lives.get(hotkey) ?? [],
    });
    return present(hotkey, uids.get(hotkey) ?? null, agreement, told, range);
  });
  miners.sort(
    (a, b) =>
      disagreements(b) - disagreements(a) ||
      Math.abs(b.counts.own - b.counts.validator) - Math.abs(a.counts.own - a.counts.validator) ||
      (a.hotkey < b.hotkey ? -1 : 1),
  );
  return {
    source: source.name,
    validator,
    from: isoInstant(range.start),
    to: isoInstant(range.end),
    threshold: AGREEMENT_THRESHOLD,
    miners,
  };
}

type MinerAnswer = MinersAnswer['miners'][number];

function disagreements({ counts, instances }: MinerAnswer): number {
  return Number(counts.state === 'disagrees') * 2 + Number(instances.state === 'disagrees');
}

function present(
  hotkey: string,
  uid: number | null,
  agreement: Agreement,
  reports: readonly SelfReport[],
  range: Interval,
): MinerAnswer {
  const { counts, chutes, instances } = agreement;
  return {
    hotkey,
    uid,
    reports: agreement.reports,
    coverage: presentCoverage(reports, range),
    commonHours: agreement.commonHours,
    incompleteHours: agreement.incompleteHours,
    counts: presentCounts(counts),
    chutes: chutes.map((one) => ({ chuteId: one.chuteId, function: one.function, ...presentCounts(one) })),
    instances: {
      ...instances,
      secondsRatio: instances.secondsRatio ?? null,
      examples: [...instances.examples],
    },
    line: `${coverageLine(hotkey, agreement)}; ${agreementLine(hotkey, agreement).slice(hotkey.length + 2)}`,
  };
}

function presentCounts({ own, validator, ratio, state }: Agreement['counts']): CountsAnswer {
  return {
    own,
    validator,
    ratio: ratio?.ratio ?? null,
    low: ratio?.low ?? null,
    high: ratio?.high ?? null,
    state,
  };
}

/** The statements behind an agreement, over one range of hours. */
function createAgreementReader(
  store: Store,
  {
    source,
    validator,
    range,
    step,
    basis,
    signal,
  }: {
    readonly source: string;
    readonly validator: string;
    readonly range: Interval;
    readonly step: Micros;
    readonly basis: Basis;
    readonly signal: AbortSignal | undefined;
  },
) {
  const common = {
    source,
    validator,
    step,
    ...countedParams(basis),
    from: sqlInstant(range.start),
    to: sqlInstant(range.end),
  };
  const rowsOf = <Row>(
    sql: string,
    label: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<Row[]> => store.query<Row>(sql, { params: { ...common, ...params }, label, signal });
  return {
    /** One report an hour of each miner: of several the last that was committed. */
    async selfReports(): Promise<ReadonlyMap<string, SelfReport[]>> {
      const rows = await rowsOf<{ hotkey: string; start: string; end: string; message: string }>(
        `SELECT hotkey, start, end, self_message AS message FROM audit_reports FINAL
       WHERE source = {source:String} AND ${SELF_REPORTS}
       ORDER BY hotkey, end, block DESC, report_id LIMIT 1 BY hotkey, start, end LIMIT ${MOST_REPORTS}`,
        "read the miners' reports",
      );
      const reports = new Map<string, SelfReport[]>();
      for (const { hotkey, start, end, message } of rows) {
        const told = reports.get(hotkey) ?? [];
        if (told.length === 0 && reports.size === MOST_MINERS) break;
        const [from, to] = [readInstant(start) ?? 0, readInstant(end) ?? 0];
        // A report without any message says nothing against itself.
        const ran = message === '' ? undefined : (uptimeSeconds(message) ?? 0);
        told.push({ start: from, end: to, incomplete: ran !== undefined && ran < (to - from) / SECOND });
        reports.set(hotkey, told);
      }
      return reports;
    },

    /** Ends of the hours whose requests the validator exported, and that count. */
    async exportedHours(): Promise<ReadonlySet<Micros>> {
      const rows = await rowsOf<{ hour: string }>(
        `SELECT DISTINCT hour FROM audit_files FINAL
       WHERE source = {source:String} AND kind = 'invocations' AND state = 'loaded'
         AND load_id GLOBAL NOT IN (${UNSETTLED_LOADS})
         AND hour > {from:DateTime64(6, 'UTC')} AND hour <= {to:DateTime64(6, 'UTC')}
         AND report_id GLOBAL IN (${OF_VALIDATOR})`,
        'read which hours were exported',
      );
      return new Set(rows.map(({ hour }) => readInstant(hour) ?? 0));
    },

    async ownCounts(hours: readonly Micros[], incomplete: readonly string[]) {
      const rows = await rowsOf<CountRow>(
        `SELECT hotkey, chute_id, function AS name, sum(count) AS n, count() AS counters FROM audit_self_counts FINAL
       WHERE source = {source:String} AND report_id GLOBAL IN (SELECT report_id FROM (${COMMON}))
       GROUP BY hotkey, chute_id, name`,
        "sum up the miners' own counts",
        { hours, incomplete },
      );
      return byHotkey(rows, countOf);
    },

    /** Successes by the hour in which they ended: what a miner's counters count. */
    async validatorCounts(hours: readonly Micros[], incomplete: readonly string[]) {
      const ended =
        'toUnixTimestamp64Micro(assumeNotNull(completed_at)) - toUnixTimestamp64Micro(assumeNotNull(completed_at)) % {step:Int64} + {step:Int64}';
      const rows = await rowsOf<CountRow>(
        `SELECT miner_hotkey AS hotkey, chute_id, function_name AS name, count() AS n, 0 AS counters
       FROM (${liveRows('audit_invocations', 'miner_hotkey, chute_id, function_name, completed_at, failed, hour')}
         AND hour > {from:DateTime64(6, 'UTC')})
       WHERE completed_at IS NOT NULL AND NOT failed
         AND (hotkey, ${ended}) GLOBAL IN (SELECT hotkey, hour FROM (${COMMON}))
       GROUP BY hotkey, chute_id, name`,
        "sum up the validator's counts",
        { hours, incomplete },
      );
      return byHotkey(rows, countOf);
    },

    async ownInstances() {
      const rows = await rowsOf<LifeRow>(
        `SELECT hotkey, assumeNotNull(instance_id) AS instance, created_at, verified_at, deleted_at FROM audit_self_deployments FINAL
       WHERE source = {source:String} AND instance_id IS NOT NULL AND validator = {validator:String}
         AND report_id GLOBAL IN (SELECT report_id FROM audit_reports FINAL WHERE source = {source:String} AND ${SELF_REPORTS})
       ORDER BY hotkey, instance, end DESC, row LIMIT 1 BY hotkey, instance`,
        "read the miners' own instances",
      );
      return byHotkey(rows, lifeOf);
    },

    /** As the newest report tells them, of the miners that report about themselves. */
    async validatorInstances() {
      const rows = await rowsOf<LifeRow>(
        `SELECT miner_hotkey AS hotkey, instance_id AS instance, created_at, verified_at, deleted_at FROM audit_instances FINAL
       WHERE source = {source:String} AND end > {from:DateTime64(6, 'UTC')} AND end <= {to:DateTime64(6, 'UTC')}
         AND report_id GLOBAL IN (${OF_VALIDATOR})
         AND hotkey GLOBAL IN (SELECT hotkey FROM audit_reports FINAL WHERE source = {source:String} AND ${SELF_REPORTS})
       ORDER BY instance, end DESC, report_id, row LIMIT 1 BY instance`,
        "read the validator's instances of the miners",
      );
      return byHotkey(rows, lifeOf);
    },

    /** Newest uid of each miner by the validator's word. */
    async uids(): Promise<ReadonlyMap<string, number>> {
      const rows = await rowsOf<{ hotkey: string; uid: number }>(
        `SELECT miner_hotkey AS hotkey, argMax(assumeNotNull(miner_uid), end) AS uid FROM audit_instances
       WHERE source = {source:String} AND end > {from:DateTime64(6, 'UTC')} AND end <= {to:DateTime64(6, 'UTC')} AND miner_uid IS NOT NULL
       GROUP BY hotkey`,
        'read the uids of miners',
      );
      return new Map(rows.map(({ hotkey, uid }) => [hotkey, uid]));
    },
  };
}

/** Miners' reports that may be believed, and end in the range. */
const SELF_REPORTS = `role = 'miner' AND state = 'loaded' AND verdict != 'mismatch'
  AND end > {from:DateTime64(6, 'UTC')} AND end <= {to:DateTime64(6, 'UTC')}`;

/** Reports of the one validator that count. */
const OF_VALIDATOR = `${COUNTED_REPORTS} AND hotkey = {validator:String}`;

/** One report of each miner for each hour that both sides cover whole. */
const COMMON = `SELECT hotkey, toUnixTimestamp64Micro(end) AS hour, argMax(report_id, (block, report_id)) AS report_id
  FROM audit_reports FINAL
  WHERE source = {source:String} AND ${SELF_REPORTS}
    AND toUnixTimestamp64Micro(end) - toUnixTimestamp64Micro(start) = {step:Int64}
    AND toUnixTimestamp64Micro(end) IN {hours:Array(Int64)}
    AND concat(hotkey, '@', toString(toUnixTimestamp64Micro(end))) NOT IN {incomplete:Array(String)}
  GROUP BY hotkey, hour`;

interface CountRow {
  readonly hotkey: string;
  readonly chute_id: string;
  readonly name: string;
  readonly n: string;
  readonly counters: string | number;
}

interface LifeRow {
  readonly hotkey: string;
  readonly instance: string;
  readonly created_at: string | null;
  readonly verified_at: string | null;
  readonly deleted_at: string | null;
}

function countOf({ chute_id, name, n, counters }: CountRow): ChuteCount {
  return { chuteId: chute_id, function: name, count: figure(n), counters: figure(counters) };
}

function lifeOf({ instance, created_at, verified_at, deleted_at }: LifeRow): ToldLife {
  return {
    instanceId: instance,
    createdAt: readInstant(created_at) ?? null,
    verifiedAt: readInstant(verified_at) ?? null,
    deletedAt: readInstant(deleted_at) ?? null,
  };
}

function byHotkey<Row extends { readonly hotkey: string }, Value>(
  rows: readonly Row[],
  make: (row: Row) => Value,
): ReadonlyMap<string, Value[]> {
  const values = new Map<string, Value[]>();
  for (const row of rows) {
    const of = values.get(row.hotkey);
    if (of === undefined) values.set(row.hotkey, [make(row)]);
    else of.push(make(row));
  }
  return values;
}
