import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { clusterForm, everywhereForm } from './cluster.ts';

test('a table becomes a replicated one on each shard under a distributed one of its name', () => {
  const forms = clusterForm(
    `CREATE TABLE IF NOT EXISTS neurons (
  netuid UInt16 CODEC(ZSTD(1)),
  block UInt32,
  expires DateTime('UTC')
) ENGINE = ReplacingMergeTree(expires) PARTITION BY intDiv(block, 50400) ORDER BY (netuid, block) TTL expires`,
    'main',
  );
  expect(forms).toMatchInlineSnapshot(`
    [
      "CREATE TABLE IF NOT EXISTS neurons_local ON CLUSTER \`main\` (
      netuid UInt16 CODEC(ZSTD(1)),
      block UInt32,
      expires DateTime('UTC')
    ) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', expires) PARTITION BY intDiv(block, 50400) ORDER BY (netuid, block) TTL expires",
      "CREATE TABLE IF NOT EXISTS neurons ON CLUSTER \`main\` AS neurons_local ENGINE = Distributed('main', currentDatabase(), neurons_local, netuid)",
    ]
  `);
});

test('a table without netuid is sharded by its key, so that rows of one key meet', () => {
  const [, distributed] = clusterForm(
    'CREATE TABLE IF NOT EXISTS gaps (\n  first UInt32,\n  last UInt32\n) ENGINE = AggregatingMergeTree ORDER BY (first, last)',
    'main',
  );
  expect(distributed).toContain('cityHash64(first, last)');
});

test('a view runs on each shard between the local tables', () => {
  expect(
    clusterForm('CREATE MATERIALIZED VIEW IF NOT EXISTS v TO b AS\nSELECT x FROM a WHERE x > 0', 'main'),
  ).toEqual([
    'CREATE MATERIALIZED VIEW IF NOT EXISTS v ON CLUSTER `main` TO b_local AS SELECT x FROM a_local WHERE x > 0',
  ]);
});

test('changes reach both tables where both have what changes', () => {
  expect(clusterForm('ALTER TABLE a ADD COLUMN IF NOT EXISTS x UInt8', 'main')).toEqual([
    'ALTER TABLE a_local ON CLUSTER `main` ADD COLUMN IF NOT EXISTS x UInt8',
    'ALTER TABLE a ON CLUSTER `main` ADD COLUMN IF NOT EXISTS x UInt8',
  ]);
  expect(clusterForm('ALTER TABLE a MODIFY TTL expires', 'main')).toEqual([
    'ALTER TABLE a_local ON CLUSTER `main` MODIFY TTL expires',
  ]);
});

test('the ledger of migrations is whole on every replica of every shard', () => {
  expect(
    everywhereForm(
      'CREATE TABLE IF NOT EXISTS l (n UInt32) ENGINE = ReplacingMergeTree(n) ORDER BY n',
      'main',
    ),
  ).toBe(
    "CREATE TABLE IF NOT EXISTS l ON CLUSTER `main` (n UInt32) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}', n) ORDER BY n",
  );
});

test('what has no cluster form is a defect, not a guess', () => {
  expect(() => clusterForm('CREATE TABLE t (a UInt8) ENGINE = Memory', 'main')).toThrow(
    'without a cluster form',
  );
});

test('the compose file starts two shards and a Keeper', () => {
  const file = parse(readFileSync(new URL('../../deploy/clickhouse/compose.yaml', import.meta.url), 'utf8'), {
    merge: true,
  }) as {
    services: Record<string, { image: string; volumes: string[] }>;
  };
  expect(Object.keys(file.services)).toEqual(['keeper', 'shard1', 'shard2']);
  for (const { volumes } of Object.values(file.services)) {
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('./'))
        readFileSync(new URL(`../../deploy/clickhouse/${source}`, import.meta.url));
    }
  }
});
