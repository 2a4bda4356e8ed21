import { CONFIRMED_PARENTS, loadedRows, STANDS } from '../../collect/ingest/live-rows.ts';
import { SECOND, sqlInstant } from '../../instants.ts';
import type { ScoringRules, Usage, UtilisationGate } from '../types.ts';
import { creditedSeconds, ELAPSED_SECONDS, ENDED, isPrivate, medianTokens, SUCCEEDED } from './credit-sql.ts';
import { instantParam, inWindow, lastHour, microsOf, WINDOW_HOURS } from './instant-sql.ts';
import type { Reader } from './reader.ts';

const COLUMNS = [
  'load_id',
  'row',
  'hour',
  'parent_id',
  'chute_id',
  'instance_id',
  'miner_uid',
  'miner_hotkey',
  'started_at',
  'completed_at',
  'failed',
  'compute_multiplier',
  'bounty',
  'private',
  'nc',
  'steps',
  'masps',
  'it',
  'ot',
  'maspt',
  'tokens',
].join(', ');

/** Blocks as long as the engine makes them at all: by default it makes them short where a row has many columns. */
const BLOCK_BYTES = 1 << 24;

/**
 * What the requests of the window come to, by miner, and where the rules ask for it (or one miner is asked for) by chute and instance, else
 * both empty: one pass over the rows. Sums of seconds and units are Kahan's, so
 * that the order in which rows are read changes them by less than one part in 10^15.
 *
 * @param hotkey only that miner's
 */
export async function readUsage(reader: Reader, rules: ScoringRules, hotkey?: string): Promise<Usage[]> {
  const { at } = reader;
  const medians = await readMedians(reader, rules);
  const gate = rules.utilGate;
  const drops = rules.failedRowPolicy === 'drop';
  const counts = [
    ...countedBy(rules),
    ...(drops ? [SUCCEEDED] : []),
    ...(rules.excludesReported ? [`parent_id GLOBAL NOT IN (${CONFIRMED_PARENTS})`] : []),
  ];
  const where = [WINDOW_HOURS, ...(hotkey === undefined ? [] : ['miner_hotkey = {hotkey:String}'])];
  const chutes = hotkey !== undefined || needsChutes(rules);
  const instances = hotkey !== undefined || needsInstances(rules);
  const hidden = isPrivate(rules);
  // A condition that always holds is not written: the engine would look at each row for it.
  const shown = hidden === 'false' ? [] : ['NOT hidden'];
  const ok = ['counts', ...(drops ? [] : ['ok']), ...shown];
  const ended = ['counts', ...(drops ? [] : ['ended']), ...shown];
  const texts = ['miner_hotkey', ...(chutes ? ['chute_id'] : []), ...(instances ? ['instance_id'] : [])];
  const groups = groupsBy(texts);
  const rows = await reader.rows<UsageRow>(
    `SELECT ${groups.shown}${chutes ? '' : ", '' AS chute_id"}${instances ? '' : ", '' AS instance_id"}, countIf(counts) AS n,
  ${sumOf('credit', rules.failedRowPolicy === 'keep' ? ended : ok)}${
    rules.unitsIncludeBounty ? ` + ${sumOf('bounty', ['counts'])}` : ''
  } AS units,
  ${countOf(ok)} AS successes, ${countOf(['counts', 'bounty > 0', ...shown])} AS bounties${needsSpan(rules) ? `,\n  ${spanOf('first', 'last', ok)}` : ''}${gate === null ? '' : busyOf(rules, gate, ok)}
FROM (
  SELECT ${groups.read}, started_at, completed_at, bounty,
    ${counts.join(' AND ')} AS counts, ${SUCCEEDED} AS ok, ${ENDED} AS ended, ${hidden} AS hidden, ${ELAPSED_SECONDS} AS elapsed,
    ifNull(compute_multiplier * (${creditedSeconds(rules.cuRules)}), 0) AS credit
  FROM (
    SELECT *${medians.length === 0 ? NO_MEDIANS : MEDIANS_OF_ROW} FROM (${loadedRows('audit_invocations', COLUMNS)})
  ) WHERE ${where.join(' AND ')}
)
GROUP BY ${groups.keys} HAVING n > 0
SETTINGS preferred_block_size_bytes = ${BLOCK_BYTES}`,
    {
      until: lastHour(rules, at),
      from: at - rules.windowSeconds * SECOND,
      at,
      ...(rules.excludesReported ? { instant: sqlInstant(at) } : {}),
      ...(gate === null ? {} : { gateFrom: at - gate.windowSeconds * SECOND }),
      ...(hotkey === undefined ? {} : { hotkey }),
      ...(rules.privateRule === 'count' || rules.privateRule.excludeAllBut.length === 0
        ? {}
        : { publicChutes: rules.privateRule.excludeAllBut }),
      ...(medians.length > 0
        ? {
            chutes: medians.map(({ chute_id }) => chute_id),
            stepMedians: medians.map(({ per_step }) => per_step ?? ABSENT),
            tokenMedians: medians.map(({ per_token }) => per_token ?? ABSENT),
          }
        : {}),
    },
    'add up the requests of the window',
  );
  return rows.map(toUsage);
}

/**
 * SQL of groups by texts: what the sums are made from has `read`, is grouped by `keys` and answers `shown`. The engine is quick with one
 * text and with numbers, not with several texts; these go by 128 bits of their SHA-256, which it makes once for each text of a block.
 */
function groupsBy(texts: readonly string[]): { read: string; keys: string; shown: string } {
  const [alone = '', ...others] = texts;
  if (others.length === 0) return { read: alone, keys: alone, shown: alone };
  const digests = texts.map((text) => `${text}_digest`);
  return {
    read: texts
      .flatMap((text, i) => [text, `reinterpretAsUInt128(SHA256(${text})) AS ${digests[i]}`])
      .join(', '),
    keys: digests.join(', '),
    shown: texts.map((text) => `any(${text}) AS ${text}`).join(', '),
  };
}

/**
 * Which rows the rules look at. Nearly all are: the others are passed over where the sums are made, since to take them out
 * before would copy every column of those that stay, which takes a sixth more time.
 */
function countedBy(rules: ScoringRules): string[] {
  return [...inWindow(rules), `miner_uid >= ${rules.minUid}`, STANDS];
}

/** What is no finite number above zero adds nothing: a row that says so is a finding, not a payment. */
function sumOf(column: string, conditions: readonly string[]): string {
  return `sumKahanIf(${column}, ${[...conditions, `${column} > 0`, `isFinite(${column})`].join(' AND ')})`;
}

function countOf(conditions: readonly string[]): string {
  return `countIf(${conditions.join(' AND ')})`;
}

/** Whether it matters at which chute a request was served: each key of the groups costs a tenth more time and above. */
function needsChutes({ unique }: ScoringRules): boolean {
  return unique !== null && (unique.kind === 'distinct' || unique.start === 'first-success');
}

/** Whether it matters which instance served it. */
function needsInstances({ unique, utilGate }: ScoringRules): boolean {
  return (
    utilGate !== null ||
    (unique?.kind === 'grid' && (unique.start === 'first-success' || unique.needsSuccess))
  );
}

/** First and last success are read only for those rules that ask when, not whether. */
function needsSpan({ unique }: ScoringRules): boolean {
  return unique?.kind === 'grid' && unique.start === 'first-success';
}

function spanOf(first: string, last: string, conditions: readonly string[]): string {
  const when = conditions.join(' AND ');
  return `toUnixTimestamp64Micro(minIf(started_at, ${when})) AS ${first},
  toUnixTimestamp64Micro(assumeNotNull(maxIf(completed_at, ${when}))) AS ${last}`;
}

function busyOf(
  { windowSeconds, windowBy }: ScoringRules,
  gate: UtilisationGate,
  ok: readonly string[],
): string {
  const isWhole = windowBy === 'started' && gate.windowSeconds >= windowSeconds;
  const busy = isWhole ? ok : [...ok, `started_at > ${instantParam('gateFrom')}`];
  return `,
  ${sumOf('elapsed', busy)} AS busy, ${countOf(busy)} AS busy_n, ${spanOf('busy_from', 'busy_to', busy)}`;
}

interface UsageRow {
  miner_hotkey: string;
  chute_id: string;
  instance_id: string;
  n: string;
  units: number;
  successes: string;
  bounties: string;
  first?: string;
  last?: string;
  busy?: number;
  busy_n?: string;
  busy_from?: string;
  busy_to?: string;
}

function toUsage(row: UsageRow): Usage {
  const served = row.successes !== '0';
  const spanOfSuccess = (text: string | undefined) => (served && text !== undefined ? microsOf(text) : null);
  const wasBusy = row.busy_n !== undefined && row.busy_n !== '0';
  return {
    hotkey: row.miner_hotkey,
    chuteId: row.chute_id,
    instanceId: row.instance_id,
    rows: Number(row.n),
    computeUnits: row.units,
    successes: Number(row.successes),
    bounties: Number(row.bounties),
    firstSuccess: spanOfSuccess(row.first),
    lastSuccess: spanOfSuccess(row.last),
    busySeconds: row.busy ?? 0,
    busyFrom: wasBusy ? microsOf(row.busy_from ?? null) : null,
    busyTo: wasBusy ? microsOf(row.busy_to ?? null) : null,
  };
}

interface MedianRow {
  chute_id: string;
  per_step: number | null;
  per_token: number | null;
}

// No median is negative.
const ABSENT = -1;

const NO_MEDIANS = `, ${ABSENT}. AS step_median, ${ABSENT}. AS token_median`;
const MEDIANS_OF_ROW = `,
    transform(chute_id, {chutes:Array(String)}, {stepMedians:Array(Float64)}, ${ABSENT}.) AS step_median,
    transform(chute_id, {chutes:Array(String)}, {tokenMedians:Array(Float64)}, ${ABSENT}.) AS token_median`;

/** Seconds per step and per token of each chute, the middle of its successes of late (between two, half way). */
async function readMedians(reader: Reader, rules: ScoringRules): Promise<MedianRow[]> {
  const tokens = medianTokens(rules.cuRules);
  if (tokens === undefined) return [];
  const { at } = reader;
  const rows = await reader.rows<MedianRow>(
    `SELECT toString(chute_id) AS chute_id,
  quantileExactInclusiveIf(0.5)(elapsed / steps, counts AND steps > 0) AS per_step,
  quantileExactInclusiveIf(0.5)(elapsed / ${tokens.count}, counts AND ${tokens.when}) AS per_token
FROM (
  SELECT chute_id, steps, it, ot, tokens, ${ELAPSED_SECONDS} AS elapsed, ${[...countedBy(rules), SUCCEEDED].join(' AND ')} AS counts
  FROM (${loadedRows('audit_invocations', COLUMNS)}) WHERE ${WINDOW_HOURS}
)
GROUP BY chute_id ORDER BY chute_id
SETTINGS preferred_block_size_bytes = ${BLOCK_BYTES}`,
    { until: lastHour(rules, at), from: at - rules.medianWindowSeconds * SECOND, at },
    'find the medians of chutes',
  );
  return rows.filter(({ per_step, per_token }) => isMedian(per_step) || isMedian(per_token));
}

function isMedian(value: number | null): boolean {
  return value !== null && Number.isFinite(value) && value >= 0;
}
