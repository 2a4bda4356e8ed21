import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from './index.ts';

test('statements that nobody waits for any more do not hold up the next ones', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-abort-'));
  const store = await openStore({ path: join(folder, 'data') }, { migrations: [] });
  try {
    const gone = new AbortController();
    // Enough of them to take every line, each of hours.
    const endless = Array.from({ length: 6 }, () =>
      store.query('SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1', {
        signal: gone.signal,
      }),
    );
    const outcomes = Promise.allSettled(endless);
    setImmediate(() => gone.abort());
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } });
    expect(await store.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a file that nobody waits for any more is let go of, soon', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-abort-'));
  const store = await openStore({ path: join(folder, 'data') }, { migrations: [] });
  try {
    const file = join(folder, 'rows.csv');
    writeFileSync(file, `n\r\n${'1\r\n'.repeat(1_000)}`);
    await store.command('CREATE TABLE numbers_of_rows (n UInt64) ENGINE = MergeTree ORDER BY n');
    const gone = new AbortController();
    // Hours of work.
    const loading = store.load(
      {
        file,
        format: 'CSVWithNames',
        structure: 'n String',
        insert: (source) =>
          `INSERT INTO numbers_of_rows SELECT number FROM numbers(1000000000000) WHERE sipHash64(number) = (SELECT count() FROM ${source})`,
      },
      { signal: gone.signal },
    );
    setImmediate(() => gone.abort());
    await expect(loading).rejects.toMatchObject({ code: 'aborted' });
    // The line is free again: the next file is loaded.
    await store.load({
      file,
      format: 'CSVWithNames',
      structure: 'n String',
      insert: (source) => `INSERT INTO numbers_of_rows SELECT toUInt64(n) FROM ${source}`,
    });
    expect(await store.query('SELECT toUInt32(count()) AS rows FROM numbers_of_rows')).toEqual([
      { rows: 1_000 },
    ]);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
