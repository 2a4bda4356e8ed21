import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BlockView, type Chain, connectChain } from '../../src/chain/index.ts';
import { silentLogger } from '../../src/shared/index.ts';
import { type Chopsticks, SPEC_185, SPEC_218, startChopsticks } from '../support/chopsticks.ts';
import { type DemoNode, startDemoNode } from '../support/demo-node.ts';
import { tempDir } from '../support/paths.ts';
import { requireChainSpec } from '../support/requirement.ts';
import { peopleSubnet185 } from '../support/subnet-185.ts';
import { type Server, startServer } from '../support/taoscope.ts';
import { until } from '../support/until.ts';
import { grantSudo, upgradeTo218 } from '../support/upgrade.ts';

describe.skipIf(!requireChainSpec(SPEC_185) || !requireChainSpec(SPEC_218))(
  '185 becomes 218 by a signed set_code',
  () => {
    let node: Chopsticks;
    let data: Awaited<ReturnType<typeof tempDir>>;
    let server: Server;
    let netuid: number;
    let before: number;
    let upgradeHash: string;
    let upgradeBlock: number;

    beforeAll(async () => {
      node = await startChopsticks(SPEC_185);
      data = await tempDir('upgrade');
      ({ netuid } = await peopleSubnet185(node));
      await grantSudo(node);
      server = await startServer('up', ['--endpoint', node.url, '--data', data.path], {
        env: { TAOSCOPE_COLLECT_EVERY_BLOCKS: '1' },
      });
      before = (await node.head()).number;
      await caughtUp(server, before);
      await node.newBlock(2);
      upgradeHash = await upgradeTo218(node);
      upgradeBlock = (await node.head()).number;
      await node.newBlock(4);
      await caughtUp(server, (await node.head()).number);
    });
    afterAll(async () => {
      await server?.[Symbol.asyncDispose]();
      await node?.[Symbol.asyncDispose]();
      await data?.[Symbol.asyncDispose]();
    });

    test('no block is lost and the process is the same', async () => {
      await expectNoBlockLost(server, before, (await node.head()).number);
      expect((await server.get<{ gaps: unknown[] }>('/gaps')).gaps).toEqual([]);
      expect(await Promise.race([server.child.exited, 'still running'])).toBe('still running');
    });

    test('the status and the list of runtimes show the new one', async () => {
      expect((await server.status()).chain).toMatchObject({ specVersion: 218 });
      const { runtimes } = await server.get<{ runtimes: { specVersion: number; firstBlock: number }[] }>(
        '/runtimes',
      );
      expect(runtimes.map(({ specVersion }) => specVersion).sort()).toEqual([185, 218]);
      expect(runtimes.find(({ specVersion }) => specVersion === 218)?.firstBlock).toBe(upgradeBlock + 1);
    });

    test('the upgrade block is decoded by the runtime that executed it, the next by the new one', async () => {
      await withChain(node.url, async (chain) => {
        const view = await viewOf(chain, upgradeBlock);
        expect(view.block.hash).toBe(upgradeHash);
        expect(view.runtime.specVersion).toBe(185);
        expect(await eventNames(view)).toEqual(expect.arrayContaining(['System.CodeUpdated', 'Sudo.Sudid']));
        const calls = (await view.extrinsics()).map(({ pallet, call }) => `${pallet}.${call}`);
        expect(calls).toEqual(expect.arrayContaining(['Timestamp.set', 'Sudo.sudo_unchecked_weight']));

        const after = await viewOf(chain, upgradeBlock + 1);
        expect(after.runtime.specVersion).toBe(218);
        expect(await eventNames(after)).toEqual(expect.arrayContaining(['System.ExtrinsicSuccess']));
      });
    });

    test('the subnet has a snapshot at every block, in the unit of its runtime', async () => {
      const rows = await server.sql(
        `SELECT block, spec_version, unit, n FROM snapshots FINAL WHERE netuid = ${netuid} AND block >= ${upgradeBlock - 1} AND block <= ${upgradeBlock + 2} ORDER BY block`,
      );
      expect(rows.map(([block, spec, unit, n]) => [Number(block), Number(spec), unit, Number(n)])).toEqual([
        [upgradeBlock - 1, 185, 'tao', 20],
        [upgradeBlock, 185, 'tao', 20],
        [upgradeBlock + 1, 218, 'alpha', 20],
        [upgradeBlock + 2, 218, 'alpha', 20],
      ]);
    });
  },
);

describe('the demo upgrades its runtime: a renamed field, another metadata version', () => {
  let node: DemoNode;
  let data: Awaited<ReturnType<typeof tempDir>>;
  let server: Server;

  beforeAll(async () => {
    node = await startDemoNode({ blockMs: 250 });
    data = await tempDir('demo-upgrade');
    server = await startServer('up', ['--endpoint', node.url, '--data', data.path], {
      env: { TAOSCOPE_COLLECT_EVERY_BLOCKS: '1' },
    });
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
    await data?.[Symbol.asyncDispose]();
  });

  test('no restart, no block lost, the page’s data names the new runtime', async () => {
    const first = await until(async () => (await server.status()).collect.lastBlock, {
      what: 'the first block',
    });
    const old = (await server.status()).chain.specVersion;
    expect(old).toBeTypeOf('number');
    await node.incident('upgrade');
    const now = await until(
      async () => {
        const { specVersion } = (await server.status()).chain;
        return specVersion !== old && specVersion;
      },
      { what: 'the new runtime in the status' },
    );
    const { runtimes } = await server.get<{
      runtimes: { specVersion: number; firstBlock: number; metadataHash: string }[];
    }>('/runtimes');
    const upgraded = runtimes.find(({ specVersion }) => specVersion === now)!;
    expect(new Set(runtimes.map(({ metadataHash }) => metadataHash)).size).toBe(2);
    await caughtUp(server, upgraded.firstBlock + 5);
    await expectNoBlockLost(server, first, upgraded.firstBlock + 5);
    const rows = await server.sql(
      `SELECT block, count() - count(incentive) FROM neurons FINAL WHERE netuid = 1 AND block > ${upgraded.firstBlock} GROUP BY block ORDER BY block`,
    );
    expect(rows.length).toBeGreaterThan(3);
    expect(new Set(rows.map(([, absent]) => Number(absent)))).toEqual(new Set([0]));

    await withChain(node.url, async (chain) => {
      const view = await viewOf(chain, upgraded.firstBlock - 1);
      expect(view.runtime.specVersion).toBe(old);
      expect(await eventNames(view)).toContain('System.CodeUpdated');
      expect((await viewOf(chain, upgraded.firstBlock)).runtime.specVersion).toBe(now);
    });
    expect((await server.status()).collect.errors).toBe(0);
  });
});

/** The collector has processed the block. */
async function caughtUp(server: Server, block: number): Promise<void> {
  await until(
    async () => {
      const { collect } = await server.status();
      return collect.lastBlock !== undefined && collect.lastBlock >= block && collect.queue === 0;
    },
    {
      what: `block ${block} processed`,
      deadlineMs: 120_000,
      onTimeout: () => server.child.output().slice(-4_000),
    },
  );
}

async function expectNoBlockLost(server: Server, from: number, to: number): Promise<void> {
  const rows = await server.sql(
    `SELECT DISTINCT block FROM blocks WHERE block >= ${from} AND block <= ${to} ORDER BY block`,
  );
  expect(rows.map(([block]) => Number(block))).toEqual(
    Array.from({ length: to - from + 1 }, (_, i) => from + i),
  );
}

async function withChain(url: string, use: (chain: Chain) => Promise<void>): Promise<void> {
  const chain = await connectChain({ endpoints: [url], logger: silentLogger });
  try {
    await use(chain);
  } finally {
    await chain.close();
  }
}

async function viewOf(chain: Chain, number: number): Promise<BlockView> {
  return chain.view(await chain.blockAt(number));
}

async function eventNames(view: BlockView): Promise<string[]> {
  return (await view.events()).map(({ pallet, name }) => `${pallet}.${name}`);
}
