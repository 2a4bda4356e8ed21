import { afterEach, describe, expect, test } from 'vitest';
import {
  type JsonRpcServer,
  RpcError,
  type ServerOptions,
  serveJsonRpc,
} from '../../test/support/json-rpc-server.ts';
import { simulateChain } from '../../test/support/simulated-chain.ts';
import { TaoscopeError } from '../shared/index.ts';
import { type ConnectOptions, connectChain } from './connect.ts';
import type { Chain, FollowEvent } from './types.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A node of a simulated chain over the wire. */
async function node(
  chain = simulateChain(),
  extra: ServerOptions['handle'] = notFound,
): Promise<JsonRpcServer> {
  const server = await serveJsonRpc({
    handle: (request, socket) =>
      request.method.startsWith('chain_get')
        ? chain.request(request.method, request.params)
        : extra(request, socket),
  });
  open.push(server);
  return server;
}

function notFound(): never {
  throw new RpcError(-32601, 'Method not found');
}

async function connect(options: ConnectOptions): Promise<Chain> {
  const limits = { firstWaitMs: 1, maxWaitMs: 5, tries: 2, pollHeadsMs: 5, behindMs: 50, ...options.limits };
  const chain = await connectChain({ ...options, limits, followLimits: { firstWaitMs: 1, maxWaitMs: 5 } });
  open.push(chain);
  return chain;
}

async function errorOf(promise: Promise<unknown>): Promise<TaoscopeError> {
  const outcome = await promise.catch((error: unknown) => error);
  if (outcome instanceof TaoscopeError) return outcome;
  throw new Error('it succeeded');
}

const numbers = async (events: AsyncIterable<FollowEvent>, count: number): Promise<number[]> => {
  const seen: number[] = [];
  for await (const event of events) {
    if (event.type === 'block') seen.push(event.header.number);
    if (seen.length === count) break;
  }
  return seen;
};

describe('who the chain is', () => {
  test('is asked of the node', async () => {
    const simulated = simulateChain();
    const server = await node(simulated, ({ method }) =>
      method === 'system_chain'
        ? 'Bittensor'
        : { ss58Format: 13116, tokenSymbol: ['TAO', 'X'], tokenDecimals: [9, 18] },
    );
    const { identity } = await connect({ endpoints: [server.ws] });
    expect(identity).toEqual({
      name: 'Bittensor',
      genesisHash: simulated.canonical[0],
      ss58Prefix: 13116,
      tokenSymbol: 'TAO',
      tokenDecimals: 9,
    });
  });

  test('is taken to be Bittensor where the node does not tell, or tells nonsense', async () => {
    const bittensor = { ss58Prefix: 42, tokenSymbol: 'TAO', tokenDecimals: 9 };
    expect((await connect({ endpoints: [(await node()).ws] })).identity).toMatchObject({
      ...bittensor,
      name: 'unknown',
    });
    const nonsense = await node(simulateChain(), ({ method }) =>
      method === 'system_chain' ? { toString: 1 } : { ss58Format: -4, tokenSymbol: 7, tokenDecimals: '9' },
    );
    expect((await connect({ endpoints: [nonsense.ws] })).identity).toMatchObject({
      ...bittensor,
      name: 'unknown',
    });
  });

  test('is unknown, and no hindrance, where a recorded node does not know its genesis', async () => {
    const server = await serveJsonRpc({ handle: notFound });
    open.push(server);
    expect((await connect({ endpoints: [server.http] })).identity.genesisHash).toBe(`0x${'00'.repeat(32)}`);
  });

  test.each([`0x${'ab'.repeat(32)}`, null])('is not decided by one false answer (%s)', async (lie) => {
    const simulated = simulateChain();
    let asked = 0;
    const server = await serveJsonRpc({
      handle: ({ method, params }) => {
        if (method !== 'chain_getBlockHash') return notFound();
        // The connection is let in by the first two answers.
        return ++asked === 3 ? lie : simulated.request(method, params);
      },
    });
    open.push(server);
    const { identity } = await connect({ endpoints: [server.ws] });
    expect(identity.genesisHash).toBe(simulated.canonical[0]);
  });

  test('must be the expected chain', async () => {
    const server = await node();
    const expectedGenesis = `0x${'ab'.repeat(32)}` as const;
    const error = await errorOf(connectChain({ endpoints: [server.ws], expectedGenesis }));
    expect(error.code).toBe('wrong-chain');
    expect(error.parts.failed).toBe(`${server.host} serves another chain`);
    expect(error.parts.expected).toContain(expectedGenesis);
  });
});

test('says of every host why it cannot be reached', async () => {
  const gone = await Promise.all([node(), node()]);
  for (const server of gone) await server.close();
  const endpoints = [`${gone[0].ws}/secret-key-in-path`, gone[1].http];
  const error = await errorOf(
    connectChain({ endpoints, limits: { firstWaitMs: 1, maxWaitMs: 1, behindMs: 1 } }),
  );
  expect(error.code).toBe('unreachable');
  for (const { host } of gone) expect(error.parts.got).toContain(`${host}: connect ECONNREFUSED`);
  expect(error.message).not.toContain('secret');
  expect(error.parts.todo).toBeDefined();
});

test('gives heads and blocks by number', async () => {
  const simulated = simulateChain();
  simulated.grow(9);
  simulated.finalize(6);
  const chain = await connect({ endpoints: [(await node(simulated)).ws] });
  expect(await chain.head('best')).toEqual({ number: 9, hash: simulated.canonical[9] });
  expect(await chain.head('finalized')).toEqual({ number: 6, hash: simulated.canonical[6] });
  expect(await chain.blockAt(0)).toEqual({ number: 0, hash: simulated.canonical[0] });
});

test('gives the head of a stand-in that knows only one way to name it', async () => {
  const simulated = simulateChain();
  simulated.grow(4);
  const hash = simulated.canonical[4];
  const server = await serveJsonRpc({
    handle: ({ method, params }) => {
      if (method === 'chain_getHead') return hash;
      if (method === 'chain_getFinalizedHead' || params[0] === undefined) return notFound();
      return method.startsWith('chain_get') ? simulated.request(method, params) : notFound();
    },
  });
  open.push(server);
  const chain = await connect({ endpoints: [server.ws] });
  expect(await chain.head('finalized')).toEqual({ number: 4, hash });
  expect(await chain.head('best')).toEqual({ number: 4, hash });
});

test.each([
  [10, 'not-found', 'there is no block 10 yet'],
  [2, 'not-found', 'the nodes no longer have block 2'],
  [-1, 'usage', 'this is not a block number'],
  [0.5, 'usage', 'this is not a block number'],
  [2 ** 32, 'usage', 'this is not a block number'],
])('says why there is no block %d', async (number, code, failed) => {
  const simulated = simulateChain();
  simulated.grow(9);
  const chain = await connect({ endpoints: [(await node(simulated)).ws] });
  simulated.loseBelow(3);
  const error = await errorOf(chain.blockAt(number));
  expect([error.code, error.parts.failed]).toEqual([code, failed]);
  if (code === 'not-found') expect(error.fields).toMatchObject({ head: 9 });
});

test('follows over the wire, through lost connections', async () => {
  const simulated = simulateChain();
  simulated.grow(30);
  simulated.finalize(30);
  const server = await node(simulated);
  const chain = await connect({ endpoints: [server.ws] });
  const following = numbers(chain.follow({ kind: 'finalized', after: { number: 0 } }), 35);
  await expect.poll(() => server.count('chain_getHeader')).toBeGreaterThan(3);
  server.cut();
  simulated.grow(5);
  simulated.finalize(35);
  expect(await following).toEqual(Array.from({ length: 35 }, (_, i) => i + 1));
});

test('refuses a reference whose hash is no hash, or is the hash of another number', async () => {
  const simulated = simulateChain();
  simulated.grow(3);
  const chain = await connect({ endpoints: [(await node(simulated)).ws] });
  expect((await errorOf(chain.view({ number: 1, hash: '0x12' }))).code).toBe('usage');
  const hash = simulated.canonical[2] ?? '0x';
  expect((await errorOf(chain.view({ number: 1, hash }))).code).toBe('falsified');
});

test('asks the archive for what the nodes no longer have', async () => {
  const simulated = simulateChain();
  const discarded = () => {
    throw new RpcError(4003, 'Client error: UnknownBlock: State already discarded for 0x12');
  };
  const near = await node(simulated, ({ method }) =>
    method.startsWith('state_') ? discarded() : notFound(),
  );
  const archive = await node(simulated, ({ method }) =>
    method.startsWith('state_') ? discarded() : notFound(),
  );
  const chain = await connect({ endpoints: [near.ws], archiveEndpoints: [archive.ws] });
  const error = await errorOf(chain.head('finalized').then((head) => chain.view(head)));
  expect(error.code).toBe('state-pruned');
  expect(archive.messages.some((text) => text.includes('state_'))).toBe(true);
  expect(archive.messages.some((text) => text.includes('system_chain'))).toBe(false);
  expect(chain.stats().map(({ host }) => host)).toEqual([near.host, archive.host]);
});

test('submits once, and answers the hash', async () => {
  const hash = `0x${'cd'.repeat(32)}`;
  const server = await node(simulateChain(), ({ method, params }) => {
    if (method !== 'author_submitExtrinsic') return notFound();
    if (params[0] === '0x0102') return hash;
    throw new RpcError(1010, 'Invalid Transaction');
  });
  const chain = await connect({ endpoints: [server.ws] });
  expect(await chain.submit(Uint8Array.of(1, 2))).toBe(hash);
  const error = await errorOf(chain.submit(Uint8Array.of(3)));
  expect(error.code).toBe('rpc-refused');
  expect(server.count('author_submitExtrinsic')).toBe(2);
});

test('closes with its signal', async () => {
  const controller = new AbortController();
  const server = await node();
  const chain = await connect({ endpoints: [server.ws], signal: controller.signal });
  controller.abort();
  expect((await errorOf(chain.head('best'))).code).toBe('aborted');
  await expect.poll(() => server.sockets.size).toBe(0);
});
