import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Child, startChild } from '../../test/support/child.ts';
import { migrations } from '../../test/support/hold-migrations.ts';
import { openStore, readOwner } from './index.ts';
import type { Migration } from './types.ts';

const HOLDER = fileURLToPath(new URL('../../test/support/hold-store.ts', import.meta.url));
const URL_OF_SERVER = 'http://127.0.0.1:4242';

let folder: string;
let path: string;
let child: Child | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taoscope-owner-'));
  path = join(folder, 'data');
});
afterEach(async () => {
  await child?.stop('SIGKILL');
  child = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function hold(): Promise<Child> {
  child = startChild('node', [HOLDER, path, URL_OF_SERVER, 'hold']);
  await child.waitFor(/^open$/m);
  return child;
}

const none: readonly Migration[] = [];

test('a second process is told who owns the folder and where its server is', async () => {
  const { pid } = await hold();
  expect(readOwner(path)).toEqual({ pid, url: URL_OF_SERVER });
  const failure = await openStore({ path }, { migrations: migrations }).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'store-owned',
    retryable: true,
    fields: { pid, url: URL_OF_SERVER },
  });
  expect(
    (failure as Error).message.replaceAll(path, '<data>').replaceAll(String(pid), '<pid>'),
  ).toMatchInlineSnapshot(`
    "cannot open the data folder <data>
      got:      process <pid> has it open, which serves http://127.0.0.1:4242
      expected: one process per data folder
      to do:    ask the running server, stop it, or choose another folder with --data"
  `);
}, 60_000);

test('kill -9 frees the folder, whatever its card says', async () => {
  const holder = await hold();
  await holder.stop('SIGKILL');
  // The card of the dead owner is still there, and its pid may by now be somebody else's.
  expect(readOwner(path)).toBeUndefined();
  writeFileSync(join(path, 'owner.json'), JSON.stringify({ pid: process.pid, url: URL_OF_SERVER }));
  expect(readOwner(path)).toBeUndefined();
  const store = await openStore({ path }, { migrations: migrations });
  expect(readOwner(path)).toEqual({ pid: process.pid });
  store.announce('http://127.0.0.1:1');
  expect(readOwner(path)).toEqual({ pid: process.pid, url: 'http://127.0.0.1:1' });
  await store.close();
  expect(readOwner(path)).toBeUndefined();
}, 60_000);

test('a process cannot open its own folder twice, and asking does not lose it', async () => {
  const store = await openStore({ path }, { migrations: none });
  await expect(openStore({ path }, { migrations: none })).rejects.toMatchObject({ code: 'store-owned' });
  expect(readOwner(path)).toEqual({ pid: process.pid });
  child = startChild('node', [HOLDER, path, '', 'hold']);
  await child.waitFor(/one process per data folder/);
  await store.close();
});

test('nobody owns what is not there', () => {
  expect(readOwner(path)).toBeUndefined();
  mkdirSync(path);
  expect(readOwner(path)).toBeUndefined();
});
