import { beforeAll, describe, expect, test } from 'vitest';
import type { Hex } from '../../shared/index.ts';
import type { Runtime } from '../codec/index.ts';
import { changeMetadata, dropStorage } from '../testing/change-metadata.ts';
import { createFakeRpc, fakeHeader } from '../testing/fake-rpc.ts';
import { hasShared, metadata343, runtime343 } from '../testing/fixtures.ts';
import { accountOf, createStorageWriter } from '../testing/subnet.ts';
import { createViews } from '../view.ts';
import { readHotkeys, readWeightMatrix, readWeightRows } from './index.ts';

const BLOCK = 900;

describe.skipIf(!hasShared)('weights and bonds at a block', () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = runtime343();
  });

  function node(metadata = metadata343(15)) {
    const header = fakeHeader(BLOCK);
    const storage = new Map<Hex, Hex>();
    const block = { header, code: 'x', storage, calls: new Map() };
    const rpc = createFakeRpc([block, { ...block, header: fakeHeader(BLOCK - 1) }], {
      x: { specName: 'node-subtensor', specVersion: 343, metadata: new Map([[15, metadata]]) },
    });
    const writer = createStorageWriter(runtime, storage);
    writer.put('System', 'Number', [], BLOCK);
    const raw = (item: string, keys: number[], bytes: Hex) =>
      storage.set(runtime.storage('SubtensorModule', item)!.key(keys), bytes);
    return { rpc, raw, write: writer.subtensor, view: () => createViews(rpc).view(header) };
  }

  /** Three neurons; the bytes are written by hand: a compact length, then pairs of little-endian u16. */
  function small() {
    const subnet = node();
    subnet.raw('Weights', [7, 0], '0x08_0100_ffff_0200_0700'.replaceAll('_', '') as Hex);
    subnet.raw('Weights', [7, 1], '0x00');
    subnet.raw('Weights', [7, 2], '0x04_0004_0100'.replaceAll('_', '') as Hex);
    subnet.raw('Bonds', [7, 0], '0x04_0000_3412'.replaceAll('_', '') as Hex);
    subnet.raw('Weights', [2 * 4096 + 7, 1], '0x04_0000_0900'.replaceAll('_', '') as Hex);
    return subnet;
  }

  test('rows that are not empty, raw, with targets that are no neurons any more', async () => {
    const view = await small().view();
    expect(await readWeightMatrix(view, 7, { n: 3 })).toEqual({
      netuid: 7,
      mechanism: 0,
      block: { number: BLOCK, hash: view.block.hash },
      n: 3,
      weights: [
        { uid: 0, targets: [1, 2], values: [65_535, 7] },
        { uid: 2, targets: [1_024], values: [1] },
      ],
      bonds: [{ uid: 0, targets: [0], values: [0x1234] }],
    });
  });

  test('only the neurons there are; bonds only if asked for; no request for none', async () => {
    const { view: open, rpc } = small();
    const view = await open();
    const one = await readWeightMatrix(view, 7, { n: 1, bonds: false });
    expect([one.weights.map(({ uid }) => uid), one.bonds]).toEqual([[0], []]);
    const asked = rpc.asked.length;
    expect(await readWeightMatrix(view, 7, { n: 0 })).toMatchObject({ n: 0, weights: [], bonds: [] });
    expect(await readWeightRows(view, 7, 0, [])).toEqual([]);
    expect(await readHotkeys(view, 7, [])).toEqual([]);
    expect(rpc.asked.length).toBe(asked);
  });

  test('a mechanism has rows of its own', async () => {
    const view = await small().view();
    const { weights, mechanism } = await readWeightMatrix(view, 7, { n: 3, mechanism: 2 });
    expect([mechanism, weights]).toEqual([2, [{ uid: 1, targets: [0], values: [9] }]]);
    expect(await readWeightRows(view, 7, 2, [1, 0])).toEqual([
      { uid: 1, targets: [0], values: [9] },
      { uid: 0, targets: [], values: [] },
    ]);
  });

  test('a row that was cleared is seen, in the order asked', async () => {
    const view = await small().view();
    expect(await readWeightRows(view, 7, 0, [2, 1, 40])).toEqual([
      { uid: 2, targets: [1_024], values: [1] },
      { uid: 1, targets: [], values: [] },
      { uid: 40, targets: [], values: [] },
    ]);
  });

  test('a target named twice is asked for again, and never believed', async () => {
    const { view: open, rpc, raw } = small();
    const view = await open();
    const key = runtime.storage('SubtensorModule', 'Weights')!.key([7, 0]);
    rpc.lies.push({
      method: 'state_queryStorageAt',
      tell: (answer) => {
        const [{ block, changes }] = answer as [{ block: string; changes: [string, string][] }];
        return [{ block, changes: changes.map(([k, v]) => [k, k === key ? '0x080100ffff01000700' : v]) }];
      },
    });
    expect((await readWeightMatrix(view, 7, { n: 3 })).weights[0]?.values).toEqual([65_535, 7]);
    expect(rpc.rejected.map(({ parts }) => parts)).toMatchInlineSnapshot(`
      [
        {
          "expected": "each target once",
          "failed": "Weights of index 7, uid 0 name a target twice",
          "got": "target 1 in 2 pairs",
        },
      ]
    `);
    raw('Bonds', [7, 1], '0x080100ffff01000700');
    await expect(readWeightMatrix(view, 7, { n: 3 })).rejects.toMatchObject({ code: 'falsified' });
  });

  test('what is no mechanism is refused before anything is asked', async () => {
    const view = await small().view();
    for (const [netuid, mechanism] of [
      [7, 16],
      [7, -1],
      [7, 0.5],
      [4_096, 1],
      [70_000, 0],
    ] as const)
      await expect(readWeightRows(view, netuid, mechanism, [0])).rejects.toMatchObject({ code: 'usage' });
    for (const n of [-1, 65_536, Number.NaN])
      await expect(readWeightMatrix(view, 7, { n })).rejects.toMatchObject({ code: 'usage' });
    const before = changeMetadata(metadata343(15), (metadata) =>
      dropStorage(metadata, 'MechanismCountCurrent'),
    );
    const old = node(before);
    old.raw('Weights', [4_096 + 7, 0], '0x0400000900');
    // There, index 4103 would be another subnet.
    await expect(readWeightRows(await old.view(), 7, 1, [0])).rejects.toMatchObject({ code: 'unsupported' });
    expect(await readWeightRows(await old.view(), 4_103, 0, [0])).toMatchObject([{ targets: [0] }]);
  });

  test('the hotkeys of uids at the block', async () => {
    const { write, view } = small();
    write('Keys', [7, 0], accountOf(1, 0));
    write('Keys', [7, 2], accountOf(1, 2));
    expect(await readHotkeys(await view(), 7, [2, 1, 0])).toEqual([
      accountOf(1, 2),
      undefined,
      accountOf(1, 0),
    ]);
  });
});
