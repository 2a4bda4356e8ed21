import { afterEach, describe, expect, test } from 'vitest';
import {
  type JsonRpcServer,
  RpcError,
  type ServedRequest,
  type ServerOptions,
  serveJsonRpc,
} from '../../../test/support/json-rpc-server.ts';
import { TaoscopeError, toTaoscopeError } from '../../shared/index.ts';
import type { RpcLimits } from './limits.ts';
import { createRpc, type RpcOptions } from './rpc.ts';
import type { Rpc } from './types.ts';

const GENESIS = `0x${'11'.repeat(32)}` as const;
const OTHER_GENESIS = `0x${'22'.repeat(32)}` as const;

/** Waits that let a test see every retry without waiting for it. */
const QUICK: Partial<RpcLimits> = { firstWaitMs: 1, maxWaitMs: 5, behindMs: 60_000, timeoutMs: 2_000 };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A server that tells its genesis and leaves the rest to the test. */
async function node(
  handle: ServerOptions['handle'],
  faults: Partial<ServerOptions> = {},
  genesis: string = GENESIS,
): Promise<JsonRpcServer> {
  const server = await serveJsonRpc({
    handle: (request, socket) =>
      request.method === 'chain_getBlockHash' ? genesis : handle(request, socket),
    ...faults,
  });
  open.push(server);
  return server;
}

function rpcTo(endpoints: string[], limits: Partial<RpcLimits> = {}, more: Partial<RpcOptions> = {}): Rpc {
  const rpc = createRpc({ endpoints, limits: { ...QUICK, ...limits }, ...more });
  open.push(rpc);
  return rpc;
}

const echo = ({ method, params }: ServedRequest) => `${method}(${params.join()})`;

async function errorOf(promise: Promise<unknown>): Promise<TaoscopeError> {
  const outcome = await promise.then(
    (value) => value,
    (error: unknown) => toTaoscopeError(error),
  );
  if (outcome instanceof TaoscopeError) return outcome;
  throw new Error(`it succeeded: ${JSON.stringify(outcome)}`);
}

describe.each(['ws', 'http'] as const)('over %s', (kind) => {
  test('answers a request and matches answers that come in another order', async () => {
    const waiting: { resolve: () => void }[] = [];
    const server = await node(async (request) => {
      if (request.params[0] === 'slow') await new Promise<void>((resolve) => waiting.push({ resolve }));
      else for (const { resolve } of waiting.splice(0)) resolve();
      return echo(request);
    });
    const rpc = rpcTo([server[kind]], { maxBatch: 1 });
    const slow = rpc.request('a', ['slow']);
    await expect.poll(() => waiting.length).toBe(1);
    expect(await rpc.request('a', ['fast'])).toBe('a(fast)');
    expect(await slow).toBe('a(slow)');
  });

  test('sends the requests of one tick as batches of bounded size', async () => {
    const server = await node(echo);
    const rpc = rpcTo([server[kind]], { maxBatch: 4 });
    await rpc.request('first', []);
    const before = server.messages.length;
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => rpc.request('n', [i])));
    expect(answers).toEqual(Array.from({ length: 10 }, (_, i) => `n(${i})`));
    expect(server.messages.slice(before).map((text) => (JSON.parse(text) as unknown[]).length)).toEqual([
      4, 4, 2,
    ]);
  });

  test.each([
    [
      'an error without id',
      (ids: number[]) =>
        ({
          jsonrpc: '2.0',
          id: null,
          error: { code: -32005, message: 'Batched requests are not supported by this server' },
        }) as object & { ids?: typeof ids },
    ],
    ['a single object', (ids: number[]) => ({ jsonrpc: '2.0', id: ids[0], result: 'n(0)' })],
  ])('asks singly, for good, where a batch is answered by %s', async (_name, refusal) => {
    const refuse = (text: string): string | undefined => {
      const parsed = JSON.parse(text) as unknown;
      return Array.isArray(parsed)
        ? JSON.stringify(refusal(parsed.map(({ id }: { id: number }) => id)))
        : undefined;
    };
    const server = await node(echo, {
      onMessage(text, socket) {
        const answer = refuse(text);
        if (answer !== undefined) socket.send(answer);
        return answer !== undefined;
      },
      onPost(text, response) {
        const answer = refuse(text);
        if (answer !== undefined) response.end(answer);
        return answer !== undefined;
      },
    });
    const rpc = rpcTo([server[kind]]);
    const ask = () => Promise.all([0, 1, 2].map((i) => rpc.request('n', [i])));
    expect(await ask()).toEqual(['n(0)', 'n(1)', 'n(2)']);
    expect(await ask()).toEqual(['n(0)', 'n(1)', 'n(2)']);
    expect(server.messages.filter((text) => text.startsWith('['))).toHaveLength(1);
    expect(rpc.stats()[0]?.errors).toBe(0);
  });

  test('asks singly where a batch makes the server drop the connection', async () => {
    const server = await node(echo, {
      onMessage(text, socket) {
        if (!text.startsWith('[')) return false;
        socket.terminate();
        return true;
      },
      onPost(text, response) {
        if (!text.startsWith('[')) return false;
        response.destroy();
        return true;
      },
    });
    const rpc = rpcTo([server[kind]]);
    expect(await Promise.all([0, 1].map((i) => rpc.request('n', [i])))).toEqual(['n(0)', 'n(1)']);
  });

  test('asks singly where a batch is never answered', async () => {
    const server = await node(echo, {
      onMessage: (text) => text.startsWith('['),
      onPost: (text) => text.startsWith('['),
    });
    const rpc = rpcTo([server[kind]], { unprovenBatchMs: 20 });
    expect(await Promise.all([0, 1].map((i) => rpc.request('n', [i])))).toEqual(['n(0)', 'n(1)']);
  });

  test('asks again elsewhere when an answer is rejected, counts it, and prefers the other endpoint from then on', async () => {
    const liar = await node(() => 'lie');
    const honest = await node(() => 'truth');
    const rpc = rpcTo([liar[kind], honest[kind]]);
    const check = (result: unknown) => {
      if (result === 'lie') throw new TaoscopeError('falsified', { failed: 'a lie' });
      return result;
    };
    expect(await rpc.request('state_call', [], { check })).toBe('truth');
    expect(await rpc.request('state_call', [], { check })).toBe('truth');
    expect(liar.count('state_call')).toBe(1);
    expect(rpc.stats()[0]?.rejected).toEqual({ state_call: 1 });
  });

  test('names host and method when every try is rejected', async () => {
    const liar = await node(() => 'lie');
    const rpc = rpcTo([liar[kind]], { tries: 3 });
    const check = () => {
      throw new TaoscopeError('undecodable', { failed: 'too short' });
    };
    const error = await errorOf(rpc.request('state_call', [], { check }));
    expect(error.code).toBe('undecodable');
    expect(error.fields).toMatchObject({ host: liar.host, method: 'state_call' });
    expect(rpc.stats()[0]?.rejected).toEqual({ state_call: 3 });
  });

  test('passes on what a check throws that is no distrust, without asking again', async () => {
    const server = await node(echo);
    const rpc = rpcTo([server[kind]]);
    const check = () => {
      throw new TaoscopeError('unsupported', { failed: 'not in this runtime' });
    };
    expect((await errorOf(rpc.request('a', [], { check }))).code).toBe('unsupported');
    expect(server.count('a')).toBe(1);
  });

  test('holds it against the endpoint when a check stumbles over the answer', async () => {
    const server = await node(echo);
    const rpc = rpcTo([server[kind]], { tries: 2 });
    const check = () => Buffer.alloc(0).readUIntLE(0, 0);
    expect((await errorOf(rpc.request('a', [], { check }))).code).toBe('undecodable');
    expect(rpc.stats()[0]?.rejected).toEqual({ a: 2 });
  });

  test('asks every endpoint before it says that the state is pruned', async () => {
    const discarded = () => {
      throw new RpcError(4003, 'Client error: UnknownBlock: State already discarded for 0x12');
    };
    const pruned = await node(discarded);
    const archive = await node(() => '0x01');
    expect(await rpcTo([pruned[kind], archive[kind]]).request('state_getStorage', ['0x'])).toBe('0x01');
    const also = await node(discarded);
    const error = await errorOf(rpcTo([pruned[kind], also[kind]]).request('state_getStorage', ['0x']));
    expect(error.code).toBe('state-pruned');
    expect([pruned.count('state_getStorage'), also.count('state_getStorage')]).toEqual([2, 1]);
  });

  test('goes on at the next endpoint when the first is down, and names every host when all are', async () => {
    const down = await node(echo);
    await down.close();
    const up = await node(echo);
    expect(await rpcTo([down[kind], up[kind]]).request('a', [])).toBe('a()');
    const error = await errorOf(rpcTo([down[kind]], { tries: 2 }).request('a', []));
    expect(error.code).toBe('unreachable');
    expect(error.parts.failed).toBe('no endpoint answers a');
    expect(error.parts.got).toContain(`${down.host}: connect ECONNREFUSED`);
    expect(error.parts.todo).toBeDefined();
  });

  test('asks again when a connection is lost in the middle of an answer', async () => {
    let cuts = 0;
    const server: JsonRpcServer = await node((request) => {
      if (request.method === 'a' && cuts++ === 0) return void server.cut();
      return echo(request);
    });
    const rpc = rpcTo([server[kind]]);
    expect(await rpc.request('a', [1])).toBe('a(1)');
    expect(server.count('a')).toBe(2);
  });

  test('sends what must not be sent twice once, and says that it may have arrived', async () => {
    const server: JsonRpcServer = await node((request) =>
      request.method === 'submit' ? void server.cut() : echo(request),
    );
    const rpc = rpcTo([server[kind]]);
    await rpc.request('a', []);
    const error = await errorOf(rpc.request('submit', ['0x'], { idempotent: false }));
    expect(server.count('submit')).toBe(1);
    expect(error.parts.failed).toBe('submit may or may not have arrived');
    expect(error.retryable).toBe(false);
  });

  test('gives up after the time for one try, then asks again', async () => {
    let silent = 1;
    const server = await node((request) =>
      request.method === 'a' && silent-- > 0 ? undefined : echo(request),
    );
    const rpc = rpcTo([server[kind]], { timeoutMs: 50 });
    expect(await rpc.request('a', [])).toBe('a()');
  });

  test('rejects at once when the signal fires, and frees the place of the request', async () => {
    const server = await node((request) => (request.params[0] === 'never' ? undefined : echo(request)));
    const rpc = rpcTo([server[kind]], { maxInFlight: 1 });
    const controller = new AbortController();
    const hanging = errorOf(rpc.request('a', ['never'], { signal: controller.signal }));
    await expect.poll(() => server.count('a')).toBe(1);
    controller.abort();
    expect((await hanging).code).toBe('aborted');
    expect(await rpc.request('a', ['next'])).toBe('a(next)');
  });

  test('settles everything when it is closed', async () => {
    const server = await node(() => undefined);
    const rpc = rpcTo([server[kind]]);
    const pending = Promise.all([1, 2, 3].map((i) => errorOf(rpc.request('a', [i]))));
    // The genesis twice, then the batch.
    await expect.poll(() => server.messages.length).toBe(3);
    await rpc.close();
    expect((await pending).map(({ code }) => code)).toEqual(['aborted', 'aborted', 'aborted']);
    expect((await errorOf(rpc.request('a', []))).code).toBe('aborted');
  });

  test('refuses an answer beyond the bound, though others are under way', async () => {
    const server = await node(({ params }) => 'x'.repeat(params[0] as number));
    const rpc = rpcTo([server[kind]], { maxAnswerBytes: 1_000 });
    const [small, huge, other] = await Promise.all([
      rpc.request('a', [10]),
      errorOf(rpc.request('a', [5_000])),
      rpc.request('a', [20]),
    ]);
    expect(huge.code).toBe('response-too-big');
    expect([small, other]).toEqual(['x'.repeat(10), 'x'.repeat(20)]);
  });

  test('leaves out an endpoint of another chain, and refuses when it is the first', async () => {
    const right = await node(echo);
    const wrong = await node(() => 'wrong', {}, OTHER_GENESIS);
    const rpc = rpcTo([right[kind], wrong[kind]]);
    expect(await rpc.request('a', [])).toBe('a()');
    const pruned = await errorOf(
      rpcTo([wrong[kind], right[kind]], {}, { expectedGenesis: GENESIS }).request('a', []),
    );
    expect(pruned.code).toBe('wrong-chain');
    expect(pruned.parts).toMatchObject({ got: `genesis ${OTHER_GENESIS}`, expected: `genesis ${GENESIS}` });
    expect(wrong.count('a')).toBe(0);
  });

  test('does not ask an endpoint of another chain for what the right one lacks', async () => {
    const right = await node(({ method }) => {
      if (method === 'ok') return 'ok';
      throw new RpcError(-32601, 'Method not found');
    });
    const wrong = await node(() => 'wrong', {}, OTHER_GENESIS);
    const rpc = rpcTo([right[kind], wrong[kind]]);
    await rpc.request('ok', []);
    expect((await errorOf(rpc.request('b', []))).code).toMatch(/unsupported|wrong-chain/);
    expect(wrong.count('b')).toBe(0);
  });

  test('ignores and counts answers that nobody asked for', async () => {
    const server = await node(echo, {
      onMessage(text, socket) {
        const { id, method } = JSON.parse(text) as ServedRequest;
        if (method !== 'a') return false;
        socket.send(JSON.stringify({ jsonrpc: '2.0', id: id + 1000, result: 'forged' }));
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: 'right' }));
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: 'again' }));
        return true;
      },
      onPost(text, response) {
        const { id, method } = JSON.parse(text) as ServedRequest;
        if (method !== 'a') return false;
        response.end(
          JSON.stringify([
            { id: id + 1000, result: 'forged' },
            { id, result: 'right' },
            { id, result: 'again' },
          ]),
        );
        return true;
      },
    });
    const rpc = rpcTo([server[kind]]);
    expect(await rpc.request('a', [])).toBe('right');
    await rpc.request('b', []);
    expect(rpc.stats()[0]?.unmatched).toBe(2);
  });

  test('asks again for what the answer to a batch leaves out', async () => {
    let incomplete = 1;
    const cut = (text: string): string | undefined => {
      const parsed = JSON.parse(text) as ServedRequest[] | ServedRequest;
      if (!Array.isArray(parsed) || incomplete-- <= 0) return undefined;
      return JSON.stringify(parsed.slice(1).map((request) => ({ id: request.id, result: echo(request) })));
    };
    const server = await node(echo, {
      onMessage(text, socket) {
        const answer = cut(text);
        if (answer !== undefined) socket.send(answer);
        return answer !== undefined;
      },
      onPost(text, response) {
        const answer = cut(text);
        if (answer !== undefined) response.end(answer);
        return answer !== undefined;
      },
    });
    const rpc = rpcTo([server[kind]], { timeoutMs: 60_000 });
    expect(await Promise.all([0, 1, 2].map((i) => rpc.request('n', [i])))).toEqual(['n(0)', 'n(1)', 'n(2)']);
  });

  test('drops what is not JSON, counts it, and asks again', async () => {
    let bad = 1;
    const garbage = '{"jsonrpc":"2.0","id":2,"res';
    const server = await node(echo, {
      onMessage(text, socket) {
        if (!text.includes('"a"') || bad-- <= 0) return false;
        socket.send(garbage);
        return true;
      },
      onPost(text, response) {
        if (!text.includes('"a"') || bad-- <= 0) return false;
        response.end(garbage);
        return true;
      },
    });
    const rpc = rpcTo([server[kind]]);
    expect(await rpc.request('a', [])).toBe('a()');
    expect(rpc.stats()[0]?.malformed).toBe(1);
  });

  test('never shows a key of an address', async () => {
    const lines: string[] = [];
    const { createLogger } = await import('../../shared/index.ts');
    const logger = createLogger({
      level: 'trace',
      destination: { write: (line: string) => void lines.push(line) },
    });
    const server = await node(
      ({ method }) => {
        throw new RpcError(
          1,
          `no access to ${method} for key sekret-path-key with sekret-query-key of sekret-user:sekret-pass`,
        );
      },
      { path: '/v1/sekret-path-key?key=sekret-query-key' },
    );
    const address = server[kind].replace('://', '://sekret-user:sekret-pass@');
    const rpc = rpcTo([address], {}, { logger });
    const error = await errorOf(rpc.request('a', []));
    await server.close();
    const gone = await errorOf(rpc.request('a', []));
    const shown = [
      ...lines,
      ...[error, gone].map((one) => `${one.message} ${JSON.stringify(one.fields)}`),
      JSON.stringify(rpc.stats()),
    ].join('\n');
    expect(shown).not.toContain('sekret');
    expect(shown).toContain(server.host);
  });
});

describe('over http', () => {
  test('waits as long as Retry-After says', async () => {
    let limited = 1;
    const server = await node(echo, {
      onPost(text, response) {
        if (!text.includes('"a"') || limited-- <= 0) return false;
        response.writeHead(429, { 'retry-after': '1' }).end('slow down');
        return true;
      },
    });
    const rpc = rpcTo([server.http]);
    const start = performance.now();
    expect(await rpc.request('a', [])).toBe('a()');
    expect(performance.now() - start).toBeGreaterThan(900);
  });

  test('is not held up by a body that trickles', async () => {
    let slow = 1;
    const timers: NodeJS.Timeout[] = [];
    const server = await node(echo, {
      onPost(text, response) {
        if (!text.includes('"a"') || slow-- <= 0) return false;
        response.writeHead(200, { 'content-type': 'application/json' });
        timers.push(setInterval(() => response.write(' '), 10));
        response.on('close', () => timers.forEach(clearInterval));
        return true;
      },
    });
    const rpc = rpcTo([server.http], { timeoutMs: 100 });
    expect(await rpc.request('a', [])).toBe('a()');
  });

  test('says what to do when the endpoint wants a key', async () => {
    const server = await node(echo, {
      onPost(_text, response) {
        response.writeHead(403).end();
        return true;
      },
    });
    const error = await errorOf(rpcTo([server.http]).request('a', []));
    expect(error.code).toBe('rpc-refused');
    expect(error.parts.todo).toContain('key');
  });

  test('does not follow a redirect', async () => {
    const elsewhere = await node(echo);
    const server = await node(echo, {
      onPost(_text, response) {
        response.writeHead(307, { location: elsewhere.http }).end();
        return true;
      },
    });
    expect((await errorOf(rpcTo([server.http], { tries: 2 }).request('a', []))).code).toBe('unreachable');
    expect(elsewhere.messages).toHaveLength(0);
  });
});

describe('over ws', () => {
  test('says which status refused the handshake', async () => {
    const server = await node(echo, {
      onUpgrade(socket) {
        socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n');
        return true;
      },
    });
    const error = await errorOf(rpcTo([server.ws]).request('a', []));
    expect(error.code).toBe('rpc-refused');
    expect(error.parts.got).toBe('HTTP status 401');
  });

  test('notices a peer that has fallen silent without closing', async () => {
    const server = await node(echo);
    const rpc = rpcTo([server.ws], { pingMs: 20 });
    await rpc.request('a', []);
    // A paused socket answers no ping: to us it looks like a pulled cable.
    for (const socket of server.sockets) socket.pause();
    await expect.poll(() => rpc.stats()[0]?.connected).toBe(false);
    expect(await rpc.request('a', [2])).toBe('a(2)');
    expect(rpc.stats()[0]?.reconnects).toBe(1);
  });

  test('opens nothing before the first request', async () => {
    const server = await node(echo);
    rpcTo([server.ws]);
    expect(server.sockets.size).toBe(0);
  });

  test('checks the chain again on every new connection', async () => {
    let genesis: string = GENESIS;
    const server = await serveJsonRpc({
      handle: (request) => (request.method === 'chain_getBlockHash' ? genesis : echo(request)),
    });
    open.push(server);
    const rpc = rpcTo([server.ws]);
    await rpc.request('a', []);
    genesis = OTHER_GENESIS;
    server.cut();
    await expect.poll(() => rpc.stats()[0]?.connected).toBe(false);
    expect((await errorOf(rpc.request('a', []))).code).toBe('wrong-chain');
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['garbled', '0x12'],
    ['false', OTHER_GENESIS],
  ])('outlives one %s answer about the chain on a new connection', async (_, lie) => {
    const lies: unknown[] = [];
    const server = await serveJsonRpc({
      handle: (request) =>
        request.method !== 'chain_getBlockHash' ? echo(request) : lies.length > 0 ? lies.pop() : GENESIS,
    });
    open.push(server);
    const rpc = rpcTo([server.ws], { tries: 1 });
    lies.push(lie);
    expect(await rpc.request('a', [])).toBe('a()');
    server.cut();
    await expect.poll(() => rpc.stats()[0]?.connected).toBe(false);
    lies.push(lie);
    expect(await rpc.request('a', [])).toBe('a()');
    expect(rpc.stats()[0]?.errors).toBe(0);
  });

  test('does not use an endpoint that never says clearly which chain it serves', async () => {
    const server = await node(echo, {}, '0x12');
    const error = await errorOf(rpcTo([server.ws], { tries: 1 }).request('a', []));
    expect(error).toMatchObject({ code: 'falsified', fields: { host: server.host } });
    expect([server.count('chain_getBlockHash'), server.count('a')]).toEqual([5, 0]);
  });
});

test.each(['127.0.0.1:9944', 'ftp://node/', 'ws://', '', 'not an address'])(
  'refuses %j as an endpoint',
  (address) => {
    expect(() => createRpc({ endpoints: [address] })).toThrowError(
      expect.objectContaining({ code: 'usage' }),
    );
  },
);

test('refuses to begin without endpoints', () => {
  expect(() => createRpc({ endpoints: [] })).toThrowError(expect.objectContaining({ code: 'usage' }));
});
