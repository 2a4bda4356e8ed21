import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'taoscope-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('what is missing is made, what is there is kept', () => {
  const path = join(root, 'a/b/c');
  makeFolder(path, 0o700);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  writeFileSync(join(path, 'file'), 'x');
  makeFolder(path);
  expect(existsSync(join(path, 'file'))).toBe(true);
});

test('a file in the way is an error', () => {
  writeFileSync(join(root, 'file'), 'x');
  expect(() => makeFolder(join(root, 'file/inside'))).toThrow(/ENOTDIR|EEXIST/);
});

test.skipIf(process.platform !== 'linux')(
  'a place where nothing can be made is an error, and not a wait without end',
  () => {
    expect(() => makeFolder('/proc/nowhere')).toThrow(/ENOENT/);
  },
);
