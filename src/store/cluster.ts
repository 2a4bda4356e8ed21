import { TaoscopeError } from '../shared/index.ts';

/**
 * The cluster form of a statement of a migration. A table becomes a replicated one on every shard (`…_local`) under a
 * distributed one that keeps the name, sharded by netuid where the table has one, else by its key; a view runs on each
 * shard between local tables. Queries and inserts name the same tables in both forms.
 *
 * Understood are the shapes that our migrations use: CREATE TABLE, CREATE MATERIALIZED VIEW … TO, ALTER TABLE, DROP.
 * Sources: ClickHouse documentation, "Data Replication" and "Distributed table engine".
 */
export function clusterForm(statement: string, cluster: string): string[] {
  const sql = statement.trim();
  const on = `ON CLUSTER ${quoteName(cluster)}`;

  const table =
    /^CREATE TABLE IF NOT EXISTS (\w+)\s*(\([\s\S]*?\n\)|\([\s\S]*?\))\s*ENGINE = (\w+)(?:\(([^)]*)\))?([\s\S]*)$/.exec(
      sql,
    );
  if (table !== null) {
    const [, name = '', columns = '', engine = '', engineArguments = '', rest = ''] = table;
    const path = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";
    const inner = engineArguments.trim() === '' ? path : `${path}, ${engineArguments.trim()}`;
    return [
      `CREATE TABLE IF NOT EXISTS ${name}_local ${on} ${columns} ENGINE = Replicated${engine}(${inner})${rest}`,
      `CREATE TABLE IF NOT EXISTS ${name} ${on} AS ${name}_local ENGINE = Distributed(${quoteText(cluster)}, currentDatabase(), ${name}_local, ${shardingKey(columns, rest)})`,
    ];
  }

  const view = /^CREATE MATERIALIZED VIEW IF NOT EXISTS (\w+) TO (\w+) AS\s+([\s\S]*)$/.exec(sql);
  if (view !== null) {
    const [, name = '', target = '', select = ''] = view;
    const local = select.replace(/\bFROM (\w+)/g, 'FROM $1_local');
    return [`CREATE MATERIALIZED VIEW IF NOT EXISTS ${name} ${on} TO ${target}_local AS ${local}`];
  }

  const alter = /^ALTER TABLE (\w+)\s+([\s\S]*)$/.exec(sql);
  if (alter !== null) {
    const [, name = '', change = ''] = alter;
    const local = `ALTER TABLE ${name}_local ${on} ${change}`;
    // Order, TTL, indexes and settings are matters of the local table alone.
    return /^(ADD|DROP|RENAME|COMMENT) COLUMN/.test(change)
      ? [local, `ALTER TABLE ${name} ${on} ${change}`]
      : [local];
  }

  const drop = /^DROP (TABLE|VIEW) IF EXISTS (\w+)$/.exec(sql);
  if (drop !== null) {
    const [, kind = '', name = ''] = drop;
    const both = [`DROP ${kind} IF EXISTS ${name} ${on}`];
    return kind === 'TABLE' ? [...both, `DROP TABLE IF EXISTS ${name}_local ${on}`] : both;
  }

  throw new TaoscopeError('internal', {
    failed: 'a migration has a statement without a cluster form',
    got: sql.slice(0, 120),
    expected:
      'CREATE TABLE IF NOT EXISTS, CREATE MATERIALIZED VIEW IF NOT EXISTS … TO, ALTER TABLE, DROP … IF EXISTS',
  });
}

/** A table that every replica of every shard holds whole: one path for all, no macro of the shard in it. */
export function everywhereForm(statement: string, cluster: string): string {
  return statement
    .replace(
      /^CREATE TABLE IF NOT EXISTS (\w+)/,
      `CREATE TABLE IF NOT EXISTS $1 ON CLUSTER ${quoteName(cluster)}`,
    )
    .replace(
      /ENGINE = (\w+)\(([^)]*)\)/,
      "ENGINE = Replicated$1('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}', $2)",
    );
}

// Rows of one key must meet on one shard, or they could not replace each other.
function shardingKey(columns: string, rest: string): string {
  if (/^\s*netuid\s/m.test(columns)) return 'netuid';
  const order = /ORDER BY (?:\(([^)]+)\)|(\w+))/.exec(rest);
  return `cityHash64(${order?.[1] ?? order?.[2] ?? '1'})`;
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '')}\``;
}

function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '').replaceAll("'", '')}'`;
}
