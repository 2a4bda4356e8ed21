import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accountOf,
  type Block343,
  callOf,
  type Happening,
  hasShared,
  type StorageWriter,
  success,
  views343,
} from '../../../../test/support/runtime-343.ts';
import type { BlockView, ChainEvent } from '../../../chain/index.ts';
import { type EventsWanted, readEvents } from './read-events.ts';
import type { SubnetEvent } from './subnet-event.ts';

const [COLD, OWNER, PROXY, OLD, A, B] = [1, 2, 3, 4, 5, 6].map((n) => accountOf(40 + n, n)) as [
  ...Uint8Array[],
] as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];

const id = (account: Uint8Array) => ({ type: 'Id', value: account });
const ok = { type: 'Ok', value: undefined };

/** What happened in the second of two blocks. */
async function read(parent: Partial<Block343>, block: Partial<Block343>, wanted: Partial<EventsWanted> = {}) {
  const [before, view] = await views343([
    { number: 99, ...parent },
    { number: 100, ...block },
  ]);
  let parents = 0;
  const reading = await readEvents(view!, {
    parent: async () => {
      parents++;
      return before!;
    },
    ...wanted,
  });
  return { ...reading, parents };
}

const kinds = (events: readonly SubnetEvent[]) => events.map(({ kind, place }) => [kind, place]);
const registered = (uid: number, hotkey: Uint8Array, extrinsic = 1): Happening => ({
  pallet: 'SubtensorModule',
  name: 'NeuronRegistered',
  fields: [1, uid, hotkey],
  extrinsic,
});

describe.skipIf(!hasShared)('what happened in a block of spec 343', () => {
  const burned = (hotkey: Uint8Array) => callOf('SubtensorModule', 'burned_register', { netuid: 1, hotkey });

  test('a uid that changes hands twice in one block', async () => {
    const owners = (writer: StorageWriter) => {
      for (const hotkey of [OLD, A, B]) writer.subtensor('Owner', [hotkey], COLD);
    };
    const { events, skipped, parents } = await read(
      {
        write: (writer) => {
          writer.subtensor('Keys', [1, 3], OLD);
        },
      },
      {
        write: (writer) => {
          owners(writer);
          writer.subtensor('Keys', [1, 3], B);
          writer.subtensor('Keys', [1, 8], PROXY);
        },
        events: [
          success(0, 'Mandatory'),
          registered(3, A),
          success(1),
          { pallet: 'SubtensorModule', name: 'WeightsSet', fields: [1, 3], extrinsic: 2 },
          success(2),
          registered(3, B, 3),
          success(3),
          { pallet: 'SubtensorModule', name: 'WeightsSet', fields: [1, 8], extrinsic: 4 },
          success(4),
        ],
        calls: [
          { call: callOf('Timestamp', 'set', { now: 1n }) },
          { signer: COLD, call: burned(A) },
          {
            signer: A,
            call: callOf('SubtensorModule', 'set_weights', {
              ...{ netuid: 1, dests: [0], weights: [1], version_key: 0n },
            }),
          },
          { signer: COLD, call: burned(B) },
          { signer: PROXY, call: burned(PROXY) },
        ],
      },
    );
    expect(skipped).toBe(0);
    expect(parents).toBe(1);
    expect(kinds(events)).toEqual([
      ['deregistered', 4],
      ['registered', 5],
      ['weights-set', 12],
      ['deregistered', 20],
      ['registered', 21],
      ['weights-set', 28],
    ]);
    expect(events).toMatchObject([
      { uid: 3, hotkey: OLD, otherHotkey: A, coldkey: COLD, actor: COLD, extrinsic: 1 },
      { uid: 3, hotkey: A, coldkey: COLD, actor: COLD },
      { uid: 3, hotkey: A, actor: A, signer: A },
      { uid: 3, hotkey: A, otherHotkey: B },
      { uid: 3, hotkey: B },
      { uid: 8, hotkey: PROXY },
    ]);
  });

  test('an appended uid replaced nobody; neither did one of a subnet that has just begun', async () => {
    const appended = await read({}, { events: [registered(3, A)] });
    expect(kinds(appended.events)).toEqual([['registered', 1]]);
    const begun = await read(
      { write: (writer) => writer.subtensor('Keys', [1, 0], OLD) },
      {
        events: [
          { pallet: 'SubtensorModule', name: 'NetworkRemoved', fields: 1 },
          { pallet: 'SubtensorModule', name: 'NetworkAdded', fields: [1, 0] },
          registered(0, A),
        ],
      },
    );
    expect(kinds(begun.events)).toEqual([
      ['subnet-removed', 0],
      ['subnet-added', 4],
      ['registered', 9],
    ]);
  });

  test('a swap in the block: each event is of whom the uid was then', async () => {
    const swap: Happening = {
      ...{ pallet: 'SubtensorModule', name: 'HotkeySwapped' },
      fields: { coldkey: COLD, old_hotkey: OLD, new_hotkey: A },
    };
    const set = (uid: number): Happening => ({
      pallet: 'SubtensorModule',
      name: 'WeightsSet',
      fields: [1, uid],
    });
    const { events } = await read(
      { write: (writer) => writer.subtensor('Keys', [1, 4], OLD) },
      {
        write: (writer) => {
          writer.subtensor('Keys', [1, 3], A);
          writer.subtensor('Keys', [1, 4], B);
        },
        events: [set(3), set(4), swap, set(3), set(4), registered(4, B)],
      },
    );
    expect(events.filter(({ kind }) => kind !== 'hotkey-swapped')).toMatchObject([
      { kind: 'weights-set', uid: 3, hotkey: OLD },
      { kind: 'weights-set', uid: 4, hotkey: OLD },
      { kind: 'weights-set', uid: 3, hotkey: A },
      { kind: 'weights-set', uid: 4, hotkey: A },
      { kind: 'deregistered', uid: 4, hotkey: A, otherHotkey: B },
      { kind: 'registered', uid: 4, hotkey: B },
    ]);
  });

  test('a trimming: who left is deregistered, who got another uid is not', async () => {
    const subnet = (hotkeys: readonly Uint8Array[]) => ({
      write: ({ subtensor }: StorageWriter) => {
        subtensor('NetworksAdded', [1], true);
        subtensor('SubnetworkN', [1], hotkeys.length);
        subtensor('MaxAllowedUids', [1], hotkeys.length);
        hotkeys.forEach((hotkey, uid) => {
          subtensor('Keys', [1, uid], hotkey);
        });
        for (const hotkey of [OLD, A]) subtensor('Owner', [hotkey], COLD);
      },
    });
    const trim = callOf('AdminUtils', 'sudo_trim_to_max_allowed_uids', { netuid: 1, max_n: 2 });
    const block = {
      ...subnet([PROXY, B]),
      events: [
        { pallet: 'SubtensorModule', name: 'WeightsSet', fields: [1, 1], extrinsic: 0 },
        success(0),
        success(1),
      ],
      calls: [
        {
          signer: A,
          call: callOf('SubtensorModule', 'set_weights', {
            ...{ netuid: 1, dests: [0], weights: [1], version_key: 0n },
          }),
        },
        { signer: OWNER, call: trim },
      ],
    };
    const before = subnet([OLD, A, PROXY, B]);
    const { events } = await read(before, block);
    expect(events).toMatchObject([
      // Uid 1 was another's until the trimming.
      { kind: 'weights-set', uid: 1, hotkey: A },
      { kind: 'hyperparameter', name: 'maxUids', oldValue: '4', newValue: '2', actor: OWNER },
      { kind: 'deregistered', uid: 0, hotkey: OLD, coldkey: COLD, actor: OWNER, place: 12 },
      { kind: 'deregistered', uid: 1, hotkey: A, coldkey: COLD, actor: OWNER, place: 16 },
    ]);
    // Failed, or of a subnet that nobody asks for, it moves nobody.
    expect((await read(before, block, { netuids: [2] })).events).toEqual([]);
  });

  test('an axon with its address, and the one before', async () => {
    const axon = (ip: bigint, type: number) => ({
      ...{
        block: 99n,
        version: 1,
        ip,
        port: 8_091,
        ip_type: type,
        protocol: 4,
        placeholder1: 0,
        placeholder2: 0,
      },
    });
    const served: Happening = { pallet: 'SubtensorModule', name: 'AxonServed', fields: [1, A] };
    const { events } = await read(
      { write: (writer) => writer.subtensor('Axons', [1, A], axon(0x0102_0304n, 4)) },
      {
        write: (writer) => writer.subtensor('Axons', [1, A], axon(0x2001_0db8n << 96n, 6)),
        events: [served],
      },
    );
    expect(events).toMatchObject([
      { kind: 'axon-served', oldValue: '1.2.3.4:8091', newValue: '[2001:db8::]:8091', hotkey: A },
    ]);
  });

  test.each([
    [
      'an extrinsic is missing',
      [{ pallet: 'SubtensorModule', name: 'NetworkRemoved', fields: 1, extrinsic: 1 }],
    ],
    ['an extrinsic has two results', [success(0)]],
  ])('%s: the body is not that of the events', async (_, more) => {
    const calls = [{ signer: COLD, call: burned(A) }];
    await expect(read({}, { events: [success(0), ...more], calls })).rejects.toMatchObject({
      code: 'falsified',
    });
  });

  test('a block whose extrinsics have left no events is not believed', async () => {
    await expect(read({}, { calls: [{ signer: COLD, call: burned(A) }] })).rejects.toMatchObject({
      code: 'falsified',
    });
  });

  test('who did it: through a proxy, and by a block hook', async () => {
    const { events } = await read(
      {},
      {
        write: (writer) => {
          writer.subtensor('Keys', [1, 2], A);
          writer.subtensor('Uids', [1, A], 2);
        },
        events: [
          { pallet: 'SubtensorModule', name: 'WeightsSet', fields: [1, 2] },
          { pallet: 'SubtensorModule', name: 'TimelockedWeightsRevealed', fields: [1, A] },
          {
            pallet: 'SubtensorModule',
            name: 'StakeAdded',
            fields: [COLD, A, 7n, 8n, 1, 0n],
            extrinsic: 0,
          },
          { pallet: 'Proxy', name: 'ProxyExecuted', fields: { result: ok }, extrinsic: 0 },
          success(0),
        ],
        calls: [
          {
            signer: PROXY,
            call: callOf('Proxy', 'proxy', {
              real: id(COLD),
              force_proxy_type: undefined,
              call: callOf('SubtensorModule', 'add_stake', { hotkey: A, netuid: 1, amount_staked: 7n }),
            }),
          },
        ],
      },
    );
    expect(events).toMatchObject([
      { kind: 'weights-set', actor: 'chain', hotkey: A },
      { kind: 'weights-revealed', actor: 'chain', hotkey: A, uid: 2 },
      {
        ...{ kind: 'stake-added', actor: COLD, signer: PROXY, via: ['proxy'], extrinsic: 0 },
        ...{ tao: 7n, alpha: 8n, uid: 2 },
      },
    ]);
  });

  test('parameters: only what differs, each with who set it, silent calls as well', async () => {
    const state = (values: { min: bigint; max: bigint; liquid: boolean; window: number }) => ({
      write: ({ subtensor }: StorageWriter) => {
        subtensor('NetworksAdded', [1], true);
        subtensor('SubnetworkN', [1], 4);
        subtensor('MinBurn', [1], values.min);
        subtensor('MaxBurn', [1], values.max);
        subtensor('Kappa', [1], 100);
        subtensor('LiquidAlphaOn', [1], values.liquid);
        // Moves by itself with each registration.
        subtensor('Burn', [1], values.min * 3n);
        subtensor('AdminFreezeWindow', [], values.window);
        subtensor('RecycleOrBurn', [1], { type: values.liquid ? 'Recycle' : 'Burn', value: undefined });
      },
    });
    const set = (name: string, args: Record<string, unknown>) =>
      callOf('AdminUtils', `sudo_set_${name}`, { netuid: 1, ...args });
    const { events } = await read(state({ min: 1n, max: 10n, liquid: false, window: 10 }), {
      ...state({ min: 2n, max: 20n, liquid: true, window: 5 }),
      events: [
        { pallet: 'SubtensorModule', name: 'MinBurnSet', fields: [1, 2n], extrinsic: 0 },
        { pallet: 'Utility', name: 'ItemCompleted', extrinsic: 0 },
        { pallet: 'SubtensorModule', name: 'MaxBurnSet', fields: [1, 20n], extrinsic: 0 },
        { pallet: 'Utility', name: 'ItemCompleted', extrinsic: 0 },
        { pallet: 'Utility', name: 'BatchCompleted', extrinsic: 0 },
        success(0),
        { pallet: 'SubtensorModule', name: 'KappaSet', fields: [1, 100], extrinsic: 1 },
        success(1),
        { pallet: 'Sudo', name: 'Sudid', fields: { sudo_result: ok }, extrinsic: 2 },
        success(2),
        { pallet: 'SubtensorModule', name: 'AdminFreezeWindowSet', fields: 5 },
        success(3),
      ],
      calls: [
        {
          signer: OWNER,
          call: callOf('Utility', 'batch', {
            calls: [set('min_burn', { min_burn: 2n }), set('max_burn', { max_burn: 20n })],
          }),
        },
        { signer: OWNER, call: set('kappa', { kappa: 100 }) },
        {
          signer: COLD,
          call: callOf('Sudo', 'sudo', { call: set('liquid_alpha_enabled', { enabled: true }) }),
        },
        {
          signer: OWNER,
          call: set('recycle_or_burn', { recycle_or_burn: { type: 'Recycle', value: undefined } }),
        },
      ],
    });
    expect(events).toMatchObject([
      { name: 'minBurn', netuid: 1, oldValue: '1', newValue: '2', actor: OWNER, via: ['batch'], place: 2 },
      { name: 'maxBurn', netuid: 1, oldValue: '10', newValue: '20', actor: OWNER, via: ['batch'] },
      { name: 'liquidAlphaEnabled', oldValue: 'false', newValue: 'true', actor: 'root', signer: COLD },
      { name: 'adminFreezeWindow', netuid: undefined, oldValue: '10', newValue: '5', actor: 'chain' },
      { name: 'recycleOrBurn', netuid: 1, oldValue: 'Burn', newValue: 'Recycle', actor: OWNER },
    ]);
  });

  test('a take with the one before it, a child-key take with the subnet of its call', async () => {
    const { events } = await read(
      { write: ({ subtensor }) => subtensor('ChildkeyTake', [A, 4], 13_107) },
      {
        events: [
          { pallet: 'SubtensorModule', name: 'TakeIncreased', fields: [COLD, A, 6_553], extrinsic: 0 },
          success(0),
          { pallet: 'SubtensorModule', name: 'ChildKeyTakeSet', fields: [A, 0], extrinsic: 1 },
          success(1),
        ],
        calls: [
          { signer: COLD, call: callOf('SubtensorModule', 'increase_take', { hotkey: A, take: 6_553 }) },
          {
            signer: COLD,
            call: callOf('SubtensorModule', 'set_childkey_take', { hotkey: A, netuid: 4, take: 0 }),
          },
        ],
      },
    );
    expect(events).toMatchObject([
      // Where nothing is stored the chain's default holds: 11796 / 65535.
      { kind: 'take', oldValue: '0.179995', newValue: '0.099992' },
      { kind: 'children', netuid: 4, oldValue: '0.2', newValue: '0' },
    ]);
  });

  test('what is left out does not move what stays', async () => {
    const block = {
      events: [
        { pallet: 'SubtensorModule', name: 'StakeAdded', fields: [COLD, A, 5n, 5n, 2, 0n] },
        { pallet: 'SubtensorModule', name: 'StakeMoved', fields: [COLD, A, 1, B, 2, 90n] },
        { pallet: 'SubtensorModule', name: 'StakeAdded', fields: [COLD, A, 9n, 9n, 1, 0n] },
        { pallet: 'SubtensorModule', name: 'TakeIncreased', fields: [COLD, A, 6_553] },
      ],
    };
    const all = await read({}, block);
    expect(kinds(all.events)).toEqual([
      ['stake-added', 0],
      ['stake-moved', 4],
      ['stake-moved', 5],
      ['stake-added', 8],
      ['take', 12],
    ]);
    const few = await read({}, block, { netuids: [2], minStakeRao: 9n });
    expect(kinds(few.events)).toEqual([
      ['stake-moved', 5],
      ['take', 12],
    ]);
    expect(few.skipped).toBe(0);
  });

  test('an empty block, and one without an extrinsic of anybody, ask for nothing else', async () => {
    expect(await read({}, {})).toEqual({ events: [], skipped: 0, parents: 0 });
    const [view] = await views343([{ number: 100, events: [success(0, 'Mandatory')] }]);
    const bodies = { ...view!, extrinsics: () => Promise.reject(new Error('not needed')) };
    expect(await readEvents(bodies, { parent: () => Promise.reject(new Error('not needed')) })).toEqual({
      events: [],
      skipped: 0,
    });
  });
});

test('an upgrade names both versions, and an event of unknown fields is counted', async () => {
  const events: ChainEvent[] = [
    { index: 0, pallet: 'System', name: 'CodeUpdated', fields: {} },
    { index: 1, pallet: 'SubtensorModule', name: 'NeuronRegistered', fields: { netuid: 'one' } },
  ];
  const view = { ...viewOf(events), upgradesTo: { specVersion: 344 } } as unknown as BlockView;
  expect(await readEvents(view, { parent: async () => view })).toMatchObject({
    events: [{ kind: 'runtime-upgraded', oldValue: '343', newValue: '344', actor: 'chain' }],
    skipped: 1,
  });
});

test('whatever the events are: the same rows each time, no two at one place of a subnet', async () => {
  const u16 = fc.nat(3);
  const account = fc.nat(3).map((n) => accountOf(9, n));
  const fields = {
    NeuronRegistered: fc.tuple(u16, u16, account),
    WeightsSet: fc.tuple(fc.constantFrom(1, 4_097), u16),
    StakeMoved: fc.tuple(account, account, u16, account, u16, fc.constant(5n)),
    SetChildren: fc.tuple(account, u16, fc.constant([])),
    NetworkAdded: fc.tuple(u16, u16),
    TempoSet: fc.tuple(u16, u16),
    AdminFreezeWindowSet: fc.tuple(u16),
  };
  const happening = fc.oneof(
    ...Object.entries(fields).map(([name, values]) =>
      (values as fc.Arbitrary<unknown[]>).map((list) => ({
        name,
        fields: Object.fromEntries(list.map((value, at) => [String(at), value])),
      })),
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 30 }), async (list) => {
      const events = list.map((one, index) => ({ index, pallet: 'SubtensorModule', ...one }));
      const wanted = { parent: async () => viewOf([], 1) };
      const first = await readEvents(viewOf(events, 2), wanted);
      expect(await readEvents(viewOf(events, 2), wanted)).toEqual(first);
      const keys = first.events.map(({ netuid, place }) => `${netuid}/${place}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(first.skipped).toBe(0);
    }),
  );
});

/** A view of a block with these events, in whose storage every value follows from its key and `salt`. */
function viewOf(events: readonly ChainEvent[], salt = 0): BlockView {
  const items = ['Keys', 'Uids', 'Owner', 'Tempo', 'NetworksAdded', 'SubnetworkN', 'AdminFreezeWindow'];
  const value = (item: string, keys: readonly unknown[]): unknown => {
    const sum = keys.reduce<number>(
      (total, key) => total + (key instanceof Uint8Array ? key[0]! : Number(key)),
      salt,
    );
    if (item === 'NetworksAdded') return true;
    if (item === 'Keys' || item === 'Owner') return accountOf(8, sum);
    return sum;
  };
  return {
    block: { number: 100, hash: '0x00' },
    runtime: { specVersion: 343 },
    events: async () => events,
    extrinsics: async () => [],
    hasCall: () => false,
    hasStorage: (pallet: string, item: string) => pallet === 'SubtensorModule' && items.includes(item),
    storageDefault: () => undefined,
    storage: async (_: string, item: string, keys: unknown[]) => value(item, keys),
    storageMany: async (requests: { item: string; keys: unknown[] }[]) =>
      requests.map(({ item, keys }) => value(item, keys)),
  } as unknown as BlockView;
}
