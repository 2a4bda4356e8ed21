import { beforeAll, describe, expect, test } from 'vitest';
import { type Hex, TaoscopeError, toHex } from '../../shared/index.ts';
import { encodeAll, type Runtime } from '../codec/index.ts';
import { createFakeRpc, type FakeBlock, fakeHeader } from '../testing/fake-rpc.ts';
import { hasShared, metadata343, runtime343 } from '../testing/fixtures.ts';
import { accountOf, axonRaw, writeSubnet } from '../testing/subnet.ts';
import { createViews } from '../view.ts';
import { readMetagraph, readMetagraphs } from './index.ts';

const BLOCK = 4_000;
const N = 7;

describe.skipIf(!hasShared)('readMetagraph on a runtime of spec 343', () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = runtime343();
  });

  /** A node with subnet 64 (two mechanisms) and an empty subnet 3, serving metadata V14 and V15 and the given calls. */
  function node({
    versions = [14, 15],
    calls = ['mechagraph', 'lite'],
  }: {
    versions?: number[];
    calls?: string[];
  } = {}) {
    const storage = new Map<Hex, Hex>();
    writeSubnet(runtime, storage, { netuid: 64, n: N, mechanisms: 2, block: BLOCK });
    writeSubnet(runtime, storage, { netuid: 3, n: 0, block: BLOCK });
    const header = fakeHeader(BLOCK);
    const answers: FakeBlock['calls'] = new Map();
    if (calls.includes('mechagraph'))
      answers.set('SubnetInfoRuntimeApi_get_mechagraph', (args) => mechagraph(runtime, args));
    if (calls.includes('lite'))
      answers.set('NeuronInfoRuntimeApi_get_neurons_lite', () => neuronsLite(runtime));
    const block: FakeBlock = { header, code: 'a', storage, calls: answers };
    const parent: FakeBlock = { ...block, header: fakeHeader(BLOCK - 1) };
    const metadata = new Map<number, Uint8Array>();
    if (versions.includes(14)) metadata.set(14, metadata343(14));
    if (versions.includes(15)) metadata.set(15, metadata343(15));
    const rpc = createFakeRpc([block, parent], {
      a: { specName: 'node-subtensor', specVersion: 343, metadata },
    });
    return { rpc, view: () => createViews(rpc).view(header) };
  }

  test('takes the mechagraph and completes it from storage', async () => {
    const metagraph = await readMetagraph(await node().view(), 64);
    expect(metagraph).toMatchObject({
      source: 'mechagraph',
      n: N,
      unit: 'alpha',
      mechanism: 0,
      timestampMs: 1_700_000_000_000,
    });
    expect(metagraph.notes).toBeUndefined();
    const { neurons } = metagraph;
    expect(neurons.incentive).toEqual([0, 8, 16, 24, 32, 40, 48]);
    expect(neurons.lastUpdate?.[2]).toBe(BLOCK - 2);
    expect(neurons.validatorTrust?.[2]).toBe(12);
    expect(neurons.stake?.[3]).toBe(3_000_000_000_000n);
    expect(neurons.totalStake?.[1]).toBe(100n);
    expect(neurons.axon?.[0]).toBeUndefined();
    expect(neurons.axon?.[3]?.ip).toBe('2001:db8::1');
    expect(neurons.prometheus?.[1]).toMatchObject({ ip: '1.2.3.4', port: 9090 });
    expect(neurons.identityName?.[0]).toBe('name 0');
    expect(neurons.rank?.[5]).toBe(5);
  });

  test('every source gives the same neurons, as far as it has the columns', async () => {
    const view = await node().view();
    const rich = (await readMetagraph(view, 64)).neurons;
    for (const source of ['neurons_lite', 'storage'] as const) {
      const other = await readMetagraph(view, 64, { source });
      expect(other.source).toBe(source);
      for (const [column, values] of Object.entries(other.neurons))
        expect([column, values]).toEqual([column, rich[column as 'rank']]);
      const lacking = Object.keys(rich).filter((column) => !(column in other.neurons));
      expect(lacking.sort()).toEqual(['alphaStake', 'identityName', 'taoStake', 'totalStake']);
    }
  });

  test('keeps the second mechanism apart', async () => {
    const view = await node().view();
    for (const source of ['mechagraph', 'storage'] as const) {
      const { neurons, mechanism } = await readMetagraph(view, 64, { mechanism: 1, source });
      expect(mechanism).toBe(1);
      expect(neurons.incentive?.[2]).toBe(17);
      expect(neurons.lastUpdate?.[2]).toBe(BLOCK - 3);
    }
  });

  test('a mechanism younger than the epoch has short vectors: the neurons beyond them read as 0', async () => {
    const { rpc, view } = node();
    const opened = await view();
    const key = runtime.storage('SubtensorModule', 'Incentive')!.key([4096 + 64]);
    const young = [41, 42];
    for (let i = 0; i < 8; i++) {
      rpc.lies.push({
        method: 'state_queryStorageAt',
        tell: (answer) => {
          const [{ block, changes }] = answer as [{ block: string; changes: [string, string][] }];
          return [{ block, changes: changes.map(([k, value]) => [k, k === key ? '0x0829002a00' : value]) }];
        },
      });
    }
    rpc.lies.push({
      method: 'state_call',
      tell: () => mechagraph(runtime, '0x400001', { incentives: young }),
    });
    const { neurons, source } = await readMetagraph(opened, 64, { mechanism: 1 });
    expect(source).toBe('mechagraph');
    expect(neurons.incentive).toEqual([41, 42, 0, 0, 0, 0, 0]);
  });

  test('falls back with a note when the node cannot serve a call', async () => {
    const lite = await readMetagraph(await node({ calls: ['lite'] }).view(), 64);
    expect(lite.source).toBe('neurons_lite');
    expect(lite.notes?.join()).toContain('mechagraph');
    const storage = await readMetagraph(await node({ calls: [] }).view(), 64);
    expect(storage.source).toBe('storage');
  });

  test('a refusal for good falls back, a rate limit does not', async () => {
    const opened = await node().view();
    const refusing = (retryable: boolean) =>
      Object.assign(Object.create(opened) as typeof opened, {
        callChecked: async () => {
          throw new TaoscopeError('rpc-refused', { failed: 'refused' }, { retryable });
        },
      });
    expect((await readMetagraph(refusing(false), 64)).source).toBe('storage');
    await expect(readMetagraph(refusing(true), 64)).rejects.toMatchObject({ code: 'rpc-refused' });
  });

  test('with V14 metadata alone, typed neurons are told from bytes that hold them', async () => {
    const typed = await readMetagraph(await node({ versions: [14] }).view(), 64);
    expect(typed).toMatchObject({ source: 'neurons_lite', runtime: { metadataVersion: 14 } });
    expect(typed.neurons.incentive?.[3]).toBe(24);
  });

  test('an empty subnet is an empty metagraph', async () => {
    const { n, neurons } = await readMetagraph(await node({ calls: [] }).view(), 3);
    expect(n).toBe(0);
    expect(neurons.hotkey).toEqual([]);
    expect(neurons.incentive).toEqual([]);
  });

  test('an unknown subnet or mechanism names those there are', async () => {
    const view = await node().view();
    await expect(readMetagraph(view, 65)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [TaoscopeError: there is no subnet 65 at block 4000
        got:      netuid 65
        expected: one of 2 netuids: 3, 64
        to do:    run \`taoscope subnets\` to see them with their names]
    `);
    await expect(readMetagraph(view, 64, { mechanism: 2 })).rejects.toMatchObject({ code: 'not-found' });
    await expect(readMetagraph(view, -1)).rejects.toMatchObject({ code: 'usage' });
  });

  test.each<[string, (args: Hex) => Hex]>([
    ['another block', (args) => mechagraph(runtime343(), args, { block: 3_999n })],
    ['another subnet', (args) => mechagraph(runtime343(), args, { netuid: 65 })],
    ['too few entries', (args) => mechagraph(runtime343(), args, { incentives: [1, 2] })],
    ['older last updates', (args) => mechagraph(runtime343(), args, { last_update: Array(N).fill(1n) })],
    ['cut short', (args) => mechagraph(runtime343(), args).slice(0, -2) as Hex],
    ['trailing bytes', (args) => `${mechagraph(runtime343(), args)}00` as Hex],
  ])('rejects a falsified answer (%s) and asks again', async (_, tell) => {
    const { rpc, view } = node();
    const opened = await view();
    const told = tell('0x400000');
    rpc.lies.push({ method: 'state_call', tell: () => told });
    const metagraph = await readMetagraph(opened, 64);
    expect(rpc.rejected).toHaveLength(1);
    expect(metagraph.source).toBe('mechagraph');
    expect(metagraph.neurons.incentive?.[3]).toBe(24);
  });

  test('reads many subnets, all mechanisms, from known hotkeys without asking for them again', async () => {
    const { rpc, view } = node();
    const opened = await view();
    const known = new Map();
    const first = await readMetagraphs(opened, [3, 64], { known });
    expect(first.map(({ netuid, mechanism, n }) => [netuid, mechanism, n])).toEqual([
      [3, 0, 0],
      [64, 0, N],
      [64, 1, N],
    ]);
    expect(first[1]?.neurons).toEqual((await readMetagraph(opened, 64, { source: 'storage' })).neurons);
    expect(first[2]?.neurons).toEqual(
      (await readMetagraph(opened, 64, { source: 'storage', mechanism: 1 })).neurons,
    );
    const before = rpc.asked.length;
    const scores = await readMetagraphs(opened, [3, 64], { known, only: ['incentive', 'coldkey'] });
    expect(rpc.asked.length - before).toBe(3);
    expect(Object.keys(scores[1]!.neurons).sort()).toEqual(['coldkey', 'hotkey', 'incentive']);
    expect(scores[2]!.neurons.incentive?.[2]).toBe(17);
  });

  test('a vector that does not fit its subnet is rejected', async () => {
    const { rpc, view } = node({ calls: [] });
    const opened = await view();
    let isFirst = true;
    rpc.lies.push(
      ...Array.from({ length: 4 }, () => ({
        method: 'state_queryStorageAt',
        tell: (answer: unknown) => {
          const key = runtime.storage('SubtensorModule', 'Incentive')!.key([64]);
          const [{ block, changes }] = answer as [{ block: string; changes: [string, string][] }];
          const hits = changes.some(([changed]) => changed === key);
          if (!hits || !isFirst) return answer;
          isFirst = false;
          return [
            {
              block,
              changes: changes.map(([changed, value]) => [changed, changed === key ? '0x040000' : value]),
            },
          ];
        },
      })),
    );
    const { neurons } = await readMetagraph(opened, 64);
    expect(rpc.rejected).toHaveLength(1);
    expect(rpc.rejected[0]?.message).toContain('Incentive');
    expect(neurons.incentive?.[3]).toBe(24);
  });
});

function mechagraph(runtime: Runtime, args: Hex, changes: Record<string, unknown> = {}): Hex {
  const bytes = Buffer.from(args.slice(2), 'hex');
  const mechanism = bytes[2] ?? 0;
  const uids = Array.from({ length: N }, (_, uid) => uid);
  const { output } = runtime.api('SubnetInfoRuntimeApi', 'get_mechagraph')!;
  const text = (content: string) => [...Buffer.from(content)];
  const value = {
    ...zeroMetagraph,
    netuid: mechanism * 4096 + bytes.readUInt16LE(0),
    block: BigInt(BLOCK),
    hotkeys: uids.map((uid) => accountOf(1, uid)),
    coldkeys: uids.map((uid) => accountOf(2, uid % 4)),
    identities: uids.map((uid) =>
      uid === 0 ? { name: Buffer.from('name\u0007 0'), ...emptyIdentity } : undefined,
    ),
    axons: uids.map((uid) => (uid % 2 === 1 ? axonRaw(uid) : zeroAxon)),
    active: uids.map((uid) => uid % 2 === 0),
    validator_permit: uids.map((uid) => uid % 3 === 0),
    rank: uids.map((uid) => uid),
    trust: uids.map((uid) => uid * 2),
    pruning_score: uids.map((uid) => uid * 3),
    consensus: uids.map((uid) => uid * 4),
    dividends: uids.map((uid) => uid * 5),
    incentives: uids.map((uid) => uid * 8 + mechanism),
    last_update: uids.map((uid) => BigInt(BLOCK - uid - mechanism)),
    emission: uids.map((uid) => BigInt(uid) * 1_000_000_007n),
    block_at_registration: uids.map((uid) => BigInt(uid * 10)),
    alpha_stake: uids.map((uid) => BigInt(uid)),
    tao_stake: uids.map((uid) => BigInt(uid) * 10n),
    total_stake: uids.map((uid) => BigInt(uid) * 100n),
    name: text('apex'),
    symbol: text('α'),
    ...changes,
  };
  return toHex(encodeAll(output, value));
}

function neuronsLite(runtime: Runtime): Hex {
  const { output } = runtime.api('NeuronInfoRuntimeApi', 'get_neurons_lite')!;
  const neurons = Array.from({ length: N }, (_, uid) => ({
    hotkey: accountOf(1, uid),
    coldkey: accountOf(2, uid % 4),
    uid,
    netuid: 64,
    active: uid % 2 === 0,
    axon_info: uid % 2 === 1 ? axonRaw(uid) : zeroAxon,
    prometheus_info:
      uid % 5 === 1
        ? { block: 5n, version: uid, ip: 0x01020304n, port: 9090, ip_type: 4 }
        : { block: 0n, version: 0, ip: 0n, port: 0, ip_type: 0 },
    stake: [[accountOf(2, uid % 4), BigInt(uid) * 10n ** 12n]],
    rank: uid,
    emission: BigInt(uid) * 1_000_000_007n,
    incentive: uid * 8,
    consensus: uid * 4,
    trust: uid * 2,
    validator_trust: uid * 6,
    dividends: uid * 5,
    last_update: BigInt(BLOCK - uid),
    validator_permit: uid % 3 === 0,
    pruning_score: uid * 3,
  }));
  return toHex(encodeAll(output, neurons));
}

const zeroAxon = {
  block: 0n,
  version: 0,
  ip: 0n,
  port: 0,
  ip_type: 0,
  protocol: 0,
  placeholder1: 0,
  placeholder2: 0,
};
const nothing = new Uint8Array();
const emptyIdentity = {
  url: nothing,
  github_repo: nothing,
  image: nothing,
  discord: nothing,
  description: nothing,
  additional: nothing,
};
const zeroMetagraph = {
  identity: undefined,
  network_registered_at: 0n,
  owner_hotkey: new Uint8Array(32),
  owner_coldkey: new Uint8Array(32),
  tempo: 360,
  last_step: 0n,
  blocks_since_last_step: 0n,
  subnet_emission: 0n,
  alpha_in: 0n,
  alpha_out: 0n,
  tao_in: 0n,
  alpha_out_emission: 0n,
  alpha_in_emission: 0n,
  tao_in_emission: 0n,
  pending_alpha_emission: 0n,
  pending_root_emission: 0n,
  subnet_volume: 0n,
  moving_price: { bits: 0n },
  rho: 10,
  kappa: 32767,
  min_allowed_weights: 1,
  max_weights_limit: 65535,
  weights_version: 0n,
  weights_rate_limit: 100n,
  activity_cutoff: 5000,
  max_validators: 64,
  num_uids: N,
  max_uids: 256,
  burn: 0n,
  difficulty: 0n,
  registration_allowed: true,
  pow_registration_allowed: false,
  immunity_period: 100,
  min_difficulty: 0n,
  max_difficulty: 0n,
  min_burn: 0n,
  max_burn: 0n,
  adjustment_alpha: 0n,
  adjustment_interval: 0,
  target_regs_per_interval: 0,
  max_regs_per_block: 0,
  serving_rate_limit: 0n,
  commit_reveal_weights_enabled: true,
  commit_reveal_period: 1n,
  liquid_alpha_enabled: false,
  alpha_high: 0,
  alpha_low: 0,
  bonds_moving_avg: 0n,
  tao_dividends_per_hotkey: [],
  alpha_dividends_per_hotkey: [],
};
