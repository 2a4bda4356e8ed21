import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedStore } from '../../../store/index.ts';
import {
  createMadeUpPublisher,
  csvText,
  type MadeUpPublisher,
  madeUpRequests,
} from '../../testing/made-up-export.ts';
import { openAuditStore } from '../../testing/open-audit-store.ts';
import { countedParams, liveRows } from './live-rows.ts';
import { loadExport } from './load-export.ts';
import { settleDuplicates } from './settle-duplicates.ts';

const COLUMNS = ['request', 'attempt', 'uid', 'who', 'began', 'ended', 'fault', 'work'];

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

let sources = 0;
/** One file of one counted report of a source of its own. */
async function loaded(content: string | Uint8Array) {
  const source = `source ${sources++}`;
  await publisher.reports(source, { one: { end: 1 } });
  const outcome = await loadExport(store, publisher.file({ source, report: 'one', end: 1 }, content));
  await settleDuplicates(store, source);
  const rows = await store.query<Record<string, unknown>>(
    `SELECT * EXCEPT (source, load_id, aside, aside_text) FROM (${liveRows('audit_invocations', '*')}) ORDER BY row`,
    { params: { source, ...countedParams('committed') } },
  );
  return { outcome, rows, source };
}

test('rows become ours: ids, instants, numbers, what is empty', async () => {
  const { outcome, rows } = await loaded(
    csvText(COLUMNS, [
      [
        '864f0b4e-0b02-5514-81a7-76ca41574292',
        '9A4F0B4E-0B02-5514-81A7-76CA41574292',
        3,
        'a miner',
        1.000_001,
        2.5,
        '',
        0.1,
      ],
      ['', 'not a uuid', 0, '', 0, '', 'Traceback:\n  "quoted",\r\n  end', ''],
    ]),
  );
  expect(outcome).toMatchObject({ state: 'loaded', rows: 2, bad: 0, unreadable: 0, drift: [], samples: [] });
  expect(rows).toMatchObject([
    {
      parent_id: '864f0b4e-0b02-5514-81a7-76ca41574292',
      invocation_id: '9a4f0b4e-0b02-5514-81a7-76ca41574292',
      hour: '2025-11-05 01:00:00.000000',
      miner_uid: 3,
      miner_hotkey: 'a miner',
      started_at: '2025-11-05 00:00:01.000001',
      completed_at: '2025-11-05 00:00:02.500000',
      failed: false,
      metrics_state: 'read',
      nc: 0.1,
      steps: null,
    },
    {
      miner_uid: 0,
      completed_at: null,
      failed: true,
      error: 'Traceback:\n  "quoted",\r\n  end',
      metrics_state: 'none',
      nc: null,
    },
  ]);
  // SHA-256 would not fit; the SipHash-128 of the text is an id like any other, and not the one of the empty text.
  expect(rows[1]?.invocation_id).not.toBe(rows[1]?.parent_id);
});

test('columns are found by name, in any order; unknown and missing ones are drift', async () => {
  const { outcome, rows } = await loaded(
    csvText(
      ['new\u0020one', 'began', 'who', 'uid', 'attempt', 'request', 'ended'],
      [['?', 4, 'w', 1, 'a', 'r', 5]],
    ),
  );
  expect(outcome).toMatchObject({
    state: 'loaded',
    rows: 1,
    drift: ['unknown column "new one"', 'no column "fault"', 'no column "work"'],
  });
  expect(rows).toMatchObject([
    { miner_hotkey: 'w', miner_uid: 1, completed_at: '2025-11-05 00:00:05.000000', metrics_state: 'none' },
  ]);
});

test('rows that cannot be read are counted and shown, rows that do not count are passed over', async () => {
  const { outcome, rows } = await loaded(
    csvText(COLUMNS, [
      ['r', 'a1', 1, 'w', 1, 2, '', ''],
      ['r', 'a2', '', "it's \u0000 \\ hostile", 1, 2, '', ''],
      ['r', 'a3', -1, 'from a cache', 1, 2, '', ''],
      ['r', 'a4', '1; DROP TABLE audit_files', 'w', 1, 2, '', ''],
      ['r', 'a5', 2, 'x'.repeat((1 << 20) + 1), 1, 2, '', ''],
    ]),
  );
  expect(outcome).toMatchObject({ state: 'loaded', rows: 1, bad: 3 });
  expect(outcome.state === 'loaded' && outcome.samples).toMatchObject([
    { where: 'row 2', reason: "cannot be read: r,a2,,it's \u0000 \\ hostile,1,2,," },
    { reason: 'cannot be read: r,a4,1; DROP TABLE audit_files,w,1,2,,' },
    { reason: expect.stringMatching(/^cannot be read: r,a5,2,x{190,200}$/) },
  ]);
  expect(rows).toHaveLength(1);
});

test('a row that is too short is bad, not the file', async () => {
  const { outcome } = await loaded(
    `${COLUMNS.join(',')}\r\nr,a,1,w,1,2,,\r\nr,a\r\n\r\nr,b,1,w,1,2,,5,extra\r\n`,
  );
  expect(outcome).toMatchObject({ state: 'loaded', rows: 2 });
});

test('texts that the engine cannot read are read by the adapter, in pages', async () => {
  const numerals = ['I', 'II', 'III', 'IV', 'V', 'M', '7'];
  const many = Array.from({ length: 4_500 }, (_, i) => [
    'r',
    `a${i}`,
    i,
    'w',
    1,
    2,
    '',
    numerals[i % 7] ?? '',
  ]);
  const { outcome, rows } = await loaded(csvText(COLUMNS, many));
  // 4500 = 642 × 7 + 6: M stands in 643 rows.
  expect(outcome).toMatchObject({ state: 'loaded', rows: 4_500, unreadable: 643, bad: 0 });
  const byUid = rows.toSorted((a, b) => Number(a.miner_uid) - Number(b.miner_uid));
  expect(byUid.slice(0, 7).map(({ nc, metrics_state }) => [nc, metrics_state])).toEqual([
    [1, 'read'],
    [2, 'read'],
    [3, 'read'],
    [4, 'read'],
    [5, 'read'],
    [null, 'unreadable'],
    [7, 'read'],
  ]);
  expect(new Set(rows.map(({ row }) => row)).size).toBe(4_500);
});

test('long texts for the adapter do not pile up in memory; one beyond its bound is unreadable', async () => {
  const { outcome } = await loaded(
    csvText(
      COLUMNS,
      Array.from({ length: 300 }, (_, i) => [
        'r',
        `a${i}`,
        i,
        'w',
        1,
        2,
        '',
        'M'.repeat(i === 7 ? 70_000 : 60_000),
      ]),
    ),
  );
  expect(outcome).toMatchObject({ state: 'loaded', rows: 300, unreadable: 300 });
});

test('a table without rows is a table', async () => {
  expect((await loaded(csvText(COLUMNS, []))).outcome).toMatchObject({ state: 'loaded', rows: 0, bad: 0 });
});

test.each([
  ['nothing', '', /does not begin with a line of column names/],
  ['a web page', '<!DOCTYPE html>\n<html></html>\n', /lacks request, attempt, uid, who, began/],
  ['bytes', new Uint8Array([0x1f, 0x8b, 8, 0, 0xff, 0xfe]), /does not begin with a line of column names/],
  ['another table', csvText(['job_id', 'state'], [['1', 'x']]), /lacks request, attempt/],
  ['a column twice', csvText([...COLUMNS, 'who'], []), /names a column twice/],
  ['a header that does not end', `${'a,'.repeat(60_000)}`, /does not begin with/],
  [
    'a quote that does not end',
    `${COLUMNS.join(',')}\r\nr,a,1,w,1,2,,\r\nr,b,1,"w,1,2\r\n`,
    /ends inside a quoted field/,
  ],
  [
    'text after a quote',
    `${COLUMNS.join(',')}\r\nr,a,1,"w"x,1,2,,\r\nr,b,1,w,1,2,,\r\n`,
    /is not a table in CSV/,
  ],
])('%s is malformed: nothing of it counts, and nothing is thrown', async (_, content, reason) => {
  const { outcome, rows } = await loaded(content);
  expect(outcome).toEqual({ state: 'malformed', reason: expect.stringMatching(reason) });
  expect(rows).toEqual([]);
});

test('an abort is an error, and what it left behind counts for nothing', async () => {
  const source = 'aborted';
  await publisher.reports(source, { one: { end: 1 } });
  const file = publisher.file(
    { source, report: 'one', end: 1 },
    csvText(COLUMNS, [['r', 'a', 1, 'w', 1, 2, '', '']]),
  );
  await expect(loadExport(store, file, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  expect(
    await store.query(liveRows('audit_invocations', 'row'), {
      params: { source, ...countedParams('published') },
    }),
  ).toEqual([]);
  expect(madeUpRequests.table).toBe('audit_invocations');
});
