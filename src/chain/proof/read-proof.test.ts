import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromHex, type Hex, TaoscopeError } from '../../shared/index.ts';
import type { RequestOptions, Rpc } from '../rpc/index.ts';
import { fakeHeader } from '../testing/fake-rpc.ts';
import { readProof } from './read-proof.ts';

// Made by `testing/trie-vectors.rs`.
const tries = JSON.parse(readFileSync(new URL('testing/trie-vectors.json', import.meta.url), 'utf8')) as {
  layout: string;
  name: string;
  root: Hex;
  nodes: Hex[];
  asks: { key: Hex; value: Hex | null; proof: number[] }[];
}[];
const trie = tries.find(({ layout, name }) => layout === 'LayoutV1' && name === 'state')!;
const header = { ...fakeHeader(10), stateRoot: trie.root };

/** A node that answers with one thing, whatever it is asked. */
function nodeSaying(answer: unknown): Rpc & { asked: unknown[][] } {
  const asked: unknown[][] = [];
  return {
    asked,
    async request<T>(
      method: string,
      params: readonly unknown[],
      options: RequestOptions<T> = {},
    ): Promise<T> {
      asked.push([method, ...params]);
      return options.check!(answer);
    },
    async *heads() {},
    stats: () => [],
    close: async () => {},
  };
}

test('the nodes needed for the keys are kept, others are not', async () => {
  const [present, absent] = [
    trie.asks.find(({ value }) => value !== null)!,
    trie.asks.find(({ value }) => value === null)!,
  ];
  const keys = [present.key, absent.key];
  const rpc = nodeSaying({ at: header.hash, proof: trie.nodes });
  const proof = await readProof(rpc, header, keys);
  expect(rpc.asked).toEqual([['state_getReadProof', keys, header.hash]]);
  expect(proof.values).toEqual([fromHex(present.value!), undefined]);
  const needed = new Set([...present.proof, ...absent.proof].map((at) => trie.nodes[at]));
  expect(new Set(proof.nodes.map((node) => `0x${Buffer.from(node).toString('hex')}`))).toEqual(needed);
});

test.each([
  ['nothing', null],
  ['no object', 'no'],
  ['another block', { at: fakeHeader(11).hash, proof: trie.nodes }],
  ['no nodes', { at: header.hash }],
  ['nodes that are no hex', { at: header.hash, proof: ['0x0'] }],
  ['nodes that are no text', { at: header.hash, proof: [1] }],
  ['too few nodes', { at: header.hash, proof: trie.nodes.slice(1) }],
])('an answer with %s is not believed', async (_, answer) => {
  await expect(readProof(nodeSaying(answer), header, [trie.asks[0]!.key])).rejects.toMatchObject({
    code: 'falsified',
  });
});

test.each([
  new TaoscopeError('unsupported', { failed: 'Method not found' }),
  new TaoscopeError('rpc-refused', { failed: 'refused', got: 'upstream rejected' }),
])('a node that gives no proofs is told from one that gives false ones (%#)', async (refusal) => {
  const rpc = nodeSaying(null);
  rpc.request = async () => {
    throw refusal;
  };
  await expect(readProof(rpc, header, [])).rejects.toMatchObject({
    code: 'unsupported',
    parts: { got: refusal.parts.got },
  });
});

test.each(['state-pruned', 'unreachable', 'timeout'] as const)('%s stays what it is', async (code) => {
  const rpc = nodeSaying(null);
  rpc.request = async () => {
    throw new TaoscopeError(code, { failed: 'no' });
  };
  await expect(readProof(rpc, header, [])).rejects.toMatchObject({ code });
});

test('against a header that nobody checked nothing is proven', async () => {
  const rpc = nodeSaying({ at: header.hash, proof: trie.nodes });
  await expect(readProof(rpc, { ...header, verified: false }, [])).rejects.toMatchObject({
    code: 'unsupported',
  });
  expect(rpc.asked).toEqual([]);
});
