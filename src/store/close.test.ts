import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from './open.ts';

test('closing does not wait for a statement that nobody waits for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-close-'));
  try {
    const store = await openStore({ path: join(folder, 'data') }, { migrations: [] });
    const answer = store.sandbox(
      'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))',
    );
    const outcome = answer.then(
      () => 'answered',
      () => 'ended',
    );
    // The engine lists what it runs: closing before it has begun would prove nothing.
    for (let seen = '0'; seen === '0'; ) {
      const [row] = await store.query<{ n: string }>(
        "SELECT count() AS n FROM system.processes WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%system.processes%'",
      );
      seen = row?.n ?? '0';
    }
    const startedAt = performance.now();
    await store.close();
    expect(await outcome).toBe('ended');
    // Its own limit would have been ten seconds.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 30_000);
