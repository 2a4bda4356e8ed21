/** A server on a filled folder, without chain or collector, in a process of its own: `bench/scale/serve.ts` starts it. */
import {
  createAnswerCache,
  createDataVersions,
  createMetrics,
  listen,
  type ServerDeps,
} from '../../src/server/index.ts';
import { silentLogger, toSs58 } from '../../src/shared/index.ts';
import { openFilled, readFilled } from './fill.ts';

/** Told to the parent when it listens. */
export interface Listening {
  readonly url: string;
  /** Newest block. */
  readonly head: number;
  readonly subnets: number;
  /** For each netuid from 1: a validator's hotkey, a miner's, and that one's coldkey. */
  readonly accounts: readonly { validator: string; miner: string; coldkey: string }[];
}

/** The answer to each message of the parent: what this process holds and held at most, bytes; and its CPU time, ms. */
export interface Usage {
  readonly rss: number;
  readonly peak: number;
  readonly cpu: number;
}

const folder = process.argv[2] ?? '';
const filled = readFilled(folder);
if (filled === undefined || process.send === undefined) throw new Error(`${folder} was not filled`);
const versions = createDataVersions();
const store = versions.watch(await openFilled(folder));
const head = { number: filled.clock.head, hash: `0x${'00'.repeat(32)}` as const };
const deps = {
  version: '0.0.0',
  chain: {
    identity: { name: 'Scale', genesisHash: '0x00', ss58Prefix: 42, tokenSymbol: 'TAO', tokenDecimals: 9 },
    stats: () => [],
  },
  collector: {
    stats: () => ({ queue: 0, blocks: 0, snapshots: 0, missing: 0, errors: 0, lastBlock: head.number }),
    refresh: async () => ({ block: head.number, snapshots: 0 }),
  },
  stopped: () => undefined,
  store,
  heads: { current: () => ({ best: head, finalized: head }), refresh: async () => {} },
  live: { publish() {}, async *stream() {}, clients: 0, dropped: 0 },
  backfills: { start() {}, get() {}, async close() {} },
  metrics: createMetrics(),
  answers: createAnswerCache(versions),
  logger: silentLogger,
  collect: { everyBlocks: 10, netuids: 'all', heads: 'finalized' },
  server: { host: '127.0.0.1' },
} as unknown as ServerDeps;

const rows = await store.query<{ uid: number; hotkey: string; coldkey: string }>(
  'SELECT uid, hex(hotkey) AS hotkey, hex(coldkey) AS coldkey FROM neurons_latest WHERE uid IN (3, 77) ORDER BY netuid, uid',
);
const address = (hex = '') => toSs58(Buffer.from(hex, 'hex'));
const of = (uid: number) => rows.filter((row) => row.uid === uid);
const accounts = of(3).map(({ hotkey }, index) => ({
  validator: address(hotkey),
  miner: address(of(77)[index]?.hotkey),
  coldkey: address(of(77)[index]?.coldkey),
}));
const server = await listen(deps, 0);
const listening: Listening = { url: server.url, head: head.number, subnets: filled.subnets, accounts };
process.send(listening);

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const usage: Usage = {
    rss: process.memoryUsage.rss(),
    peak: process.resourceUsage().maxRSS * 1024,
    cpu: (user + system) / 1000,
  };
  process.send?.(usage);
});
process.on('disconnect', async () => {
  await server.close();
  await store.close();
});
