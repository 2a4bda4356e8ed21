import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRuntime, encodeAll } from '../src/chain/codec/index.ts';
import { type BlockHeader, hashHeader, type Rpc } from '../src/chain/index.ts';
import { type Hex, TaoscopeError, toHex } from '../src/shared/index.ts';
import { seededRandom } from '../test/support/seed.ts';

const VECTORS_U16 = [
  'Rank',
  'Trust',
  'Consensus',
  'Incentive',
  'Dividends',
  'ValidatorTrust',
  'PruningScores',
  'StakeWeight',
];

/** The state of one block in runtime 343: `subnets` x `neurons`, made up but of real shape, and what a node answers from it. */
export interface VectorNode {
  readonly header: BlockHeader;
  /** JSON-RPC, from memory. Throws `unsupported` for methods that it does not know. */
  answer(method: string, params: readonly unknown[]): unknown;
}

export function createVectorNode(metadata: Uint8Array, subnets: number, neurons: number): VectorNode {
  const identity = { specName: 'node-subtensor', specVersion: 343, transactionVersion: 1 };
  const runtime = createRuntime(identity, metadata);
  const random = seededRandom(128);
  const metadataHex = toHex(metadata);
  const storage = new Map<Hex, Hex>();
  const put = (pallet: string, item: string, keys: readonly unknown[], value: unknown) => {
    const entry = runtime.storage(pallet, item);
    if (entry === undefined) throw new Error(`metadata 343 has no ${pallet}.${item}`);
    storage.set(entry.key(keys), toHex(encodeAll(entry.value, value)));
  };
  const fields = {
    number: 6_800_000,
    parentHash: `0x${'22'.repeat(32)}`,
    stateRoot: `0x${'33'.repeat(32)}`,
    extrinsicsRoot: `0x${'44'.repeat(32)}`,
    digest: [],
  } as const;
  const header: BlockHeader = { ...fields, hash: hashHeader(fields), verified: true };
  put('System', 'Number', [], header.number);
  put('Timestamp', 'Now', [], 1_762_500_000_000n);
  const column = <T>(make: (uid: number) => T) => Array.from({ length: neurons }, (_, uid) => make(uid));
  for (let netuid = 0; netuid < subnets; netuid++) {
    put('SubtensorModule', 'NetworksAdded', [netuid], true);
    put('SubtensorModule', 'SubnetworkN', [netuid], neurons);
    for (const item of VECTORS_U16)
      put(
        'SubtensorModule',
        item,
        [netuid],
        column(() => Math.floor(random() ** 3 * 65_535)),
      );
    put(
      'SubtensorModule',
      'Active',
      [netuid],
      column(() => random() < 0.8),
    );
    put(
      'SubtensorModule',
      'ValidatorPermit',
      [netuid],
      column((uid) => uid % 4 === 0),
    );
    put(
      'SubtensorModule',
      'Emission',
      [netuid],
      column(() => BigInt(Math.floor(random() ** 4 * 1e10))),
    );
    put(
      'SubtensorModule',
      'LastUpdate',
      [netuid],
      column(() => BigInt(header.number - Math.floor(random() * 40_000))),
    );
    for (let uid = 0; uid < neurons; uid++) {
      const hotkey = Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256));
      put('SubtensorModule', 'Keys', [netuid, uid], hotkey);
      put(
        'SubtensorModule',
        'BlockAtRegistration',
        [netuid, uid],
        BigInt(header.number - Math.floor(random() * 1e6)),
      );
      put('SubtensorModule', 'Owner', [hotkey], hotkey);
      put('SubtensorModule', 'TotalHotkeyAlpha', [hotkey, netuid], BigInt(Math.floor(random() * 1e14)));
    }
  }
  const sortedKeys = [...storage.keys()].sort();
  const { hash, digest, verified, number, ...rest } = header;
  const headerJson = { ...rest, number: `0x${number.toString(16)}`, digest: { logs: digest } };

  return {
    header,
    answer(method, params) {
      switch (method) {
        case 'chain_getFinalizedHead':
          return hash;
        case 'chain_getBlockHash':
          return params[0] === undefined || params[0] === number ? hash : params[0] === 0 ? GENESIS : null;
        case 'chain_getHeader':
          return headerJson;
        case 'state_getStorageHash':
          return `0x${'77'.repeat(32)}`;
        case 'state_getRuntimeVersion':
          return identity;
        case 'state_getMetadata':
          return metadataHex;
        case 'state_getStorage':
          return storage.get(params[0] as Hex) ?? null;
        case 'state_queryStorageAt': {
          const [keys, block] = params as [Hex[], Hex];
          return [{ block, changes: keys.map((key) => [key, storage.get(key) ?? null]) }];
        }
        case 'state_getKeysPaged': {
          const [prefix, count, start] = params as [string, number, string | null];
          return sortedKeys
            .filter((key) => key.startsWith(prefix) && (start === null || key > start))
            .slice(0, count);
        }
        default:
          throw new TaoscopeError('unsupported', { failed: `this node has no ${method}` });
      }
    },
  };
}

const GENESIS = `0x${'00'.repeat(31)}01`;

/** The node as an `Rpc`, through JSON text as a socket would: the time measured is Taoscope's own, from the text of the answer on. */
export function rpcOf({ answer }: VectorNode): Rpc {
  const texts = new Map<string, string>();
  return {
    request: async <T>(
      method: string,
      params: readonly unknown[],
      options: { check?: ((result: unknown) => T) | undefined } = {},
    ) => {
      const question = `${method} ${JSON.stringify(params)}`;
      let text = texts.get(question);
      if (text === undefined) {
        text = JSON.stringify(answer(method, params));
        texts.set(question, text);
      }
      const result: unknown = JSON.parse(text);
      return options.check === undefined ? (result as T) : options.check(result);
    },
    async *heads() {},
    stats: () => [],
    close: async () => {},
  };
}

/** The node over HTTP, for a whole Taoscope in front of it. Its head never moves. */
export async function serveVectorNode({
  answer,
}: VectorNode): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> }> {
  interface Question {
    id: unknown;
    method: string;
    params?: unknown[];
  }
  const reply = ({ id, method, params = [] }: Question) => {
    try {
      return { jsonrpc: '2.0', id, result: answer(method, params) };
    } catch {
      return { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } };
    }
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as Question | Question[];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Array.isArray(asked) ? asked.map(reply) : reply(asked)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
