import { fromHex } from '../shared/index.ts';
import type { Store } from '../store/index.ts';
import type { HeldRow, WeightReading } from './collect/weights.ts';
import { milliseconds } from './retention.ts';

const READING_COLUMNS = [
  'netuid',
  'mechanism',
  'block',
  'block_hash',
  'timestamp',
  'n',
  'whole',
  'row_count',
  'commit_reveal',
  'expires',
] as const;

const ROW_COLUMNS = [
  'netuid',
  'mechanism',
  'uid',
  'block',
  'hotkey',
  'last_update',
  'targets',
  'values',
  'expires',
] as const;

const COMMIT_COLUMNS = [
  'netuid',
  'mechanism',
  'hotkey',
  'commit_block',
  'hash',
  'kind',
  'round',
  'first_reveal',
  'last_reveal',
  'first_seen',
  'last_seen',
  'expires',
] as const;

/**
 * Stores weights, bonds and commits: rows first, then the readings that announce them, so that what is announced is
 * whole. May be repeated. `expires` is the instant at which rows of a subnet may go, as ClickHouse writes it
 * ({@link Life.weightsExpires}).
 */
export async function saveWeights(
  store: Store,
  readings: readonly WeightReading[],
  expires: (netuid: number) => string,
): Promise<void> {
  const rowsOf = (table: 'weights' | 'bonds') =>
    readings.flatMap((reading) =>
      reading[table].map((row) => heldRow(reading, row, expires(reading.netuid))),
    );
  await store.insert('weights', ROW_COLUMNS, rowsOf('weights'));
  await store.insert('bonds', ROW_COLUMNS, rowsOf('bonds'));
  await store.insert(
    'weight_commits',
    COMMIT_COLUMNS,
    readings.flatMap((reading) => commitRows(reading, expires(reading.netuid))),
  );
  await store.insert(
    'weight_readings',
    READING_COLUMNS,
    // Where a commit was seen and no row changed there is nothing to announce.
    readings
      .filter(({ whole, weights }) => whole || weights.length > 0)
      .map((reading) => readingRow(reading, expires(reading.netuid))),
  );
}

function readingRow(reading: WeightReading, expires: string): unknown[] {
  return [
    reading.netuid,
    reading.mechanism,
    reading.block.number,
    fromHex(reading.block.hash),
    reading.timestampMs === undefined ? undefined : milliseconds(reading.timestampMs),
    reading.n,
    reading.whole,
    reading.weights.length,
    reading.commitReveal,
    expires,
  ];
}

function heldRow({ netuid, mechanism, block }: WeightReading, row: HeldRow, expires: string): unknown[] {
  return [
    netuid,
    mechanism,
    row.uid,
    block.number,
    row.hotkey,
    row.lastUpdate,
    `[${row.targets.join(',')}]`,
    `[${row.values.join(',')}]`,
    expires,
  ];
}

function commitRows({ netuid, mechanism, block, commits }: WeightReading, expires: string): unknown[][] {
  return commits.map((commit) => [
    netuid,
    mechanism,
    commit.hotkey,
    commit.commitBlock ?? 0,
    commit.hash,
    commit.kind,
    commit.round ?? 0,
    commit.firstReveal ?? 0,
    commit.lastReveal ?? 0,
    block.number,
    block.number,
    expires,
  ]);
}
