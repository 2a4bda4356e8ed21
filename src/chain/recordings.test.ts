import { beforeAll, describe, expect, test } from 'vitest';
import { fromHex, type Hex, toHex } from '../shared/index.ts';
import {
  type Codec,
  Cursor,
  createRuntime,
  decodeAll,
  encodeAll,
  nameHash,
  oldCall,
  type Runtime,
  type StorageEntry,
} from './codec/index.ts';
import { byteVec } from './codec/primitives.ts';
import { hasShared, metadata343, type Recording, recordings, runtime343 } from './testing/fixtures.ts';
import { toV16 } from './testing/metadata-v16.ts';

/** Custom RPC methods (their answer is SCALE as a JSON array of numbers) and the old runtime call of the same content. */
const CUSTOM_METHODS: Readonly<Record<string, string>> = {
  delegateInfo_getDelegate: 'DelegateInfoRuntimeApi_get_delegate',
  neuronInfo_getNeuron: 'NeuronInfoRuntimeApi_get_neuron',
};

/** Recorded answers that are not SCALE (the one `chain_getBlock` is an empty object). */
const NOT_SCALE = new Set([
  'chain_getHead',
  'chain_getHeader',
  'chain_getBlock',
  'chain_getBlockHash',
  'rpc_methods',
  'system_chain',
  'state_getRuntimeVersion',
  'state_getKeysPaged',
]);

interface Value {
  readonly what: string;
  readonly codec: Codec;
  readonly bytes: Uint8Array;
}

describe.skipIf(!hasShared)('recorded answers of mainnet', () => {
  let runtime: Runtime;
  let entries: Map<string, StorageEntry>;
  beforeAll(() => {
    runtime = runtime343();
    entries = entriesByPrefix(runtime);
  });

  /** Every recorded value with its codec; what has none is named instead. */
  function valuesBy(runtimeOf: Runtime, list: readonly Recording[]): { values: Value[]; without: string[] } {
    const values: Value[] = [];
    const without = new Set<string>();
    for (const { method, params, result } of list) {
      if (NOT_SCALE.has(method) || result === null || result === undefined) continue;
      if (method === 'state_getStorageAt' || method === 'state_getStorage')
        storage(params[0] as Hex, result as Hex);
      else if (method === 'state_queryStorageAt') {
        for (const { changes } of result as { changes: [Hex, Hex | null][] }[])
          for (const [key, value] of changes) if (value !== null) storage(key, value);
      } else if (method === 'state_call') call(params[0] as string, fromHex(result as Hex));
      else if (CUSTOM_METHODS[method] !== undefined) {
        const { content } = oldCall(runtimeOf, CUSTOM_METHODS[method])!;
        values.push({ what: method, codec: content, bytes: Uint8Array.from(result as number[]) });
      } else without.add(method);
    }
    return { values, without: [...without] };

    function storage(key: Hex, value: Hex): void {
      const found = entries.get(key.slice(0, 66));
      const entry = found === undefined ? undefined : runtimeOf.storage(found.pallet, found.item);
      if (entry === undefined) without.add(key.slice(0, 66));
      else values.push({ what: `${entry.pallet}.${entry.item}`, codec: entry.value, bytes: fromHex(value) });
    }

    function call(name: string, bytes: Uint8Array): void {
      const cursor = new Cursor(bytes);
      // Bytes in bytes, as up to spec 219: the length in front is exactly what follows.
      const inner = oldCall(runtimeOf, name)?.content;
      if (inner !== undefined && cursor.compact() === cursor.left) {
        values.push({ what: `${name} (outer)`, codec: byteVec as Codec, bytes });
        values.push({ what: `${name} (inner)`, codec: inner, bytes: cursor.take(cursor.left) });
        return;
      }
      const [api, ...method] = name.split('_');
      const described = runtimeOf.api(api!, method.join('_'));
      if (described === undefined) without.add(name);
      else values.push({ what: name, codec: described.output, bytes });
    }
  }

  test('decode and re-encode to the same bytes; all have a codec', () => {
    const { values, without } = valuesBy(runtime, recordings());
    expect(without).toEqual([]);
    for (const { what, codec, bytes } of values) {
      expect([what, toHex(encodeAll(codec, decodeAll(codec, bytes, what)))]).toEqual([what, toHex(bytes)]);
    }
    const kinds = [...new Set(values.map(({ what }) => what))].sort();
    expect(kinds).toMatchInlineSnapshot(`
      [
        "NeuronInfoRuntimeApi_get_neuron",
        "NeuronInfoRuntimeApi_get_neurons_lite (inner)",
        "NeuronInfoRuntimeApi_get_neurons_lite (outer)",
        "SubnetInfoRuntimeApi_get_subnet_hyperparams (inner)",
        "SubnetInfoRuntimeApi_get_subnet_hyperparams (outer)",
        "SubnetRegistrationRuntimeApi_get_network_registration_cost",
        "SubtensorModule.Bonds",
        "SubtensorModule.Burn",
        "SubtensorModule.Delegates",
        "SubtensorModule.Difficulty",
        "SubtensorModule.ImmunityPeriod",
        "SubtensorModule.IsNetworkMember",
        "SubtensorModule.LastUpdate",
        "SubtensorModule.MaxWeightsLimit",
        "SubtensorModule.MinAllowedWeights",
        "SubtensorModule.NetworksAdded",
        "SubtensorModule.SubnetworkN",
        "SubtensorModule.Tempo",
        "SubtensorModule.TotalNetworks",
        "SubtensorModule.Uids",
        "SubtensorModule.Weights",
        "System.Account",
        "delegateInfo_getDelegate",
        "neuronInfo_getNeuron",
      ]
    `);
    expect(values.length).toBeGreaterThan(400);
  });

  test('storage answers decode the same by metadata V14, V15 and V16', () => {
    const identity = { specName: 'node-subtensor', specVersion: 343, transactionVersion: 1 };
    const v16 = createRuntime(identity, toV16(metadata343(15)));
    expect(v16.info.metadataVersion).toBe(16);
    const list = recordings().filter(({ method }) => method.startsWith('state_') && method !== 'state_call');
    const [v15Values, v14Values, v16Values] = [runtime, runtime343(14), v16].map(
      (one) => valuesBy(one, list).values,
    );
    for (const [i, { codec, bytes }] of v15Values!.entries()) {
      const value = decodeAll(codec, bytes);
      expect(decodeAll(v14Values![i]!.codec, bytes)).toEqual(value);
      expect(decodeAll(v16Values![i]!.codec, bytes)).toEqual(value);
    }
  });

  test('recorded keys are those that our codecs make', () => {
    const pages = recordings().filter(({ method }) => method === 'state_getKeysPaged');
    const keys = pages.flatMap(({ result }) => result as Hex[]);
    expect(keys.length).toBeGreaterThan(200);
    for (const key of keys) {
      const entry = entries.get(key.slice(0, 66))!;
      expect(entry.key(entry.keysOf(key))).toBe(key);
    }
  });

  test('a neuron of spec 208 is the one that was asked for (uid 5 of netuid 23)', () => {
    const { values } = valuesBy(runtime, recordings());
    const { codec, bytes } = values.find(({ what }) => what === 'neuronInfo_getNeuron')!;
    const neuron = decodeAll(codec, bytes) as Record<string, unknown>;
    expect(neuron).toMatchObject({ uid: 5, netuid: 23 });
    expect(toHex(neuron.hotkey as Uint8Array)).toBe(
      '0x4af7598952f87683204a2a0c2266f941a74899bd69b0ce56e42a82820f689446',
    );
  });
});

function entriesByPrefix(runtime: Runtime): Map<string, StorageEntry> {
  return new Map(
    runtime.metadata.pallets.flatMap((pallet) =>
      (pallet.storage?.items ?? []).map((item) => [
        toHex(Buffer.concat([nameHash(pallet.storage!.prefix), nameHash(item.name)])),
        runtime.storage(pallet.name, item.name)!,
      ]),
    ),
  );
}
