import { verify } from '@scure/sr25519';
import { describe, expect, test } from 'vitest';
import { fromHex, type Hex, TaoscopeError, toHex } from '../../shared/index.ts';
import { blake2b256, createRuntime, encodeAll } from '../codec/index.ts';
import { changeMetadata } from '../testing/change-metadata.ts';
import { createFakeRpc, fakeHeader } from '../testing/fake-rpc.ts';
import { hasShared, metadata343 } from '../testing/fixtures.ts';
import type { BlockHeader, Chain, FollowEvent } from '../types.ts';
import { createViews } from '../view.ts';
import { type Hotkey, readKey } from '../wallet/index.ts';
import { extensionPayloads } from './extension-payloads.ts';
import {
  explainRefusal,
  type Outcome,
  outcomeError,
  type SignedExtrinsic,
  signCall,
  submitAndWatch,
} from './index.ts';
import { mortalEra } from './mortal-era.ts';

const ALICE = hotkeyOf('//Alice');
const IDENTITY = {
  name: 'test',
  genesisHash: `0x${'aa'.repeat(32)}`,
  ss58Prefix: 42,
  tokenSymbol: 'TAO',
  tokenDecimals: 9,
} as const;
const BLOCK = 1_000_001;
const WEIGHTS = {
  netuid: 7,
  mecid: 1,
  dests: [0, 5, 200],
  weights: [65_535, 1, 30_000],
  version_key: 69_420n,
};

function hotkeyOf(text: string): Hotkey {
  const key = readKey(text, 'test');
  if (key.kind !== 'secret') throw new Error('no secret');
  return key.hotkey;
}

describe('eras', () => {
  // @polkadot/types 16: `createType('ExtrinsicEra', { current, period }).toHex()`.
  test.each([
    [1_000_001, 64, '0x1500', 1_000_064],
    [64, 4, '0x0100', 67],
    [2_399, 2_048, '0xfa15', 4_446],
  ])('at block %i for %i blocks', (current, blocks, hex, lastBlock) => {
    const era = mortalEra(current, blocks, 2_400);
    expect([toHex(era.bytes), era.lastBlock, era.birth]).toEqual([hex, lastBlock, current]);
  });

  test('no longer than the chain remembers hashes, and no odd lengths', () => {
    expect(mortalEra(100, 4_096, 2_400).periodBlocks).toBe(2_048);
    expect(mortalEra(100, 64, 250).periodBlocks).toBe(64);
    for (const blocks of [0, 2, 63, 8_192, Number.NaN])
      expect(() => mortalEra(1, blocks, 2_400)).toThrow(/era/);
  });
});

describe.skipIf(!hasShared)('with the metadata of spec 343', () => {
  const identity = { specName: 'node-subtensor', specVersion: 343, transactionVersion: 1 };

  /** A node with a few blocks; `events` of the last one. */
  function node(
    metadata = metadata343(15),
    bodies: Record<number, readonly Uint8Array[]> = {},
    events: unknown[] = [],
  ) {
    const runtime = createRuntime(identity, metadata);
    const storageOf = (number: number): Map<Hex, Hex> => {
      const put = (item: string, value: unknown) => {
        const entry = runtime.storage('System', item)!;
        return [entry.key([]), toHex(encodeAll(entry.value, value))] as const;
      };
      const own = bodies[number] === undefined ? [] : events;
      return new Map([put('Number', number), put('EventCount', own.length), put('Events', own)]);
    };
    const blocks = Array.from({ length: 6 }, (_, i) => BLOCK - 1 + i).map((number) => ({
      header: fakeHeader(number),
      code: 'x',
      storage: storageOf(number),
      calls: new Map(),
      body: (bodies[number] ?? []).map(toHex),
    }));
    const rpc = createFakeRpc(blocks, { x: { ...identity, metadata: new Map([[15, metadata]]) } });
    const views = createViews(rpc);
    return { view: (number = BLOCK) => views.view(fakeHeader(number)), views };
  }

  const chainOf = (nonce = 70_000) => ({ identity: IDENTITY, nextIndex: async () => nonce });

  test('a call, its extensions and what is signed are as @polkadot/types writes them', async () => {
    const view = await node().view();
    // `tx.subtensorModule.setMechanismWeights(7, 1, [0, 5, 200], [65535, 1, 30000], 69420).toHex()`, and
    // `createType('ExtrinsicPayload', …).toU8a({ method: true })` for genesis 0xaa…, birth 0xbb…, era 0x1500 and nonce 70000.
    const call = '07770700010c00000500c8000cffff010030752c0f010000000000';
    const extra = '1500c24504000000';
    const implicit = `5701000001000000${'aa'.repeat(32)}${'bb'.repeat(32)}00`;
    const payloads = extensionPayloads(view.format, {
      specVersion: 343,
      transactionVersion: 1,
      genesisHash: IDENTITY.genesisHash,
      era: fromHex('0x1500'),
      birthHash: `0x${'bb'.repeat(32)}`,
      nonce: 70_000,
    });
    expect(toHex(view.format.encodeCall('SubtensorModule', 'set_mechanism_weights', WEIGHTS))).toBe(
      `0x${call}`,
    );
    expect(toHex(payloads.extra)).toBe(`0x${extra}`);
    expect(toHex(payloads.implicit)).toBe(`0x${implicit}`);
  });

  test.each([
    ['a short payload as it is', { ...WEIGHTS }],
    ['a long one by its hash', { ...WEIGHTS, dests: [...Array(80).keys()], weights: Array(80).fill(9) }],
  ])('signs %s', async (_name, args) => {
    const view = await node().view();
    const request = { pallet: 'SubtensorModule', call: 'set_mechanism_weights', args };
    const { bytes, hash, nonce, lastBlock } = await signCall(chainOf(), view, ALICE, request);
    expect([nonce, lastBlock]).toEqual([70_000, BLOCK + 63]);
    expect(hash).toBe(toHex(blake2b256(bytes)));
    // By hand: two bytes of length, 0x84, MultiAddress::Id, the key, MultiSignature::Sr25519, the signature, extras of 8 bytes, the call.
    const prefix = bytes[0]! & 3 ? 2 : 1;
    expect(toHex(bytes.slice(prefix, prefix + 35))).toBe(`0x8400${toHex(ALICE.publicKey).slice(2)}01`);
    const signature = bytes.slice(prefix + 35, prefix + 99);
    const rest = bytes.slice(prefix + 99);
    const [extra, call] = [rest.slice(0, 8), rest.slice(8)];
    const implicit = fromHex(`0x5701000001000000${'aa'.repeat(32)}${view.block.hash.slice(2)}00`);
    const payload = Buffer.concat([call, extra, implicit]);
    expect(verify(payload.length > 256 ? blake2b256(payload) : payload, signature, ALICE.publicKey)).toBe(
      true,
    );
  });

  test('what the runtime lacks, or takes otherwise, is not guessed', async () => {
    const view = await node().view();
    const { format } = view;
    expect(() => format.encodeCall('SubtensorModule', 'set_mechanism_weight', WEIGHTS)).toThrow(
      /has no call/,
    );
    expect(() => format.encodeCall('Nobody', 'x', {})).toThrow(/has no call/);
    expect(() => format.encodeCall('SubtensorModule', 'set_weights', WEIGHTS)).toThrow(/other arguments/);
    expect(() =>
      format.encodeCall('SubtensorModule', 'set_mechanism_weights', { ...WEIGHTS, dests: [70_000] }),
    ).toThrow(/cannot encode/);
    expect(
      format.encodeCall('SubtensorModule', 'schedule_swap_coldkey', { new_coldkey: ALICE.publicKey }),
    ).toHaveLength(34);
  });

  test('an extension that is not known passes without content only', async () => {
    const rename = (from: string, to: string) =>
      changeMetadata(metadata343(15), ({ extrinsic }) => {
        for (const one of extrinsic.signedExtensions) if (one.identifier === from) one.identifier = to;
      });
    const request = { pallet: 'SubtensorModule', call: 'set_mechanism_weights', args: WEIGHTS };
    const sign = async (metadata: Uint8Array) =>
      signCall(chainOf(), await node(metadata).view(), ALICE, request);
    await expect(sign(rename('DrandPriority', 'SomethingNew'))).resolves.toBeDefined();
    await expect(sign(rename('CheckNonce', 'CheckNonceAnew'))).rejects.toMatchObject({
      code: 'unsupported',
      parts: { failed: expect.stringContaining('CheckNonceAnew') },
    });
    // A known name with another content.
    await expect(sign(rename('DrandPriority', 'CheckGenesis'))).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  describe('an extrinsic on its way', () => {
    const FAILED = {
      type: 'System',
      value: {
        type: 'ExtrinsicFailed',
        value: {
          dispatch_error: { type: 'Module', value: { index: 7, error: Uint8Array.of(0, 0, 0, 0) } },
          dispatch_info: {
            weight: { ref_time: 0n, proof_size: 0n },
            class: { type: 'Normal', value: undefined },
            pays_fee: { type: 'No', value: undefined },
          },
        },
      },
    };
    const event = (value: unknown) => ({
      phase: { type: 'ApplyExtrinsic', value: 0 },
      event: value,
      topics: [],
    });

    async function signed(): Promise<SignedExtrinsic & { signer: Uint8Array }> {
      const request = { pallet: 'SubtensorModule', call: 'set_mechanism_weights', args: WEIGHTS };
      const extrinsic = await signCall(chainOf(), await node().view(), ALICE, request, { eraBlocks: 4 });
      return { ...extrinsic, signer: ALICE.publicKey };
    }

    /** Follows the blocks of the node; `at` holds the extrinsic. */
    async function watch(
      extrinsic: Awaited<ReturnType<typeof signed>>,
      {
        at,
        fails = false,
        submit = async () => extrinsic.hash,
        events = [1, 2, 3, 4].map((i) => blockEvent(BLOCK + i)),
        nextNonce = 70_000,
        best = BLOCK,
      }: {
        at?: number;
        fails?: boolean;
        submit?: Chain['submit'];
        events?: FollowEvent[];
        nextNonce?: number;
        best?: number;
      },
    ): Promise<Outcome> {
      const bodies = at === undefined ? {} : { [at]: [extrinsic.bytes] };
      const { views } = node(metadata343(15), bodies, fails ? [event(FAILED)] : []);
      const chain = {
        submit,
        nextIndex: async () => nextNonce,
        head: async () => fakeHeader(best),
        view: (block: { number: number }) => views.view(fakeHeader(block.number)),
        async *follow() {
          yield* events;
        },
      };
      return submitAndWatch(chain, extrinsic);
    }

    function blockEvent(number: number): FollowEvent {
      const header: BlockHeader = fakeHeader(number);
      return { type: 'block', header, head: header };
    }
    const throwing = (code: 'unreachable' | 'rpc-refused', got: string) => async () => {
      throw new TaoscopeError(code, { failed: 'x refuses author_submitExtrinsic', got });
    };

    test('is found where it is', async () => {
      const outcome = await watch(await signed(), { at: BLOCK + 2 });
      expect(outcome).toMatchObject({ status: 'included', block: { number: BLOCK + 2 }, index: 0 });
    });

    test('its failure is named by the metadata', async () => {
      const outcome = await watch(await signed(), { at: BLOCK + 1, fails: true });
      expect(outcome).toMatchObject({
        status: 'failed',
        error: {
          pallet: 'SubtensorModule',
          name: 'RootNetworkDoesNotExist',
          docs: 'The root network does not exist.',
        },
      });
      expect(outcomeError(outcome, 'the weights')?.message).toMatch(
        /SubtensorModule\.RootNetworkDoesNotExist/,
      );
    });

    test('is over with its era', async () => {
      expect(await watch(await signed(), {})).toMatchObject({ status: 'expired', lastBlock: BLOCK + 3 });
    });

    test('a connection that broke is no failure: the blocks decide', async () => {
      const submit = throwing('unreachable', 'socket hang up');
      expect(await watch(await signed(), { at: BLOCK + 3, submit })).toMatchObject({ status: 'included' });
      expect(await watch(await signed(), { submit })).toMatchObject({ status: 'expired' });
    });

    test('blocks that cannot be had: an unused nonce proves that it is in none, a used one nothing', async () => {
      const events: FollowEvent[] = [{ type: 'missing', from: BLOCK + 1, to: BLOCK + 9, reason: 'gone' }];
      expect(await watch(await signed(), { events })).toMatchObject({ status: 'expired' });
      expect(await watch(await signed(), { events, nextNonce: 70_001 })).toMatchObject({ status: 'unknown' });
    });

    test('a refusal is explained, and ends it', async () => {
      const submit = throwing('rpc-refused', 'Invalid Transaction: Custom error: 6 (code 1010)');
      expect(await watch(await signed(), { at: BLOCK + 1, submit })).toMatchObject({
        status: 'refused',
        refusal: { name: 'RateLimitExceeded', custom: 6 },
      });
    });

    test('a used nonce is a refusal only where its blocks do not hold the extrinsic', async () => {
      const submit = throwing('rpc-refused', 'Invalid Transaction: Transaction is outdated (code 1010)');
      expect(await watch(await signed(), { at: BLOCK + 1, submit, best: BLOCK + 2 })).toMatchObject({
        status: 'included',
      });
      expect(await watch(await signed(), { submit, best: BLOCK + 2 })).toMatchObject({
        status: 'refused',
        refusal: { name: 'Stale' },
      });
      expect(await watch(await signed(), { submit })).toMatchObject({
        status: 'refused',
        refusal: { name: 'Stale' },
      });
    });
  });
});

// Texts of nodes: polkadot-sdk `client/rpc-api/src/author/error.rs`, Chopsticks 1.2.
test.each([
  ['Invalid Transaction: Custom error: 13 (code 1010)', 'InvalidPort', 13],
  ['{"invalid":{"custom":16}}', 'CommitNotFound', 16],
  ['1010: Invalid Transaction: Custom error: 77', 'Custom 77', 77],
  ['Invalid Transaction: Transaction has a bad signature (code 1010)', 'BadProof', undefined],
  ['Transaction is temporarily banned (code 1012)', 'Banned', undefined],
  ['Priority is too low: (1 vs 2) (code 1014)', 'TooLowPriority', undefined],
  ['the cat sat on the keyboard', 'unknown', undefined],
])('the refusal %j', (got, name, custom) => {
  const {
    name: found,
    custom: code,
    said,
  } = explainRefusal(new TaoscopeError('rpc-refused', { failed: 'x', got }));
  expect([found, code, said]).toEqual([name, custom, got]);
});
