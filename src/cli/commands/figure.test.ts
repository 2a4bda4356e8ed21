import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSampleSubnet } from '../../../test/support/sample-metagraph.ts';
import { createSnapshotStore, migrations } from '../../metagraph/index.ts';
import { openStore } from '../../store/index.ts';
import type { Effects } from '../effects.ts';
import { run } from '../run.ts';
import { sparkline } from './figure.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-figure-commands-'));

beforeAll(async () => {
  const store = await openStore({ path: folder }, { migrations });
  const rows = createSnapshotStore(store);
  const sample = createSampleSubnet({ netuid: 7, seed: 3, n: 8 });
  for (const block of [7_000, 7_100, 9_000]) {
    const { metagraph, epoch } = sample.at(block);
    await rows.saveSnapshots([{ metagraph, epoch, origin: 'follow' }]);
  }
  await store.close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function cli(...args: string[]) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const effects: Effects = {
    stdout: {
      write(text) {
        stdout.push(String(text));
        return undefined;
      },
    },
    stderr: { write: (text) => void stderr.push(text), isTTY: false },
    env: {},
    readFile() {
      throw Object.assign(new Error('none'), { code: 'ENOENT' });
    },
    signal: new AbortController().signal,
  };
  return {
    code: await run([...args, '--data', folder], effects),
    stdout: stdout.join(''),
    stderr: stderr.join(''),
  };
}

test('churn as a table, as JSON and as CSV', async () => {
  const json = await cli('churn', '7', '--json');
  expect(json).toMatchObject({ code: 0, stderr: '' });
  const figure = JSON.parse(json.stdout);
  expect(figure).toMatchObject({ netuid: 7, resolution: 'raw', block: [7_000, 7_100, 9_000] });
  const { stdout } = await cli('churn', '7');
  expect(stdout).toContain('churn of netuid 7, blocks 7000 to 9000 (3 snapshots)');
  expect(stdout).toContain(
    `${figure.added[1] + figure.added[2]} added, ${figure.removed[1] + figure.removed[2]} removed`,
  );
  expect((await cli('churn', '7', '--csv', '--from', '7100')).stdout).toBe(
    `block,timestamp,added,removed,changed\r\n7100,${figure.timestamp[1]},,,\r\n9000,${figure.timestamp[2]},${figure.added[2]},${figure.removed[2]},${figure.changed[2]}\r\n`,
  );
  expect((await cli('churn', '8')).stdout).toBe('churn of netuid 8: nothing is stored in this range\n');
});

test('groups by what is asked', async () => {
  const { code, stdout } = await cli('groups', '7', '--by', 'ip', '--top', '2', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ by: 'ip', count: 'hotkey', groups: [{}, {}] });
  expect((await cli('groups', '7')).stdout).toContain('groups by coldkey of netuid 7, blocks 7000 to 9000');
  expect(await cli('groups', '7', '--by', 'axon')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected: coldkey, hotkey, ip, subnet24'),
  });
});

test('a sparkline scales from 0 to its maximum and leaves holes', () => {
  expect(sparkline([null, 0, 4, 7])).toBe(' ▁▅█');
  expect(sparkline([0, 0])).toBe('▁▁');
  expect(sparkline([1, 2, 3, 8, 0, 0], 3)).toBe('▃█▁');
  expect(sparkline([])).toBe('');
});
