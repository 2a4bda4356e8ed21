import { createHash } from 'node:crypto';
import { TaoscopeError } from '../shared/index.ts';
import { clusterForm, everywhereForm } from './cluster.ts';
import type { Migration } from './types.ts';

/** The two things that migrating needs of a store. */
export interface Migratable {
  query<Row>(sql: string, label: string): Promise<Row[]>;
  command(sql: string, label: string): Promise<void>;
  /** Writes one row of the ledger. */
  record(row: readonly unknown[]): Promise<void>;
}

export const LEDGER = 'schema_migrations';
export const LEDGER_COLUMNS = ['number', 'name', 'checksum', 'applied_at'] as const;

const LEDGER_TABLE = `CREATE TABLE IF NOT EXISTS ${LEDGER} (
  number UInt32,
  name String,
  checksum String,
  applied_at DateTime('UTC')
) ENGINE = ReplacingMergeTree(applied_at) ORDER BY number`;

/**
 * Brings the schema up to the newest migration and answers its number (0 when there are none). Numbers are 1, 2, 3 …
 * without a gap. Each migration is recorded after its last statement; statements are idempotent, so one that was
 * interrupted is simply run again. Throws `store-foreign` when the store holds a migration that we do not know or whose
 * content differs from ours.
 */
export async function migrate(
  store: Migratable,
  migrations: readonly Migration[],
  cluster?: string,
): Promise<number> {
  const ordered = inOrder(migrations);
  await store.command(
    cluster === undefined ? LEDGER_TABLE : everywhereForm(LEDGER_TABLE, cluster),
    'prepare the schema',
  );
  const rows = await store.query<{ number: number; name: string; checksum: string }>(
    `SELECT number, name, checksum FROM ${LEDGER} FINAL ORDER BY number`,
    'read the schema',
  );
  compare(rows, ordered);
  for (const migration of ordered.slice(rows.length)) {
    for (const statement of migration.statements) {
      const forms = cluster === undefined ? [statement] : clusterForm(statement, cluster);
      for (const form of forms)
        await store.command(form, `apply migration ${migration.number} (${migration.name})`);
    }
    await store.record([migration.number, migration.name, checksum(migration), utcSeconds(new Date())]);
  }
  return ordered.length;
}

/** The migrations by number; throws `internal` for a gap, a duplicate or a number below 1. */
export function inOrder(migrations: readonly Migration[]): Migration[] {
  const ordered = migrations.toSorted((a, b) => a.number - b.number);
  for (const [index, { number, name }] of ordered.entries()) {
    if (number === index + 1) continue;
    throw new TaoscopeError('internal', {
      failed: 'the migrations are not numbered one after the other',
      got: `number ${number} (${name}) in place ${index + 1}`,
      expected: `number ${index + 1}`,
    });
  }
  return ordered;
}

function compare(
  rows: readonly { number: number; name: string; checksum: string }[],
  ours: readonly Migration[],
): void {
  for (const [index, row] of rows.entries()) {
    const migration = ours[index];
    if (row.number > ours.length) {
      throw foreign(
        `migration ${row.number} (${row.name})`,
        `migration ${ours.length} at most`,
        'update Taoscope: a newer one made this store; it is left as it was',
      );
    }
    if (migration === undefined || row.number !== migration.number) {
      throw foreign(
        `migration ${row.number} (${row.name}) in place ${index + 1}`,
        'migrations without a gap',
        undefined,
      );
    }
    if (row.checksum !== checksum(migration)) {
      throw foreign(
        `migration ${row.number} with the content ${row.checksum.slice(0, 12)}`,
        `${migration.name} with the content ${checksum(migration).slice(0, 12)}`,
        'use the Taoscope that made this store; it is left as it was',
      );
    }
  }
}

function checksum({ name, statements }: Migration): string {
  return createHash('sha256')
    .update(JSON.stringify([name, statements]))
    .digest('hex');
}

function utcSeconds(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

function foreign(got: string, expected: string, todo: string | undefined): TaoscopeError {
  return new TaoscopeError('store-foreign', {
    failed: 'the store has another schema than this Taoscope',
    got,
    expected,
    todo,
  });
}
