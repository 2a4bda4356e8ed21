import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tempDir } from '../support/paths.ts';
import { type Server, startServer } from '../support/taoscope.ts';
import { until } from '../support/until.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;

beforeAll(async () => {
  dir = await tempDir('demo-command');
});
afterAll(async () => {
  await dir?.[Symbol.asyncDispose]();
});

describe('taoscope demo', () => {
  test('serves a live dashboard, ends on Ctrl-C without leftovers, and has its history when started again', async () => {
    const data = join(dir.path, 'data');
    const started = performance.now();
    const first = await startServer('demo', ['--data', data], { deadlineMs: 30_000 });
    let stored: number;
    try {
      expect(performance.now() - started).toBeLessThan(30_000);
      stored = await until(
        async () => {
          const { lastBlock, snapshots } = (await first.status()).collect;
          return snapshots > 8 && lastBlock;
        },
        { what: 'some snapshots' },
      );
      const later = await until(
        async () => {
          const { lastBlock } = (await first.status()).collect;
          return lastBlock !== undefined && lastBlock > stored && lastBlock;
        },
        { what: 'a later block' },
      );
      stored = later;
      await endsWithin(first, 'SIGINT', 3_000);
    } finally {
      await first[Symbol.asyncDispose]();
    }
    await using again = await startServer('demo', ['--data', data], { deadlineMs: 30_000 });
    const { blocks } = await again.get<{ blocks: { block: number }[] }>('/subnets/1/blocks');
    expect(blocks.some(({ block }) => block <= stored)).toBe(true);
    await until(async () => ((await again.status()).collect.lastBlock ?? 0) > stored, { what: 'it goes on' });
    await endsWithin(again, 'SIGTERM', 3_000);
  });

  test('Ctrl-C while a page listens and a backfill runs ends it as quickly', async () => {
    await using server = await startServer('demo', ['--data', join(dir.path, 'busy')], {
      deadlineMs: 30_000,
    });
    const events = await fetch(`${server.url}/api/v1/events`);
    const reader = events.body!.getReader();
    await reader.read();
    await endsWithin(server, 'SIGINT', 3_000);
    await reader.cancel().catch(() => {});
  });
});

async function endsWithin(server: Server, signal: NodeJS.Signals, ms: number): Promise<void> {
  const asked = performance.now();
  server.child.signal(signal);
  const exit = await until(() => Promise.race([server.child.exited, undefined]), {
    what: 'its end',
    deadlineMs: 20_000,
    everyMs: 20,
  });
  const took = performance.now() - asked;
  expect(exit, server.child.output().slice(-2_000)).toEqual({ code: 0, signal: null });
  expect(took).toBeLessThan(ms);
  expect(await processesOfGroup(server.child.pid)).toEqual([]);
}

/** Ids of the processes that still run in a process group. */
async function processesOfGroup(group: number): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    // pid (name) state ppid pgrp: the name may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[2]) === group) found.push(Number(entry));
  }
  return found;
}
