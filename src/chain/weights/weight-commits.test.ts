import type { V15 } from '@polkadot-api/substrate-bindings';
import { describe, expect, test } from 'vitest';
import type { Hex } from '../../shared/index.ts';
import { createRuntime } from '../codec/index.ts';
import { changeMetadata, dropStorage } from '../testing/change-metadata.ts';
import { createFakeRpc, fakeHeader } from '../testing/fake-rpc.ts';
import { hasShared, metadata343 } from '../testing/fixtures.ts';
import { accountOf, createStorageWriter } from '../testing/subnet.ts';
import { createViews } from '../view.ts';
import { readWeightCommits } from './index.ts';

const BLOCK = 5_000;
const ITEMS = ['WeightCommits', 'CRV3WeightCommits', 'CRV3WeightCommitsV2', 'TimelockedWeightCommits'];

const HASH = new Uint8Array(32).fill(0xab);
const HASH_HEX: Hex = `0x${'ab'.repeat(32)}`;
// Blake2b-256 of "abc" and of nothing: Python's `hashlib.blake2b(b"abc", digest_size=32).hexdigest()`.
const CIPHERTEXT = Buffer.from('abc');
const CIPHERTEXT_HASH = '0xbddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319';
const EMPTY_HASH = '0x0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8';

const [ANN, BEN] = [accountOf(1, 1), accountOf(1, 2)];

/** A view of a state in the types of spec 343, changed, and a writer of its storage. */
function node(change: (metadata: V15) => void = () => {}) {
  const metadata = changeMetadata(metadata343(15), change);
  const identity = { specName: 'node-subtensor', specVersion: 999, transactionVersion: 1 };
  const header = fakeHeader(BLOCK);
  const storage = new Map<Hex, Hex>();
  const block = { header, code: 'x', storage, calls: new Map() };
  const rpc = createFakeRpc([block, { ...block, header: fakeHeader(BLOCK - 1) }], {
    x: { ...identity, metadata: new Map([[15, metadata]]) },
  });
  const { put, subtensor } = createStorageWriter(createRuntime(identity, metadata), storage);
  put('System', 'Number', [], BLOCK);
  return { rpc, write: subtensor, view: () => createViews(rpc).view(header) };
}

/** Lets `WeightCommits` hold one tuple, made of the parts of a queued one. */
function asTuple(metadata: V15, change: (parts: number[]) => number[]): void {
  const { storage } = metadata.pallets.find(({ name }) => name === 'SubtensorModule')!;
  const { type } = storage!.items.find(({ name }) => name === 'WeightCommits')!;
  const queue = type.tag === 'map' ? metadata.lookup[type.value.value]!.def : undefined;
  const inner = queue?.tag === 'sequence' ? metadata.lookup[queue.value]!.def : undefined;
  if (type.tag !== 'map' || inner?.tag !== 'tuple')
    throw new Error('WeightCommits maps to no queue of tuples');
  const id = metadata.lookup.length;
  metadata.lookup.push({
    id,
    path: [],
    params: [],
    def: { tag: 'tuple', value: change(inner.value) },
    docs: [],
  });
  type.value.value = id;
}

describe.skipIf(!hasShared)('commits that wait to be revealed, in every shape that eras stored', () => {
  test('before commits: none', async () => {
    const { view } = node((metadata) => dropStorage(metadata, ...ITEMS));
    expect(await readWeightCommits(await view(), 7)).toEqual([]);
  });

  test('specs 151 to 195: one hash and its block', async () => {
    const { write, view } = node((metadata) => {
      // (H256, u64)
      asTuple(metadata, (parts) => parts.slice(0, 2));
      dropStorage(metadata, ...ITEMS.slice(1), 'MechanismCountCurrent');
    });
    write('WeightCommits', [7, ANN], [HASH, 4_990n]);
    write('WeightCommits', [8, ANN], [HASH, 4_991n]);
    expect(await readWeightCommits(await view(), 7)).toEqual([
      { hotkey: ANN, kind: 'hash', hash: HASH_HEX, commitBlock: 4_990 },
    ]);
  });

  test('specs 205 to 422: a queue with the blocks of the reveal', async () => {
    const { write, view } = node();
    write(
      'WeightCommits',
      [7, ANN],
      [
        [HASH, 0n, 360n, 719n],
        [HASH, 4_000n, 4_300n, 4_659n],
      ],
    );
    expect(await readWeightCommits(await view(), 7)).toEqual([
      { hotkey: ANN, kind: 'hash', hash: HASH_HEX, commitBlock: 0, firstReveal: 360, lastReveal: 719 },
      {
        hotkey: ANN,
        kind: 'hash',
        hash: HASH_HEX,
        commitBlock: 4_000,
        firstReveal: 4_300,
        lastReveal: 4_659,
      },
    ]);
  });

  test('since spec 423: a queue with the epoch of the commit, the first of which is 0', async () => {
    const { write, view } = node();
    write(
      'WeightCommits',
      [7, ANN],
      [
        [HASH, 0n, 20n, 0n],
        [HASH, 13n, 4_900n, 0n],
      ],
    );
    expect(await readWeightCommits(await view(), 7)).toEqual([
      { hotkey: ANN, kind: 'hash', hash: HASH_HEX, commitBlock: 20, commitEpoch: 0 },
      { hotkey: ANN, kind: 'hash', hash: HASH_HEX, commitBlock: 4_900, commitEpoch: 13 },
    ]);
  });

  test('encrypted commits of each kind, by the hash of their ciphertext', async () => {
    const { write, view } = node();
    write('CRV3WeightCommits', [7, 11n], [[ANN, CIPHERTEXT, 17_000_000n]]);
    write('CRV3WeightCommitsV2', [7, 12n], [[ANN, 4_800n, CIPHERTEXT, 17_000_001n]]);
    write(
      'TimelockedWeightCommits',
      [7, 13n],
      [
        [ANN, 4_900n, CIPHERTEXT, 2n ** 64n - 1n],
        [BEN, 4_901n, new Uint8Array(), 0n],
      ],
    );
    write('TimelockedWeightCommits', [7, 14n], []);
    const at = { hotkey: ANN, hash: CIPHERTEXT_HASH };
    expect(await readWeightCommits(await view(), 7)).toEqual([
      { ...at, kind: 'crv3', commitEpoch: 11, round: 17_000_000n },
      { ...at, kind: 'crv3', commitBlock: 4_800, commitEpoch: 12, round: 17_000_001n },
      { ...at, kind: 'timelock', commitBlock: 4_900, commitEpoch: 13, round: 2n ** 64n - 1n },
      { hotkey: BEN, kind: 'timelock', hash: EMPTY_HASH, commitBlock: 4_901, commitEpoch: 13, round: 0n },
    ]);
  });

  test('a shape that no era had is named, not guessed', async () => {
    const { write, view } = node((metadata) => asTuple(metadata, (parts) => [...parts, parts[0]!]));
    write('WeightCommits', [7, ANN], [HASH, 1n, 2n, 3n, HASH]);
    await expect(readWeightCommits(await view(), 7)).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('mechanisms are kept apart', async () => {
    const { write, view } = node();
    write('WeightCommits', [4_096 + 7, ANN], [[HASH, 4_000n, 4_300n, 4_659n]]);
    expect(await readWeightCommits(await view(), 7)).toEqual([]);
    expect(await readWeightCommits(await view(), 7, 1)).toHaveLength(1);
    await expect(readWeightCommits(await view(), 7, 16)).rejects.toMatchObject({ code: 'usage' });
  });

  test('a commit of the future, and a key whose value is gone, are read again, and not believed', async () => {
    const { write, view, rpc } = node();
    write('WeightCommits', [7, ANN], [[HASH, 4_000n, 4_300n, 4_659n]]);
    const opened = await view();
    const isCommits = (key: string) => key !== KEY_OF_NUMBER;
    const lie = (value: string | null) => ({
      method: 'state_queryStorageAt',
      tell: (answer: unknown) => {
        const [{ block, changes }] = answer as [{ block: string; changes: [string, string][] }];
        return [{ block, changes: changes.map(([key, old]) => [key, isCommits(key) ? value : old]) }];
      },
    });
    rpc.lies.push(lie(null));
    expect(await readWeightCommits(opened, 7)).toHaveLength(1);
    rpc.lies.push(lie(null), lie(null), lie(null));
    await expect(readWeightCommits(opened, 7)).rejects.toMatchObject({ code: 'falsified' });
    write('WeightCommits', [7, BEN], [[HASH, 5_001n, 5_300n, 5_659n]]);
    await expect(readWeightCommits(opened, 7)).rejects.toMatchObject({
      code: 'falsified',
      parts: { got: 'block 5001', expected: 'at most 5000, the block of the state' },
    });
  });

  test('more than 1000 entries come page by page', async () => {
    const { write, view } = node();
    for (let i = 0; i < 1_001; i++) write('WeightCommits', [7, accountOf(4, i)], [[HASH, 1n, 2n, 3n]]);
    expect(await readWeightCommits(await view(), 7)).toHaveLength(1_001);
  });
});

/** `System.Number`, read with all else. */
const KEY_OF_NUMBER = '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac';
