import { afterEach, expect, test } from 'vitest';
import {
  type JsonRpcServer,
  RpcError,
  type ServerOptions,
  serveJsonRpc,
} from '../../../test/support/json-rpc-server.ts';
import type { RpcLimits } from './limits.ts';
import { createRpc } from './rpc.ts';
import type { Rpc } from './types.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

interface HeadNode extends JsonRpcServer {
  /** The newest head, announced to everyone who has subscribed. */
  announce(number: number): void;
  readonly subscribed: number;
  readonly unsubscribed: number;
}

/** A node of heads that are only numbers. */
async function headNode(
  faults: Partial<ServerOptions> & { mute?: boolean; noSubscriptions?: boolean; early?: boolean } = {},
): Promise<HeadNode> {
  let head = 0;
  let subscribed = 0;
  let unsubscribed = 0;
  const notify = (send: (text: string) => void, id: string) =>
    send(
      JSON.stringify({
        jsonrpc: '2.0',
        method: 'chain_finalizedHead',
        params: { subscription: id, result: { number: head } },
      }),
    );
  const server = await serveJsonRpc({
    handle({ method }, socket) {
      if (method === 'chain_getBlockHash') return `0x${'11'.repeat(32)}`;
      if (method === 'chain_getFinalizedHead') return `0x${head.toString(16).padStart(64, '0')}`;
      if (method === 'chain_getHeader') return { number: head };
      if (method === 'chain_unsubscribeFinalizedHeads') return ++unsubscribed > 0;
      if (method !== 'chain_subscribeFinalizedHeads' || faults.noSubscriptions === true)
        throw new RpcError(-32601, 'Method not found');
      subscribed++;
      if (socket !== undefined && faults.mute !== true) {
        if (faults.early === true) notify((text) => socket.send(text), 'sub');
        else setImmediate(() => notify((text) => socket.send(text), 'sub'));
      }
      return 'sub';
    },
    ...faults,
  });
  open.push(server);
  return Object.defineProperties(server, {
    announce: {
      value(number: number) {
        head = number;
        if (faults.mute !== true)
          for (const socket of server.sockets) notify((text) => socket.send(text), 'sub');
      },
    },
    subscribed: { get: () => subscribed },
    unsubscribed: { get: () => unsubscribed },
  }) as HeadNode;
}

function rpcTo(endpoints: string[], limits: Partial<RpcLimits> = {}): Rpc {
  const quick = { firstWaitMs: 1, maxWaitMs: 5, behindMs: 5_000, pollHeadsMs: 5, ...limits };
  const rpc = createRpc({ endpoints, limits: quick });
  open.push(rpc);
  return rpc;
}

function reader(rpc: Rpc, signal?: AbortSignal) {
  const heads = rpc.heads('finalized', signal)[Symbol.asyncIterator]();
  return {
    /** Reads until this head has come. */
    async until(number: number): Promise<void> {
      for (;;) {
        const { value } = await heads.next();
        if ((value as { number: number }).number === number) return;
      }
    },
    next: () => heads.next(),
    /** Waits for a head that the test does not want to see. */
    linger: () => void heads.next().catch(() => {}),
    leave: async () => heads.return?.(),
  };
}

test('announces heads by subscription, and unsubscribes when its reader leaves', async () => {
  const node = await headNode();
  const heads = reader(rpcTo([node.ws]));
  await heads.until(0);
  node.announce(1);
  await heads.until(1);
  await heads.leave();
  await expect.poll(() => node.unsubscribed).toBe(1);
  expect(node.count('chain_getFinalizedHead')).toBe(0);
});

test('hears a head that is announced before the subscription is confirmed', async () => {
  const node = await headNode({ early: true });
  await reader(rpcTo([node.ws])).until(0);
});

test('keeps only the newest head for a slow reader', async () => {
  const node = await headNode();
  const heads = reader(rpcTo([node.ws]));
  await heads.until(0);
  const rest = heads.next();
  for (let number = 1; number <= 50; number++) node.announce(number);
  await rest;
  await heads.until(50);
});

test('subscribes again after the connection was lost, and finds what came meanwhile', async () => {
  const node = await headNode();
  const heads = reader(rpcTo([node.ws]));
  await heads.until(0);
  node.cut();
  node.announce(7);
  await heads.until(7);
  heads.linger();
  await expect.poll(() => node.subscribed).toBe(2);
});

test('goes to another endpoint when the first is lost', async () => {
  const first = await headNode();
  const second = await headNode();
  const heads = reader(rpcTo([first.ws, second.ws]));
  await heads.until(0);
  await first.close();
  second.announce(3);
  await heads.until(3);
  heads.linger();
  await expect.poll(() => second.subscribed).toBe(1);
});

test('does not trust a silent subscription: asks, and tries another endpoint', async () => {
  const mute = await headNode({ mute: true });
  const other = await headNode();
  const heads = reader(rpcTo([mute.ws, other.ws], { silentHeadsMs: 20 }));
  other.announce(4);
  await heads.until(4);
  heads.linger();
  await expect.poll(() => other.subscribed).toBe(1);
});

test('asks again and again where there are no subscriptions', async () => {
  const node = await headNode({ noSubscriptions: true });
  const heads = reader(rpcTo([node.ws]));
  await heads.until(0);
  node.announce(1);
  await heads.until(1);
  expect(node.subscribed).toBe(0);
});

test('polls over http, and yields a head once', async () => {
  const node = await headNode();
  const rpc = rpcTo([node.http]);
  const heads = reader(rpc);
  await heads.until(0);
  const next = heads.next();
  await expect.poll(() => node.count('chain_getHeader')).toBeGreaterThan(3);
  node.announce(1);
  expect((await next).value).toEqual({ number: 1 });
});

test.each(['ws', 'http'] as const)(
  '%s: ends at once with its signal, and when the transport is closed',
  async (kind) => {
    const node = await headNode();
    const rpc = rpcTo([node[kind]]);
    const controller = new AbortController();
    const one = reader(rpc, controller.signal);
    await one.until(0);
    const waiting = one.next();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    const two = reader(rpc);
    await two.until(0);
    const closed = two.next();
    await rpc.close();
    await expect(closed).rejects.toMatchObject({ code: 'aborted' });
  },
);
