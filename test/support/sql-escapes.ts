/** What a hostile statement could aim at; the tests watch each of them. */
export interface Targets {
  /** A file with a secret in it. */
  readonly secretFile: string;
  /** A path that does not exist and must not come to be. */
  readonly newFile: string;
  /** An HTTP address whose visits are counted. */
  readonly canary: string;
  readonly canaryPort: number;
}

/** Statements that must be refused: they write, read files, or reach other hosts. */
export function sqlEscapes({ secretFile, newFile, canary, canaryPort }: Targets): Record<string, string[]> {
  return {
    write: [
      'DROP TABLE neurons',
      'drop/**/table neurons',
      'TRUNCATE TABLE blocks',
      'ALTER TABLE blocks DELETE WHERE 1 = 1',
      'INSERT INTO blocks SELECT * FROM blocks',
      'CREATE TABLE t (a UInt8) ENGINE = Memory',
      'CREATE VIEW v AS SELECT 1',
      'CREATE DATABASE evil',
      "ATTACH TABLE t (a UInt8) ENGINE = File(CSV, 'x')",
      'OPTIMIZE TABLE neurons FINAL',
      'RENAME TABLE neurons TO lost',
      'SYSTEM SHUTDOWN',
      'KILL QUERY WHERE 1 = 1',
      'SET readonly = 0',
      'SELECT 1; DROP TABLE neurons',
      'SELECT 1 SETTINGS readonly = 0',
      'SELECT 1 SETTINGS max_execution_time = 0, max_result_rows = 0',
      `SELECT 1 INTO OUTFILE '${newFile}'`,
      `INSERT INTO FUNCTION file('${newFile}', 'CSV', 'a UInt8') SELECT 1`,
      'GRANT ALL ON *.* TO default',
      'EXPLAIN AST DROP TABLE neurons; DROP TABLE neurons',
    ],
    files: [
      `SELECT * FROM file('${secretFile}', 'LineAsString')`,
      `SELECT * FROM /* a */ FILE /* b */ ('${secretFile}', 'RawBLOB')`,
      `SELECT * FROM \`file\`('${secretFile}', 'RawBLOB')`,
      `SELECT * FROM "file"('${secretFile}', 'RawBLOB')`,
      `SELECT file('${secretFile}')`,
      `SELECT fiLe('${secretFile}')`,
      `SELECT arrayMap(x -> file(x), ['${secretFile}'])`,
      `WITH x AS (SELECT * FROM file('${secretFile}', 'RawBLOB')) SELECT * FROM x`,
      `SELECT 1 UNION ALL SELECT length(raw_blob) FROM file('${secretFile}', 'RawBLOB')`,
      `SELECT * FROM numbers(1) WHERE number IN (SELECT length(raw_blob) FROM file('${secretFile}', 'RawBLOB'))`,
      `SELECT (SELECT any(line) FROM file('${secretFile}', 'LineAsString'))`,
      `SELECT * FROM (SELECT * FROM file('${secretFile}', 'LineAsString'))`,
      `SELECT * FROM neurons JOIN file('${secretFile}', 'LineAsString') AS f ON 1 = 1`,
      `DESCRIBE TABLE file('${secretFile}', 'LineAsString')`,
      `DESCRIBE file('${secretFile}', 'CSV')`,
      `SELECT * FROM fileCluster('default', '${secretFile}', 'RawBLOB')`,
      `SELECT * FROM sqlite('${secretFile}', 'a')`,
      "SELECT * FROM executable('cat', 'TSV', 'a String', (SELECT 1))",
      `SELECT * FROM filesystem('${secretFile}')`,
      `SELECT * FROM '${secretFile}'`,
      `SELECT * FROM \`${secretFile}\``,
      `SELECT catboostEvaluate('${secretFile}', 1.0)`,
      "SELECT dictGet('anything', 'a', 1)",
      "SELECT * FROM dictionary('anything')",
      `SELECT * FROM deltaLakeLocal('${secretFile}')`,
      `SELECT * FROM icebergLocal('${secretFile}')`,
      `SELECT * FROM python('os')`,
    ],
    network: [
      `SELECT * FROM url('${canary}/a', 'LineAsString')`,
      `SELECT * FROM URL('${canary}/b', 'RawBLOB')`,
      `SELECT * FROM urlCluster('default', '${canary}/c', 'RawBLOB')`,
      `DESCRIBE url('${canary}/d', 'CSV')`,
      `SELECT * FROM s3('${canary}/e/bucket/x.csv', 'CSV')`,
      `SELECT * FROM gcs('${canary}/f/bucket/x.csv', 'CSV')`,
      `SELECT * FROM remote('127.0.0.1:${canaryPort}', 'default', 'neurons')`,
      `SELECT * FROM remoteSecure('127.0.0.1:${canaryPort}', 'default', 'neurons')`,
      `SELECT * FROM mysql('127.0.0.1:${canaryPort}', 'a', 'b', 'c', 'd')`,
      `SELECT * FROM postgresql('127.0.0.1:${canaryPort}', 'a', 'b', 'c', 'd')`,
      `SELECT * FROM mongodb('127.0.0.1:${canaryPort}', 'a', 'b', 'c', 'd', 'e String')`,
      `SELECT * FROM redis('127.0.0.1:${canaryPort}', 'a', 'a String')`,
      `SELECT * FROM hdfs('hdfs://127.0.0.1:${canaryPort}/x', 'CSV')`,
      `SELECT * FROM azureBlobStorage('${canary}', 'c', 'x.csv', 'a', 'b')`,
      `SELECT * FROM jdbc('jdbc:x://127.0.0.1:${canaryPort}', 'a', 'b')`,
      `SELECT * FROM odbc('DSN=x', 'a', 'b')`,
      `SELECT * FROM cluster('default', system.one)`,
      `SELECT * FROM clusterAllReplicas('default', system.one)`,
      `SELECT * FROM deltaLake('${canary}/g/bucket/')`,
      `SELECT * FROM iceberg('${canary}/h/bucket/')`,
      `SELECT * FROM hudi('${canary}/i/bucket/')`,
    ],
    system: [
      'SELECT * FROM system.users',
      'SELECT * FROM system.query_log',
      'SELECT * FROM system.settings',
      'SELECT * FROM system.disks',
      "SELECT * FROM merge(REGEXP('.*'), '.*')",
      'SHOW CREATE TABLE system.users',
      'SHOW PROCESSLIST',
    ],
  };
}
