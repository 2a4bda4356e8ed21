import { beforeAll, describe, expect, test } from 'vitest';
import { fromHex, type Hex, toHex } from '../../shared/index.ts';
import { hasShared, runtime343 } from '../testing/fixtures.ts';
import { accountOf } from '../testing/subnet.ts';
import { encodeAll, nameHash, type Runtime } from './index.ts';

describe('name hashes', () => {
  // `../shared/reference/subtensor.md`, section 1.3.
  test.each([
    ['SubtensorModule', '658faa385070e074c85bf6b568cf0555'],
    ['Commitments', 'ca407206ec1ab726b2636c4b145ac287'],
    ['System', '26aa394eea5630e07c48ae0c9558cef7'],
    ['Events', '80d41e5e16056765bc8461851072c9d7'],
    ['Weights', 'a1e7036061f484bc3048a64b64e35ec4'],
    ['Keys', '9f99a2ce711f3a31b2fc05604c93f179'],
    ['Axons', 'b4e0c7b1d5f74994fcd58c28ab601fec'],
    ['CommitmentOf', '419a60ae8b01e6dcaebd7317e43c69bf'],
    ['TotalHotkeyAlpha', 'ee25c3b5b1886863480497907f1829e6'],
  ])('%s', (name, hash) => {
    expect(toHex(nameHash(name))).toBe(`0x${hash}`);
  });
});

describe.skipIf(!hasShared)('storage keys of spec 343', () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = runtime343();
  });

  // Keys of requests that mainnet nodes answered (`mainnet-rpc-recordings.json`), and the example of reference section 1.3.
  test.each<[string, string, readonly (number | Hex)[], Hex]>([
    [
      'SubtensorModule',
      'Weights',
      [4097, 3],
      '0x658faa385070e074c85bf6b568cf0555a1e7036061f484bc3048a64b64e35ec401100300',
    ],
    [
      'SubtensorModule',
      'NetworksAdded',
      [23],
      '0x658faa385070e074c85bf6b568cf05550e30450fc4d507a846032a7fa65d9a431700',
    ],
    [
      'SubtensorModule',
      'Uids',
      [23, '0x4af7598952f87683204a2a0c2266f941a74899bd69b0ce56e42a82820f689446'],
      '0x658faa385070e074c85bf6b568cf0555aab1b4e78e1ea8305462ee53b3686dc817003e9947bb89c47cd7ad643c5d30c0e6954af7598952f87683204a2a0c2266f941a74899bd69b0ce56e42a82820f689446',
    ],
    [
      'Commitments',
      'CommitmentOf',
      [23, '0x4af7598952f87683204a2a0c2266f941a74899bd69b0ce56e42a82820f689446'],
      '0xca407206ec1ab726b2636c4b145ac287419a60ae8b01e6dcaebd7317e43c69bf1700915e602fd97dd63a4af7598952f87683204a2a0c2266f941a74899bd69b0ce56e42a82820f689446',
    ],
  ])('%s.%s of %j', (pallet, item, keys, expected) => {
    const entry = runtime.storage(pallet, item)!;
    const values = keys.map((key) => (typeof key === 'string' ? fromHex(key) : key));
    expect(entry.key(values)).toBe(expected);
    expect(entry.keysOf(expected)).toEqual(values);
  });

  test('fewer keys give the prefix of the entries', () => {
    const entry = runtime.storage('SubtensorModule', 'Weights')!;
    expect(entry.key([4097, 3]).startsWith(entry.key([4097]))).toBe(true);
    expect(() => entry.key([1, 2, 3])).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test('a key whose hash is not of its key, or of another item, is not believed', () => {
    const entry = runtime.storage('SubtensorModule', 'Owner')!;
    const key = entry.key([accountOf(1, 1)]);
    const forged = key.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) as Hex;
    expect(() => entry.keysOf(forged)).toThrow(expect.objectContaining({ code: 'undecodable' }));
    expect(() => runtime.storage('SubtensorModule', 'Keys')!.keysOf(key)).toThrow(
      expect.objectContaining({ code: 'falsified' }),
    );
  });

  test('an account of the wrong length is refused', () => {
    const entry = runtime.storage('SubtensorModule', 'Owner')!;
    expect(() => entry.key([new Uint8Array(31)])).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(() => encodeAll(entry.value, 'not bytes')).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
