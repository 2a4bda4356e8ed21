/**
 * Fills an embedded store as a live collector would have left it after a year: `node bench/scale/fill.ts [folder] [subnets]`.
 * Run again with more subnets it adds the missing ones, so that one folder grows from 1 to 128. Prints how long it took and
 * what each table takes on disk.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '../../src/metagraph/index.ts';
import { type OpenedStore, openStore } from '../../src/store/index.ts';
import { machine } from '../measure.ts';
import { type Clock, clockAt } from './clock.ts';
import { NEURONS, VALIDATORS } from './population.ts';
import { commonSteps, SPAN, type Span, type Step, steps } from './tables.ts';

/** What a folder was filled with. */
export interface Filled {
  readonly clock: Clock;
  readonly span: Span;
  /** Netuids 1 to this. */
  readonly subnets: number;
}

export const DEFAULT_FOLDER = join(tmpdir(), 'taoscope-scale');

// Subnets filled together: a week of epochs of so many is one insert of about a million rows.
const TOGETHER = 32;

// The views would write once more what is written here table by table.
const VIEWS = [
  'neurons_to_hourly',
  'neurons_to_epoch',
  'neurons_to_latest',
  'neurons_to_tenures',
  'subnets_to_hourly',
  'subnets_to_epoch',
];

export function readFilled(folder: string): Filled | undefined {
  const file = join(folder, 'filled.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Filled) : undefined;
}

export function openFilled(folder: string): Promise<OpenedStore> {
  return openStore({ path: join(folder, 'data') }, { migrations });
}

/** Adds subnets until the folder holds as many. */
export async function fill(folder: string, subnets: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const before = readFilled(folder);
  const { clock, span } = before ?? { clock: clockAt(Date.now()), span: SPAN };
  const store = await openFilled(folder);
  try {
    const tables = new Map<string, number>();
    const run = async (work: Iterable<{ table: string; sql: string }>) => {
      for (const { table, sql } of work) {
        const started = performance.now();
        await store.command(sql, { label: `fill ${table}` });
        tables.set(table, (tables.get(table) ?? 0) + performance.now() - started);
      }
    };
    const started = performance.now();
    for (const view of VIEWS) await store.command(`DETACH TABLE IF EXISTS ${view}`);
    if (before === undefined) await run(commonSteps(clock, span));
    for (let first = (before?.subnets ?? 0) + 1; first <= subnets; first += TOGETHER) {
      const count = Math.min(TOGETHER, subnets - first + 1);
      await run(steps({ first, count }, clock, span));
      const filled: Filled = { clock, span, subnets: first + count - 1 };
      writeFileSync(join(folder, 'filled.json'), JSON.stringify(filled));
      console.log(`  ${filled.subnets} subnets after ${seconds(performance.now() - started)}`);
    }
    for (const view of VIEWS) await store.command(`ATTACH TABLE IF NOT EXISTS ${view}`);
    await run(await accountSteps(store));
    for (const [table, took] of tables) console.log(`  ${table.padEnd(18)} written in ${seconds(took)}`);
  } finally {
    await store.close();
  }
}

/** For a folder of before that table: `account_tenures` of the subnets that have none. The view fills it for new ones. */
async function accountSteps(store: OpenedStore): Promise<Step[]> {
  const [found] = await store.query<{ rows: string }>(
    'SELECT toString(count()) AS rows FROM account_tenures',
  );
  if (found?.rows !== '0') return [];
  const columns = 'account, netuid, uid, hotkey, registered_at, coldkey';
  return [
    {
      table: 'account_tenures',
      sql: `INSERT INTO account_tenures (${columns}, first_block, last_block, expires)
        SELECT arrayJoin(if(coldkey = '', [hotkey], [hotkey, toFixedString(coldkey, 32)])) AS account, netuid, uid, hotkey,
          registered_at, coldkey, min(first_block), max(last_block), max(expires)
        FROM tenures GROUP BY ${columns}`,
    },
  ];
}

export interface TableSize {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly parts: number;
}

export async function tableSizes(store: OpenedStore): Promise<TableSize[]> {
  const sizes = await store.query<{ table: string; rows: string; bytes: string; parts: string }>(
    `SELECT table, toString(sum(rows)) AS rows, toString(sum(bytes_on_disk)) AS bytes, toString(count()) AS parts
     FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY sum(bytes_on_disk) DESC`,
  );
  return sizes.map(({ table, rows, bytes, parts }) => ({
    table,
    rows: Number(rows),
    bytes: Number(bytes),
    parts: Number(parts),
  }));
}

/** Merges each partition to one part, as the engine does by and by with what is no longer written to. */
export async function settle(store: OpenedStore): Promise<void> {
  const partitions = await store.query<{ table: string; partition_id: string }>(
    `SELECT table, partition_id FROM system.parts WHERE active AND database = currentDatabase()
     GROUP BY table, partition_id HAVING count() > 1 ORDER BY table, partition_id`,
  );
  for (const { table, partition_id } of partitions)
    await store.command(`OPTIMIZE TABLE ${table} PARTITION ID '${partition_id}' FINAL`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

if (import.meta.main) {
  const [folder = DEFAULT_FOLDER, subnets = '8'] = process.argv.slice(2);
  console.log(machine());
  console.log(
    `fill: ${subnets} subnets x ${NEURONS} neurons (${VALIDATORS} validators), ${JSON.stringify(SPAN)}, in ${folder}`,
  );
  await fill(folder, Number(subnets));
  const store = await openFilled(folder);
  const started = performance.now();
  await settle(store);
  console.log(`merged in ${seconds(performance.now() - started)}`);
  const sizes = await tableSizes(store);
  await store.close();
  for (const { table, rows, bytes, parts } of sizes)
    console.log(
      `  ${table.padEnd(18)} ${rows.toLocaleString('en').padStart(13)} rows ${(bytes / 2 ** 20).toFixed(1).padStart(9)} MiB ${(bytes / Math.max(1, rows)).toFixed(2).padStart(7)} bytes a row, ${parts} parts`,
    );
  console.log(`  in total ${(sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1e9).toFixed(2)} GB on disk`);
}
