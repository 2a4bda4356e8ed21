import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECOND, sqlInstant } from '../../src/audit/instants.ts';
import { evaluate } from '../../src/audit/scoring/evaluate.ts';
import { profileNamed } from '../../src/audit/scoring/profiles/profiles.ts';
import type { Variant } from '../../src/audit/scoring/types.ts';
import { openAuditStore } from '../../src/audit/testing/open-audit-store.ts';
import type { Micros } from '../../src/audit/types.ts';
import type { OpenedStore } from '../../src/store/index.ts';
import { type Postgres, requirePostgres, startPostgres } from '../support/postgres.ts';
import {
  fillScoringStoreFrom,
  type HourOfRows,
  type MadeUpScoring,
  madeUpScoring,
} from '../support/scoring-rows.ts';
import { runSeed } from '../support/seed.ts';

/*
 * The rules once more, as plain PostgreSQL, the way the field's auditor computes them: written from the prose of the reference
 * (sections 6.2 to 6.4 and the history of 6.6), not from our code. Both get the same made-up week of a million requests.
 */

const REQUESTS = Number(process.env.SCORING_ROWS ?? 1_000_000);

let store: OpenedStore;
let postgres: Postgres;
let made: MadeUpScoring;

describe.runIf(requirePostgres())('against the rules in PostgreSQL', () => {
  beforeAll(async () => {
    made = madeUpScoring(runSeed('scoring'), REQUESTS);
    store = await openAuditStore();
    postgres = await startPostgres();
    await fillScoringStoreFrom(
      store,
      'here',
      withCopy(postgres.folder, made.hours()),
      join(postgres.folder, 'told.csv'),
    );
    await loadPostgres(made);
  });
  afterAll(async () => {
    await store?.close();
    await postgres?.[Symbol.asyncDispose]();
  });

  const cases: readonly (readonly [name: string, variant: Variant, sql: (at: string) => string])[] = [
    ['P6', 'validator', p6],
    ['P7a', 'validator', p7a],
    ['P7c', 'validator', p7c],
    ['P11', 'validator', p11],
    ['P15', 'validator', p15],
    ['P18', 'validator', p18],
    ['P18', 'auditor', p18OfAuditor],
    ['B4', 'validator', b4],
    ['I1', 'validator', i1],
    ['I4', 'validator', i4],
  ];
  for (const [name, variant, sql] of cases) {
    test(`${name} of the ${variant} gives the same scores`, async () => {
      // The auditor takes whatever is loaded: its instant lies behind all of it.
      const at = variant === 'auditor' ? made.end + 300 * SECOND : made.at;
      const { scores, empty } = await evaluate(store, {
        source: 'here',
        profile: profileNamed(name),
        variant,
        at,
        basis: 'committed',
        miners: made.miners,
        feeds: { at, gpuCounts: made.gpuCounts, blacklist: made.blacklist, missing: [] },
      });
      expect(empty).toBeUndefined();
      const theirs = new Map(
        (await postgres.query(sql(`timestamp '${sqlInstant(at)}'`))).map(([hotkey, score]) => [
          hotkey,
          Number(score),
        ]),
      );
      const ours = new Map(
        scores.filter(({ score }) => score > 0).map(({ hotkey, score }) => [hotkey, score]),
      );
      expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
      expect(ours.size).toBeGreaterThan(30);
      for (const [hotkey, score] of ours) {
        expect(Math.abs(score - (theirs.get(hotkey) ?? 0)), `${hotkey} of ${name}`).toBeLessThan(1e-9);
      }
    });
  }

  test('of the twins, who did exactly the same, the first by text is paid', async () => {
    const { at, miners } = made;
    const query = { source: 'here', profile: profileNamed('P18'), at, basis: 'committed', miners } as const;
    const { scores } = await evaluate(store, query);
    const twins = miners.slice(-2).map(({ hotkey }) => scores.find((one) => one.hotkey === hotkey));
    const [first, second] = twins.sort((a, b) => ((a?.hotkey ?? '') < (b?.hotkey ?? '') ? -1 : 1));
    expect(first?.raw).toEqual(second?.raw);
    expect(first?.score).toBeGreaterThan(0);
    expect(second?.score).toBe(0);
  });
});

// --- Rows for PostgreSQL ---

const TABLES = {
  told: 'hour timestamp, parent_id uuid, invocation_id uuid, chute_id text, instance_id text, uid int, hotkey text, started_at timestamp, completed_at timestamp, error text, multiplier float8, bounty float8, metrics jsonb',
  complaints: 'parent_id uuid, confirmed_at timestamp',
  told_jobs:
    'hour timestamp, job_id uuid, hotkey text, started_at timestamp, finished_at timestamp, multiplier float8, miner_terminated bool',
  told_instances:
    'hour timestamp, instance_id text, chute_id text, hotkey text, created_at timestamp, verified_at timestamp, activated_at timestamp, deleted_at timestamp, reason text, billed_to text, stop_billing_at timestamp, multiplier float8, valid_termination bool, bounty bool',
  told_multipliers:
    'hour timestamp, instance_id text, multiplier float8, started_at timestamp, ended_at timestamp',
  miners: 'hotkey text, coldkey text',
  gpus: 'chute_id text, gpu int',
  blacklist: 'hotkey text',
} as const;

type Table = keyof typeof TABLES;

type Cell = string | number | boolean | null | undefined;

/** The hours as they come; each is also appended to the files that PostgreSQL copies. */
function* withCopy(folder: string, hours: Iterable<HourOfRows>): Iterable<HourOfRows> {
  for (const hour of hours) {
    const at = sqlInstant(hour.end);
    const { requests = [], complaints = [], jobs = [], instances = [], multipliers = [] } = hour;
    append(
      folder,
      'told',
      requests.map((one) => [
        at,
        one.parentId,
        one.invocationId,
        one.chuteId,
        one.instanceId,
        one.uid,
        one.hotkey,
        text(one.startedAt),
        text(one.completedAt),
        one.error === '' ? null : one.error,
        one.multiplier,
        one.bounty,
        one.metrics === null ? null : JSON.stringify(one.metrics),
      ]),
    );
    append(
      folder,
      'complaints',
      complaints.map(({ parentId, confirmedAt }) => [parentId, text(confirmedAt)]),
    );
    append(
      folder,
      'told_jobs',
      jobs.map((one) => [
        at,
        one.jobId,
        one.hotkey,
        text(one.startedAt),
        text(one.finishedAt),
        one.multiplier,
        one.minerTerminated,
      ]),
    );
    append(
      folder,
      'told_instances',
      instances.map((one) => [
        at,
        one.instanceId,
        one.chuteId,
        one.minerHotkey,
        text(one.createdAt),
        text(one.verifiedAt),
        text(one.activatedAt),
        text(one.deletedAt),
        one.deletionReason,
        one.billedTo,
        text(one.stopBillingAt),
        one.computeMultiplier,
        one.validTermination,
        one.bounty,
      ]),
    );
    append(
      folder,
      'told_multipliers',
      multipliers.map((one) => [at, one.instanceId, one.multiplier, text(one.start), text(one.end)]),
    );
    yield hour;
  }
}

function append(folder: string, table: Table, rows: readonly (readonly Cell[])[]): void {
  const line = (cells: readonly Cell[]) => `${cells.map(csvCell).join(',')}\n`;
  const path = join(folder, `${table}.csv`);
  const header = existsSync(path)
    ? ''
    : line(TABLES[table].split(', ').map((column) => column.split(' ')[0]));
  appendFileSync(path, header + rows.map(line).join(''), { mode: 0o644 });
}

function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  const shown = String(cell);
  return /[",\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

function text(instant: Micros | null): string | null {
  return instant === null ? null : sqlInstant(instant);
}

async function loadPostgres({ miners, gpuCounts, blacklist }: MadeUpScoring): Promise<void> {
  const { folder } = postgres;
  append(
    folder,
    'miners',
    miners.map(({ hotkey, coldkey }) => [hotkey, coldkey]),
  );
  append(folder, 'gpus', [...gpuCounts]);
  append(
    folder,
    'blacklist',
    [...blacklist.keys()].map((hotkey) => [hotkey]),
  );
  for (const [table, columns] of Object.entries(TABLES)) {
    await postgres.query(
      `CREATE UNLOGGED TABLE ${table} (${columns}); COPY ${table} FROM '${join(folder, `${table}.csv`)}' CSV HEADER;`,
    );
  }
  // Each request once, with its end where any hour tells it; each job as it was told last.
  await postgres.query(`
CREATE UNLOGGED TABLE requests AS
SELECT DISTINCT ON (invocation_id) *, hour AS told_in FROM told
ORDER BY invocation_id, completed_at IS NULL, hour DESC;
CREATE UNLOGGED TABLE jobs AS SELECT DISTINCT ON (job_id) * FROM told_jobs ORDER BY job_id, finished_at IS NULL, hour DESC;
ANALYZE;`);
}

// --- The rules ---

const LEGACY = '561e4875-254d-588f-a36f-57c9cdef8961';
const WEEK = `interval '7 days'`;

/** Requests of registered miners, without confirmed complaints; `ok` are those that had succeeded by the instant. */
const requestsOf = (which: string, t: string) => `
seen AS (
  SELECT r.*, coalesce(completed_at <= ${t} AND error IS NULL, false) AS ok,
    EXTRACT(EPOCH FROM completed_at - started_at)::float8 AS elapsed, coalesce((metrics->>'p')::bool, false) AS p,
    (metrics->>'nc')::float8 AS nc, (metrics->>'steps')::float8 AS steps, (metrics->>'masps')::float8 AS masps,
    (metrics->>'it')::float8 AS it, (metrics->>'ot')::float8 AS ot, (metrics->>'maspt')::float8 AS maspt
  FROM requests r JOIN miners USING (hotkey)
  WHERE ${which} AND uid >= 0
    AND NOT EXISTS (SELECT 1 FROM complaints c WHERE c.parent_id = r.parent_id AND c.confirmed_at <= ${t})
)`;

/** Successes of the window as the validator sees them at an instant. */
const successes = (t: string) =>
  requestsOf(
    `started_at > ${t} - ${WEEK} AND started_at <= ${t} AND completed_at <= ${t} AND error IS NULL`,
    t,
  );

const OWN_AVERAGES = `
  WHEN steps > 0 AND masps IS NOT NULL THEN steps * masps
  WHEN it > 0 AND ot > 0 AND maspt IS NOT NULL THEN (it + ot) * maspt
  ELSE elapsed`;

/** Compute units, invocations and bounties; `free` says which rows are private and bring nothing. */
const requestFigures = (cases: string, free = 'false', from = 'seen') => `
figures AS (
  SELECT hotkey, sum(bounty + multiplier * CASE WHEN ${free} THEN 0 ${cases} END) AS cu,
    count(*) FILTER (WHERE NOT (${free}))::float8 AS inv, count(*) FILTER (WHERE bounty > 0 AND NOT (${free}))::float8 AS bnt
  FROM ${from} GROUP BY hotkey
)`;

/** Rows of instances in reports of the window, with nothing that lies after the instant. */
const instanceRows = (t: string, window = WEEK) => `
inst AS (
  SELECT hour, instance_id, chute_id, hotkey, billed_to, stop_billing_at, multiplier, bounty,
    CASE WHEN created_at <= ${t} THEN created_at END AS created_at,
    CASE WHEN verified_at <= ${t} THEN verified_at END AS verified_at,
    CASE WHEN activated_at <= ${t} THEN activated_at END AS activated_at,
    CASE WHEN deleted_at <= ${t} THEN deleted_at END AS deleted_at,
    CASE WHEN deleted_at <= ${t} THEN reason END AS reason,
    coalesce(deleted_at <= ${t}, false) AND valid_termination AS valid_termination
  FROM told_instances
  WHERE hour > ${t} - ${window} AND hour < ${t} + interval '1 hour'
),
latest AS (SELECT DISTINCT ON (instance_id) * FROM inst ORDER BY instance_id, hour DESC),
merged AS (
  SELECT instance_id, chute_id, hotkey, min(activated_at) AS activated, min(verified_at) AS verified, max(deleted_at) AS d,
    bool_or(billed_to IS NOT NULL) AS billed
  FROM inst GROUP BY 1, 2, 3
),
points AS (SELECT generate_series(date_trunc('hour', ${t} - ${WEEK}), date_trunc('hour', ${t}), interval '1 hour') AS p)`;

/** GPU-weighted distinct chutes at each point. */
const chutesAt = (present: string) => `
present AS (SELECT DISTINCT hotkey, p, chute_id FROM merged CROSS JOIN points WHERE ${present}),
u_at AS (SELECT hotkey, p, sum(coalesce(gpu, 1)) AS u FROM present LEFT JOIN gpus USING (chute_id) GROUP BY 1, 2)`;

const ACTIVATED = `activated <= p AND (d IS NULL OR d >= p) AND (billed OR coalesce(d, p) - activated >= interval '1 hour')`;

const REASONS = `(reason IN ('job has been terminated due to insufficient user balance',
    'user-defined/private chute instance has not been used since shutdown_after_seconds',
    'user has zero/negative balance (private chute)') OR reason LIKE '%has an old version%')`;

/** Seconds of private instances whose reason will do. */
const privateSeconds = (t: string, reasons: string) => `
hired AS (
  SELECT hotkey, sum(s * coalesce(multiplier, 1)) AS units, count(*) AS n, trunc(sum(s)) AS seconds FROM (
    SELECT *, EXTRACT(EPOCH FROM least(coalesce(stop_billing_at, ${t}), coalesce(deleted_at, ${t}), ${t})
      - greatest(activated_at, ${t} - ${WEEK})) AS s
    FROM latest WHERE billed_to IS NOT NULL AND activated_at IS NOT NULL AND (${reasons})
  ) lives WHERE s > 0 GROUP BY hotkey
)`;

/** From figures to scores: shares, weights, the best hotkey of each coldkey, all divided by the sum. `u` is bent, or not. */
const finish = (
  weights: readonly [cu: number, inv: number, u: number, bnt: number],
  bend: string,
  coldkeys: boolean,
) => `
norm AS (
  SELECT *, ${bend} AS q FROM total CROSS JOIN (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY u) FILTER (WHERE u > 0) AS middle, max(u) AS most FROM total
  ) stats
),
pre AS (
  SELECT hotkey, ${weights[0]} * cu / sum(cu) OVER () + ${weights[1]} * inv / sum(inv) OVER ()
    + ${weights[2]} * q / sum(q) OVER () + ${weights[3]} * bnt / sum(bnt) OVER () AS score
  FROM norm
),
best AS (
  SELECT pre.*, row_number() OVER (PARTITION BY coldkey ORDER BY score DESC, hotkey) AS place FROM pre JOIN miners USING (hotkey)
)
SELECT hotkey, score / sum(score) OVER () FROM best WHERE score > 0 ${coldkeys ? 'AND place = 1' : ''};`;

const BENT = '(u::float8 / most) ^ (CASE WHEN u >= middle THEN 1.3 ELSE 2.2 END)';

/** Hotkeys whose busiest three instances of a window of time were busy enough. */
const busyEnough = (t: string, window: string, passes: string) => `
busy AS (
  SELECT hotkey, round((sum(elapsed) / EXTRACT(EPOCH FROM max(completed_at) - min(started_at)))::numeric, 2) AS ratio
  FROM seen WHERE started_at > ${t} - ${window}
  GROUP BY hotkey, instance_id HAVING max(completed_at) - min(started_at) >= interval '1 hour'
),
busiest AS (SELECT hotkey, ratio, row_number() OVER (PARTITION BY hotkey ORDER BY ratio DESC) AS place FROM busy),
gate AS (SELECT hotkey FROM busiest WHERE place <= 3 GROUP BY hotkey HAVING ${passes})`;

function p6(t: string): string {
  return byMedians(t, 'gate AS (SELECT hotkey FROM miners)', false);
}

function p7a(t: string): string {
  return byMedians(t, busyEnough(t, WEEK, 'avg(ratio) >= 0.02'), false);
}

function p7c(t: string): string {
  return byMedians(t, busyEnough(t, `interval '8 hours'`, 'count(*) = 3 AND min(ratio) >= 0.02'), true);
}

/** Compute units by two-day medians of each chute. `gate`: who takes part. */
function byMedians(t: string, gate: string, coldkeys: boolean): string {
  return `WITH ${successes(t)},
${gate},
recent AS (SELECT *, elapsed / nullif(steps, 0) AS per_step, elapsed / nullif(it + ot, 0) AS per_token FROM (
  SELECT chute_id, EXTRACT(EPOCH FROM completed_at - started_at)::float8 AS elapsed,
    (metrics->>'steps')::float8 AS steps, (metrics->>'it')::float8 AS it, (metrics->>'ot')::float8 AS ot
  FROM requests WHERE started_at > ${t} - interval '2 days' AND started_at <= ${t} AND completed_at <= ${t} AND error IS NULL AND uid >= 0
) r),
medians AS (
  SELECT chute_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY per_step) FILTER (WHERE steps > 0) AS step_median,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY per_token) FILTER (WHERE it > 0 AND ot > 0) AS token_median
  FROM recent GROUP BY chute_id
),
with_medians AS (SELECT * FROM seen LEFT JOIN medians USING (chute_id)),
${requestFigures('WHEN steps > 0 AND step_median IS NOT NULL THEN steps * step_median WHEN it > 0 AND ot > 0 AND token_median IS NOT NULL THEN (it + ot) * token_median ELSE elapsed', 'false', 'with_medians')},
${instanceRows(t)},
served AS (SELECT DISTINCT hotkey, instance_id FROM seen),
${chutesAt('verified <= p AND (d IS NULL OR d >= p) AND (hotkey, instance_id) IN (SELECT hotkey, instance_id FROM served)')},
chutes AS (SELECT hotkey, round(sum(u) / (SELECT count(*) FROM points)) AS u FROM u_at GROUP BY hotkey),
total AS (SELECT hotkey, cu, inv, bnt, coalesce(u, 0) AS u FROM figures JOIN gate USING (hotkey) LEFT JOIN chutes USING (hotkey)),
${finish([0.45, 0.25, 0.2, 0.1], 'u', coldkeys)}`;
}

function p11(t: string): string {
  return `WITH ${successes(t)}, ${requestFigures(OWN_AVERAGES)}, ${instanceRows(t)},
served AS (SELECT DISTINCT hotkey, instance_id FROM seen),
${chutesAt('verified <= p AND (d IS NULL OR d >= p) AND (hotkey, instance_id) IN (SELECT hotkey, instance_id FROM served)')},
chutes AS (SELECT hotkey, round(sum(u) / (SELECT count(*) FROM points)) AS u FROM u_at GROUP BY hotkey),
worked AS (
  SELECT hotkey, count(*) AS n, sum(coalesce(multiplier, 1) * EXTRACT(EPOCH FROM least(coalesce(finished_at, ${t}), ${t}) - started_at)) AS units
  FROM jobs WHERE started_at > ${t} - ${WEEK} AND started_at <= ${t} AND (finished_at IS NULL OR finished_at > ${t} OR NOT miner_terminated)
  GROUP BY hotkey
),
total AS (
  SELECT hotkey, cu + coalesce(units, 0) AS cu, inv, bnt + coalesce(n, 0) AS bnt, coalesce(u, 0) AS u
  FROM figures LEFT JOIN chutes USING (hotkey) LEFT JOIN worked USING (hotkey)
),
${finish([0.53, 0.2, 0.2, 0.07], BENT, true)}`;
}

/** From 2025-09-29 on: private instances, chutes from activation. */
function late(t: string, rules: { seen: string; figures: string; reasons: string; chutes: string }): string {
  return `WITH ${rules.seen}, ${rules.figures}, ${instanceRows(t)}, ${privateSeconds(t, rules.reasons)},
${chutesAt(ACTIVATED)},
chutes AS (SELECT hotkey, ${rules.chutes} AS u FROM u_at GROUP BY hotkey),
total AS (
  SELECT hotkey, cu + coalesce(units, 0) AS cu, inv + coalesce(seconds, 0) AS inv, bnt + coalesce(n, 0) AS bnt, coalesce(u, 0) AS u
  FROM figures LEFT JOIN chutes USING (hotkey) LEFT JOIN hired USING (hotkey)
),
${finish([0.52, 0.2, 0.2, 0.08], BENT, true)}`;
}

const NC_FIRST = `WHEN nc > 0 THEN nc ${OWN_AVERAGES}`;
const NOT_LEGACY = `p AND chute_id <> '${LEGACY}'`;

function p15(t: string): string {
  return late(t, {
    seen: successes(t),
    figures: requestFigures(NC_FIRST, 'p'),
    reasons: `deleted_at IS NULL OR reason <> 'miner initialized'`,
    chutes: 'round(avg(u))',
  });
}

function p18(t: string): string {
  return late(t, {
    seen: successes(t),
    figures: requestFigures(NC_FIRST, NOT_LEGACY),
    reasons: `deleted_at IS NULL OR ${REASONS}`,
    chutes: 'round(avg(u))',
  });
}

/** No predicate of time but what is loaded; failures bring no seconds, but their bounty; means are cut off. */
function p18OfAuditor(t: string): string {
  return late(t, {
    seen: requestsOf(`told_in > ${t} - ${WEEK}`, t),
    figures: `figures AS (
  SELECT hotkey, sum(bounty + multiplier * CASE WHEN NOT ok OR ${NOT_LEGACY} THEN 0 ${NC_FIRST} END) AS cu,
    count(*) FILTER (WHERE ok AND NOT (${NOT_LEGACY}))::float8 AS inv, count(*) FILTER (WHERE bounty > 0 AND NOT (${NOT_LEGACY}))::float8 AS bnt
  FROM seen GROUP BY hotkey
)`,
    reasons: `deleted_at IS NULL OR ${REASONS}`,
    chutes: 'trunc(avg(u))',
  });
}

/** Instances that are paid by their life. */
const paid = (t: string, start: 'activated_at' | 'created_at', window: string) => `
paid AS (
  SELECT * FROM (
    SELECT latest.*, greatest(${start}, ${t} - ${window}) AS lo,
      least(coalesce(stop_billing_at, ${t}), coalesce(deleted_at, ${t}), ${t}) AS hi
    FROM latest WHERE activated_at IS NOT NULL AND (deleted_at IS NULL OR deleted_at >= ${t} - ${window})
      AND (deleted_at IS NULL OR valid_termination OR ${REASONS}
        OR (billed_to IS NULL AND deleted_at - activated_at >= interval '1 hour'))
  ) lives WHERE hi > lo
)`;

const KEPT = `
ranked AS (
  SELECT base.*, row_number() OVER (PARTITION BY coldkey ORDER BY base DESC, hotkey) AS place FROM base JOIN miners USING (hotkey)
)`;

function b4(t: string): string {
  return `WITH ${requestsOf(`started_at > ${t} - ${WEEK} AND started_at <= ${t}`, t)}, ${instanceRows(t)}, ${paid(t, 'activated_at', WEEK)},
base AS (SELECT hotkey, sum(EXTRACT(EPOCH FROM hi - lo)::float8 * coalesce(multiplier, 1)) AS base FROM paid JOIN miners USING (hotkey) GROUP BY hotkey),
${KEPT},
${chutesAt(ACTIVATED)},
breadth AS (SELECT hotkey, round(sum(u) / (SELECT count(*) FROM points))::float8 AS breadth FROM u_at GROUP BY hotkey),
demand AS (
  SELECT hotkey, 0.75 * coalesce(sum(CASE WHEN completed_at > ${t} OR ${NOT_LEGACY} THEN 0 ELSE multiplier * CASE ${NC_FIRST} END END), 0)
    + 0.25 * count(*) FILTER (WHERE ok AND NOT (${NOT_LEGACY})) AS demand
  FROM seen GROUP BY hotkey
),
bounty AS (
  SELECT hotkey, sum((1 - 0.8::float8 ^ n) / (1 - 0.8::float8) * greatest(everyone, 1)::float8 ^ -0.5::float8) AS bounty FROM (
    SELECT hotkey, chute_id, count(*) AS n, sum(count(*)) OVER (PARTITION BY chute_id) AS everyone
    FROM paid WHERE bounty GROUP BY 1, 2
  ) terms GROUP BY hotkey
),
values AS (
  SELECT hotkey, base, coalesce(breadth, 0) AS breadth, coalesce(demand, 0) AS demand, coalesce(bounty, 0)::float8 AS bounty
  FROM ranked LEFT JOIN breadth USING (hotkey) LEFT JOIN demand USING (hotkey) LEFT JOIN bounty USING (hotkey) WHERE place = 1
),
scaled AS (
  SELECT hotkey, base / sum(base) OVER () AS share,
    ${['breadth', 'demand', 'bounty'].map((one) => `((${one} - min(${one}) OVER ()) / greatest(max(${one}) OVER () - min(${one}) OVER (), 1e-12)) ^ 1.4 AS ${one}`).join(',\n    ')}
  FROM values
)
SELECT hotkey, 0.9 * share + 0.1 * (0.30 * breadth / sum(breadth) OVER () + 0.35 * demand / sum(demand) OVER () + 0.35 * bounty / sum(bounty) OVER ())
FROM scaled;`;
}

/** The integral of multipliers over lives. */
function instances(t: string, window: string, coldkeys: boolean): string {
  return `WITH ${instanceRows(t, window)}, ${paid(t, 'created_at', window)},
history AS (
  SELECT DISTINCT ON (instance_id, started_at) * FROM told_multipliers
  WHERE hour > ${t} - ${window} AND hour < ${t} + interval '1 hour' ORDER BY instance_id, started_at, hour DESC
),
covered AS (
  SELECT paid.instance_id, sum(h.multiplier * EXTRACT(EPOCH FROM least(coalesce(h.ended_at, ${t}), hi) - greatest(h.started_at, lo))::float8) AS units
  FROM paid JOIN history h ON h.instance_id = paid.instance_id AND h.started_at < hi AND (h.ended_at IS NULL OR h.ended_at > lo)
  GROUP BY 1
),
base AS (
  SELECT hotkey, sum(coalesce(units, EXTRACT(EPOCH FROM hi - lo)::float8 * coalesce(multiplier, 1))) AS base
  FROM paid JOIN miners USING (hotkey) LEFT JOIN covered USING (instance_id)
  WHERE hotkey NOT IN (SELECT hotkey FROM blacklist) GROUP BY hotkey
),
${KEPT}
SELECT hotkey, base / sum(base) OVER () FROM ranked WHERE base > 0 ${coldkeys ? 'AND place = 1' : ''};`;
}

function i1(t: string): string {
  return instances(t, WEEK, true);
}

function i4(t: string): string {
  return instances(t, `interval '1 day'`, false);
}
