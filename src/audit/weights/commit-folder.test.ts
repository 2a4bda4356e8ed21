import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCommitFolder } from './commit-folder.ts';
import type { CommitRecord } from './commit-record.ts';

const RECORD: CommitRecord = {
  genesisHash: `0x${'ab'.repeat(32)}`,
  netuid: 64,
  mechanism: 1,
  uids: [1],
  values: [65_535],
  salt: [9],
  versionKey: 69_420n,
  hotkey: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
  hash: `0x${'cd'.repeat(32)}`,
  state: 'planned',
  plannedAt: 7,
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'taoscope-commits-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('one file for each commit, for its owner alone, under a name that says whose it is', async () => {
  const folder = openCommitFolder(root);
  await folder.save(RECORD);
  await folder.save({ ...RECORD, state: 'committed', committedAt: 9 });
  const path = join(root, 'weights', `abababab-64-1-${RECORD.hotkey}-cdcdcdcd.json`);
  expect(folder.pathOf(RECORD)).toBe(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(root, 'weights')).mode & 0o777).toBe(0o700);
  expect(await folder.list()).toEqual({
    records: [{ ...RECORD, state: 'committed', committedAt: 9 }],
    bad: [],
  });
});

test('oldest first; a damaged file does not hide the others, and a draft is none', async () => {
  const folder = openCommitFolder(root);
  await folder.save({ ...RECORD, plannedAt: 50, hash: `0x${'11'.repeat(32)}` });
  await folder.save({ ...RECORD, plannedAt: 40, hash: `0x${'22'.repeat(32)}` });
  writeFileSync(join(root, 'weights', 'aa.json'), '{"version":1');
  writeFileSync(join(root, 'weights', 'bb.json.123.tmp'), '{');
  const { records, bad } = await folder.list();
  expect(records.map(({ plannedAt }) => plannedAt)).toEqual([40, 50]);
  expect(bad.map(({ code }) => code)).toEqual(['undecodable']);
});

test('a folder that is not there holds nothing', async () => {
  expect(await openCommitFolder(join(root, 'none')).list()).toEqual({ records: [], bad: [] });
});

test('one process at a time carries a commit on, from where the last one left it', async () => {
  const [folder, other] = [openCommitFolder(root), openCommitFolder(root)];
  const held = await folder.take(RECORD);
  expect(held?.record).toEqual(RECORD);
  expect(await other.take(RECORD)).toBeUndefined();
  // Another commit is nobody's yet.
  const second = await other.take({ ...RECORD, hash: `0x${'ef'.repeat(32)}` });
  expect(second).toBeDefined();
  second?.release();
  await folder.save({ ...RECORD, state: 'revealed', revealedAt: 12 });
  held?.release();
  const after = await other.take(RECORD);
  expect(after?.record).toEqual({ ...RECORD, state: 'revealed', revealedAt: 12 });
  after?.release();
  expect((await other.list()).records).toHaveLength(1);
});

test('a damaged commit is not held by whoever could not read it', async () => {
  const folder = openCommitFolder(root);
  await folder.save(RECORD);
  writeFileSync(folder.pathOf(RECORD), '{');
  await expect(folder.take(RECORD)).rejects.toMatchObject({ code: 'undecodable' });
  await expect(folder.take(RECORD)).rejects.toMatchObject({ code: 'undecodable' });
});

test('a place that cannot be written is an error of whoever named it', async () => {
  const place = join(root, 'place');
  writeFileSync(place, '');
  const inTheWay = openCommitFolder(place);
  await expect(inTheWay.save(RECORD)).rejects.toMatchObject({ code: 'usage' });
  await expect(inTheWay.take(RECORD)).rejects.toMatchObject({ code: 'usage' });
  // What the engine of the lock says itself: it has no number of the system.
  const folder = openCommitFolder(root);
  mkdirSync(`${folder.pathOf(RECORD)}.lock`, { recursive: true });
  await expect(folder.take(RECORD)).rejects.toMatchObject({
    code: 'usage',
    parts: { got: 'unable to open database file' },
  });
});
