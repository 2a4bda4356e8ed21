import { mkdtempSync, rmSync } from 'node:fs';
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
