import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedStore } from '../../../store/index.ts';
import { HOUR, sqlInstant } from '../../instants.ts';
import {
  createMadeUpPublisher,
  csvText,
  FIRST_HOUR,
  type MadeUpPublisher,
  madeUpComplaints,
  madeUpJobs,
} from '../../testing/made-up-export.ts';
import { openAuditStore } from '../../testing/open-audit-store.ts';
import { CONFIRMED_PARENTS, countedParams, liveJobs, liveRows } from './live-rows.ts';
import { loadExport } from './load-export.ts';
import { lookupChild } from './lookup-child.ts';
import { purge } from './purge.ts';
import { settleDuplicates } from './settle-duplicates.ts';

let store: OpenedStore;
let publisher: MadeUpPublisher;
beforeAll(async () => {
  store = await openAuditStore();
  publisher = createMadeUpPublisher(store);
}, 60_000);
afterAll(async () => {
  await store?.close();
  publisher?.close();
});

const committed = countedParams('committed');

test('a complaint counts from when it was confirmed, in whatever export that is told', async () => {
  const source = 'complaints';
  await publisher.reports(source, {
    one: { end: 1 },
    two: { end: 2 },
    forged: { end: 3, verdict: 'mismatch' },
  });
  const load = (report: string, end: number, rows: [string, number | ''][]) =>
    loadExport(
      store,
      publisher.file(
        { source, report, end, kind: 'complaints', reader: madeUpComplaints },
        csvText(['request', 'confirmed'], rows),
      ),
    );
  const confirmed = async (seconds: number) => {
    const rows = await store.query<{ ours: string }>(
      `SELECT arrayFirst(text -> p.parent_id = reinterpretAsUUID(sipHash128(text)), ['early', 'late', 'never', 'forged']) AS ours
FROM (${CONFIRMED_PARENTS}) AS p ORDER BY ours`,
      { params: { source, ...committed, instant: sqlInstant(FIRST_HOUR + seconds * 1_000_000) } },
    );
    return rows.map(({ ours }) => ours);
  };
  await load('two', 2, [['late', 5_000]]);
  await load('one', 1, [
    ['early', 100],
    ['late', ''],
    ['never', ''],
  ]);
  await load('forged', 3, [['forged', 200]]);
  expect(await confirmed(99)).toEqual([]);
  expect(await confirmed(100)).toEqual(['early']);
  expect(await confirmed(4_999)).toEqual(['early']);
  expect(await confirmed(5_000)).toEqual(['early', 'late']);
});

test('a job is told by its newest row; one that has finished is not running again', async () => {
  const source = 'jobs';
  await publisher.reports(source, { one: { end: 1 }, two: { end: 2 }, three: { end: 3 } });
  const load = (report: string, end: number, rows: (string | number)[][]) =>
    loadExport(
      store,
      publisher.file(
        { source, report, end, kind: 'jobs', reader: madeUpJobs },
        csvText(['job', 'ended', 'state'], rows),
      ),
    );
  await load('three', 3, [['b', '', 'running']]);
  await load('two', 2, [
    ['a', 4_000, 'complete'],
    ['b', 3_700, 'complete'],
    ['c', '', 'queued'],
    ['', '', 'nameless'],
  ]);
  await load('one', 1, [
    ['a', '', 'running'],
    ['c', '', 'pending'],
  ]);
  expect(
    await store.query(`SELECT job_id, status FROM (${liveJobs('job_id, status')}) ORDER BY job_id`, {
      params: { source, ...committed },
    }),
  ).toEqual([
    { job_id: 'a', status: 'complete' },
    { job_id: 'b', status: 'complete' },
    { job_id: 'c', status: 'queued' },
  ]);
});

const COLUMNS = ['request', 'attempt', 'uid', 'who', 'began', 'ended', 'fault'];

test('attempts are looked up by their id, as the counted exports tell them', async () => {
  const source = 'lookup';
  const uuid = '864f0b4e-0b02-5514-81a7-76ca41574292';
  await publisher.reports(source, {
    one: { end: 1 },
    two: { end: 2 },
    open: { end: 3, commitment: 'uncommitted' },
  });
  const load = (report: string, end: number, rows: (string | number)[][]) =>
    loadExport(store, publisher.file({ source, report, end }, csvText(COLUMNS, rows)));
  await load('one', 1, [
    ['r', uuid, 7, 'a miner', 10, '', ''],
    ['r', "'; DROP TABLE x", 0, 'other', 11, 12, 'RATE_LIMIT'],
  ]);
  await load('two', 2, [['r', uuid, 7, 'a miner', 10, 3_601, '']]);
  await load('open', 3, [['r', 'only published', 7, 'a miner', 10, 20, '']]);
  await settleDuplicates(store, source);
  const ids = [uuid.toUpperCase(), "'; DROP TABLE x", 'only published', 'nobody'];
  const found = await lookupChild(store, source, ids);
  expect([...found.keys()].toSorted()).toEqual(["'; DROP TABLE x", uuid.toUpperCase()]);
  expect(found.get(uuid.toUpperCase())).toEqual({
    childId: uuid.toUpperCase(),
    reportId: 'two',
    hour: FIRST_HOUR + 2 * HOUR,
    chuteId: 'a chute',
    functionName: '',
    instanceId: 'an instance',
    minerUid: 7,
    minerHotkey: 'a miner',
    startedAt: FIRST_HOUR + 10_000_000,
    outcome: 'succeeded',
  });
  expect(found.get("'; DROP TABLE x")).toMatchObject({ minerUid: 0, outcome: 'failed' });
  expect((await lookupChild(store, source, ids, { basis: 'published' })).size).toBe(3);
  const early = { from: FIRST_HOUR, to: FIRST_HOUR + HOUR };
  expect([...(await lookupChild(store, source, ids, { between: early })).keys()]).toEqual([
    "'; DROP TABLE x",
  ]);
  expect(await lookupChild(store, source, [])).toEqual(new Map());
});

test('a purge takes the rows of hours before an instant and leaves everything else', async () => {
  const [source, other] = ['purged', 'not purged'];
  for (const name of [source, other]) {
    await publisher.reports(name, { one: { end: 1 }, two: { end: 2 } });
    for (const [report, end] of [
      ['one', 1],
      ['two', 2],
    ] as const)
      await loadExport(
        store,
        publisher.file(
          { source: name, report, end },
          csvText(COLUMNS, [['r', 'a', 1, `of ${report}`, 10, 20, '']]),
        ),
      );
    await settleDuplicates(store, name);
  }
  const rowsOf = async (name: string) =>
    (
      await store.query<{ who: string }>(
        `SELECT miner_hotkey AS who FROM (${liveRows('audit_invocations', '*')}) ORDER BY who`,
        { params: { source: name, ...committed } },
      )
    ).map(({ who }) => who);
  const filesOf = (name: string) =>
    store.query(
      'SELECT report_id, state, toString(row_count) AS rows FROM audit_files FINAL WHERE source = {source:String} ORDER BY report_id',
      { params: { source: name } },
    );
  expect(await purge(store, { source, before: FIRST_HOUR })).toEqual({ files: 0 });
  expect(await rowsOf(source)).toEqual(['of two']);
  expect(await purge(store, { source, before: FIRST_HOUR + 2 * HOUR })).toEqual({ files: 1 });
  expect(await purge(store, { source, before: FIRST_HOUR + 2 * HOUR })).toEqual({ files: 0 });
  expect(await rowsOf(source)).toEqual(['of two']);
  expect(await filesOf(source)).toEqual([
    { report_id: 'one', state: 'purged', rows: '1' },
    { report_id: 'two', state: 'loaded', rows: '1' },
  ]);
  // Without the later hour, the earlier row of the request would stand again: but it is gone.
  expect(await purge(store, { source, before: FIRST_HOUR + 3 * HOUR })).toEqual({ files: 1 });
  expect(await rowsOf(source)).toEqual([]);
  expect(await rowsOf(other)).toEqual(['of two']);
  expect(
    await store.query('SELECT count() AS rows FROM audit_reports FINAL WHERE source = {source:String}', {
      params: { source },
    }),
  ).toEqual([{ rows: '2' }]);
});
