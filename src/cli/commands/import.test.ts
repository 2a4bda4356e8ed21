import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createSampleSubnet } from '../../../test/support/sample-metagraph.ts';
import { createSnapshotStore, migrations } from '../../metagraph/index.ts';
import { openStore } from '../../store/index.ts';
import type { Effects } from '../effects.ts';
import { run } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-cli-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function cli(...args: string[]) {
  const out = { stdout: '', stderr: '' };
  const effects: Effects = {
    stdout: {
      write(text) {
        out.stdout += String(text);
        return undefined;
      },
    },
    stderr: {
      write(text) {
        out.stderr += text;
      },
      isTTY: false,
    },
    env: {},
    readFile(path) {
      throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    },
    signal: new AbortController().signal,
  };
  return { code: await run(args, effects), ...out };
}

test('what one store exports another imports; what it has already stays', async () => {
  const [from, to, file] = [join(folder, 'from'), join(folder, 'to'), join(folder, 'neurons.parquet')];
  const store = await openStore({ path: from }, { migrations });
  const subnet = createSampleSubnet({ netuid: 1, seed: 5, n: 3 });
  for (const block of [1_000, 1_100]) {
    const { metagraph, epoch } = subnet.at(block);
    await createSnapshotStore(store).saveSnapshots([{ metagraph, epoch, origin: 'follow' }]);
  }
  await store.close();

  expect(await cli('export', 'metagraph', '--data', from, '--out', file, '--netuid', '1')).toEqual({
    code: 0,
    stdout: '',
    stderr: `wrote ${file}\n`,
  });
  expect(await cli('import', file, '--data', to)).toEqual({
    code: 0,
    stdout: `${file}: 2 snapshots of 6 neurons stored\n`,
    stderr: '',
  });
  const again = await cli('import', file, '--data', to, '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ snapshots: 0, alreadyStored: 2 });
}, 60_000);

test('a refused import and export say why, with exit code 2, and leave no file', async () => {
  const data = join(folder, 'refused');
  const broken = join(folder, 'broken.csv');
  const hotkey = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
  writeFileSync(broken, `block,uid,hotkey,incentive\n7,0,${hotkey},0.5\n8,0,${hotkey},65535\n`);
  const refused = await cli('import', broken, '--netuid', '1', '--data', data);
  expect(refused.code).toBe(2);
  expect(refused.stderr.replaceAll(folder, '…')).toMatchInlineSnapshot(`
    "taoscope: …/broken.csv has a mistake; nothing of it was stored
      got:      row 2, column incentive: "65535"
      expected: a fraction from 0 to 1
      to do:    mend the file, or leave out the snapshots that have mistakes with --skip-bad
    "
  `);
  const skipped = await cli('import', broken, '--netuid', '1', '--data', data, '--skip-bad');
  expect(skipped.stdout.replaceAll(folder, '…')).toMatchInlineSnapshot(`
    "…/broken.csv (a table of the old dashboards): 1 snapshot of 1 neuron stored
    1 mistake; the snapshots that have one were left out
    "
  `);
  const out = join(folder, 'x.parquet');
  for (const args of [
    ['export', 'neuronz', '--out', out],
    ['export', '--resolution', 'daily', '--out', out],
    ['import', broken, '--genesis', '0x12'],
  ])
    expect((await cli(...args, '--data', data)).code, args.join(' ')).toBe(2);
  expect(readdirSync(folder)).not.toContain('x.parquet');
}, 60_000);
