import { settleDuplicates } from '../../src/audit/collect/ingest/settle-duplicates.ts';
import { HOUR, SECOND, sqlInstant } from '../../src/audit/instants.ts';
import type { MinerAtInstant } from '../../src/audit/scoring/types.ts';
import type { InstanceRecord, Micros, MultiplierRecord } from '../../src/audit/types.ts';
import type { Store } from '../../src/store/index.ts';
import { type Random, seededRandom } from './seed.ts';

/** What `metrics` of a request says; what is absent is not in the literal. */
export interface Metrics {
  readonly p?: boolean;
  readonly nc?: number;
  readonly steps?: number;
  readonly masps?: number;
  readonly it?: number;
  readonly ot?: number;
  readonly maspt?: number;
  readonly tokens?: number;
}

export interface RequestRow {
  readonly parentId: string;
  readonly invocationId: string;
  readonly chuteId: string;
  readonly instanceId: string;
  readonly uid: number;
  readonly hotkey: string;
  readonly startedAt: Micros;
  readonly completedAt: Micros | null;
  readonly error: string;
  readonly multiplier: number;
  readonly bounty: number;
  readonly metrics: Metrics | null;
}

export interface ComplaintRow {
  readonly parentId: string;
  readonly confirmedAt: Micros | null;
}

export interface JobRow {
  readonly jobId: string;
  readonly hotkey: string;
  readonly startedAt: Micros;
  readonly finishedAt: Micros | null;
  readonly multiplier: number | null;
  readonly minerTerminated: boolean;
}

/** What one validator published about one hour. */
export interface HourOfRows {
  readonly end: Micros;
  readonly requests?: readonly RequestRow[];
  readonly complaints?: readonly ComplaintRow[];
  readonly jobs?: readonly JobRow[];
  readonly instances?: readonly InstanceRecord[];
  readonly multipliers?: readonly MultiplierRecord[];
  /** Verdict of the report's commitment. Default `verified`. */
  readonly commitment?: string;
  /** Tells several reports of one hour apart. Default 0. */
  readonly copy?: number;
}

/** Writes hours to the audit's tables as ingest would, and settles what is told twice. */
export async function fillScoringStore(
  store: Store,
  source: string,
  hours: Iterable<HourOfRows>,
): Promise<void> {
  const batches = createBatches(store);
  for (const hour of hours) {
    addHour(batches, source, hour);
    if (batches.rows() > ROWS_AT_ONCE) await batches.write();
  }
  await batches.write();
  await settleDuplicates(store, source);
}

/**
 * The same where the requests lie in a CSV file already, which the engine reads faster than we can hand them over. Columns: hour,
 * parent_id, invocation_id, chute_id, instance_id, uid, hotkey, started_at, completed_at, error, multiplier, bounty, metrics (JSON).
 */
export async function fillScoringStoreFrom(
  store: Store,
  source: string,
  hours: Iterable<HourOfRows>,
  requestsFile: string,
): Promise<void> {
  const batches = createBatches(store);
  for (const hour of hours) addHour(batches, source, { ...hour, requests: [] });
  await batches.write();
  const metric = (name: string) => `JSONExtract(metrics, '${name}', 'Nullable(Float64)')`;
  const columns = COLUMNS.audit_invocations.split(' ').join(', ');
  await store.load(
    {
      file: requestsFile,
      format: 'CSVWithNames',
      structure:
        'hour,parent_id,invocation_id,chute_id,instance_id,uid,hotkey,started_at,completed_at,error,multiplier,bounty,metrics'
          .split(',')
          .map((name) => `${name} String`)
          .join(', '),
      insert: (from) => `INSERT INTO audit_invocations (${columns})
SELECT {source:String}, toDateTime64(hour, 6, 'UTC') AS h, intDiv(toUnixTimestamp(h), 3600) * ${LOADS_PER_HOUR}, rowNumberInAllBlocks(),
  toUUID(parent_id), toUUID(invocation_id), chute_id, 'chat', instance_id, toInt32(uid), hotkey,
  toDateTime64(started_at, 6, 'UTC'), if(completed_at = '', NULL, toDateTime64OrNull(completed_at, 6, 'UTC')), error != '', error,
  toFloat64(multiplier), toFloat64(bounty), if(metrics = '', 'none', 'read'), JSONExtractBool(metrics, 'p'),
  ${['nc', 'steps', 'masps', 'it', 'ot', 'maspt', 'tokens'].map(metric).join(', ')}
FROM ${from}`,
    },
    { params: { source } },
  );
  await settleDuplicates(store, source);
}

const LOADS_PER_HOUR = 64;

/** A number for each file: even, as those of ingest. */
function firstLoadOf({ end, copy = 0 }: HourOfRows): number {
  return Math.floor(end / HOUR) * LOADS_PER_HOUR + copy * 8;
}

const ROWS_AT_ONCE = 100_000;

type Row = readonly unknown[];

interface Batches {
  add(table: keyof typeof COLUMNS, rows: readonly Row[]): void;
  rows(): number;
  write(): Promise<void>;
}

const COLUMNS = {
  audit_invocations:
    'source hour load_id row parent_id invocation_id chute_id function_name instance_id miner_uid miner_hotkey started_at completed_at failed error compute_multiplier bounty metrics_state private nc steps masps it ot maspt tokens',
  audit_complaints: 'source hour load_id row parent_id confirmed_at',
  audit_jobs:
    'source hour load_id row job_id miner_hotkey started_at finished_at compute_multiplier miner_terminated',
  audit_instances:
    'source report_id end row instance_id chute_id miner_uid miner_hotkey created_at verified_at activated_at deleted_at deletion_reason billed_to stop_billing_at compute_multiplier valid_termination bounty',
  audit_multipliers: 'source report_id end row instance_id multiplier started_at ended_at',
  audit_loads: 'source load_id rows_in hour state version',
  audit_files: 'source report_id kind state load_id hour row_count version',
  audit_reports: 'source report_id role start end state verdict commitment version',
} as const;

function createBatches(store: Store): Batches {
  const waiting = new Map<keyof typeof COLUMNS, Row[]>();
  return {
    add(table, rows) {
      const batch = waiting.get(table) ?? [];
      for (const row of rows) batch.push(row);
      waiting.set(table, batch);
    },
    rows: () => [...waiting.values()].reduce((sum, { length }) => sum + length, 0),
    async write() {
      for (const [table, rows] of waiting) await store.insert(table, COLUMNS[table].split(' '), rows);
      waiting.clear();
    },
  };
}

function addHour(batches: Batches, source: string, hour: HourOfRows): void {
  const { end, requests = [], complaints = [], jobs = [], instances = [], multipliers = [] } = hour;
  const firstLoad = firstLoadOf(hour);
  const reportId = `report-${end}-${hour.copy ?? 0}`;
  const at = sqlInstant(end);
  const loads = [
    { kind: 'invocations', table: 'audit_invocations', count: requests.length, load: firstLoad },
    { kind: 'reports', table: 'audit_complaints', count: complaints.length, load: firstLoad + 2 },
    { kind: 'jobs', table: 'audit_jobs', count: jobs.length, load: firstLoad + 4 },
  ] as const;
  const [ofRequests, ofComplaints, ofJobs] = loads;
  const commitment = hour.commitment ?? 'verified';
  const start = sqlInstant(end - HOUR);
  batches.add('audit_reports', [
    [source, reportId, 'validator', start, at, 'loaded', 'verified', commitment, 1],
  ]);
  batches.add(
    'audit_files',
    loads.map(({ kind, load, count }) => [source, reportId, kind, 'loaded', load, at, count, 1]),
  );
  batches.add(
    'audit_loads',
    loads.map(({ load, table }) => [source, load, table, at, 'begun', 1]),
  );
  batches.add(
    'audit_invocations',
    requests.map((one, row) => {
      const { p = false, nc, steps, masps, it, ot, maspt, tokens } = one.metrics ?? {};
      const who = [one.parentId, one.invocationId, one.chuteId, 'chat', one.instanceId, one.uid, one.hotkey];
      const when = [sqlInstant(one.startedAt), instantOrNull(one.completedAt)];
      const what = [one.error !== '', one.error, one.multiplier, one.bounty];
      const metrics = [one.metrics === null ? 'none' : 'read', p, nc, steps, masps, it, ot, maspt, tokens];
      return [source, at, ofRequests.load, row, ...who, ...when, ...what, ...metrics];
    }),
  );
  batches.add(
    'audit_complaints',
    complaints.map(({ parentId, confirmedAt }, row) => [
      source,
      at,
      ofComplaints.load,
      row,
      parentId,
      instantOrNull(confirmedAt),
    ]),
  );
  batches.add(
    'audit_jobs',
    jobs.map((one, row) => {
      const when = [sqlInstant(one.startedAt), instantOrNull(one.finishedAt)];
      const head = [source, at, ofJobs.load, row, one.jobId, one.hotkey];
      return [...head, ...when, one.multiplier, one.minerTerminated];
    }),
  );
  batches.add(
    'audit_instances',
    instances.map((one, row) => [
      ...[source, reportId, at, row, one.instanceId, one.chuteId, one.minerUid, one.minerHotkey],
      ...[one.createdAt, one.verifiedAt, one.activatedAt, one.deletedAt].map(instantOrNull),
      ...[one.deletionReason, one.billedTo, instantOrNull(one.stopBillingAt), one.computeMultiplier],
      ...[one.validTermination, one.bounty],
    ]),
  );
  batches.add(
    'audit_multipliers',
    multipliers.map((one, row) => {
      const when = [sqlInstant(one.start), instantOrNull(one.end)];
      return [source, reportId, at, row, one.instanceId, one.multiplier, ...when];
    }),
  );
}

function instantOrNull(instant: Micros | null): string | null {
  return instant === null ? null : sqlInstant(instant);
}

/** An instance of which only what matters to a test is said. */
export function madeInstance(
  known: Pick<InstanceRecord, 'instanceId' | 'chuteId' | 'minerHotkey'> & Partial<InstanceRecord>,
): InstanceRecord {
  return {
    version: null,
    minerUid: null,
    region: null,
    createdAt: null,
    verifiedAt: null,
    activatedAt: null,
    deletedAt: null,
    deletionReason: null,
    billedTo: null,
    stopBillingAt: null,
    computeMultiplier: null,
    hourlyRate: null,
    validTermination: false,
    bounty: false,
    ...known,
  };
}

export interface MadeUpScoring {
  readonly at: Micros;
  /** End of the newest hour, behind the instant. */
  readonly end: Micros;
  readonly miners: readonly MinerAtInstant[];
  readonly gpuCounts: ReadonlyMap<string, number>;
  readonly blacklist: ReadonlyMap<string, string>;
  /** One hour after the other, of nine days around the window; the same each time it is asked. */
  hours(): Iterable<HourOfRows>;
}

const CHUTES = 60;
const INSTANCES = 1_500;
const HOTKEYS = 64;
const LEGACY_CHUTE = '561e4875-254d-588f-a36f-57c9cdef8961';

const REASONS: readonly (string | null)[] = [
  null,
  'miner initialized',
  'job has been terminated due to insufficient user balance',
  'user-defined/private chute instance has not been used since shutdown_after_seconds',
  'user has zero/negative balance (private chute)',
  'instance has an old version of the chute',
  'failed a check',
];

interface MadeInstance extends InstanceRecord {
  readonly stretches: readonly MultiplierRecord[];
}

/**
 * Seven days of a subnet with all that is awkward: metrics that are absent or zero, failures and unfinished requests with bounties,
 * private requests and instances, requests in two hours, complaints confirmed later, jobs told twice, lives of no length, instances
 * that overlap, hotkeys that are not registered, two hotkeys of one coldkey that did exactly the same, and hours after the instant.
 *
 * @param requests about so many rows in all
 */
export function madeUpScoring(seed: number, requests: number): MadeUpScoring {
  const random = seededRandom(seed);
  const at = Date.parse('2025-11-05T12:25:17Z') * 1_000;
  const firstEnd = Math.floor(at / HOUR) * HOUR - 170 * HOUR;
  const ends = Array.from({ length: 173 }, (_, index) => firstEnd + index * HOUR);
  const chutes = [LEGACY_CHUTE, ...Array.from({ length: CHUTES - 1 }, () => uuid(random))];
  const hotkeys = Array.from({ length: HOTKEYS }, () => madeHotkey(random));
  // The last two are twins of one coldkey; three are not registered; others share a coldkey too.
  const miners = hotkeys
    .map((hotkey, uid): MinerAtInstant => ({ hotkey, uid, coldkey: `cold-${uid < 62 ? uid % 52 : 'twin'}` }))
    .filter((_, uid) => uid < 58 || uid > 60);
  const instances = Array.from({ length: INSTANCES }, () =>
    madeUpInstance(random, {
      chutes,
      hotkeys: hotkeys.slice(0, -2),
      from: firstEnd - 24 * HOUR,
      until: at + HOUR,
    }),
  );
  const [twinA = '', twinB = ''] = hotkeys.slice(-2);
  for (const hotkey of [twinA, twinB]) {
    instances.push(twinInstance(uuid(random), hotkey, chutes[1] ?? '', firstEnd - 3 * HOUR));
  }
  const rowsSeed = Math.floor(random() * 2 ** 31);
  const served = instances.filter(({ minerHotkey }) => minerHotkey !== twinA && minerHotkey !== twinB);
  const twins = instances.slice(-2);

  return {
    at,
    end: ends.at(-1) ?? at,
    miners,
    gpuCounts: new Map(chutes.map((chute, index) => [chute, 1 + (index % 8)])),
    blacklist: new Map(hotkeys.slice(3, 5).map((hotkey) => [hotkey, 'made up'])),
    *hours() {
      const rows = seededRandom(rowsSeed);
      let carried: RequestRow[] = [];
      let unconfirmed: string[] = [];
      let running: JobRow[] = [];
      for (const end of ends) {
        const made = Array.from({ length: Math.ceil(requests / ends.length) }, () =>
          madeUpRequest(rows, served, end),
        );
        const late = made.flatMap((one) => endsLater(rows, one, end));
        const complained = made.filter(() => rows() < 0.004).map(({ parentId }) => parentId);
        for (let pair = 0; pair < 3; pair++) made.push(...twinRequests(rows, twins, end));
        const confirmed = [
          ...unconfirmed.filter(() => rows() < 0.5),
          ...complained.filter(() => rows() < 0.5),
        ];
        const started = Array.from({ length: 2 }, () => madeUpJob(rows, hotkeys, end));
        const ended = running
          .filter(() => rows() < 0.4)
          .map((job) => ({
            ...job,
            finishedAt: end - Math.floor(rows() * HOUR),
            minerTerminated: rows() < 0.3,
          }));
        yield {
          end,
          requests: [...made.map((one) => asSeenAt(one, end)), ...carried],
          complaints: [
            ...complained.map((parentId) => ({ parentId, confirmedAt: null })),
            ...confirmed.map((parentId) => ({ parentId, confirmedAt: end - Math.floor(rows() * HOUR) })),
          ],
          jobs: [...started, ...ended],
          instances: instances.filter((one) => isAliveIn(one, end)).map((one) => instanceAsSeenAt(one, end)),
          multipliers: instances.flatMap(({ stretches }) =>
            stretches
              .filter(({ start, end: ended }) => start <= end && (ended === null || ended >= end - HOUR))
              .map((one) => ({ ...one, end: one.end !== null && one.end > end ? null : one.end })),
          ),
        };
        carried = late;
        unconfirmed = complained;
        const gone = new Set(ended.map(({ jobId }) => jobId));
        running = [...running.filter(({ jobId }) => !gone.has(jobId)), ...started];
      }
    },
  };
}

/** A request is told in its hour, as far as it went; one that ended later, or within a minute after the hour, is told again. */
function asSeenAt(request: RequestRow, end: Micros): RequestRow {
  const { completedAt } = request;
  return completedAt !== null && completedAt > end + 60 * SECOND
    ? { ...request, completedAt: null, metrics: null, error: '' }
    : request;
}

function endsLater(random: Random, request: RequestRow, end: Micros): RequestRow[] {
  return request.completedAt !== null && request.completedAt >= end && random() < 0.95 ? [request] : [];
}

function madeUpRequest(random: Random, instances: readonly MadeInstance[], end: Micros): RequestRow {
  const { instanceId, chuteId, minerHotkey, minerUid } = pick(random, instances);
  const startedAt = end - 1 - Math.floor(random() ** 1.2 * (HOUR - 1));
  const seconds = random() < 0.01 ? random() * 3_000 : random() * 30;
  const unfinished = random() < 0.01;
  return {
    parentId: uuid(random),
    invocationId: uuid(random),
    chuteId,
    instanceId,
    uid: minerUid ?? 0,
    hotkey: minerHotkey,
    startedAt,
    completedAt: unfinished ? null : startedAt + Math.floor(seconds * SECOND),
    error: !unfinished && random() < 0.03 ? 'it, "failed"\nwith lines' : '',
    multiplier: 1 + Math.floor(random() * 64) / 8,
    bounty: random() < 0.003 ? Math.ceil(random() * 500) : 0,
    metrics: unfinished || random() < 0.1 ? null : madeUpMetrics(random),
  };
}

function madeUpMetrics(random: Random): Metrics {
  const maybe = (chance: number, value: () => number) => (random() < chance ? value() : undefined);
  const metrics = {
    p: random() < 0.08,
    nc: maybe(0.4, () => (random() < 0.05 ? 0 : random() * 20)),
    steps: maybe(0.2, () => Math.floor(random() * 40)),
    masps: maybe(0.3, () => random()),
    it: maybe(0.7, () => Math.floor(random() * 4_000)),
    ot: maybe(0.7, () => Math.floor(random() * 900)),
    maspt: maybe(0.6, () => random() / 50),
    tokens: maybe(0.3, () => Math.floor(random() * 900)),
  };
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => value !== undefined));
}

/** One request of each twin, alike in all that counts, and in numbers that doubles add up exactly. */
function twinRequests(random: Random, twins: readonly MadeInstance[], end: Micros): RequestRow[] {
  const startedAt = end - HOUR + Math.floor(random() * 3_000) * SECOND;
  const nc = 1 + Math.floor(random() * 16);
  return twins.map(({ instanceId, chuteId, minerHotkey, minerUid }) => ({
    parentId: uuid(random),
    invocationId: uuid(random),
    chuteId,
    instanceId,
    uid: minerUid ?? 0,
    hotkey: minerHotkey,
    startedAt,
    completedAt: startedAt + 4 * SECOND,
    error: '',
    multiplier: 2,
    bounty: 0,
    metrics: { p: false, nc },
  }));
}

function twinInstance(instanceId: string, hotkey: string, chuteId: string, createdAt: Micros): MadeInstance {
  const record = madeInstance({
    instanceId,
    chuteId,
    minerHotkey: hotkey,
    minerUid: 62,
    createdAt,
    verifiedAt: createdAt,
    activatedAt: createdAt,
    computeMultiplier: 2,
  });
  return { ...record, stretches: [{ instanceId, multiplier: 2, start: createdAt, end: null }] };
}

function madeUpInstance(
  random: Random,
  among: { chutes: readonly string[]; hotkeys: readonly string[]; from: Micros; until: Micros },
): MadeInstance {
  const instanceId = uuid(random);
  const uid = Math.floor(random() * among.hotkeys.length);
  const createdAt = Math.floor(among.from + random() * (among.until - among.from));
  const life = random() < 0.03 ? 0 : Math.floor(random() ** 3 * 100 * HOUR);
  const verifiedAt = random() < 0.95 ? createdAt + Math.min(life, Math.floor(random() * 600 * SECOND)) : null;
  const activatedAt =
    verifiedAt !== null && random() < 0.95 ? Math.min(verifiedAt + 30 * SECOND, createdAt + life) : null;
  const deletedAt = random() < 0.75 ? createdAt + life : null;
  const billed = random() < 0.15;
  const multiplier = random() < 0.05 ? null : 1 + Math.floor(random() * 64) / 8;
  return {
    ...madeInstance({
      instanceId,
      chuteId: pick(random, among.chutes),
      minerHotkey: among.hotkeys[uid] ?? '',
      minerUid: uid,
      createdAt,
      verifiedAt,
      activatedAt,
      deletedAt,
      deletionReason: deletedAt === null ? null : pick(random, REASONS),
      billedTo: billed ? 'somebody' : null,
      stopBillingAt: billed && random() < 0.5 ? createdAt + Math.floor(random() * 120 * HOUR) : null,
      computeMultiplier: multiplier,
      validTermination: deletedAt !== null && random() < 0.2,
      bounty: random() < 0.2,
    }),
    stretches: random() < 0.1 ? [] : madeUpStretches(random, instanceId, createdAt, deletedAt),
  };
}

function madeUpStretches(
  random: Random,
  instanceId: string,
  from: Micros,
  until: Micros | null,
): MultiplierRecord[] {
  const stretches: MultiplierRecord[] = [];
  let start = from;
  for (let left = Math.floor(random() * 3); left >= 0; left--) {
    const next = start + Math.ceil(random() * 20 * HOUR);
    const last = left === 0 || (until !== null && next >= until);
    stretches.push({
      instanceId,
      multiplier: Math.floor(random() * 64) / 8,
      start,
      end: last ? until : next,
    });
    if (last) break;
    start = next;
  }
  return stretches;
}

function madeUpJob(random: Random, hotkeys: readonly string[], end: Micros): JobRow {
  return {
    jobId: uuid(random),
    hotkey: pick(random, hotkeys.slice(0, -2)),
    startedAt: end - HOUR + Math.floor(random() * HOUR),
    finishedAt: null,
    multiplier: random() < 0.1 ? null : 1 + Math.floor(random() * 16) / 4,
    minerTerminated: false,
  };
}

/** In a report: what is not deleted at its end, or was deleted in its hour. */
function isAliveIn({ createdAt, deletedAt }: InstanceRecord, end: Micros): boolean {
  return createdAt !== null && createdAt <= end && (deletedAt === null || deletedAt >= end - HOUR);
}

function instanceAsSeenAt({ stretches, ...record }: MadeInstance, end: Micros): InstanceRecord {
  const past = (instant: Micros | null) => (instant !== null && instant <= end ? instant : null);
  const deletedAt = past(record.deletedAt);
  return {
    ...record,
    verifiedAt: past(record.verifiedAt),
    activatedAt: past(record.activatedAt),
    deletedAt,
    deletionReason: deletedAt === null ? null : record.deletionReason,
    validTermination: deletedAt !== null && record.validTermination,
  };
}

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function madeHotkey(random: Random): string {
  return `5${Array.from({ length: 47 }, () => pick(random, [...BASE58])).join('')}`;
}

const HEX = Array.from({ length: 65_536 }, (_, at) => at.toString(16).padStart(4, '0'));

function uuid(random: Random): string {
  const part = () => HEX[Math.floor(random() * 65_536)];
  return `${part()}${part()}-${part()}-${part()}-${part()}-${part()}${part()}${part()}`;
}
