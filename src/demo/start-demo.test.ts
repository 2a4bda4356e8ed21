import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as room from './index.ts';
import { type Demo, type DemoOptions, type DemoState, startDemo } from './index.ts';

const UNKNOWN = `0x${'12'.repeat(32)}`;
const NUMBER_KEY = '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac';

interface Answer {
  id: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many methods.
  result?: any;
  error?: { code: number; message: string; data?: string };
}

describe('demo node', () => {
  let demo: Demo;
  afterEach(async () => {
    await demo?.close();
  });

  async function start(options: DemoOptions = {}): Promise<void> {
    demo = await startDemo({ blockMs: 0, historyBlocks: 12, seed: 'node', ...options });
  }

  async function post(body: unknown, path = '/', headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${demo.httpUrl}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
  }

  async function ask(method: string, ...params: unknown[]): Promise<Answer> {
    return (await (await post({ jsonrpc: '2.0', id: 1, method, params })).json()) as Answer;
  }

  it('offers exactly this to other rooms', () => {
    expect(Object.keys(room).sort()).toMatchInlineSnapshot(`
      [
        "CHUTES_MISBEHAVIOURS",
        "CHUTES_PLAN",
        "DEV_ACCOUNT_PATHS",
        "HAND_DRIVEN",
        "HOSTILE_IDENTITY_NAME",
        "HOSTILE_SUBNET_NAME",
        "INCIDENTS",
        "SUBNET_PLANS",
        "devAccount",
        "startDemo",
      ]
    `);
  });

  it('answers batches in order, and each bad request by its own error', async () => {
    await start();
    const batch = [
      { jsonrpc: '2.0', id: 1, method: 'system_chain', params: [] },
      { jsonrpc: '2.0', id: 2, method: 'no_such', params: [] },
      { jsonrpc: '2.0', id: 3, method: 'chain_getBlockHash', params: [['0x1', 2, 9_999]] },
      { jsonrpc: '2.0', id: 4, method: 'state_getStorage', params: ['0xzz'] },
      { jsonrpc: '2.0', id: 5, method: 'chain_subscribeNewHeads', params: [] },
    ];
    const answers = (await (await post(batch)).json()) as Answer[];
    expect(answers.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    expect(answers.map(({ error }) => error?.code)).toEqual([undefined, -32601, undefined, -32602, -32601]);
    expect(answers[2]?.result).toHaveLength(3);
    expect(answers[2]?.result[2]).toBeNull();
    expect(((await (await post([])).json()) as Answer).error?.code).toBe(-32600);
    const broken = await fetch(demo.httpUrl, { method: 'POST', body: '{' });
    expect(((await broken.json()) as Answer).error?.code).toBe(-32700);
  });

  it('uses the error texts of a real node for lost and unknown blocks', async () => {
    await start({ historyBlocks: 40, stateBlocks: 16 });
    const old = (await ask('chain_getBlockHash', 3)).result;
    // Golden: reference 1.2, "Exact texts for pruned state".
    const storage = `Client error: UnknownBlock: State already discarded for ${old}`;
    const call = `Client error: Api called for an unknown Block: State already discarded for ${old}`;
    for (const [method, params, message] of [
      ['state_getStorage', [NUMBER_KEY, old], storage],
      ['state_queryStorageAt', [[NUMBER_KEY], old], storage],
      ['state_getKeysPaged', ['0x', 10, null, old], storage],
      ['state_call', ['Core_version', '0x', old], call],
      ['state_getMetadata', [old], call],
    ] as const) {
      expect((await ask(method, ...params)).error).toEqual({ code: 4003, message });
    }
    expect((await ask('chain_getHeader', old)).result.number).toBe('0x3');
    expect((await ask('chain_getHeader', UNKNOWN)).result).toBeNull();
    expect((await ask('state_getStorage', NUMBER_KEY, UNKNOWN)).error?.message).toMatch(
      /UnknownBlock: Header was not found/,
    );
    expect((await ask('state_getKeysPaged', '0x', 1_001)).error?.code).toBe(4002);
  });

  it('pages keys and answers many at once, as of one block', async () => {
    await start();
    const prefix = '0x658faa385070e074c85bf6b568cf0555aab1b4e78e1ea8305462ee53b3686dc80100';
    const all: string[] = [];
    for (;;) {
      const page: string[] = (await ask('state_getKeysPaged', prefix, 25, all.at(-1) ?? null)).result;
      all.push(...page);
      if (page.length < 25) break;
    }
    // Uids of netuid 1: 64 hotkeys.
    expect(all).toHaveLength(64);
    expect(new Set(all).size).toBe(64);
    const at = (await ask('chain_getBlockHash', 5)).result;
    const [{ block, changes }] = (await ask('state_queryStorageAt', [NUMBER_KEY, '0x00'], at)).result;
    expect(block).toBe(at);
    expect(changes).toEqual([
      [NUMBER_KEY, '0x05000000'],
      ['0x00', null],
    ]);
  });

  it('tells subscribers of every head, and stops when asked to', async () => {
    await start();
    const socket = new WebSocket(demo.url);
    const messages: {
      id?: number;
      result?: string;
      method?: string;
      params?: { result: { number: string } };
    }[] = [];
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      messages.push(message);
      if (message.id === 1) {
        demo.step(2);
        socket.send(JSON.stringify({ id: 2, method: 'chain_unsubscribeNewHeads', params: [message.result] }));
      }
      if (message.id === 2) {
        demo.step(1);
        socket.send(JSON.stringify({ id: 3, method: 'chain_getHeader', params: [] }));
      }
      if (message.id === 3) resolve();
    });
    socket.on('open', () =>
      socket.send(JSON.stringify({ id: 1, method: 'chain_subscribeNewHeads', params: [] })),
    );
    await stopped;
    socket.close();
    const heads = messages
      .filter(({ method }) => method === 'chain_newHead')
      .map(({ params }) => params?.result.number);
    expect(messages[0]?.id).toBe(1);
    expect(heads.slice(-2)).toEqual(['0xd', '0xe']);
    expect(messages.at(-1)).toMatchObject({ id: 3, result: { number: '0xf' } });
  });

  it('plays incidents over HTTP, but not for a web page from elsewhere', async () => {
    await start();
    const before = demo.state();
    const forked = (await (await post({ depth: 2 }, '/incident/fork')).json()) as DemoState;
    expect(forked.best.number).toBe(before.best.number + 1);
    expect((await ask('chain_getBlockHash', before.best.number)).result).not.toBe(before.best.hash);
    expect(await (await post({}, '/incident/flood')).json()).toMatchObject({
      error: { failed: 'the demo has no such incident' },
    });
    expect((await post({}, '/incident/upgrade', { origin: 'https://evil.example' })).status).toBe(403);
    demo.step();
    expect(demo.state().specVersion).toBe(343);
    await post({}, '/incident/upgrade', { origin: 'http://localhost:5173' });
    demo.step();
    expect(demo.state().specVersion).toBe(344);
    await post({ what: 'wrong-block', count: 1 }, '/incident/lie');
    const lied = (await ask('state_queryStorageAt', [NUMBER_KEY])).result[0].block;
    expect(lied).not.toBe(demo.state().best.hash);
    expect((await ask('state_queryStorageAt', [NUMBER_KEY])).result[0].block).toBe(demo.state().best.hash);
  });

  it('turns a validator into a copier and back, and knows the validators of each subnet', async () => {
    await start();
    const play = async (args: object) => (await post(args, '/incident/copier')).json();
    expect(await play({})).toMatchObject({ best: { number: 12 } });
    expect(await play({ netuid: 3, validator: 2, stop: true })).toMatchObject({ best: { number: 12 } });
    expect(await play({ netuid: 3, validator: 0 })).toMatchObject({
      error: { failed: 'there is no such validator in the demo', got: 'validator 0 of netuid 3' },
    });
    expect(await play({ netuid: 1.5 })).toMatchObject({ error: { got: 'validator 4 of netuid 1.5' } });
    demo.step(3);
  });

  it('cuts connections, and refuses new ones for a while', async () => {
    await start();
    const closing = (socket: WebSocket) =>
      new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
    const socket = new WebSocket(demo.url);
    await new Promise((resolve) => socket.on('open', resolve));
    const cut = closing(socket);
    await demo.incident('drop-connections', { refuseMs: 60_000 });
    await cut;
    await closing(new WebSocket(demo.url));
    expect(demo.state().connections).toBe(0);
    await demo.incident('drop-connections');
    const again = new WebSocket(demo.url);
    await new Promise((resolve) => again.on('open', resolve));
    again.close();
  });

  it('goes on with the chain that it kept, whatever was in it', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'taoscope-demo-'));
    try {
      await start({ dataDir });
      await demo.incident('fork');
      await demo.incident('upgrade');
      demo.step(3);
      const before = demo.state();
      const read = async () =>
        (await ask('state_call', 'SubnetInfoRuntimeApi_get_metagraph', '0x0100', before.finalized.hash))
          .result;
      const metagraph = await read();
      await demo.close();
      await start({ dataDir });
      expect(demo.state()).toMatchObject({
        best: before.best,
        finalized: before.finalized,
        specVersion: 344,
      });
      expect(await read()).toBe(metagraph);
      demo.step();
      expect((await ask('chain_getHeader')).result.parentHash).toBe(before.best.hash);
      await demo.close();
      // Another seed is another chain: it begins anew.
      await start({ dataDir, seed: 'other' });
      expect(demo.state().best.number).toBe(12);
    } finally {
      await demo.close();
      rmSync(dataDir, { recursive: true });
    }
  });
});
