import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from './index.ts';
import type { Migration } from './types.ts';

const table = (name: string) =>
  `CREATE TABLE IF NOT EXISTS ${name} (\n  a UInt64\n) ENGINE = ReplacingMergeTree(a) ORDER BY a`;
const first: Migration = { number: 1, name: 'first', statements: [table('one')] };
const second: Migration = { number: 2, name: 'second', statements: [table('two'), table('three')] };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taoscope-migrate-'));
  path = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function tablesAfter(migrations: Migration[]): Promise<string[]> {
  const store = await openStore({ path }, { migrations });
  try {
    const rows = await store.query<{ name: string }>('SHOW TABLES');
    return rows.map(({ name }) => name);
  } finally {
    await store.close();
  }
}

test('are applied once, in order, whatever the order they are given in', async () => {
  expect(await tablesAfter([first])).toEqual(['one', 'schema_migrations']);
  expect(await tablesAfter([second, first])).toEqual(['one', 'schema_migrations', 'three', 'two']);
  expect(await tablesAfter([first, second])).toEqual(['one', 'schema_migrations', 'three', 'two']);
});

test('one that failed half way is repaired by running it again', async () => {
  const broken = {
    ...second,
    statements: [table('two'), 'CREATE TABLE IF NOT EXISTS three (a Nonsense) ENGINE = Memory'],
  };
  await expect(tablesAfter([first, broken])).rejects.toMatchObject({ code: 'store-failed' });
  expect(await tablesAfter([first, second])).toEqual(['one', 'schema_migrations', 'three', 'two']);
});

test('with a gap or a duplicate are refused before anything is opened', async () => {
  await expect(tablesAfter([second])).rejects.toMatchObject({ code: 'internal' });
  await expect(tablesAfter([first, first])).rejects.toMatchObject({ code: 'internal' });
  expect(readdirSync(folder)).toEqual([]);
});

test('with a changed content are refused', async () => {
  await tablesAfter([first]);
  await expect(tablesAfter([{ ...first, statements: [table('other')] }])).rejects.toMatchObject({
    code: 'store-foreign',
  });
});

test('of a newer Taoscope are refused, and the folder is left as it was', async () => {
  await tablesAfter([first, second]);
  const before = readFileSync(join(path, 'taoscope.json'), 'utf8');
  const failure = await tablesAfter([first]).catch((error: Error) =>
    error.message.replaceAll(path, '<data>'),
  );
  expect(failure).toMatchInlineSnapshot(`
    "the data folder <data> was made by a newer Taoscope
      got:      schema 2
      expected: schema 1 at most
      to do:    update Taoscope, or choose another folder with --data; this one is left as it was"
  `);
  expect(readFileSync(join(path, 'taoscope.json'), 'utf8')).toBe(before);
  // The ledger says so too, where there is no label to read (a server).
  writeFileSync(
    join(path, 'taoscope.json'),
    JSON.stringify({ product: 'taoscope', format: 1, migration: 0 }),
  );
  await expect(tablesAfter([first])).rejects.toMatchObject({ code: 'store-foreign' });
});

test('are not tried on a folder of something else', async () => {
  mkdirSync(path);
  writeFileSync(join(path, 'thesis.tex'), 'years of work');
  await expect(tablesAfter([first])).rejects.toMatchObject({ code: 'store-foreign' });
  expect(readdirSync(path)).toEqual(['thesis.tex']);
  writeFileSync(join(path, 'taoscope.json'), '{"name": "somebody else"}');
  await expect(tablesAfter([first])).rejects.toMatchObject({ code: 'store-foreign' });
});

test('are not tried on a folder with a newer layout', async () => {
  mkdirSync(path);
  writeFileSync(
    join(path, 'taoscope.json'),
    JSON.stringify({ product: 'taoscope', format: 2, migration: 1 }),
  );
  await expect(tablesAfter([first])).rejects.toMatchObject({ code: 'store-foreign' });
  expect(readdirSync(path)).toEqual(['taoscope.json']);
});

test('are not tried where a file is', async () => {
  writeFileSync(path, 'a file');
  await expect(tablesAfter([first])).rejects.toMatchObject({ code: 'usage' });
  await expect(openStore({ path: join(path, 'below') }, { migrations: [first] })).rejects.toMatchObject({
    code: 'usage',
  });
});
