import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChainEvent } from '../../../chain/index.ts';
import { toSs58 } from '../../../shared/index.ts';
import { interpretEvent, isTold } from './interpret-event.ts';

const account = (fill: number) => new Uint8Array(32).fill(fill);
const [COLD, HOT, NEW, OTHER] = [account(1), account(2), account(3), account(4)];
const HASH = account(0xab);
const HASH_TEXT = `0x${'ab'.repeat(32)}`;

const event = (name: string, fields: unknown[] | Record<string, unknown>): ChainEvent => ({
  index: 7,
  extrinsicIndex: 1,
  pallet: 'SubtensorModule',
  name,
  fields: Array.isArray(fields) ? Object.fromEntries(fields.map((field, at) => [String(at), field])) : fields,
});

/** What an event says, without the event itself and where its old value stands. */
function told(name: string, fields: unknown[] | Record<string, unknown>) {
  return interpretEvent(event(name, fields))?.map(
    ({ event: _, before: __, after: ___, name: ____, ...rest }) =>
      Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
  );
}

// The shapes are those of the reference, section 4.2, and of the recorded metadata of spec 343.
test.each<[string, unknown[] | Record<string, unknown>, Record<string, unknown>[]]>([
  ['NeuronRegistered', [5, 9, HOT], [{ kind: 'registered', netuid: 5, uid: 9, hotkey: HOT }]],
  ['WeightsSet', [0, 0], [{ kind: 'weights-set', netuid: 0, mechanism: 0, uid: 0 }]],
  // Mechanism 2 of netuid 64: 2 x 4096 + 64.
  ['WeightsSet', [8_256, 3], [{ kind: 'weights-set', netuid: 64, mechanism: 2, uid: 3 }]],
  [
    'WeightsCommitted',
    [HOT, 4_097, HASH],
    [{ kind: 'weights-committed', netuid: 1, mechanism: 1, hotkey: HOT, newValue: HASH_TEXT }],
  ],
  [
    'TimelockedWeightsCommitted',
    [HOT, 1, HASH, 77n],
    [{ kind: 'weights-committed', netuid: 1, mechanism: 0, hotkey: HOT, newValue: HASH_TEXT }],
  ],
  [
    'WeightsBatchRevealed',
    [HOT, 1, [HASH, HASH]],
    [
      {
        kind: 'weights-revealed',
        netuid: 1,
        mechanism: 0,
        hotkey: HOT,
        newValue: `${HASH_TEXT} ${HASH_TEXT}`,
      },
    ],
  ],
  ['CRV3WeightsRevealed', [1, HOT], [{ kind: 'weights-revealed', netuid: 1, mechanism: 0, hotkey: HOT }]],
  [
    'TimelockedWeightsRevealed',
    [4_097, HOT],
    [{ kind: 'weights-revealed', netuid: 1, mechanism: 1, hotkey: HOT }],
  ],
  ['AxonServed', [1, HOT], [{ kind: 'axon-served', netuid: 1, hotkey: HOT }]],
  // 11796 / 65535 = 0.17999542…
  [
    'TakeDecreased',
    [COLD, HOT, 11_796],
    [{ kind: 'take', coldkey: COLD, hotkey: HOT, newValue: '0.179995' }],
  ],
  ['SetChildren', [HOT, 3, []], [{ kind: 'children', netuid: 3, hotkey: HOT, newValue: 'none' }]],
  [
    'SetChildren',
    [HOT, 3, [[1n << 62n, NEW]]],
    [{ kind: 'children', netuid: 3, hotkey: HOT, newValue: `0.25 ${toSs58(NEW)}` }],
  ],
  [
    'SetChildrenScheduled',
    [HOT, 3, 8_000n, [[(1n << 64n) - 1n, NEW]]],
    [{ kind: 'children', netuid: 3, hotkey: HOT, newValue: `1 ${toSs58(NEW)} from block 8000` }],
  ],
  ['ChildKeyTakeSet', [HOT, 0], [{ kind: 'children', hotkey: HOT, newValue: '0' }]],
  // Until spec 219.
  ['StakeAdded', [HOT, 5n], [{ kind: 'stake-added', hotkey: HOT, tao: 5n }]],
  // Spec 233, and with a fee since 261.
  [
    'StakeRemoved',
    [COLD, HOT, 5n, 6n, 0],
    [{ kind: 'stake-removed', coldkey: COLD, hotkey: HOT, tao: 5n, alpha: 6n, netuid: 0 }],
  ],
  [
    'StakeAdded',
    [COLD, HOT, 0n, 6n, 7, 1n],
    [{ kind: 'stake-added', coldkey: COLD, hotkey: HOT, tao: 0n, alpha: 6n, netuid: 7 }],
  ],
  [
    'StakeMoved',
    [COLD, HOT, 1, NEW, 2, 9n],
    [
      { ...moved('1', '2'), otherHotkey: NEW, netuid: 1, otherNetuid: 2 },
      { ...moved('1', '2'), otherHotkey: NEW, netuid: 2, otherNetuid: 1, slot: 1 },
    ],
  ],
  ['StakeMoved', [COLD, HOT, 1, NEW, 1, 9n], [{ ...moved('1', '1'), otherHotkey: NEW, netuid: 1 }]],
  [
    'StakeTransferred',
    [COLD, OTHER, HOT, 0, 3, 9n],
    [
      { ...moved('0', '3'), otherColdkey: OTHER, netuid: 0, otherNetuid: 3 },
      { ...moved('0', '3'), otherColdkey: OTHER, netuid: 3, otherNetuid: 0, slot: 1 },
    ],
  ],
  [
    'StakeSwapped',
    [COLD, HOT, 3, 4, 9n],
    [
      { ...moved('3', '4'), netuid: 3, otherNetuid: 4 },
      { ...moved('3', '4'), netuid: 4, otherNetuid: 3, slot: 1 },
    ],
  ],
  [
    'HotkeySwapped',
    { coldkey: COLD, old_hotkey: HOT, new_hotkey: NEW },
    [{ kind: 'hotkey-swapped', coldkey: COLD, hotkey: HOT, otherHotkey: NEW }],
  ],
  [
    'HotkeySwapped',
    [COLD, HOT, NEW],
    [{ kind: 'hotkey-swapped', coldkey: COLD, hotkey: HOT, otherHotkey: NEW }],
  ],
  [
    'HotkeySwappedOnSubnet',
    { coldkey: COLD, old_hotkey: HOT, new_hotkey: NEW, netuid: 0 },
    [{ kind: 'hotkey-swapped', coldkey: COLD, hotkey: HOT, otherHotkey: NEW, netuid: 0 }],
  ],
  [
    'ColdkeySwapped',
    { old_coldkey: COLD, new_coldkey: OTHER, swap_cost: 1n },
    [{ kind: 'coldkey-swapped', coldkey: COLD, otherColdkey: OTHER }],
  ],
  [
    'ColdkeySwapScheduled',
    { old_coldkey: COLD, new_coldkey: OTHER, execution_block: 900, swap_cost: 1n },
    [{ kind: 'coldkey-swapped', coldkey: COLD, otherColdkey: OTHER, newValue: 'at block 900' }],
  ],
  [
    'ColdkeySwapAnnounced',
    { who: COLD, new_coldkey_hash: HASH },
    [{ kind: 'coldkey-swapped', coldkey: COLD, newValue: HASH_TEXT }],
  ],
  ['ColdkeySwapDisputed', { who: COLD }, [{ kind: 'coldkey-swapped', coldkey: COLD }]],
  ['NetworkAdded', [12, 0], [{ kind: 'subnet-added', netuid: 12 }]],
  ['NetworkRemoved', [0], [{ kind: 'subnet-removed', netuid: 0 }]],
  [
    'SubnetOwnerHotkeySet',
    [3, HOT],
    [{ kind: 'owner-changed', netuid: 3, hotkey: HOT, newValue: toSs58(HOT) }],
  ],
])('%s %#', (name, fields, expected) => {
  expect(told(name, fields)).toEqual(expected.map((row) => ({ slot: 0, ...row })));
});

function moved(oldValue: string, newValue: string) {
  return { kind: 'stake-moved', coldkey: COLD, hotkey: HOT, tao: 9n, oldValue, newValue };
}

test.each<[string, unknown[]]>([
  ['NeuronRegistered', [5, 70_000, HOT]],
  ['NeuronRegistered', [5, 9, HASH.slice(1)]],
  ['WeightsSet', ['5', 9]],
  ['StakeAdded', [COLD, HOT, 5n, 6n, 70_000]],
  ['StakeAdded', [COLD, HOT, -5n, 6n, 1]],
  ['StakeMoved', [COLD, HOT, 1, 'nobody', 2, 9n]],
  ['SetChildren', [HOT, 3, [[1, NEW]]]],
  ['TakeIncreased', []],
])('%s with other fields than any era gave it is not interpreted %#', (name, fields) => {
  expect(told(name, fields)).toBeUndefined();
});

test('whatever the fields are, nothing is thrown and every row is whole', () => {
  const names = [
    'NeuronRegistered',
    'WeightsSet',
    'StakeAdded',
    'StakeMoved',
    'SetChildren',
    'WeightsBatchRevealed',
  ];
  const hostile = fc.oneof(
    fc.anything(),
    fc.integer(),
    fc.bigInt(),
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc.array(fc.tuple(fc.bigInt({ min: 0n }), fc.uint8Array({ minLength: 32, maxLength: 32 }))),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(hostile, { maxLength: 7 }), (name, fields) => {
      for (const { netuid, mechanism, uid, hotkey, tao } of interpretEvent(event(name, fields)) ?? []) {
        for (const number of [netuid, mechanism, uid])
          if (number !== undefined) expect(number).toBeLessThan(65_536);
        if (hotkey !== undefined) expect(hotkey).toHaveLength(32);
        if (tao !== undefined) expect(tao >= 0n).toBe(true);
      }
    }),
  );
});

test('only what has a meaning to a reader is told', () => {
  expect(isTold(event('WeightsSet', []))).toBe(true);
  expect(isTold(event('PrometheusServed', []))).toBe(false);
  expect(isTold({ ...event('WeightsSet', []), pallet: 'Balances' })).toBe(false);
  expect(isTold(event('constructor', []))).toBe(false);
});
