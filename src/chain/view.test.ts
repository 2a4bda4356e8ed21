import { beforeAll, describe, expect, test } from 'vitest';
import { type Hex, TaoscopeError, toHex } from '../shared/index.ts';
import { createRuntime, encodeAll, type Runtime } from './codec/index.ts';
import { changeMetadata, renameField } from './testing/change-metadata.ts';
import { createFakeRpc, type FakeBlock, type FakeRuntime, fakeHeader } from './testing/fake-rpc.ts';
import { hasShared, metadata343 } from './testing/fixtures.ts';
import { toV16 } from './testing/metadata-v16.ts';
import { accountOf, createStorageWriter } from './testing/subnet.ts';
import type { BlockHeader } from './types.ts';
import { createViews } from './view.ts';

const identity = { specName: 'node-subtensor', specVersion: 343, transactionVersion: 1 };

describe.skipIf(!hasShared)('views of blocks', () => {
  let v15: Uint8Array;
  let renamed: Uint8Array;
  let before: Runtime;
  let after: Runtime;
  let programs: Record<'old' | 'new', FakeRuntime>;
  beforeAll(() => {
    v15 = metadata343(15);
    // The next program has the same spec version and another name for a field of an event's record.
    renamed = changeMetadata(v15, (metadata) => renameField(metadata, 'AxonInfo', 'port', 'door'));
    before = createRuntime(identity, v15);
    after = createRuntime(identity, renamed);
    programs = {
      old: {
        specName: 'node-subtensor',
        specVersion: 343,
        metadata: new Map([
          [14, metadata343(14)],
          [15, v15],
        ]),
      },
      new: { specName: 'node-subtensor', specVersion: 343, metadata: new Map([[15, renamed]]) },
    };
  });

  /** Blocks 9 (old), 10 (sets the code), 11 (new); the state of each is written by the program that ran it. */
  function upgrade() {
    const blocks = (
      [
        [8, 'old', before],
        [9, 'old', before],
        [10, 'new', before],
        [11, 'new', after],
      ] as const
    ).map(([number, code, ran]) => {
      const { storage, put, subtensor } = createStorageWriter(ran);
      const port = ran === before ? 'port' : 'door';
      put('System', 'Number', [], number);
      subtensor('Axons', [1, accountOf(1, 1)], { ...zeroAxon, [port]: number });
      const header = fakeHeader(number, { upgrade: number === 10 });
      return { header, code, storage, calls: new Map<string, () => Hex>() } satisfies FakeBlock;
    });
    const rpc = createFakeRpc(blocks, programs);
    const views = createViews(rpc);
    const headers = new Map(blocks.map(({ header }) => [header.number, header]));
    return { rpc, views, header: (number: number) => headers.get(number)! };
  }

  const zeroAxon = {
    block: 0n,
    version: 0,
    ip: 0n,
    ip_type: 0,
    protocol: 0,
    placeholder1: 0,
    placeholder2: 0,
  };
  const axonKeys = [1, accountOf(1, 1)];

  test.each(['with', 'without'] as const)(
    'a block that sets the code is read by the runtime that executed it, its child by the new one (%s code hashes)',
    async (hashes) => {
      const { rpc, views, header } = upgrade();
      if (hashes === 'without') rpc.refused.add('state_getStorageHash');
      const old = await views.view(header(9));
      const setting = await views.view(header(10));
      const next = await views.view(header(11));
      expect(await old.storage('SubtensorModule', 'Axons', axonKeys)).toMatchObject({ port: 9 });
      expect(await setting.storage('SubtensorModule', 'Axons', axonKeys)).toMatchObject({ port: 10 });
      expect(await next.storage('SubtensorModule', 'Axons', axonKeys)).toMatchObject({ door: 11 });
      expect(setting.runtime.metadataHash).toBe(old.runtime.metadataHash);
      expect(setting.upgradesTo?.metadataHash).toBe(next.runtime.metadataHash);
      expect(old.upgradesTo ?? next.upgradesTo).toBeUndefined();
    },
  );

  test('metadata is fetched once per program, not per block', async () => {
    const { rpc, views, header } = upgrade();
    for (const number of [9, 10, 11, 9, 10, 11]) await views.view(header(number));
    expect(rpc.asked.filter((method) => method === 'state_getRuntimeVersion')).toHaveLength(2);
    expect(rpc.asked.filter((method) => method === 'state_getStorageHash')).toHaveLength(4);
  });

  test('a false code hash that no header announces is asked for again', async () => {
    const { rpc, views, header } = upgrade();
    rpc.lies.push({ method: 'state_getStorageHash', tell: () => `0x${'ab'.repeat(32)}` });
    const view = await views.view(header(9));
    expect(view.upgradesTo).toBeUndefined();
    expect(view.runtime.codeHash).not.toMatch(/abab/);
  });

  test('the oldest block that a pruned node keeps is read by its own runtime, unless it set the code', async () => {
    const { rpc, header } = upgrade();
    const orphan: BlockHeader = { ...header(9), parentHash: `0x${'00'.repeat(32)}` };
    expect((await createViews(rpc).view(orphan)).runtime.specVersion).toBe(343);
    const setting = { ...header(10), parentHash: orphan.parentHash };
    await expect(createViews(rpc).view(setting)).rejects.toMatchObject({ code: 'state-pruned' });
  });

  /** Throws what a node would make the transport throw, once. */
  const failing =
    (...[code, retryable = false]: [ConstructorParameters<typeof TaoscopeError>[0], boolean?]) =>
    () => {
      throw new TaoscopeError(code, { failed: 'not now' }, { retryable });
    };

  test('a parent on which a stand-in answers nonsense, or nothing, does not stand in the way', async () => {
    const { rpc, header } = upgrade();
    const tell = (answer: unknown, params: readonly unknown[]) =>
      params[1] === header(9).parentHash ? 7 : answer;
    for (let i = 0; i < 4; i++) rpc.lies.push({ method: 'state_getStorageHash', tell });
    expect((await createViews(rpc).view(header(9))).runtime.specVersion).toBe(343);
    rpc.refused.add('state_getStorageHash');
    for (const verified of [false, true]) {
      // The own version is answered first, then the parent's is not.
      rpc.lies.push({ method: 'state_getRuntimeVersion', tell: (answer) => answer });
      rpc.lies.push({ method: 'state_getRuntimeVersion', tell: failing('timeout') });
      const read = createViews(rpc).view({ ...header(9), verified });
      if (verified) await expect(read).rejects.toMatchObject({ code: 'timeout' });
      else expect((await read).runtime.specVersion).toBe(343);
    }
  });

  test('a rate limit is no reason to ask another way for good', async () => {
    const { rpc, views, header } = upgrade();
    rpc.lies.push({ method: 'state_getStorageHash', tell: failing('rpc-refused', true) });
    await expect(views.view(header(9))).rejects.toMatchObject({ code: 'rpc-refused' });
    expect((await views.view(header(9))).runtime.codeHash).toBeDefined();
  });

  test('a node silent on the code hash of one block is asked for the version, and for the next hash again', async () => {
    const { rpc, views, header } = upgrade();
    rpc.lies.push({ method: 'state_getStorageHash', tell: failing('timeout') });
    expect((await views.view(header(9))).upgradesTo).toBeUndefined();
    expect((await views.view(header(11))).runtime.codeHash).toBeDefined();
  });

  test('metadata of the best version is asked for where the node does not list versions', async () => {
    const header = fakeHeader(0);
    const rpc = createFakeRpc([{ header, code: 'x', storage: new Map(), calls: new Map() }], {
      x: { specName: 'x', specVersion: 1, metadata: new Map([[16, toV16(v15)]]) },
    });
    for (let i = 0; i < 3; i++) rpc.lies.push({ method: 'state_call', tell: () => 'no list' });
    expect((await createViews(rpc).view(header)).runtime.metadataVersion).toBe(16);
    expect(rpc.rejected).toHaveLength(3);
  });

  test('the best metadata is taken that the node gives', async () => {
    const versionOf = async (metadata: Map<number, Uint8Array>, refused: string[] = []) => {
      const header = fakeHeader(0);
      const rpc = createFakeRpc([{ header, code: 'x', storage: new Map(), calls: new Map() }], {
        x: { specName: 'x', specVersion: 1, metadata },
      });
      for (const method of refused) rpc.refused.add(method);
      return (await createViews(rpc).view(header)).runtime.metadataVersion;
    };
    const v14 = metadata343(14);
    expect(
      await versionOf(
        new Map([
          [14, v14],
          [15, v15],
          [16, toV16(v15)],
        ]),
      ),
    ).toBe(16);
    expect(
      await versionOf(
        new Map([
          [14, v14],
          [15, v15],
        ]),
      ),
    ).toBe(15);
    expect(await versionOf(new Map([[14, v14]]))).toBe(14);
    expect(
      await versionOf(
        new Map([
          [14, v14],
          [15, v15],
        ]),
        ['state_call'],
      ),
    ).toBe(14);
  });

  describe('reading storage', () => {
    function node(maxKeys?: number) {
      const { storage, put, subtensor } = createStorageWriter(before);
      put('System', 'Number', [], 9);
      for (let netuid = 0; netuid < 1_500; netuid++) subtensor('Tempo', [netuid], netuid % 400);
      const blocks = [8, 9].map((number) => ({
        header: fakeHeader(number),
        code: 'old',
        storage,
        calls: new Map(),
      }));
      const rpc = createFakeRpc(blocks, programs, maxKeys);
      return { rpc, open: () => createViews(rpc).view(blocks[1]!.header) };
    }
    const requests = Array.from({ length: 1_600 }, (_, netuid) => ({
      pallet: 'SubtensorModule',
      item: 'Tempo',
      keys: [netuid],
    }));

    test.each<[string, number | undefined, string[]]>([
      ['in few requests', undefined, []],
      ['halved where an answer is too big', 300, []],
      ['one by one where the node has no other way', undefined, ['state_queryStorageAt']],
    ])('many keys are read %s', async (_, maxKeys, refused) => {
      const { rpc, open } = node(maxKeys);
      for (const method of refused) rpc.refused.add(method);
      const values = await (await open()).storageMany(requests);
      expect(values).toEqual(requests.map(({ keys }) => (keys[0]! < 1_500 ? keys[0]! % 400 : undefined)));
      if (maxKeys === undefined && refused.length === 0)
        expect(rpc.asked.filter((method) => method === 'state_queryStorageAt')).toHaveLength(2);
    });

    type Answer = [{ block: string; changes: [string, string | null][] }];
    test.each<[string, (answer: Answer) => unknown]>([
      ['of another block', ([set]) => [{ ...set, block: fakeHeader(8).hash }]],
      [
        'with the state of another block',
        ([set]) => [
          {
            ...set,
            changes: set.changes.map(([key, value]) => [
              key,
              key.startsWith('0x26aa') ? '0x08000000' : value,
            ]),
          },
        ],
      ],
      ['lacking a key', ([set]) => [{ ...set, changes: set.changes.slice(1) }]],
      ['with a key twice', ([set]) => [{ ...set, changes: [...set.changes, set.changes[0]] }]],
      ['with a key not asked for', ([set]) => [{ ...set, changes: [...set.changes, ['0x1234', '0x00']] }]],
      [
        'with a value of the wrong length',
        ([set]) => [{ ...set, changes: set.changes.map(([key], i) => [key, i === 0 ? '0x010203' : null]) }],
      ],
      [
        'with no block number',
        ([set]) => [
          {
            ...set,
            changes: set.changes.map(([key, value]) => [key, key.startsWith('0x26aa') ? '0x' : value]),
          },
        ],
      ],
      ['of another shape', () => ({})],
      ['null', () => null],
    ])('an answer %s is rejected and asked for again', async (_, tell) => {
      const { rpc, open } = node();
      const view = await open();
      rpc.lies.push({ method: 'state_queryStorageAt', tell: (answer) => tell(answer as Answer) });
      expect(await view.storageMany(requests.slice(0, 3))).toEqual([0, 1, 2]);
      expect(rpc.rejected).toHaveLength(1);
    });

    test.each<[string, unknown]>([
      ['an empty list', []],
      ['an object', {}],
      ['a set without block', [{ changes: [] }]],
    ])('where a node answers only %s, this read goes key by key', async (_, shape) => {
      const { rpc, open } = node();
      const view = await open();
      for (let i = 0; i < 3; i++) rpc.lies.push({ method: 'state_queryStorageAt', tell: () => shape });
      expect(await view.storageMany(requests.slice(0, 3))).toEqual([0, 1, 2]);
      expect(rpc.asked.filter((method) => method === 'state_getStorage')).toHaveLength(3);
      expect(await view.storageMany(requests.slice(0, 3))).toEqual([0, 1, 2]);
      expect(rpc.asked.at(-1)).toBe('state_queryStorageAt');
    });

    test('entries come page by page, with their keys', async () => {
      const { rpc, open } = node();
      const view = await open();
      const found = await Array.fromAsync(view.entries('SubtensorModule', 'Tempo'));
      expect(found.map(({ keys }) => keys[0] as number).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 1_500 }, (_, i) => i),
      );
      expect(found.every(({ keys, value }) => value === (keys[0] as number) % 400)).toBe(true);
      // 1000, 500, and the empty page that proves the end.
      expect(rpc.asked.filter((method) => method === 'state_getKeysPaged')).toHaveLength(3);
    });

    test('a page cut short by a gateway loses nothing; keys out of place are rejected', async () => {
      const { rpc, open } = node();
      const view = await open();
      rpc.lies.push({ method: 'state_getKeysPaged', tell: (answer) => (answer as Hex[]).slice(0, 10) });
      rpc.lies.push({ method: 'state_getKeysPaged', tell: (answer) => (answer as Hex[]).toReversed() });
      expect(await Array.fromAsync(view.entries('SubtensorModule', 'Tempo'))).toHaveLength(1_500);
      expect(rpc.rejected).toHaveLength(1);
    });

    test('an absent key reads as the chain reads it; items that do not exist are named', async () => {
      const view = await node().open();
      expect(await view.storage('SubtensorModule', 'Tempo', [9_999])).toBe(360);
      expect(await view.storage('SubtensorModule', 'Axons', [1, accountOf(1, 1)])).toBeUndefined();
      await expect(view.storage('SubtensorModule', 'Nothing', [])).rejects.toMatchObject({
        code: 'unsupported',
      });
      await expect(view.storage('SubtensorModule', 'Tempo', [])).rejects.toMatchObject({ code: 'usage' });
    });
  });

  describe('body and events', () => {
    function node(body: Hex[], writeEvents?: (put: ReturnType<typeof createStorageWriter>['put']) => void) {
      const { storage, put } = createStorageWriter(before);
      put('System', 'Number', [], 9);
      writeEvents?.(put);
      const blocks = [8, 9].map((number) => ({
        header: fakeHeader(number),
        code: 'old',
        storage,
        calls: new Map(),
        body,
      }));
      const rpc = createFakeRpc(blocks, programs);
      return { rpc, open: () => createViews(rpc).view(blocks[1]!.header) };
    }

    // `system.remark(0x0102)`, unsigned: length 20 (5 << 2), format 4, pallet 0, call 0, Bytes of 2.
    const bare: Hex = '0x18040000080102';

    test('bare, signed and unknown extrinsics stand side by side', async () => {
      const call = toHex(
        encodeAll(before.extrinsic.call, {
          type: 'SubtensorModule',
          value: { type: 'burned_register', value: { netuid: 7, hotkey: accountOf(3, 1) } },
        }),
      );
      const extra = before.extrinsic.extensions[0]!.map(({ name, extra: codec }) => {
        const value =
          name === 'CheckNonce'
            ? 42
            : name === 'CheckMortality'
              ? { type: 'Immortal', value: undefined }
              : name === 'CheckMetadataHash'
                ? { mode: { type: 'Disabled', value: undefined } }
                : name === 'ChargeTransactionPayment'
                  ? 0n
                  : undefined;
        return toHex(encodeAll(codec, value)).slice(2);
      });
      const signer = toHex(accountOf(5, 9)).slice(2);
      const signed = withLength(`84 00 ${signer} 01 ${'11'.repeat(64)} ${extra.join('')} ${call.slice(2)}`);
      const unknown = withLength('84 09 0102');
      const { open } = node([bare, unknown, signed]);
      const [first, second, third] = await (await open()).extrinsics();
      expect(first).toMatchObject({
        index: 0,
        pallet: 'System',
        call: 'remark',
        args: { remark: Uint8Array.of(1, 2) },
      });
      expect(first!.signer).toBeUndefined();
      expect(second).toMatchObject({
        index: 1,
        pallet: '',
        call: '',
        undecoded: expect.stringContaining('MultiAddress has no variant 9'),
      });
      expect(third).toMatchObject({
        index: 2,
        signer: accountOf(5, 9),
        nonce: 42,
        pallet: 'SubtensorModule',
        call: 'burned_register',
        args: { netuid: 7 },
      });
    });

    test('a bare extrinsic of format 5 is read the same', async () => {
      const { open } = node(['0x18050000080102']);
      expect((await (await open()).extrinsics())[0]).toMatchObject({ pallet: 'System', call: 'remark' });
    });

    test('the body of another block is rejected', async () => {
      const { rpc, open } = node([bare]);
      const view = await open();
      rpc.lies.push({
        method: 'chain_getBlock',
        tell: () => ({ block: { header: fakeHeader(8), extrinsics: [] } }),
      });
      expect(await view.extrinsics()).toHaveLength(1);
      expect(rpc.rejected[0]?.code).toBe('falsified');
    });

    test('events carry their extrinsic, and fields by name or position', async () => {
      const apply = { type: 'ApplyExtrinsic', value: 1 };
      const { open } = node([], (put) => {
        put(
          'System',
          'Events',
          [],
          [
            {
              phase: { type: 'Initialization', value: undefined },
              event: {
                type: 'SubtensorModule',
                value: { type: 'NeuronRegistered', value: [7, 3, accountOf(1, 3)] },
              },
              topics: [],
            },
            {
              phase: apply,
              event: {
                type: 'Balances',
                value: { type: 'Deposit', value: { who: accountOf(1, 1), amount: 5n } },
              },
              topics: [],
            },
            {
              phase: apply,
              event: { type: 'System', value: { type: 'CodeUpdated', value: undefined } },
              topics: [],
            },
          ],
        );
      });
      expect(await (await open()).events()).toEqual([
        {
          index: 0,
          extrinsicIndex: undefined,
          pallet: 'SubtensorModule',
          name: 'NeuronRegistered',
          fields: { '0': 7, '1': 3, '2': accountOf(1, 3) },
        },
        {
          index: 1,
          extrinsicIndex: 1,
          pallet: 'Balances',
          name: 'Deposit',
          fields: { who: accountOf(1, 1), amount: 5n },
        },
        { index: 2, extrinsicIndex: 1, pallet: 'System', name: 'CodeUpdated', fields: {} },
      ]);
    });
  });
});

function withLength(hex: string): Hex {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const head =
    bytes.length < 64
      ? Buffer.of(bytes.length << 2)
      : Buffer.of(((bytes.length << 2) & 0xff) | 1, bytes.length >> 6);
  return toHex(Buffer.concat([head, bytes]));
}
