import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tableChecksum } from '../support/checksum.ts';
import { type Chopsticks, SPEC_218, startChopsticks } from '../support/chopsticks.ts';
import { type DemoNode, startDemoNode } from '../support/demo-node.ts';
import { type FaultProxy, type FaultRates, startFaultProxy } from '../support/fault-proxy.ts';
import { tempDir } from '../support/paths.ts';
import { requireChainSpec } from '../support/requirement.ts';
import { runSeed } from '../support/seed.ts';
import { peopleSubnet218, writeScores218 } from '../support/subnet-218.ts';
import { metricValue, type Server, startServer } from '../support/taoscope.ts';
import { until } from '../support/until.ts';

const RATES: FaultRates = {
  drop: 0.01,
  delay: 0.05,
  truncate: 0.01,
  reorder: 0.05,
  falsify: 0.08,
  silence: 0.1,
};
const KINDS = ['drop', 'delay', 'truncate', 'falsify'] as const;
const ENV = {
  TAOSCOPE_COLLECT_EVERY_BLOCKS: '2',
  // A truncated or lost answer is noticed by its deadline; the default of 30 s would make the test long.
  TAOSCOPE_CHAIN_TIMEOUT_SECONDS: '3',
};
const TABLES: readonly (readonly [table: string, blockColumn: string])[] = [
  ['blocks', 'block'],
  ['snapshots', 'block'],
  ['neurons', 'block'],
  ['subnets', 'block'],
  ['events', 'block'],
  ['weight_readings', 'block'],
  ['weights', 'block'],
  ['tenures', 'last_block'],
];

describe.each(['ws', 'http'] as const)(
  'a follower behind a node that fails and lies (demo, %s)',
  (scheme) => {
    const seed = runSeed(`faults, demo over ${scheme}`);
    let node: DemoNode;
    let proxy: FaultProxy;
    let calm: Server;
    let disturbed: Server;
    const dirs: Awaited<ReturnType<typeof tempDir>>[] = [];

    beforeAll(async () => {
      node = await startDemoNode({ blockMs: 0 });
      proxy = await startFaultProxy(node.url, { seed, rates: {} });
      const data = async () => {
        const dir = await tempDir('faults');
        dirs.push(dir);
        return dir.path;
      };
      calm = await startServer('up', ['--endpoint', node.url, '--data', await data()], { env: ENV });
      disturbed = await startServer(
        'up',
        ['--endpoint', scheme === 'ws' ? proxy.url : proxy.httpUrl, '--data', await data()],
        {
          env: ENV,
        },
      );
    });
    afterAll(async () => {
      await calm?.[Symbol.asyncDispose]();
      await disturbed?.[Symbol.asyncDispose]();
      await proxy?.[Symbol.asyncDispose]();
      await node?.[Symbol.asyncDispose]();
      for (const dir of dirs) await dir[Symbol.asyncDispose]();
    });

    test('ends with exactly the rows of an undisturbed one', async () => {
      const start = node.finalized();
      await Promise.all([calm, disturbed].map((server) => stored(server, start)));
      proxy.setRates(RATES);
      // Faults strike by chance: the chain goes on until each kind has struck.
      for (let round = 0; round < 12 || (!struck(proxy) && round < 120); round++) {
        // One head after the other, and now and then several at once.
        node.step(round % 3 === 0 ? 9 : 3);
        await Promise.all([calm, disturbed].map((server) => stored(server, node.finalized())));
      }
      proxy.setRates({});
      for (const [table, column] of TABLES) {
        const where = `${column} >= ${start}`;
        const [expected, got] = await Promise.all(
          [calm, disturbed].map((server) => tableChecksum(server.sql, table, where)),
        );
        expect({ table, ...got }, `SEED=${seed}`).toEqual({ table, ...expected });
        expect(Number(expected?.rows), table).toBeGreaterThan(0);
      }
      expect((await disturbed.get<{ gaps: unknown[] }>('/gaps')).gaps).toEqual([]);
    });

    test('each kind of fault did strike, and untruths were told', () => {
      expect(proxy.counts, `SEED=${seed}`).toEqual(
        expect.objectContaining(Object.fromEntries(KINDS.map((kind) => [kind, expect.any(Number)]))),
      );
      expect(proxy.falsified.length, `SEED=${seed}`).toBeGreaterThan(5);
    });

    test('rejected answers are counted and named', async () => {
      const metrics = await disturbed.metrics();
      const byMethod = Map.groupBy(proxy.falsified, ({ method }) => method);
      for (const [method, lies] of byMethod) {
        // One lie may fall together with a cut connection or an answer that nobody waits for any more.
        if (lies.length < 4) continue;
        expect(
          metricValue(metrics, 'taoscope_chain_rejected_total', { method }),
          `${method}: ${JSON.stringify(lies)}`,
        ).toBeGreaterThan(0);
      }
      expect(metricValue(metrics, 'taoscope_chain_rejected_total')).toBeGreaterThan(0);
      const log = disturbed.child.stderr();
      expect(log).toMatch(new RegExp(`${new URL(proxy.url).host}.*(${[...byMethod.keys()].join('|')})`));
      expect(metricValue(await calm.metrics(), 'taoscope_chain_rejected_total') ?? 0).toBe(0);
    });

    test('the page of endpoints shows it too', async () => {
      const { chain } = await disturbed.status();
      expect(chain.endpoints).toEqual([
        expect.objectContaining({ host: new URL(proxy.url).host, rejected: expect.any(Number) }),
      ]);
      expect(chain.endpoints[0]!.rejected).toBeGreaterThan(0);
    });
  },
);

describe.skipIf(!requireChainSpec(SPEC_218))('a follower of a real runtime behind the same faults', () => {
  const seed = runSeed('faults, runtime 218');

  test('ends with exactly the rows of an undisturbed one', async () => {
    await using node: Chopsticks = await startChopsticks(SPEC_218);
    const subnet = await peopleSubnet218(node);
    await using proxy = await startFaultProxy(node.url, { seed, rates: {} });
    await using calmDir = await tempDir('calm');
    await using disturbedDir = await tempDir('disturbed');
    await using calm = await startServer('up', ['--endpoint', node.url, '--data', calmDir.path], {
      env: ENV,
    });
    await using disturbed = await startServer('up', ['--endpoint', proxy.url, '--data', disturbedDir.path], {
      env: ENV,
    });
    const start = (await node.head()).number;
    await Promise.all([calm, disturbed].map((server) => stored(server, start)));
    proxy.setRates(RATES);
    for (let block = 0; block < 12; block++) {
      await node.newBlock();
      if (block % 4 === 0) {
        const { number } = await node.head();
        await Promise.all([calm, disturbed].map((server) => stored(server, number)));
        // The head's state is rewritten, and shows from the next block on.
        await writeScores218(node, subnet);
      }
    }
    const to = (await node.head()).number;
    await Promise.all([calm, disturbed].map((server) => stored(server, to)));
    for (const [table, column] of TABLES) {
      const where = `${column} > ${start}`;
      const [expected, got] = await Promise.all(
        [calm, disturbed].map((server) => tableChecksum(server.sql, table, where)),
      );
      expect({ table, ...got }, `SEED=${seed}`).toEqual({ table, ...expected });
    }
    expect(proxy.falsified.length, `SEED=${seed}`).toBeGreaterThan(0);
  });
});

/** Waits until the block is stored; answers the last one that is. */
async function stored(server: Server, block: number): Promise<number> {
  return until(
    async () => {
      const { lastBlock } = (await server.status()).collect;
      return lastBlock !== undefined && lastBlock >= block ? lastBlock : undefined;
    },
    {
      what: `block ${block} stored`,
      deadlineMs: 240_000,
      everyMs: 100,
      onTimeout: () => server.child.output().slice(-4_000),
    },
  );
}

/** Whether each kind of fault has struck, and enough untruths were told to say something about them. */
function struck({ counts, falsified }: FaultProxy): boolean {
  return KINDS.every((kind) => (counts[kind] ?? 0) > 0) && falsified.length > 5;
}
