import { beforeAll, describe, expect, test } from 'vitest';
import { type Hex, TaoscopeError } from '../../shared/index.ts';
import type { Runtime } from '../codec/index.ts';
import { createFakeRpc, fakeHeader } from '../testing/fake-rpc.ts';
import { hasShared, metadata343, runtime343 } from '../testing/fixtures.ts';
import { accountOf, createStorageWriter, writeSubnet } from '../testing/subnet.ts';
import type { BlockView } from '../types.ts';
import { createViews } from '../view.ts';
import { nextEpochBlock, readSubnet, readSubnets } from './index.ts';
import { fixedToNumber, priceOf } from './price.ts';

describe('the next epoch', () => {
  // blocks left = tempo - ((block + netuid + 1) mod (tempo + 1)); reference, section 5.4.
  test.each([
    [{ netuid: 1, block: 0, tempo: 360 }, 358],
    [{ netuid: 1, block: 357, tempo: 360 }, 358],
    [{ netuid: 1, block: 358, tempo: 360 }, 358 + 361],
    [{ netuid: 1, block: 359, tempo: 360 }, 358 + 361],
    [{ netuid: 64, block: 4_000_000, tempo: 99 }, 4_000_034],
  ])('before spec 423: %j is at %i', (clock, expected) => {
    expect(nextEpochBlock(clock)).toBe(expected);
  });

  test('before spec 423 every block has the chain-wide rule behind it, and the epoch block is a fixed point of it', () => {
    for (let block = 0; block < 800; block++) {
      const next = nextEpochBlock({ netuid: 7, block, tempo: 100 })!;
      expect((next + 7 + 1) % 101).toBe(100);
      expect(next - block).toBeGreaterThan(0);
      expect(next - block).toBeLessThanOrEqual(101);
    }
  });

  test('with tempo 0 there is none', () => {
    expect(nextEpochBlock({ netuid: 1, block: 5, tempo: 0 })).toBeUndefined();
  });

  test.each([
    ['a period after the last', { lastEpochBlock: 1_000, pendingEpochAt: 0, blocksSinceLastStep: 10 }, 1_360],
    [
      'earlier when the owner asked for it',
      { lastEpochBlock: 1_000, pendingEpochAt: 1_100, blocksSinceLastStep: 10 },
      1_100,
    ],
    [
      'at the next block when it was put off',
      { lastEpochBlock: 500, pendingEpochAt: 0, blocksSinceLastStep: 10 },
      1_011,
    ],
    [
      'at the latest after 50 400 blocks',
      { lastEpochBlock: 1_000_000, pendingEpochAt: 0, blocksSinceLastStep: 50_398 },
      1_013,
    ],
  ])('since spec 423: %s', (_, clock, expected) => {
    expect(nextEpochBlock({ netuid: 1, block: 1_010, tempo: 360, ...clock })).toBe(expected);
  });
});

describe('the price', () => {
  const pool = { netuid: 5, mechanism: 1, taoIn: 3_000n, alphaIn: 2_000n, sqrtPriceBits: undefined };
  test.each([
    ['root', { ...pool, netuid: 0 }, 1_000_000_000n],
    ['a stable subnet', { ...pool, mechanism: 0 }, 1_000_000_000n],
    ['a pool before spec 283', pool, 1_500_000_000n],
    ['an uninitialised swap pool', { ...pool, sqrtPriceBits: 0n }, 1_500_000_000n],
    // sqrt(0.25) = 0.5 is the bits 2^63.
    ['a swap pool', { ...pool, sqrtPriceBits: 1n << 63n }, 250_000_000n],
    ['an empty pool', { ...pool, alphaIn: 0n }, undefined],
  ])('of %s', (_, given, expected) => {
    expect(priceOf(given)).toBe(expected);
  });

  test('fixed-point numbers, negative ones too', () => {
    expect(fixedToNumber(3n << 31n, 32)).toBe(1.5);
    expect(fixedToNumber(-(3n << 31n), 32)).toBe(-1.5);
  });
});

describe.skipIf(!hasShared)('facts of subnets on spec 343', () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = runtime343();
  });

  async function node() {
    const storage = new Map<Hex, Hex>();
    const { put, subtensor } = createStorageWriter(runtime, storage);
    writeSubnet(runtime, storage, { netuid: 0, n: 2, block: 4_000 });
    writeSubnet(runtime, storage, { netuid: 64, n: 5, mechanisms: 2, block: 4_000 });
    subtensor('SubnetOwner', [64], accountOf(9, 1));
    subtensor('Tempo', [64], 99);
    subtensor('LastMechansimStepBlock', [64], 3_934n);
    subtensor('Burn', [64], 500_000n);
    subtensor('SubnetMechanism', [64], 1);
    subtensor('SubnetTAO', [64], 10n ** 13n);
    subtensor('SubnetAlphaIn', [64], 4n * 10n ** 13n);
    subtensor('SubnetTaoInEmission', [64], 7n);
    subtensor('SubnetMovingPrice', [64], { bits: 1n << 31n });
    subtensor('TokenSymbol', [64], Buffer.from('β'));
    put('Swap', 'AlphaSqrtPrice', [64], { bits: 1n << 63n });
    const text = (value: string) => Buffer.from(value);
    subtensor('SubnetIdentitiesV3', [64], {
      subnet_name: Buffer.concat([text('<b>chu'), Buffer.of(0xff, 0x07), text('tes\u202e</b>')]),
      github_repo: text('https://example.org'),
      subnet_contact: text(''),
      subnet_url: text(''),
      discord: text(''),
      description: text('x'.repeat(5_000)),
      logo_url: text(''),
      additional: text(''),
    });
    const blocks = [3_999, 4_000].map((number) => ({
      header: fakeHeader(number),
      code: 'a',
      storage,
      calls: new Map(),
    }));
    const rpc = createFakeRpc(blocks, {
      a: { specName: 'node-subtensor', specVersion: 343, metadata: new Map([[15, metadata343(15)]]) },
    });
    return { rpc, view: await createViews(rpc).view(blocks[1]!.header) };
  }

  test('all subnets in a few requests', async () => {
    const { rpc, view } = await node();
    const before = rpc.asked.length;
    const subnets = await readSubnets(view);
    expect(rpc.asked.length - before).toBeLessThanOrEqual(4);
    expect(subnets.map(({ netuid }) => netuid)).toEqual([0, 64]);
    expect(subnets[1]).toMatchObject({
      n: 5,
      mechanisms: 2,
      symbol: 'β',
      ownerColdkey: accountOf(9, 1),
      tempo: 99,
      lastEpochBlock: 3_934,
      // (4034 + 64 + 1) mod 100 = 99
      nextEpochBlock: 4_034,
      burn: 500_000n,
      taoIn: 10n ** 13n,
      priceRao: 250_000_000n,
      movingPrice: 0.5,
      emission: 7n,
      registrationAllowed: true,
    });
    expect(subnets[1]).toEqual(await readSubnet(view, 64));
    expect(subnets[0]).toMatchObject({ name: 'root', priceRao: 1_000_000_000n, n: 2 });
    expect(subnets[0]).not.toHaveProperty('nextEpochBlock');
    expect(subnets[0]).not.toHaveProperty('ownerColdkey');
  });

  /** The view as of a runtime with weighted pools and a clock of its own, whose calls answer as told. */
  async function newer(call: (method: string, netuid: unknown) => unknown): Promise<BlockView> {
    const { view } = await node();
    return Object.assign(Object.create(view) as BlockView, {
      hasCall: () => true,
      hasStorage: (pallet: string, item: string) =>
        item !== 'AlphaSqrtPrice' && view.hasStorage(pallet, item),
      call: async (_: string, method: string, [netuid]: unknown[]) => call(method, netuid),
    });
  }

  test('one price that cannot be decoded does not fail the other subnets; a rate limit is told', async () => {
    const view = await newer((_, netuid) => {
      if (netuid === 0) throw new TaoscopeError('undecodable', { failed: 'bytes' });
      return 123n;
    });
    expect((await readSubnets(view)).map(({ priceRao }) => priceRao)).toEqual([1_000_000_000n, 123n]);
    const limited = (when: string) =>
      newer((method) => {
        if (method !== when) return 5_000n;
        throw new TaoscopeError('rpc-refused', { failed: 'busy' }, { retryable: true });
      });
    await expect(readSubnets(await limited('current_alpha_price'))).rejects.toMatchObject({
      code: 'rpc-refused',
    });
    await expect(readSubnet(await limited('get_next_epoch_start_block'), 64)).rejects.toMatchObject({
      code: 'rpc-refused',
    });
  });

  test('the next epoch is what the chain answers, and absent where it answers none', async () => {
    const told = (next: bigint | undefined) =>
      newer((method) => (method === 'get_next_epoch_start_block' ? next : 1n));
    expect(await readSubnet(await told(4_100n), 64)).toMatchObject({ nextEpochBlock: 4_100 });
    expect(await readSubnet(await told(undefined), 64)).not.toHaveProperty('nextEpochBlock');
  });

  test('what no key holds is what the chain itself reads: the default of the metadata', async () => {
    const { hyperparameters, maxUids } = await readSubnet((await node()).view, 64);
    expect(maxUids).toBe(4_096);
    expect(hyperparameters).toMatchObject({
      kappa: 32_767,
      rho: 10,
      minBurn: 500_000n,
      weightsRateLimit: 100n,
      commitRevealEnabled: true,
      commitRevealPeriod: 1n,
      alphaLow: 45_875,
      alphaHigh: 58_982,
      yuma3Enabled: false,
    });
    expect(hyperparameters).not.toHaveProperty('burnHalfLife');
  });

  test('text from the chain is bounded, valid and without control characters', async () => {
    const { name, identity } = await readSubnet((await node()).view, 64);
    expect(name).toBe('<b>chu�tes</b>');
    expect(identity).toEqual({
      subnetName: name,
      githubRepo: 'https://example.org',
      description: 'x'.repeat(1_024),
    });
  });

  test('an unknown subnet names those there are', async () => {
    await expect(readSubnet((await node()).view, 65)).rejects.toMatchObject({
      code: 'not-found',
      parts: { expected: 'one of 2 netuids: 0, 64' },
    });
  });
});
