import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenedStore } from '../../store/index.ts';
import type { TableReader } from '../adapter.ts';
import { openAuditStore } from '../testing/open-audit-store.ts';
import { entryIdOf } from './publication.ts';
import { idSql, instantSql, numberSql, wholeSql } from './table-sql.ts';
import { tableOf } from './tables.ts';
import { parseTimestamp } from './timestamps.ts';

const HOSTILE = [
  '',
  ' ',
  '\0',
  "'; DROP TABLE texts; --",
  '$(reboot) `reboot` | reboot',
  '../../etc/passwd',
  '\\N',
  '\\',
  '\ufeff5',
  'ünïcödé 🦆',
  '٣',
  'nan',
  'inf',
  '-Infinity',
  '1e400',
  '-1e400',
  '1e-400',
  '9'.repeat(400),
  '-1',
  '-0',
  '+5',
  '05',
  '5.',
  '5.0',
  '0x10',
  '1_000',
  '65535',
  '65536',
  '99999999999999999999',
  'True',
  'None',
  'x'.repeat(10_000),
  '2025-02-30 00:00:00',
  '0000-00-00 00:00:00',
  '2025-02-10 15:51:19.216856',
  '86364812-0b02-5514-81a7-76ca41574292',
  '86364812-0B02-5514-81A7-76CA41574292',
];

let store: OpenedStore;
beforeAll(async () => {
  store = await openAuditStore();
  await store.command('CREATE TABLE texts (n UInt32, t String) ENGINE = Memory');
}, 60_000);
afterAll(() => store?.close());

async function evaluate(sql: string, texts: readonly string[]): Promise<unknown[]> {
  await store.command('TRUNCATE TABLE texts');
  await store.insert(
    'texts',
    ['n', 't'],
    texts.map((text, n) => [n, text]),
  );
  const rows = await store.query<{ value: unknown }>(`SELECT ${sql} AS value FROM texts ORDER BY n`);
  return rows.map(({ value }) => value);
}

describe('a column of text', () => {
  const form = fc
    .tuple(
      fc.constantFrom('2024', '2025', '2000', '2199', '2100', '2025', '2024', '1999', '2200', '202'),
      fc.constantFrom('01', '02', '12', '04', '09', '02', '13', '00', '2'),
      fc.constantFrom('01', '28', '15', '29', '30', '31', '32', '00'),
      fc.constantFrom(' ', ' ', ' ', 'T', '  ', 't', ''),
      fc.constantFrom(
        '00:00:00',
        '23:59:59',
        '15:51:19',
        '08:09:07',
        '24:00:00',
        '12:60:00',
        '12:00:60',
        '1:02:03',
      ),
      fc.oneof(
        fc.constantFrom('', '.', '.5', '.000001', '.1234567'),
        fc.integer({ min: 0, max: 999_999 }).map((n) => `.${String(n).padStart(6, '0')}`),
      ),
      fc.constantFrom(
        '',
        '',
        '',
        'Z',
        '+00:00',
        '+00',
        '-05:30',
        '+0530',
        '+23:59',
        '+24:00',
        ' UTC',
        '+5',
        '-00:60',
      ),
    )
    .map(([year, month, day, ...rest]) => `${year}-${month}-${day}${rest.join('')}`);

  test('is the instant that our own reader finds in it, or none', async () => {
    const texts = [...HOSTILE, ...fc.sample(form, { numRuns: 8_000, seed: 7 })];
    const micros = await evaluate(`toUnixTimestamp64Micro(${instantSql('t')})`, texts);
    let found = 0;
    for (const [n, value] of micros.entries()) {
      const expected = parseTimestamp(texts[n] ?? '');
      if (expected !== undefined) found++;
      expect(value, texts[n]).toBe(expected === undefined ? null : String(expected));
    }
    expect(found).toBeGreaterThan(200);
  });

  test('is a number within its bounds, or none', async () => {
    const texts = [...HOSTILE, '0', '1.5', '1e-05', '2.5e3', '1e6', '1000000.1'];
    const numbers = await evaluate(numberSql('t', 0, 1_000_000), texts);
    const read = texts.map((text, n) => [text, numbers[n]] as const).filter(([, value]) => value !== null);
    expect(Object.fromEntries(read)).toEqual({
      '1e-400': 0,
      '-0': -0,
      '05': 5,
      '5.': 5,
      '5.0': 5,
      '65535': 65_535,
      '65536': 65_536,
      '0': 0,
      '1.5': 1.5,
      '1e-05': 1e-5,
      '2.5e3': 2_500,
      '1e6': 1_000_000,
    });
  });

  test('is an integer written plainly, or none', async () => {
    const numbers = await evaluate(wholeSql('t', 0, 65_535), HOSTILE);
    expect(HOSTILE.filter((_, n) => numbers[n] !== null)).toEqual(['65535']);
  });

  test('is the UUID that it names, else an id of its own', async () => {
    const id = entryIdOf({ hotkey: '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ', block: 5_000_000 });
    const ids = await evaluate(idSql('t'), HOSTILE);
    expect(ids[HOSTILE.indexOf(id)]).toBe(id);
    expect(ids[HOSTILE.indexOf(id.toUpperCase())]).toBe(id);
    expect(new Set(ids).size).toBe(HOSTILE.length - 1);
  });
});

/** Inserts rows of text, and answers what a reader makes of those that it keeps, how many are bad, and how many need our own reader. */
async function read(reader: TableReader, rows: readonly Readonly<Record<string, string>>[]) {
  const names = reader.columns.map(({ name }) => name);
  await store.command('DROP TABLE IF EXISTS published');
  await store.command(
    `CREATE TABLE published (${names.map((name) => `${name} String`).join(', ')}) ENGINE = Memory`,
  );
  await store.insert(
    'published',
    names,
    rows.map((row) => names.map((name) => row[name] ?? '')),
  );
  const columns = Object.keys(reader.values);
  await store.command(`TRUNCATE TABLE ${reader.table}`);
  await store.command(
    `INSERT INTO ${reader.table} (${columns.join(', ')}) SELECT ${columns.map((column) => reader.values[column]).join(', ')}
     FROM published WHERE (${reader.keep}) AND NOT (${reader.bad})`,
  );
  const [counts] = await store.query<{ kept: string; bad: string }>(
    `SELECT countIf(${reader.keep}) AS kept, countIf(${reader.bad}) AS bad FROM published`,
  );
  const stored = await store.query<Record<string, unknown>>(
    `SELECT ${columns.join(', ')} FROM ${reader.table}`,
  );
  return { stored, kept: Number(counts?.kept), bad: Number(counts?.bad) };
}

function readerOf(kind: string): TableReader {
  const reader = tableOf(kind);
  if (reader === undefined) throw new Error(kind);
  return reader;
}

const call = {
  parent_invocation_id: '00000000-0000-4000-8000-000000000001',
  invocation_id: '00000000-0000-4000-8000-000000000002',
  chute_id: 'a chute',
  function_name: 'chat',
  instance_id: 'an instance',
  miner_uid: '0',
  miner_hotkey: '5Miner',
  started_at: '2025-10-01 15:00:00.000001',
  completed_at: '2025-10-01 15:00:02',
  error_message: '',
  compute_multiplier: '2.5',
  bounty: '0',
  metrics: "{'p': False, 'it': 10, 'ot': 20, 'maspt': 0.001, 'nc': 1e-05}",
};

describe('an export of invocations', () => {
  const reader = readerOf('invocations');

  test('gives a row in our words', async () => {
    const { stored, kept, bad } = await read(reader, [call]);
    expect({ kept, bad }).toEqual({ kept: 1, bad: 0 });
    expect(stored).toEqual([
      {
        parent_id: call.parent_invocation_id,
        invocation_id: call.invocation_id,
        chute_id: 'a chute',
        function_name: 'chat',
        instance_id: 'an instance',
        miner_uid: 0,
        miner_hotkey: '5Miner',
        started_at: '2025-10-01 15:00:00.000001',
        completed_at: '2025-10-01 15:00:02.000000',
        failed: false,
        error: '',
        compute_multiplier: 2.5,
        bounty: 0,
        metrics_state: 'read',
        private: false,
        nc: 1e-5,
        steps: null,
        masps: null,
        it: 10,
        ot: 20,
        maspt: 0.001,
        tokens: null,
      },
    ]);
  });

  test('has unfinished, failed, private and parentless rows, and leaves out those of the cache', async () => {
    const { stored, kept, bad } = await read(reader, [
      { ...call, completed_at: '', metrics: '' },
      { ...call, error_message: 'Traceback:\n  "x"', metrics: "{'p': True}" },
      { ...call, parent_invocation_id: '' },
      { ...call, miner_uid: '-1', miner_hotkey: '', started_at: '' },
    ]);
    expect({ kept, bad }).toEqual({ kept: 3, bad: 0 });
    expect(stored.map((row) => [row.completed_at, row.failed, row.private, row.metrics_state])).toEqual([
      [null, false, false, 'none'],
      ['2025-10-01 15:00:02.000000', true, true, 'read'],
      ['2025-10-01 15:00:02.000000', false, false, 'read'],
    ]);
    expect(stored[2]?.parent_id).toBe(call.invocation_id);
  });

  test.each([
    ['invocation_id', ''],
    ['miner_hotkey', ''],
    ['miner_uid', ''],
    ['miner_uid', '1.0'],
    ['miner_uid', '65536'],
    ['started_at', ''],
    ['started_at', '2025-02-30 00:00:00'],
    ['completed_at', 'soon'],
    ['compute_multiplier', ''],
    ['compute_multiplier', 'nan'],
    ['compute_multiplier', '1e400'],
    ['compute_multiplier', '-1'],
    ['bounty', 'inf'],
  ])('counts a row as bad whose %s is %j', async (column, text) => {
    const { kept, bad, stored } = await read(reader, [{ ...call, [column]: text }, call]);
    expect({ kept, bad, stored: stored.length }).toEqual({ kept: 2, bad: 1, stored: 1 });
  });
});

test('an export of complaints gives their request, time and confirmation', async () => {
  const row = {
    invocation_id: call.parent_invocation_id,
    user_id: 'u',
    timestamp: '2025-02-10 15:00:00+00:00',
  };
  const { stored, bad } = await read(readerOf('reports'), [
    { ...row, reason: 'instance lifetime less than required minimum' },
    { ...row, confirmed_at: '2025-02-10 18:30:00.5+02:00', confirmed_by: 'admin' },
    { ...row, confirmed_at: 'yes' },
    { ...row, invocation_id: '' },
  ]);
  expect(bad).toBe(2);
  expect(
    stored.map((complaint) => [complaint.parent_id, complaint.reported_at, complaint.confirmed_at]),
  ).toEqual([
    [call.parent_invocation_id, '2025-02-10 15:00:00.000000', null],
    [call.parent_invocation_id, '2025-02-10 15:00:00.000000', '2025-02-10 16:30:00.500000'],
  ]);
});

test('an export of jobs has runs without a miner and knows who ended them', async () => {
  const job = {
    job_id: 'j',
    chute_id: 'c',
    miner_hotkey: '',
    status: 'running',
    started_at: '2025-08-01 10:00:00',
  };
  const { stored, bad } = await read(readerOf('jobs'), [
    job,
    {
      ...job,
      miner_uid: '7',
      miner_terminated: 'True',
      compute_multiplier: '4',
      finished_at: '2025-08-01 10:30:00',
    },
    { ...job, miner_terminated: 'perhaps' },
  ]);
  expect(bad).toBe(1);
  expect(
    stored.map(({ miner_uid, miner_terminated, compute_multiplier }) => [
      miner_uid,
      miner_terminated,
      compute_multiplier,
    ]),
  ).toEqual([
    [null, false, null],
    [7, true, 4],
  ]);
});

test.each(['invocations', 'reports', 'jobs'])(
  'no text in any column of %s makes a statement fail',
  async (kind) => {
    const reader = readerOf(kind);
    const rows = reader.columns.flatMap(({ name }) => HOSTILE.map((text) => ({ ...call, [name]: text })));
    const { kept, bad, stored } = await read(reader, rows);
    expect(stored.length).toBeGreaterThanOrEqual(kept - bad);
    expect(await store.query('SELECT count() AS n FROM published')).toEqual([{ n: String(rows.length) }]);
  },
);

test('no other kind is read', () => {
  expect(['', 'other', 'constructor', '__proto__'].map(tableOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
