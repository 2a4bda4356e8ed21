import { expect, test } from 'vitest';
import { parseAccount } from '../../shared/index.ts';
import { commitHash, randomSalt } from './commit-hash.ts';

// bittensor 9.8.3 (Python): `generate_weight_hash(address, netuid, uids, values, version_key, salt)`.
test.each([
  [
    '5EHgWw2Af1pnoc7f1A8bfmM97W3DAYW8xr82RfhLL9oAabAe',
    {
      netuid: 64,
      mechanism: 0,
      uids: [0, 5, 200],
      values: [65_535, 1, 30_000],
      versionKey: 69_420n,
      salt: [1, 2, 3, 4, 5, 6, 7, 350],
    },
    '0x92a0dadc402fc0fcd78774977750c09b7228f8eb508d2da6426fcbf7b1e5111b',
  ],
  [
    '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
    { netuid: 1, mechanism: 1, uids: [], values: [], versionKey: 2n ** 64n - 1n, salt: [] },
    '0x620731a0ecdb056260badc2125712f41e5368ed4d895697598ed136e64e46d98',
  ],
])('the hash of %s', (address, row, hash) => {
  expect(commitHash(parseAccount(address), row)).toBe(hash);
});

test('a salt is eight numbers, and another one each time', () => {
  const salts = Array.from({ length: 50 }, randomSalt);
  for (const salt of salts) {
    expect(salt).toHaveLength(8);
    expect(salt.every((part) => Number.isInteger(part) && part >= 0 && part <= 65_535)).toBe(true);
  }
  expect(new Set(salts.map(String)).size).toBe(50);
});
