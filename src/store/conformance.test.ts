import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClickhouseHttp, startClickhouseHttp } from '../../test/support/clickhouse-http.ts';
import { TaoscopeError } from '../shared/index.ts';
import { type OpenedStore, openStore } from './index.ts';
import type { Migration } from './types.ts';

const migrations: Migration[] = [
  {
    number: 1,
    name: 'things',
    statements: [
      `CREATE TABLE IF NOT EXISTS things (
  id UInt64,
  account FixedString(32),
  text Nullable(String),
  big Nullable(UInt128),
  flag Nullable(Bool),
  ratio Nullable(Float64)
) ENGINE = ReplacingMergeTree(id) ORDER BY id`,
    ],
  },
];
const COLUMNS = ['id', 'account', 'text', 'big', 'flag', 'ratio'];

/** The same expectations of the store in this process and over HTTP. */
describe.each(['embedded', 'server'] as const)('the %s store', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-store-'));
  let server: ClickhouseHttp | undefined;
  let store: OpenedStore;

  beforeAll(async () => {
    if (kind === 'server') server = await startClickhouseHttp({ path: join(folder, 'server') });
    store = await openStore(server === undefined ? { path: join(folder, 'data') } : { url: server.url }, {
      migrations,
    });
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('gives back every byte and every integer it was given', async () => {
    const everyByte = [0, 32, 64, 96, 128, 160, 192, 224].map((start) =>
      Uint8Array.from({ length: 32 }, (_, i) => start + i),
    );
    const texts = [
      '',
      'tab\tnewline\nreturn\rbackslash\\quote\'"',
      '\\N',
      'ΤΑΟ τ 🦆',
      '<script>',
      '\u0000\u0001',
    ];
    const rows = everyByte.map((account, i) => [
      BigInt(i) + 2n ** 63n,
      account,
      texts[i],
      i === 0 ? 2n ** 128n - 1n : BigInt(i) * 10n ** 15n,
      i % 2 === 0,
      i / 3,
    ]);
    await store.insert('things', COLUMNS, rows);
    const stored = await store.query<Record<string, unknown>>(
      'SELECT id, hex(account) AS account, text, toString(big) AS big, flag, ratio FROM things FINAL ORDER BY id',
    );
    expect(stored).toEqual(
      rows.map(([id, account, text, big, flag, ratio]) => ({
        id: String(id),
        account: Buffer.from(account as Uint8Array)
          .toString('hex')
          .toUpperCase(),
        text: text ?? null,
        big: String(big),
        flag,
        ratio,
      })),
    );
  });

  test('binds parameters, hostile ones included', async () => {
    const hostile = "'; DROP TABLE things; -- \\ \n\t";
    expect(
      await store.query(
        'SELECT {text:String} AS text, {number:UInt64} AS number, {list:Array(UInt16)} AS list',
        {
          params: { text: hostile, number: 2n ** 64n - 1n, list: [1, 2] },
        },
      ),
    ).toEqual([{ text: hostile, number: '18446744073709551615', list: [1, 2] }]);
  });

  test('inserts no rows without asking the engine, and fails with the number of a refusal', async () => {
    await store.insert('things', COLUMNS, []);
    const failure = await store.insert('nowhere', ['a'], [[1]]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TaoscopeError);
    expect(failure).toMatchObject({ code: 'store-failed', fields: { clickhouseCode: 60 } });
    expect((failure as Error).message).toContain('the store cannot insert into nowhere');
  });

  describe('a file', () => {
    const structure = 'n String, text String, absent String';
    const load = async (content: string | Uint8Array, name = 'file.csv') => {
      const file = join(folder, name);
      writeFileSync(file, content);
      await store.command(
        'CREATE TABLE IF NOT EXISTS texts (n String, text String, absent String, a UInt8) ENGINE = MergeTree ORDER BY n',
      );
      await store.command('TRUNCATE TABLE texts');
      await store.load(
        {
          file,
          format: 'CSVWithNames',
          structure,
          insert: (source) =>
            `INSERT INTO texts SELECT n, text, absent, {a:UInt8} FROM (SELECT * FROM ${source})`,
        },
        { params: { a: 7 } },
      );
      return (
        await store.query<Record<string, unknown>>('SELECT n, text, absent, a FROM texts ORDER BY n')
      ).map((row) => [row.n, row.text, row.absent, row.a]);
    };

    test('in CSV gives its texts as they were written, by the names of its header', async () => {
      // Written by Python 3.12: csv.writer with its defaults, columns in another order and one that nobody knows.
      const written =
        'extra,text,n\r\n' +
        'x,"two\nlines, ""quoted""\r\nand CR LF",1\r\n' +
        'x,,2\r\n' +
        'x,\\N,3\r\n' +
        "x,'single',4\r\n" +
        'x,  spaces\t,5\r\n' +
        'x,NULL,6\r\n' +
        'x,τ 🦆,7\r\n';
      expect(await load(written)).toEqual([
        ['1', 'two\nlines, "quoted"\r\nand CR LF', '', 7],
        ['2', '', '', 7],
        ['3', '\\N', '', 7],
        ['4', "'single'", '', 7],
        ['5', '  spaces\t', '', 7],
        ['6', 'NULL', '', 7],
        ['7', 'τ 🦆', '', 7],
      ]);
    });

    test('may have short rows, long rows, a byte order mark, no rows at all', async () => {
      expect(await load('\ufeffn,text\r\n1\r\n2,b,c\r\n3,c')).toEqual([
        ['1', '', '', 7],
        ['2', 'b', '', 7],
        ['3', 'c', '', 7],
      ]);
      expect(await load('n,text\r\n')).toEqual([]);
    });

    test('may have a name that is a pattern, an archive or a statement', async () => {
      expect(await load('n,text\r\n1,a\r\n', "a{1,2}*?'); DROP TABLE texts; -- \\ :: b.csv.gz")).toEqual([
        ['1', 'a', '', 7],
      ]);
    });

    test.each([
      ['text after a quote', 'n,text\r\n1,"a"b\r\n2,b\r\n'],
      ['a column twice', 'n,n\r\n1,2\r\n'],
    ])('with %s is refused', async (_, content) => {
      await expect(load(content)).rejects.toMatchObject({ code: 'store-failed' });
    });

    test('that is not there is refused', async () => {
      await expect(
        store.load({
          file: join(folder, 'nowhere.csv'),
          format: 'CSVWithNames',
          structure,
          insert: (source) => `INSERT INTO texts SELECT n, text, absent, 1 FROM ${source}`,
        }),
      ).rejects.toBeInstanceOf(TaoscopeError);
    });
  });

  test('an aborted statement ends with aborted', async () => {
    const stop = new AbortController();
    const running = store.query('SELECT sum(sipHash64(number)) FROM numbers(20000000)', {
      signal: stop.signal,
    });
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    await expect(store.query('SELECT 1', { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
  });

  test('exports Parquet that an independent reader reads', async () => {
    const bytes = await collect(
      await store.exportStream(
        'SELECT number AS id, toString(number) AS name, number / 4 AS share FROM numbers({n:UInt64})',
        'Parquet',
        {
          params: { n: 70_000 },
        },
      ),
    );
    const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer, utf8: true });
    expect(rows).toHaveLength(70_000);
    expect(rows[0]).toEqual({ id: 0n, name: '0', share: 0 });
    expect(rows[69_999]).toEqual({ id: 69_999n, name: '69999', share: 17_499.75 });
  });

  test('exports CSV with one header, however many pieces it comes in', async () => {
    const text = (
      await collect(
        await store.exportStream(
          "SELECT number AS id, 'a\"b' AS text FROM numbers({n:UInt64})",
          'CSVWithNames',
          { params: { n: 200_000 } },
        ),
      )
    ).toString();
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(200_001);
    expect(lines[0]).toBe('"id","text"');
    expect(lines.filter((line) => line.includes('"id"'))).toHaveLength(1);
    expect(lines[200_000]).toBe('199999,"a""b"');
  });

  test('an export that is not read to its end leaves the store usable', async () => {
    const pieces = await store.exportStream('SELECT number FROM numbers(1000000)', 'JSONEachRow');
    for await (const piece of pieces) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(await store.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('settings of a user statement do not stay', async () => {
    await store.sandbox('SELECT 1');
    await store.command('CREATE TABLE IF NOT EXISTS later (a UInt8) ENGINE = MergeTree ORDER BY a');
    await store.command('DROP TABLE later');
  });

  test('counts what it does and how much it holds', async () => {
    const before = await store.stats();
    await store.query('SELECT 1');
    const after = await store.stats();
    expect(after.kind).toBe(kind);
    expect(after.version).toMatch(/^\d+\.\d+/);
    expect(after.queries).toBeGreaterThan(before.queries);
    expect(after.rows).toMatchObject({ schema_migrations: 1, things: 8 });
    expect(after.bytesOnDisk).toBeGreaterThan(0);
    // The table, the two files and the absent one that were refused above.
    expect(after.insertErrors).toBe(4);
  });
});

describe('a server that will not do', () => {
  test('is refused for its age, with both versions', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'taoscope-old-'));
    const server = await startClickhouseHttp({ path: folder, version: '18.16.1' });
    try {
      await expect(openStore({ url: server.url }, { migrations })).rejects.toMatchObject({
        code: 'store-too-old',
        fields: { version: '18.16.1', needed: '24.8' },
      });
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('is unreachable where nothing listens', async () => {
    await expect(openStore({ url: 'http://127.0.0.1:1' }, { migrations })).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
    });
  });
});

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
