import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MetagraphJson, NeuronJson } from '../../src/metagraph/json.ts';
import { type Chopsticks, SPEC_185, SPEC_218, startChopsticks } from '../support/chopsticks.ts';
import { loadPolkadotApi, type PolkadotApi, startSidecar } from '../support/peers.ts';
import { requireChainSpec } from '../support/requirement.ts';
import { peopleSubnet185 } from '../support/subnet-185.ts';
import { peopleSubnet218, writeScores218 } from '../support/subnet-218.ts';
import { decodeSubnetState218 } from '../support/subnet-state.ts';
import { metagraphOf, taoscopeJson } from '../support/taoscope.ts';

/** What one neuron is, read item by item from storage by @polkadot/api, under the names of `NeuronJson`. */
type Expected = Record<string, unknown>;

const VECTORS: Readonly<Record<string, string>> = {
  active: 'active',
  validatorPermit: 'validatorPermit',
  rank: 'rank',
  trust: 'trust',
  consensus: 'consensus',
  incentive: 'incentive',
  dividends: 'dividends',
  validatorTrust: 'validatorTrust',
  pruningScore: 'pruningScores',
  emission: 'emission',
  lastUpdate: 'lastUpdate',
};

describe.skipIf(!requireChainSpec(SPEC_185))('runtime 185, scores from its own Yuma epoch', () => {
  let node: Chopsticks;
  let subnet: Awaited<ReturnType<typeof peopleSubnet185>>;
  let api: PolkadotApi;

  beforeAll(async () => {
    node = await startChopsticks(SPEC_185);
    subnet = await peopleSubnet185(node);
    api = await (await loadPolkadotApi()).connect(node.url);
  });
  afterAll(async () => {
    await api?.disconnect();
    await node?.[Symbol.asyncDispose]();
  });

  test('every field equals what @polkadot/api reads from storage at that block', async () => {
    const { number, hash } = await node.head();
    const [metagraph, expected] = [
      await metagraphOf(node.url, subnet.netuid),
      await storageNeurons(api, subnet.netuid, hash),
    ];
    expect(metagraph).toMatchObject({
      netuid: subnet.netuid,
      block: number,
      blockHash: hash,
      specVersion: 185,
      unit: 'tao',
      n: subnet.n,
    });
    expectSame(metagraph, expected);
    // The comparison is worth something only where the epoch gave scores.
    for (const field of [
      'consensus',
      'incentive',
      'dividends',
      'trust',
      'validatorTrust',
      'emission',
    ] as const) {
      expect(metagraph.neurons.filter((neuron) => Number(neuron[field]) > 0).length, field).toBeGreaterThan(
        5,
      );
    }
    expect(metagraph.neurons.map((neuron) => neuron.totalStake)).toEqual(
      metagraph.neurons.map((neuron) => neuron.stake),
    );
  });

  test('an earlier block is read with that block’s state', async () => {
    const block = subnet.epochBlock - 1;
    const hash = await node.rpc<string>('chain_getBlockHash', block);
    const before = await metagraphOf(node.url, subnet.netuid, block);
    expect(before.blockHash).toBe(hash);
    expect(before.neurons).toHaveLength(
      Number((await (await api.at(hash)).query.subtensorModule!.subnetworkN!(subnet.netuid)).toString()),
    );
    expectSame(before, await storageNeurons(api, subnet.netuid, hash));
  });

  test('the list of subnets has this one', async () => {
    const list = await taoscopeJson<{ subnets?: unknown[] } | unknown[]>(['subnets', '--endpoint', node.url]);
    const subnets = (Array.isArray(list) ? list : list.subnets) as {
      netuid: number;
      n: number;
      tempo: number;
    }[];
    expect(subnets.find(({ netuid }) => netuid === subnet.netuid)).toMatchObject({ n: subnet.n, tempo: 5 });
  });

  test('the Sidecar in front of the same node agrees', async () => {
    await sidecarAgrees(node, await metagraphOf(node.url, subnet.netuid));
  });
});

describe.skipIf(!requireChainSpec(SPEC_218))(
  'runtime 218 (alpha), neurons registered by signed extrinsics',
  () => {
    let node: Chopsticks;
    let subnet: Awaited<ReturnType<typeof peopleSubnet218>>;
    let api: PolkadotApi;
    const n = 21;

    beforeAll(async () => {
      node = await startChopsticks(SPEC_218);
      subnet = await peopleSubnet218(node);
      await writeScores218(node, subnet);
      api = await (await loadPolkadotApi()).connect(node.url);
    });
    afterAll(async () => {
      await api?.disconnect();
      await node?.[Symbol.asyncDispose]();
    });

    test('every field equals what @polkadot/api reads from storage at that block', async () => {
      const { number, hash } = await node.head();
      const [metagraph, expected] = [
        await metagraphOf(node.url, subnet.netuid),
        await storageNeurons(api, subnet.netuid, hash),
      ];
      expect(metagraph).toMatchObject({
        netuid: subnet.netuid,
        block: number,
        blockHash: hash,
        specVersion: 218,
        unit: 'alpha',
        n,
      });
      expectSame(metagraph, expected);
      expect(metagraph.neurons.filter((neuron) => neuron.axon !== undefined)).toHaveLength(6);
      const addresses = new Set(subnet.hotkeys.map(({ address }) => address));
      expect(metagraph.neurons.filter((neuron) => addresses.has(neuron.hotkey))).toHaveLength(20);
    });

    test('stakes that the runtime itself computes (get_subnet_state) are shown as it computes them', async () => {
      const { hash } = await node.head();
      const answer = await node.rpc<string>(
        'state_call',
        'SubnetInfoRuntimeApi_get_subnet_state',
        '0x0100',
        hash,
      );
      const state = decodeSubnetState218(answer);
      expect(state.n).toBe(n);
      const { neurons } = await metagraphOf(node.url, subnet.netuid);
      neurons.forEach((neuron, uid) => {
        const at = `uid ${uid}`;
        if (neuron.alphaStake !== undefined)
          expect(BigInt(neuron.alphaStake), at).toBe(state.alphaStake[uid]);
        if (neuron.taoStake !== undefined) expect(BigInt(neuron.taoStake), at).toBe(state.taoStake[uid]);
        expect(BigInt(neuron.emission ?? -1), at).toBe(state.emission[uid]);
        expect(neuron.registeredAt, at).toBe(Number(state.registeredAt[uid]));
      });
    });

    test('an earlier block has fewer neurons', async () => {
      const first = await node.rpc<{ number: string }>('chain_getHeader', subnet.blocks[0]);
      expect((await metagraphOf(node.url, subnet.netuid, Number(first.number))).n).toBe(1);
    });

    test('the Sidecar in front of the same node agrees', async () => {
      await sidecarAgrees(node, await metagraphOf(node.url, subnet.netuid));
    });
  },
);

function expectSame(metagraph: MetagraphJson, expected: readonly Expected[]): void {
  expect(metagraph.neurons).toHaveLength(expected.length);
  metagraph.neurons.forEach((neuron, uid) => {
    const got = Object.fromEntries(
      Object.keys(expected[uid]!).map((field) => [field, comparable(neuron[field as keyof NeuronJson])]),
    );
    expect(got, `uid ${uid}`).toEqual(expected[uid]);
  });
}

/** Integers as decimal text, whatever form they came in. */
function comparable(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

async function storageNeurons(api: PolkadotApi, netuid: number, hash: string): Promise<Expected[]> {
  const { query } = await api.at(hash);
  const items = query.subtensorModule!;
  const n = Number((await items.subnetworkN!(netuid)).toString());
  const vectors = new Map<string, readonly unknown[]>();
  for (const [field, item] of Object.entries({ ...VECTORS, stakeWeight: 'stakeWeight' })) {
    const entry = items[item];
    if (entry !== undefined) vectors.set(field, [...((await entry(netuid)) as unknown as Iterable<unknown>)]);
  }
  const stakeOf = (hotkey: string) =>
    items.totalHotkeyAlpha === undefined
      ? items.totalHotkeyStake!(hotkey)
      : items.totalHotkeyAlpha(hotkey, netuid);
  return Promise.all(
    Array.from({ length: n }, async (_, uid) => {
      const hotkey = (await items.keys!(netuid, uid)).toString();
      expect((await items.uids!(netuid, hotkey)).toString()).toBe(String(uid));
      const neuron: Expected = {
        uid: String(uid),
        hotkey,
        coldkey: (await items.owner!(hotkey)).toString(),
        registeredAt: (await items.blockAtRegistration!(netuid, uid)).toString(),
        stake: (await stakeOf(hotkey)).toString(),
        axon: axonJson(await items.axons!(netuid, hotkey)),
        prometheus: axonJson(await items.prometheus!(netuid, hotkey)),
      };
      for (const [field, values] of vectors) {
        const text = String(values[uid]);
        neuron[field] = text === 'true' || text === 'false' ? text === 'true' : text;
      }
      return neuron;
    }),
  );
}

function axonJson(option: { isNone?: boolean; toJSON(): unknown }): unknown {
  if (option.isNone === true) return undefined;
  const { ip, ...rest } = option.toJSON() as { ip: number | string; ipType: number };
  return { ...rest, ip: ipText(BigInt(ip), rest.ipType) };
}

function ipText(ip: bigint, ipType: number): string {
  if (ipType === 4) return [24n, 16n, 8n, 0n].map((shift) => (ip >> shift) & 0xffn).join('.');
  const groups = ip.toString(16).padStart(32, '0').match(/.{4}/g)!.join(':');
  // The WHATWG URL parser writes an IPv6 host in its short form (RFC 5952).
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}

async function sidecarAgrees(node: Chopsticks, metagraph: MetagraphJson): Promise<void> {
  await using sidecar = await startSidecar(node.url);
  const item = async (name: string, ...keys: (string | number)[]): Promise<unknown> => {
    const search = keys.map((key) => `keys[]=${key}`).join('&');
    const path = `/pallets/subtensorModule/storage/${name}?${search}&at=${metagraph.blockHash}`;
    const { at, value } = await sidecar.get<{ at: { hash: string }; value: unknown }>(path);
    expect(at.hash).toBe(metagraph.blockHash);
    return value;
  };
  const column = (field: keyof NeuronJson) => metagraph.neurons.map((neuron) => comparable(neuron[field]));
  for (const [field, name] of Object.entries(VECTORS)) {
    const pascal = `${name[0]!.toUpperCase()}${name.slice(1)}`;
    expect(await item(pascal, metagraph.netuid), pascal).toEqual(column(field as keyof NeuronJson));
  }
  for (const { uid, hotkey, coldkey, registeredAt } of metagraph.neurons.slice(0, 4)) {
    expect(await item('Keys', metagraph.netuid, uid)).toBe(hotkey);
    expect(await item('Owner', hotkey)).toBe(coldkey);
    expect(await item('BlockAtRegistration', metagraph.netuid, uid)).toBe(String(registeredAt));
  }
  const spec = await sidecar.get<{ specVersion: string }>('/runtime/spec');
  expect(Number(spec.specVersion)).toBe(metagraph.specVersion);
}
