import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clusterForm, openStore } from '../store/index.ts';
import { migrations } from './index.ts';
import { NEURON_COLUMNS } from './neuron-row.ts';
import { SUBNET_COLUMNS } from './subnet-row.ts';

test('the tables have the columns that are written, and their cluster form is one that the engine parses', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-schema-'));
  const store = await openStore({ path: join(folder, 'data') }, { migrations });
  try {
    const columns = async (table: string) =>
      (
        await store.query<{ name: string }>(
          'SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}',
          { params: { table } },
        )
      ).map(({ name }) => name);
    expect((await columns('neurons')).toSorted()).toEqual([...NEURON_COLUMNS].sort());
    expect((await columns('subnets')).toSorted()).toEqual([...SUBNET_COLUMNS].sort());

    for (const statement of migrations.flatMap(({ statements }) => statements)) {
      const forms = clusterForm(statement, 'taoscope');
      for (const form of forms) {
        const [parsed] = await store.query<{ canonical: string }>(
          'SELECT formatQuerySingleLine({form:String}) AS canonical',
          {
            params: { form },
          },
        );
        expect(parsed?.canonical).toContain('ON CLUSTER taoscope');
      }
      if (!statement.startsWith('CREATE TABLE')) continue;
      expect(forms[0]).toMatch(/ENGINE = Replicated(Replacing|Aggregating)MergeTree\(/);
      expect(forms[1]).toMatch(
        /ENGINE = Distributed\('taoscope', currentDatabase\(\), \w+_local, (netuid|cityHash64\([\w, ]+\))\)$/,
      );
      if (/^ {2}netuid /m.test(statement)) expect(forms[1]).toMatch(/, netuid\)$/);
    }
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('published migrations do not change', () => {
  // People's stores hold these: a change needs a migration of its own.
  expect(
    migrations.map(({ number, name, statements }) => `${number} ${name}: ${statements.length}`),
  ).toMatchInlineSnapshot(`
    [
      "1 chain, blocks, gaps, runtimes, backfilled: 5",
      "2 subnets: 3",
      "3 snapshots and neurons: 6",
      "4 epoch rows live on their own; subnets at epochs: 8",
      "5 who is where, now and over time: 4",
      "6 weights, bonds, commits: 4",
      "7 events: 2",
      "8 years stay small and fast: 14",
      "9 addresses of accounts: 1",
      "10 where an account was: 2",
    ]
  `);
});
