/*
 * The rules once more, as plain PostgreSQL, the way the field's auditor computes them: written from the prose of the reference
 * (sections 6.2 to 6.4 and the history of 6.6), not from our code. Each statement gives hotkey and score at the instant `t`.
 */

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

export function p6(t: string): string {
  return byMedians(t, 'gate AS (SELECT hotkey FROM miners)', false);
}

export function p7a(t: string): string {
  return byMedians(t, busyEnough(t, WEEK, 'avg(ratio) >= 0.02'), false);
}

export function p7c(t: string): string {
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

export function p11(t: string): string {
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

export function p15(t: string): string {
  return late(t, {
    seen: successes(t),
    figures: requestFigures(NC_FIRST, 'p'),
    reasons: `deleted_at IS NULL OR reason <> 'miner initialized'`,
    chutes: 'round(avg(u))',
  });
}

export function p18(t: string): string {
  return late(t, {
    seen: successes(t),
    figures: requestFigures(NC_FIRST, NOT_LEGACY),
    reasons: `deleted_at IS NULL OR ${REASONS}`,
    chutes: 'round(avg(u))',
  });
}

/** No predicate of time but what is loaded; failures bring no seconds, but their bounty; means are cut off. */
export function p18OfAuditor(t: string): string {
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

export function b4(t: string): string {
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

export function i1(t: string): string {
  return instances(t, WEEK, true);
}

export function i4(t: string): string {
  return instances(t, `interval '1 day'`, false);
}
