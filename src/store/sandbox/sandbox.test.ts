import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClickhouseHttp, startClickhouseHttp } from '../../../test/support/clickhouse-http.ts';
import { sqlEscapes } from '../../../test/support/sql-escapes.ts';
import { type OpenedStore, openStore } from '../index.ts';
import type { Migration } from '../types.ts';

const table = (name: string) =>
  `CREATE TABLE IF NOT EXISTS ${name} (\n  a UInt64,\n  b String\n) ENGINE = ReplacingMergeTree(a) ORDER BY a`;
const migrations: Migration[] = [
  { number: 1, name: 'tables', statements: [table('neurons'), table('blocks')] },
];
const SECRET = 'correct horse battery staple';

describe.each(['embedded', 'server'] as const)('a user statement on the %s store', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-sandbox-'));
  const secretFile = join(folder, 'secret.csv');
  const newFile = join(folder, 'written');
  let server: ClickhouseHttp | undefined;
  let store: OpenedStore;
  let canary: Server;
  let visits = 0;

  beforeAll(async () => {
    writeFileSync(secretFile, `${SECRET}\n`);
    canary = createServer((_, response) => {
      visits++;
      response.end('1\n');
    });
    canary.on('connection', () => visits++);
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    if (kind === 'server') server = await startClickhouseHttp({ path: join(folder, 'server') });
    store = await openStore(server === undefined ? { path: join(folder, 'data') } : { url: server.url }, {
      migrations,
    });
    await store.insert(
      'neurons',
      ['a', 'b'],
      [
        [1, 'one'],
        [2, 'two'],
      ],
    );
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await server?.stop();
    canary.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const allowed: [sql: string, rows: unknown[][]][] = [
    ['SELECT 1', [[1]]],
    [
      'select a, b from neurons order by a -- a comment; DROP TABLE neurons',
      [
        ['1', 'one'],
        ['2', 'two'],
      ],
    ],
    ['SELECT count() FROM taoscope.neurons FINAL;', [['2']]],
    ['WITH big AS (SELECT a FROM neurons WHERE a > 1) SELECT a FROM big', [['2']]],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM r WHERE x < 3) SELECT max(x) FROM r',
      [['3']],
    ],
    ['SELECT sum(number) FROM numbers(10)', [['45']]],
    ['SELECT countIf(a > 1), sumOrNullIf(a, a > 5), uniqExactIf(b, a = 1) FROM neurons', [['1', null, '1']]],
    ["SELECT a FROM neurons WHERE a IN (SELECT a FROM neurons WHERE b = 'two')", [['2']]],
    ['SELECT n.b FROM neurons AS n INNER JOIN neurons AS m ON n.a = m.a ORDER BY n.b LIMIT 1', [['one']]],
    [
      'SELECT arrayMap(x -> (x * 2), [1, 2]), quantile(0.5)(a), sum(a) OVER () FROM neurons GROUP BY a ORDER BY a LIMIT 1',
      [[[2, 4], 1, '3']],
    ],
    ["SELECT 'INTO OUTFILE file(secret) ; DROP'", [['INTO OUTFILE file(secret) ; DROP']]],
    ['SELECT * EXCEPT (b) FROM neurons ORDER BY a LIMIT 1', [['1']]],
    ['SELECT toUInt64(18446744073709551615)', [['18446744073709551615']]],
  ];
  test.each(allowed)('may be %s', async (sql, rows) => {
    expect((await store.sandbox(sql)).rows).toEqual(rows);
  });

  test.each([
    'EXPLAIN SELECT a FROM neurons',
    'EXPLAIN PIPELINE SELECT 1',
    'EXPLAIN indexes = 1 SELECT a FROM neurons',
    'DESCRIBE neurons',
    'SHOW TABLES',
    'SHOW CREATE TABLE neurons',
  ])('may be %s', async (sql) => {
    expect((await store.sandbox(sql)).rows.length).toBeGreaterThan(0);
  });

  test('may not write, read files, or reach other hosts', async () => {
    const port = (canary.address() as AddressInfo).port;
    const escapes = Object.values(
      sqlEscapes({ secretFile, newFile, canary: `http://127.0.0.1:${port}`, canaryPort: port }),
    ).flat();
    const passed: string[] = [];
    for (const sql of [...escapes, ...tricks(secretFile, newFile, `http://127.0.0.1:${port}`)]) {
      const outcome = await store.sandbox(sql, { maxSeconds: 5 }).then(
        (answer) => `answered ${JSON.stringify(answer.rows).slice(0, 100)}`,
        (error: { code?: string }) => error.code,
      );
      if (outcome !== 'refused' && outcome !== 'usage') passed.push(`${sql}: ${outcome}`);
    }
    expect(passed).toEqual([]);
    expect(visits).toBe(0);
    expect(existsSync(newFile)).toBe(false);
    expect(await store.query('SELECT count() AS count FROM neurons')).toEqual([{ count: '2' }]);
  });

  test('is bounded in rows, and says so', async () => {
    const answer = await store.sandbox('SELECT number FROM numbers(1000000)', { maxRows: 10 });
    expect(answer.rows).toHaveLength(10);
    expect(answer.truncated).toBe(true);
    expect((await store.sandbox('SELECT number FROM numbers(10)', { maxRows: 10 })).truncated).toBe(false);
  });

  test('is bounded in time and memory', async () => {
    await expect(
      store.sandbox('SELECT sum(sipHash64(number)) FROM numbers(1000000000000)', { maxSeconds: 1 }),
    ).rejects.toMatchObject({ code: 'timeout' });
    await expect(
      store.sandbox('SELECT length(groupArray(number)) FROM numbers(100000000)', {
        maxMemoryBytes: 50_000_000,
      }),
    ).rejects.toMatchObject({ code: 'refused' });
  });

  test('says what is wrong with it', async () => {
    await expect(store.sandbox('SELEC 1')).rejects.toMatchObject({ code: 'usage' });
    await expect(store.sandbox('SELECT nothing FROM neurons')).rejects.toMatchObject({ code: 'usage' });
    const refusal = await store.sandbox("SELECT file('x')").catch((error: Error) => error.message);
    expect(refusal).toMatchInlineSnapshot(`
      "this statement may not run here
        got:      it uses file()
        expected: one SELECT (or EXPLAIN, DESCRIBE TABLE, SHOW TABLES) over the tables here"
    `);
  });
});

/** Ways around a careless filter: comments, case, quoting, nesting, other words for the same. */
function tricks(secretFile: string, newFile: string, canary: string): string[] {
  return [
    `SELECT 1 /* ' */ INTO/**/OUTFILE '${newFile}' -- '`,
    `SELECT 1 INTO OUTFILE '${newFile}' APPEND FORMAT CSV`,
    `SELECT 1) INTO OUTFILE '${newFile}' -- `,
    `(SELECT 1) INTO OUTFILE '${newFile}'`,
    `EXPLAIN SELECT 1 INTO OUTFILE '${newFile}'`,
    `EXPLAIN AST SELECT 1 INTO OUTFILE '${newFile}'`,
    `SHOW TABLES INTO OUTFILE '${newFile}'`,
    `DESCRIBE neurons INTO OUTFILE '${newFile}'`,
    'SELECT 1 FORMAT Null',
    `SELECT * APPLY(file) FROM (SELECT '${secretFile}' AS x)`,
    `SELECT COLUMNS('.*') APPLY(x -> file(x)) FROM (SELECT '${secretFile}' AS x)`,
    `SELECT * REPLACE (file('${secretFile}') AS x) FROM (SELECT 1 AS x)`,
    `WITH file AS neurons SELECT file('${secretFile}')`,
    `WITH x -> file(x) AS f SELECT f('${secretFile}')`,
    `SELECT a FROM neurons ORDER BY a WITH FILL INTERPOLATE (b AS file('${secretFile}'))`,
    `SELECT sum(a) OVER w FROM neurons WINDOW w AS (ORDER BY file('${secretFile}'))`,
    `SELECT 1 FROM neurons ARRAY JOIN [file('${secretFile}')] AS z`,
    `SELECT 1 FROM neurons QUALIFY file('${secretFile}') != ''`,
    `SELECT 1 LIMIT length(file('${secretFile}'))`,
    `EXPLAIN QUERY TREE SELECT 1 WHERE file('${secretFile}') = ''`,
    `EXPLAIN SYNTAX SELECT file('${secretFile}')`,
    `SELECT 1 IN file('${secretFile}', 'LineAsString')`,
    'SELECT 1 IN system.users',
    "SELECT 'x' IN `system`.`users`",
    'SELECT 1 GLOBAL IN system.users',
    'SELECT * FROM `system`.`users`',
    'SELECT * FROM "system" . /* */ "users"',
    'SELECT * FROM SYSTEM.users',
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM `default`.`secret.csv`',
    `WITH passwd AS (SELECT 1) SELECT * FROM \`${secretFile}\``,
    `SELECT 'WITH secret AS (SELECT 1)' FROM secret`,
    'WITH a AS (SELECT * FROM system.one) SELECT * FROM a, system.users',
    'SELECT * FROM view(SELECT * FROM system.users)',
    'SELECT * FROM loop(neurons)',
    "SELECT * FROM fuzzJSON('{}')",
    'SELECT * FROM generateRandom()',
    "SELECT * FROM input('a String')",
    "SELECT * FROM mergeTreeIndex('taoscope', 'neurons')",
    "SELECT * FROM eval('SELECT 1')",
    "SELECT hasColumnInTable('127.0.0.1', 'system', 'users', 'name')",
    "SELECT joinGet('neurons', 'b', 1)",
    "SELECT dictGetString('d', 'a', toUInt64(1))",
    'SELECT sleep(3)',
    'SELECT sleepEachRow(3)',
    "SELECT getServerSetting('max_server_memory_usage')",
    "SELECT getClientHTTPHeader('authorization')",
    "SELECT aiGenerate('hello')",
    'SELECT hostName(), currentUser(), serverUUID()',
    `SELECT * FROM url({x:String})`,
    'SELECT {x:String}',
    `SELECT * FROM neurons SETTINGS max_threads = 1`,
    'SELECT * FROM (SELECT 1 SETTINGS readonly = 0)',
    'SELECT 1 PARALLEL WITH SELECT 2',
    'CHECK TABLE neurons',
    'USE system',
    "BACKUP TABLE neurons TO File('x')",
    'SHOW TABLES FROM system',
    'SHOW DATABASES',
    "SHOW SETTINGS LIKE '%'",
    'EXISTS TABLE system.users',
    'DESCRIBE TABLE system.users',
    'DESCRIBE (SELECT 1)',
    `SELECT * FROM ｆｉｌｅ('${secretFile}')`,
    `SELECT\u00a0*\u00a0FROM url('${canary}/nbsp', 'CSV', 'a String')`,
    `SELECT * FROM \`fi\\x6ce\`('${secretFile}', 'CSV', 'a String')`,
    'SELECT 1\0; DROP TABLE neurons',
    'SELECT `a\n  TableIdentifier neurons` FROM system.users',
    '',
    '-- nothing',
  ];
}
