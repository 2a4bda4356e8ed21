import { blake2b } from '@noble/hashes/blake2.js';
import { expect, test } from 'vitest';
import { DecodeFailure } from '../codec/index.ts';
import { decodeTrieNode, nibblesOf } from './trie-node.ts';
import { verifyReadProof } from './verify-read-proof.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

test('a leaf and a branch are read as the specification lays them out', () => {
  // Polkadot specification, "Merkle proofs / node header": leaf 01, three nibbles a b c, value of two bytes.
  expect(decodeTrieNode(hex('43 0abc 08 dead'))).toEqual({
    partial: Uint8Array.of(10, 11, 12),
    value: { bytes: hex('dead') },
    children: undefined,
  });
  // Branch 10 without value, no partial key, children 1 (inlined leaf) and 15 (a hash).
  const branch = decodeTrieNode(hex(`80 0280 10 41 05 04 07 80 ${'ee'.repeat(32)}`))!;
  expect(branch.partial).toHaveLength(0);
  expect(branch.value).toBeUndefined();
  expect(branch.children!.map((child) => child && Object.keys(child)[0])).toEqual(
    Array.from({ length: 16 }, (_, i) => (i === 1 ? 'bytes' : i === 15 ? 'hash' : undefined)),
  );
  expect(decodeTrieNode(hex('00'))).toBeUndefined();
  expect(nibblesOf(hex('1f a0'))).toEqual(Uint8Array.of(1, 15, 10, 0));
});

test.each([
  ['nothing', ''],
  ['a kind there is not', '01'],
  ['another kind there is not', '0f'],
  ['an empty trie with more', '0000'],
  ['a padding that is not zero', '43 1abc 08 dead'],
  ['a branch without children', '80 0000'],
  ['bytes left over', '43 0abc 08 dead 00'],
  ['a value cut short', '43 0abc 0c dead'],
  ['a length longer than it needs to be', '43 0abc 0900 dead 0000'],
  ['a hashed value cut short', `20 ${'00'.repeat(31)}`],
  ['an empty child', '80 0100 00'],
  ['a child of 33 bytes', `80 0100 84 ${'00'.repeat(33)}`],
  ['a number of nibbles that never ends', `7f ${'ff'.repeat(500)}`],
])('%s is no node', (_, bytes) => {
  expect(() => decodeTrieNode(hex(bytes))).toThrow(DecodeFailure);
});

test('nodes inside nodes inside nodes end with the bytes that hold them', () => {
  // Each branch holds the next as its child 0; 32 bytes and more would be a hash, so they cannot go on for ever.
  let inner = hex('40 04 07');
  let depth = 0;
  for (;;) {
    const outer = Uint8Array.of(0x80, 0x01, 0x00, inner.length << 2, ...inner);
    depth++;
    if (outer.length >= 32) {
      inner = outer;
      break;
    }
    inner = outer;
  }
  expect(depth).toBe(8);
  const stateRoot = `0x${Buffer.from(blake2b(inner, { dkLen: 32 })).toString('hex')}` as const;
  verifyReadProof({ stateRoot, key: '0x00000000', value: Uint8Array.of(7), nodes: [inner] });
});
