import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, type Hex } from '../../shared/index.ts';
import { readThroughProof, verifyReadProof } from './verify-read-proof.ts';

/** Made by `testing/trie-vectors.rs`: proofs as Parity's `sp-trie` records them. */
interface Trie {
  readonly layout: 'LayoutV0' | 'LayoutV1';
  readonly name: string;
  readonly root: Hex;
  readonly nodes: readonly Hex[];
  readonly asks: readonly {
    readonly key: Hex;
    readonly value: Hex | null;
    readonly proof: readonly number[];
  }[];
}

const tries = JSON.parse(
  readFileSync(new URL('testing/trie-vectors.json', import.meta.url), 'utf8'),
) as readonly Trie[];

const claims = tries.flatMap(({ root, nodes, asks }) =>
  asks.map(({ key, value, proof }) => ({
    stateRoot: root,
    key,
    value: value === null ? undefined : fromHex(value),
    nodes: proof.map((at) => fromHex(nodes[at]!)),
  })),
);

const anyClaim = fc.constantFrom(...claims);

test('the vectors hold every kind of node', () => {
  const first = new Set(
    tries.flatMap(({ nodes }) => nodes.map((node) => Number.parseInt(node.slice(2, 4), 16))),
  );
  const some = (mask: number, bits: number) =>
    [...first].some((byte) => byte !== 0 && (byte & mask) === bits);
  expect([some(0xc0, 0x40), some(0xc0, 0x80), some(0xc0, 0xc0), some(0xe0, 0x20), some(0xf0, 0x10)]).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(first).toContain(0);
  // Long partial keys: every kind whose low bits are all set.
  expect([0x7f, 0xbf, 0xff, 0x3f, 0x1f].map((byte) => first.has(byte))).not.toContain(false);
});

describe.each(tries)('$layout, trie $name', ({ root, nodes, asks }) => {
  test('each value and each absence is proven by what sp-trie recorded', () => {
    for (const { key, value, proof } of asks) {
      const claim = { stateRoot: root, key, nodes: proof.map((at) => fromHex(nodes[at]!)) };
      verifyReadProof({ ...claim, value: value === null ? undefined : fromHex(value) });
      const shown = readThroughProof(root, key, nodes.map(fromHex));
      expect(shown.value && `0x${Buffer.from(shown.value).toString('hex')}`).toBe(value ?? undefined);
      expect(shown.used.size).toBe(proof.length);
    }
  });

  test('without any one of its nodes a proof proves nothing', () => {
    for (const { key, value, proof } of asks) {
      for (const left of proof) {
        const rest = proof.filter((at) => at !== left).map((at) => fromHex(nodes[at]!));
        const claim = {
          stateRoot: root,
          key,
          value: value === null ? undefined : fromHex(value),
          nodes: rest,
        };
        expect(() => verifyReadProof(claim)).toThrow('a storage read proof lacks');
      }
    }
  });
});

test('no bit of a proof, a value or a root can be another', () => {
  fc.assert(
    fc.property(anyClaim, fc.constantFrom('nodes', 'value', 'stateRoot'), fc.nat(), (claim, where, bit) => {
      const bytes = {
        nodes: () => Buffer.concat(claim.nodes),
        value: () => Buffer.from(claim.value ?? []),
        stateRoot: () => Buffer.from(fromHex(claim.stateRoot)),
      }[where]();
      if (bytes.length === 0) return;
      const at = bit % (bytes.length * 8);
      bytes[at >> 3]! ^= 1 << (at & 7);
      const starts = claim.nodes.map((_, i) =>
        claim.nodes.slice(0, i).reduce((sum, node) => sum + node.length, 0),
      );
      const changed = {
        nodes: { nodes: claim.nodes.map((node, i) => bytes.subarray(starts[i]!, starts[i]! + node.length)) },
        value: { value: bytes },
        stateRoot: { stateRoot: `0x${bytes.toString('hex')}` as Hex },
      }[where];
      expect(() => verifyReadProof({ ...claim, ...changed })).toThrow('a storage read proof');
    }),
    { numRuns: 3_000 },
  );
});

test('a value is proven for its own key alone', () => {
  fc.assert(
    fc.property(
      anyClaim.filter(({ value, key }) => value !== undefined && key !== '0x'),
      fc.nat(),
      (claim, bit) => {
        const key = Buffer.from(fromHex(claim.key));
        const at = bit % (key.length * 8);
        key[at >> 3]! ^= 1 << (at & 7);
        const other = { ...claim, key: `0x${key.toString('hex')}` as Hex };
        expect(() => verifyReadProof(other)).toThrow('a storage read proof');
        expect(() => verifyReadProof({ ...claim, value: undefined })).toThrow('shows another value');
      },
    ),
    { numRuns: 1_000 },
  );
});

test('what plays no part, or is there twice, is refused', () => {
  const [claim] = claims.filter(({ nodes }) => nodes.length > 2);
  const { nodes } = claim!;
  expect(() => verifyReadProof({ ...claim!, nodes: [...nodes, Uint8Array.of(0)] })).toThrow(
    'holds more than was needed',
  );
  expect(() => verifyReadProof({ ...claim!, nodes: [...nodes, nodes[0]!] })).toThrow('holds a node twice');
  expect(() => verifyReadProof({ ...claim!, nodes: [] })).toThrow('lacks the root of the state');
});

test('the order of the nodes does not matter', () => {
  for (const claim of claims) verifyReadProof({ ...claim, nodes: claim.nodes.toReversed() });
});

test('bytes of any kind are refused, not tripped over', () => {
  fc.assert(
    fc.property(anyClaim, fc.uint8Array({ maxLength: 300 }), fc.nat(), (claim, bytes, at) => {
      const nodes = claim.nodes.with(at % claim.nodes.length, bytes);
      expect(() => verifyReadProof({ ...claim, nodes })).toThrow('a storage read proof');
    }),
  );
});

test('proofs and keys beyond any that are real are refused before they are read', () => {
  const claim = claims[0]!;
  const many = Array.from({ length: 5_000 }, (_, i) => Uint8Array.of(1, i & 255, i >> 8));
  expect(() => verifyReadProof({ ...claim, nodes: many })).toThrow('is too big');
  expect(() => verifyReadProof({ ...claim, key: `0x${'00'.repeat(2_049)}` })).toThrow('is of too long a key');
});
