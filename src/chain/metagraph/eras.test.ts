import type { V15 } from '@polkadot-api/substrate-bindings';
import { describe, expect, test } from 'vitest';
import { type Hex, toHex } from '../../shared/index.ts';
import { createRuntime, decodeAll, encodeAll, oldCall, type Runtime } from '../codec/index.ts';
import { byteVec } from '../codec/primitives.ts';
import {
  answerBytes,
  changeMetadata,
  dropCalls,
  dropStorage,
  moveField,
  renameField,
} from '../testing/change-metadata.ts';
import { createFakeRpc, type FakeBlock, fakeHeader } from '../testing/fake-rpc.ts';
import { hasShared, metadata343, runtime343 } from '../testing/fixtures.ts';
import { accountOf, createStorageWriter, writeSubnet } from '../testing/subnet.ts';
import type { BlockView } from '../types.ts';
import { createViews } from '../view.ts';
import { readMetagraph } from './index.ts';

const BLOCK = 900;

// One neuron of `get_neurons_lite` as specs 116 to 219 encode it, put together by hand from the reference (2.2, 2.4).
const NEURON_BY_HAND = [
  '11'.repeat(32), // hotkey
  '22'.repeat(32), // coldkey
  '00', // uid 0, compact
  '0c', // netuid 3, compact
  '01', // active
  '6400000000000000', // axon: block 100
  '05000000', //               version 5
  '0403020100000000 0000000000000000'.replace(' ', ''), // ip 1.2.3.4 as an integer
  '9b1f', //                   port 8091
  '04 04 00 00'.replaceAll(' ', ''), // ip type, protocol, placeholders
  '00'.repeat(31), // prometheus: never served
  '08', // two nominators
  `${'33'.repeat(32)}0b00407a10f35a`, // 100 000 000 000 000 rao
  `${'44'.repeat(32)}04`, // 1 rao
  '04', // rank 1
  '1501', // emission 69 rao
  'feff0300', // incentive 65535
  '08', // consensus 2
  '0c', // trust 3
  '10', // validator trust 4
  '14', // dividends 5
  'f10d', // last update 892
  '01', // validator permit
  'a8', // pruning score 42
].join('');

const BY_HAND: Hex = `0x04${NEURON_BY_HAND}`;

test.skipIf(!hasShared)(
  'the shipped type of old eras reads bytes put together by hand, and writes them back',
  () => {
    const neuronsLite = oldCall(runtime343(), LITE)!.content;
    const neurons = decodeAll(neuronsLite, Buffer.from(BY_HAND.slice(2), 'hex'));
    expect(neurons).toMatchObject([
      {
        uid: 0,
        netuid: 3,
        active: true,
        rank: 1,
        emission: 69n,
        incentive: 65_535,
        consensus: 2,
        trust: 3,
        validator_trust: 4,
        dividends: 5,
        last_update: 892n,
        validator_permit: true,
        pruning_score: 42,
      },
    ]);
    expect(toHex(encodeAll(neuronsLite, neurons))).toBe(BY_HAND);
  },
);

test.skipIf(!hasShared)(
  'recorded hyperparameters of spec 208 have the numbers read off their bytes by hand',
  () => {
    const bytes =
      '28feff0100214e04feff0300a10f025a620213ffffffffffffff3f009101d107214e0104040700e876481782ee360004c80101428a0300025a620204009a990300cecc020000';
    const { content } = oldCall(runtime343(), 'SubnetInfoRuntimeApi_get_subnet_hyperparams')!;
    expect(decodeAll(content, Buffer.from(bytes, 'hex'))).toEqual({
      rho: 10,
      kappa: 32_767,
      immunity_period: 5_000,
      min_allowed_weights: 1,
      max_weights_limit: 65_535,
      tempo: 1_000,
      min_difficulty: 10_000_000n,
      max_difficulty: 4_611_686_018_427_387_903n,
      weights_version: 0n,
      weights_rate_limit: 100n,
      adjustment_interval: 500,
      activity_cutoff: 5_000,
      registration_allowed: true,
      target_regs_per_interval: 1,
      min_burn: 1n,
      max_burn: 100_000_000_000n,
      bonds_moving_avg: 900_000n,
      max_regs_per_block: 1,
      serving_rate_limit: 50n,
      max_validators: 64,
      adjustment_alpha: 58_000n,
      difficulty: 10_000_000n,
      commit_reveal_period: 1n,
      commit_reveal_weights_enabled: false,
      alpha_high: 58_982,
      alpha_low: 45_875,
      liquid_alpha_enabled: false,
    });
  },
);

/** A view of one block of a runtime made from spec 343 by a change, with a subnet 3 of one neuron, and the calls given. */
async function viewOf(
  change: (metadata: V15) => void,
  { n, calls = {}, v14 = false }: { n?: number | undefined; calls?: Record<string, Hex>; v14?: boolean } = {
    n: 1,
  },
) {
  const v15 = changeMetadata(metadata343(15), change);
  const runtime = createRuntime({ specName: 'node-subtensor', specVersion: 999, transactionVersion: 1 }, v15);
  const storage = new Map<Hex, Hex>();
  if (n !== undefined) writeSubnet(runtime, storage, { netuid: 3, n, block: BLOCK });
  const answers: FakeBlock['calls'] = new Map(
    Object.entries(calls).map(([name, answer]) => [name, () => answer]),
  );
  const header = fakeHeader(BLOCK);
  const block: FakeBlock = { header, code: 'x', storage, calls: answers };
  const metadata = new Map(v14 ? [[14, metadata343(14)]] : [[15, v15]]);
  const rpc = createFakeRpc([block, { ...block, header: fakeHeader(BLOCK - 1) }], {
    x: { specName: 'node-subtensor', specVersion: 999, metadata },
  });
  const view: BlockView = await createViews(rpc).view(header);
  return { view, rpc, runtime, storage };
}

const ALPHA_ITEMS = ['TotalHotkeyAlpha', 'SubnetTAO', 'Alpha'];
const LITE = 'NeuronInfoRuntimeApi_get_neurons_lite';
const wrapped = (hex: Hex): Hex => toHex(encodeAll(byteVec, Buffer.from(hex.slice(2), 'hex')));

describe.skipIf(!hasShared)('the metagraph over the eras', () => {
  /** The subnet of `writeSubnet` has uid 0 = all zero scores; the neuron by hand is put beside it in storage where both must agree. */
  function agreeWithHand(runtime: Runtime, storage: Map<Hex, Hex>): void {
    createStorageWriter(runtime, storage).subtensor('LastUpdate', [3], [892n]);
  }

  test('before alpha: bytes in bytes, stake in TAO', async () => {
    const { view, runtime, storage } = await viewOf(
      (metadata) => {
        dropStorage(metadata, ...ALPHA_ITEMS, 'MechanismCountCurrent');
        dropCalls(metadata, 'SubnetInfoRuntimeApi');
        answerBytes(metadata, 'NeuronInfoRuntimeApi', 'get_neurons_lite');
      },
      { n: 1, calls: { [LITE]: wrapped(BY_HAND) } },
    );
    agreeWithHand(runtime, storage);
    const { source, unit, neurons, notes } = await readMetagraph(view, 3);
    expect({ source, unit, notes }).toEqual({ source: 'neurons_lite', unit: 'tao', notes: undefined });
    expect(neurons.stake).toEqual([100_000_000_000_001n]);
    expect(neurons.totalStake).toEqual(neurons.stake);
    expect(neurons.axon?.[0]).toEqual({
      block: 100,
      version: 5,
      ip: '1.2.3.4',
      port: 8091,
      ipType: 4,
      protocol: 4,
      placeholder1: 0,
      placeholder2: 0,
    });
    expect(neurons.incentive).toEqual([65_535]);
    expect(neurons.registeredAt).toEqual([0]);
    expect(Object.keys(neurons)).not.toContain('alphaStake');
  });

  test('inside the bytes an axon has the field order of its own runtime: at spec 185 the port stands before the ip', async () => {
    const [head, version, ip, port] = [
      '6400000000000000',
      '05000000',
      '04030201000000000000000000000000',
      '9b1f',
    ];
    const swapped = BY_HAND.replace(`${head}${version}${ip}${port}`, `${head}${version}${port}${ip}`) as Hex;
    expect(swapped).not.toBe(BY_HAND);
    const { view, runtime, storage } = await viewOf(
      (metadata) => {
        dropCalls(metadata, 'SubnetInfoRuntimeApi');
        answerBytes(metadata, 'NeuronInfoRuntimeApi', 'get_neurons_lite');
        moveField(metadata, 'AxonInfo', 'port', 'ip');
      },
      { n: 1, calls: { [LITE]: wrapped(swapped) } },
    );
    agreeWithHand(runtime, storage);
    expect((await readMetagraph(view, 3)).neurons.axon?.[0]).toMatchObject({
      ip: '1.2.3.4',
      port: 8091,
      ipType: 4,
    });
  });

  test('metadata V14, which describes no calls: bytes in bytes are told from neurons', async () => {
    const { view, runtime, storage } = await viewOf(() => {}, {
      n: 1,
      calls: { [LITE]: wrapped(BY_HAND) },
      v14: true,
    });
    agreeWithHand(runtime, storage);
    const { source, neurons } = await readMetagraph(view, 3);
    expect(source).toBe('neurons_lite');
    expect(neurons.incentive).toEqual([65_535]);
  });

  test('since spec 397 rank, trust and pruning score are absent, whatever the calls still answer', async () => {
    const { view, runtime, storage } = await viewOf(
      (metadata) => {
        dropStorage(metadata, 'Rank', 'Trust', 'PruningScores');
        dropCalls(metadata, 'SubnetInfoRuntimeApi');
      },
      { n: 1, calls: { [LITE]: BY_HAND } },
    );
    agreeWithHand(runtime, storage);
    for (const source of ['neurons_lite', 'storage'] as const) {
      const { neurons } = await readMetagraph(view, 3, { source });
      for (const gone of ['rank', 'trust', 'pruningScore']) expect(Object.keys(neurons)).not.toContain(gone);
      expect(neurons.consensus).toBeDefined();
    }
  });

  test('a field that a new runtime renamed is read from storage instead', async () => {
    const { view, runtime, storage } = await viewOf(
      (metadata) => {
        dropCalls(metadata, 'SubnetInfoRuntimeApi');
        renameField(metadata, 'NeuronInfoLite', 'incentive', 'reward_share');
      },
      { n: 1, calls: { [LITE]: BY_HAND } },
    );
    agreeWithHand(runtime, storage);
    createStorageWriter(runtime, storage).subtensor('Incentive', [3], [77]);
    const { source, neurons } = await readMetagraph(view, 3);
    expect(source).toBe('neurons_lite');
    expect(neurons.incentive).toEqual([77]);
  });

  test('a renamed hotkey leaves the call useless: storage serves all, with a note', async () => {
    const { view, runtime, storage } = await viewOf(
      (metadata) => {
        dropCalls(metadata, 'SubnetInfoRuntimeApi');
        renameField(metadata, 'NeuronInfoLite', 'hotkey', 'key');
      },
      { n: 1, calls: { [LITE]: BY_HAND } },
    );
    agreeWithHand(runtime, storage);
    const { source, neurons, notes } = await readMetagraph(view, 3);
    expect(source).toBe('storage');
    expect(neurons.hotkey).toEqual([accountOf(1, 0)]);
    expect(notes?.[0]).toMatch(/neurons_lite: .*no hotkey/);
  });

  test('a chain without subnets says so', async () => {
    const drop = (metadata: V15) => dropStorage(metadata, 'SubnetworkN');
    const { view } = await viewOf(drop, { n: undefined });
    await expect(readMetagraph(view, 3)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [TaoscopeError: this chain keeps no subnets
        got:      node-subtensor 999 without SubtensorModule.SubnetworkN
        expected: a Subtensor runtime
        to do:    check that the endpoint is a Bittensor node]
    `);
  });

  test('a neuron registered since the last epoch has no stake weight yet: it reads as 0', async () => {
    const { view, runtime, storage } = await viewOf(
      (metadata) => dropCalls(metadata, 'SubnetInfoRuntimeApi', 'NeuronInfoRuntimeApi'),
      { n: 3 },
    );
    createStorageWriter(runtime, storage).subtensor('StakeWeight', [3], [9, 8]);
    expect((await readMetagraph(view, 3)).neurons.stakeWeight).toEqual([9, 8, 0]);
    createStorageWriter(runtime, storage).subtensor('Incentive', [3], [9, 8]);
    await expect(readMetagraph(view, 3)).rejects.toMatchObject({ code: 'falsified' });
  });
});
