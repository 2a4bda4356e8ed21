import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { evidenceFolder } from './evidence-folder.ts';

// `printf 'hello' | sha256sum`, `printf '' | sha256sum`
const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const hello = new TextEncoder().encode('hello');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'taoscope-evidence-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test('bytes lie under their own digest and come back as they were', async () => {
  const evidence = evidenceFolder(join(root, 'not', 'yet', 'there'));
  expect(await evidence.read('report', HELLO)).toBeUndefined();
  expect(await evidence.write('report', hello)).toBe(HELLO);
  expect(await evidence.write('report', new Uint8Array())).toBe(EMPTY);
  expect(await evidence.write('report', hello)).toBe(HELLO);
  expect(evidence.reportFile(HELLO)).toBe(join(evidence.path, 'reports', `${HELLO}.json`));
  expect(evidence.exportFile(HELLO)).toBe(join(evidence.path, 'exports', `${HELLO}.csv`));
  expect(readFileSync(evidence.reportFile(HELLO), 'utf8')).toBe('hello');
  expect([...(await evidence.read('report', HELLO))!]).toEqual([...hello]);
  expect(await evidence.read('export', HELLO)).toBeUndefined();
  expect(await evidence.list('report')).toEqual([HELLO, EMPTY].sort());
  expect(await evidence.list('export')).toEqual([]);
});

test('what the disk changed is not believed, and is mended by writing it again', async () => {
  const evidence = evidenceFolder(root);
  await evidence.write('report', hello);
  writeFileSync(evidence.reportFile(HELLO), 'hellO');
  expect(await evidence.holds('report', HELLO)).toBe(false);
  await expect(evidence.read('report', HELLO)).rejects.toMatchObject({ code: 'falsified', retryable: false });
  await evidence.write('report', hello);
  expect(await evidence.holds('report', HELLO)).toBe(true);
});

test('a file beyond the bound is not taken into memory', async () => {
  const evidence = evidenceFolder(root);
  await evidence.write('export', hello);
  await expect(evidence.read('export', HELLO, 4)).rejects.toMatchObject({ code: 'response-too-big' });
  expect(await evidence.read('export', HELLO, 5)).toHaveLength(5);
});

test.each(['', '../../etc/passwd', HELLO.toUpperCase(), `${HELLO}/..`, `../${HELLO.slice(3)}`, `${HELLO}\n`])(
  '%j is no name of a file',
  async (name) => {
    const evidence = evidenceFolder(root);
    expect(() => evidence.reportFile(name)).toThrow('this is not a SHA-256');
    expect(() => evidence.exportFile(name)).toThrow('this is not a SHA-256');
    await expect(evidence.read('report', name)).rejects.toMatchObject({ code: 'usage' });
    await expect(evidence.remove('report', name)).rejects.toMatchObject({ code: 'usage' });
  },
);

test('what a killed writer left is swept, what is whole stays', async () => {
  const evidence = evidenceFolder(root);
  await evidence.sweep();
  await evidence.write('report', hello);
  writeFileSync(`${evidence.reportFile(EMPTY)}.0123456789ab.partial`, 'hal');
  expect(await evidence.list('report')).toEqual([HELLO]);
  await evidence.sweep();
  expect(readdirSync(join(root, 'reports'))).toEqual([`${HELLO}.json`]);
  await evidence.remove('report', HELLO);
  await evidence.remove('report', HELLO);
  expect(existsSync(evidence.reportFile(HELLO))).toBe(false);
});
