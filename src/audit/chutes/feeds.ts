import { isRecord, TaoscopeError, toTaoscopeError } from '../../shared/index.ts';
import type { AuditSource, Fetcher, LiveFeeds } from '../adapter.ts';
import type { Micros, MultiplierRecord } from '../types.ts';
import { readMultiplier } from './parse-report.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';
import { createFaults, createRowReader, type Faults, MAX_ROWS, readRows } from './row-reader.ts';

const MAX_FEED_BYTES = 128 * 1_048_576;
const MAX_GPUS = 1_024;
const JSON_BOUNDS = { maxContainers: MAX_ROWS, maxDepth: 12 };
const MAX_REASON = 300;

/** Feeds by the name under which they are named missing, and their paths. */
const PATHS = {
  gpuCounts: '/chutes/gpu_count_history',
  deletions: '/instances/reconciliation_csv',
  multipliers: '/instances/compute_history_csv',
  blacklist: '/miner/metagraph',
  scores: '/miner/scores',
} as const;

type FeedName = keyof typeof PATHS;

/** The live answers of the publisher. Each may fail on its own, and is named missing then; only an abort is thrown. */
export async function readFeeds(
  source: AuditSource,
  fetcher: Fetcher,
  signal?: AbortSignal,
): Promise<LiveFeeds> {
  const missing: { feed: string; reason: string }[] = [];

  async function feed<Read>(
    name: FeedName,
    read: (bytes: Uint8Array, faults: Faults) => Read,
  ): Promise<Read | undefined> {
    try {
      const { bytes } = await fetcher.bytes(source.url + PATHS[name], { maxBytes: MAX_FEED_BYTES }, signal);
      const faults = createFaults();
      const value = read(bytes, faults);
      const { bad, badCount } = faults.result;
      if (badCount > 0) {
        const [first] = bad;
        missing.push({
          feed: name,
          reason: short(`${badCount} rows or values; ${first?.where} ${first?.reason}`),
        });
      }
      return value;
    } catch (caught) {
      const error = toTaoscopeError(caught);
      if (error.code === 'aborted') throw error;
      missing.push({ feed: name, reason: short(`${error.code}: ${error.parts.got ?? error.parts.failed}`) });
      return undefined;
    }
  }

  const [gpuCounts, deletions, multipliers, blacklist, scores] = await Promise.all([
    feed('gpuCounts', readGpuCounts),
    feed('deletions', readDeletions),
    feed('multipliers', readMultipliers),
    feed('blacklist', (bytes, faults) => readBlacklist(source.netuid, bytes, faults)),
    feed('scores', readScores),
  ]);
  return { at: Date.now() * 1_000, gpuCounts, deletions, multipliers, blacklist, scores, missing };
}

function readGpuCounts(bytes: Uint8Array, faults: Faults): ReadonlyMap<string, number> {
  const rows = readRows(listOf(bytes), 'rows', new Set(['chute_id', 'gpu_count']), faults, (row) => {
    const chute = row.id('chute_id');
    const count = row.integer('gpu_count', 0, MAX_GPUS);
    return chute === undefined || count === null ? undefined : ([chute, count] as const);
  });
  return new Map(rows);
}

function readDeletions(bytes: Uint8Array, faults: Faults): ReadonlyMap<string, Micros | null> {
  const rows = readRows(
    tableOf(bytes, 'deleted_at'),
    'rows',
    new Set(['instance_id', 'deleted_at']),
    faults,
    (row) => {
      const instance = row.id('instance_id');
      // A deletion that cannot be read is not a life that goes on.
      const before = faults.result.badCount;
      const deletedAt = row.instant('deleted_at');
      const unread = faults.result.badCount > before;
      return instance === undefined || unread ? undefined : ([instance, deletedAt] as const);
    },
  );
  return new Map(rows);
}

function readMultipliers(bytes: Uint8Array, faults: Faults): readonly MultiplierRecord[] {
  const known = new Set(['instance_id', 'compute_multiplier', 'started_at', 'ended_at']);
  return readRows(tableOf(bytes, 'compute_multiplier'), 'rows', known, faults, (row) =>
    readMultiplier(row, faults),
  );
}

function readBlacklist(netuid: number, bytes: Uint8Array, faults: Faults): ReadonlyMap<string, string> {
  const known = new Set(['hotkey', 'netuid', 'blacklist_reason']);
  const rows = readRows(listOf(bytes), 'rows', known, faults, (row) => {
    const hotkey = row.id('hotkey');
    const reason = row.text('blacklist_reason');
    const elsewhere = (row.integer('netuid', 0, 65_535) ?? netuid) !== netuid;
    return hotkey === undefined || reason === null || reason === '' || elsewhere
      ? undefined
      : ([hotkey, short(reason)] as const);
  });
  return new Map(rows);
}

/** Of every generation only the last step is read: shares by hotkey. */
function readScores(bytes: Uint8Array, faults: Faults): ReadonlyMap<string, number> {
  const value = jsonOf(bytes);
  const final = isRecord(value) ? value.final_scores : undefined;
  if (!isRecord(final)) throw notA('an object with final_scores');
  const row = createRowReader(final, 'final_scores', faults);
  const scores = new Map<string, number>();
  for (const hotkey of Object.keys(final).slice(0, 100_000)) {
    const score = row.number(hotkey, 0, 1e15);
    if (score !== null && hotkey.length <= 128) scores.set(hotkey, score);
  }
  return scores;
}

function jsonOf(bytes: Uint8Array): unknown {
  return readJson(bytes, JSON_BOUNDS).value;
}

function listOf(bytes: Uint8Array): unknown {
  const value = jsonOf(bytes);
  if (!Array.isArray(value)) throw notA('a JSON list');
  return value;
}

function tableOf(bytes: Uint8Array, needed: string): unknown {
  const rows = readCsv(new TextDecoder('utf-8').decode(bytes), MAX_ROWS);
  // A page of an error in place of a table has a first line too.
  const header = new TextDecoder('utf-8').decode(bytes.subarray(0, 1_000)).split(/\r?\n/, 1)[0] ?? '';
  if (!header.split(',').includes('instance_id') || !header.split(',').includes(needed))
    throw notA(`CSV with instance_id and ${needed}`);
  return rows;
}

function notA(expected: string): TaoscopeError {
  return new TaoscopeError('undecodable', { failed: 'cannot read a feed', got: `not ${expected}`, expected });
}

function short(text: string): string {
  return text.slice(0, MAX_REASON).toWellFormed();
}
