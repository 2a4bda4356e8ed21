import { spawnSync } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tableChecksum } from '../support/checksum.ts';
import { type DemoNode, startDemoNode } from '../support/demo-node.ts';
import { tempDir } from '../support/paths.ts';
import { requirement } from '../support/requirement.ts';
import { askFolder, startServer, taoscope } from '../support/taoscope.ts';
import { until } from '../support/until.ts';

const dir = await tempDir('full-disk');
const disk = join(dir.path, 'disk');
await mkdir(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk]).status === 0;

describe.skipIf(!requirement('full disk', mounted, 'a small tmpfs cannot be mounted here (not root)'))(
  'a full disk',
  () => {
    let node: DemoNode;

    beforeAll(async () => {
      node = await startDemoNode({ blockMs: 300 });
    });
    afterAll(async () => {
      await node?.[Symbol.asyncDispose]();
      spawnSync('umount', ['-l', disk]);
      await dir[Symbol.asyncDispose]();
    });

    test('stops cleanly with a message and 75; what was stored is there when space is free again', async () => {
      const data = join(disk, 'data');
      const ballast = join(disk, 'ballast');
      const options = { env: { TAOSCOPE_COLLECT_EVERY_BLOCKS: '1' } };
      await using server = await startServer('up', ['--endpoint', node.url, '--data', data], options);
      const kept = await until(
        async () => {
          const { lastSnapshotBlock, snapshots } = (await server.status()).collect;
          return snapshots > 20 ? lastSnapshotBlock : undefined;
        },
        { what: 'twenty snapshots' },
      );
      const where = `block <= ${kept}`;
      const before = await tableChecksum(server.sql, 'neurons', where);

      // The ballast takes again what merges give back, until the store has nothing left.
      const exit = await until(
        async () => {
          await fill(ballast, disk);
          return Promise.race([server.child.exited, undefined]);
        },
        {
          what: 'the end',
          deadlineMs: 120_000,
          everyMs: 200,
          onTimeout: () => server.child.output().slice(-3_000),
        },
      );
      expect(exit, server.child.output().slice(-3_000)).toEqual({ code: 75, signal: null });
      expect(server.child.stderr()).toMatch(/disk|space/i);
      expect(server.child.stderr()).toMatch(/to do: /);

      await rm(ballast);
      expect(await tableChecksum(askFolder(data), 'neurons', where)).toEqual(before);

      await using again = await startServer('up', ['--endpoint', node.url, '--data', data], options);
      await until(async () => ((await again.status()).collect.lastSnapshotBlock ?? 0) > kept + 5, {
        what: 'it goes on',
      });
      const gone = await again.sql(`SELECT DISTINCT block FROM blocks WHERE block >= ${kept} ORDER BY block`);
      const numbers = gone.map(([number]) => Number(number));
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => numbers[0]! + i));
      expect((await again.stop()).code).toBe(0);
    });

    test('a start on a full disk says so: 75', async () => {
      const ballast = join(disk, 'ballast');
      await fill(ballast, disk);
      try {
        const data = join(disk, 'data');
        const early = await taoscope(['up', '--endpoint', node.url, '--data', data, '--port', '0']);
        expect(early.code, early.stderr).toBe(75);
        expect(early.stderr).toMatch(/disk|space/i);
      } finally {
        await rm(ballast);
      }
    });
  },
);

/** Writes to the file until the file system takes no more. */
async function fill(path: string, disk: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    const chunk = Buffer.alloc(64 * 1024);
    for (;;) {
      const { bavail, bsize } = await statfs(disk);
      const left = bavail * bsize;
      if (left === 0) return;
      await file.write(chunk.subarray(0, Math.min(chunk.length, left)));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}
