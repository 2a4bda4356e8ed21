import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tableChecksum } from '../support/checksum.ts';
import { startChild } from '../support/child.ts';
import { type DemoNode, startDemoNode } from '../support/demo-node.ts';
import { repoRoot, tempDir } from '../support/paths.ts';
import { runSeed, seededRandom } from '../support/seed.ts';
import { askFolder, taoscope } from '../support/taoscope.ts';

const KILLS = 20;
const TABLES = ['snapshots', 'neurons', 'subnets', 'events', 'weight_readings', 'weights', 'tenures'];

let node: DemoNode;
let dir: Awaited<ReturnType<typeof tempDir>>;

beforeAll(async () => {
  // No new blocks: the work is in the history.
  node = await startDemoNode({ blockMs: 0 });
  dir = await tempDir('kill');
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
  await dir?.[Symbol.asyncDispose]();
});

test('a backfill killed at 20 random moments and resumed gives what an uninterrupted one gives', async () => {
  const seed = runSeed('kill -9');
  const random = seededRandom(seed);
  const to = node.finalized();
  const from = Math.max(1, to - 60);
  const args = (data: string) => [
    ...['backfill', '--endpoint', node.url, '--data', join(dir.path, data)],
    ...['--from', String(from), '--to', String(to), '--step', '1', '--workers', '4', '--events', '--weights'],
  ];

  const started = performance.now();
  const whole = await taoscope(args('whole'), { deadlineMs: 240_000 });
  const wholeMs = performance.now() - started;
  expect(whole.code, whole.stderr).toBe(0);

  // Each try is given about a tenth of the whole time, start-up included, so most kills fall into its work.
  let interrupted = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = startChild('node', [join(repoRoot, 'src/cli/main.ts'), ...args('killed')], {
      cwd: repoRoot,
    });
    await Promise.race([child.exited, delay(400 + random() * Math.max(1_500, wholeMs / 5))]);
    child.signal('SIGKILL');
    const { signal } = await child.exited;
    if (signal === 'SIGKILL') interrupted++;
    await child.stop();
  }
  console.info(`${interrupted} of ${KILLS} tries were killed at work`);
  expect(interrupted, `SEED=${seed}`).toBeGreaterThan(KILLS / 2);

  const last = await taoscope(args('killed'), { deadlineMs: 240_000 });
  expect(last.code, last.stderr).toBe(0);
  for (const table of TABLES) {
    const [expected, got] = [
      await tableChecksum(askFolder(join(dir.path, 'whole')), table),
      await tableChecksum(askFolder(join(dir.path, 'killed')), table),
    ];
    expect({ table, ...got }, `SEED=${seed}`).toEqual({ table, ...expected });
    expect(Number(expected.rows)).toBeGreaterThan(0);
  }
  const [blocks] = await askFolder(join(dir.path, 'killed'))(
    'SELECT toString(uniqExact(block)) FROM snapshots',
  );
  expect(blocks?.[0]).toBe(String(to - from + 1));
});
