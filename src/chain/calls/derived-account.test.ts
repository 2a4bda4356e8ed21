import { expect, test } from 'vitest';
import { parseAccount, toHex } from '../../shared/index.ts';
import { derivativeAccount, multisigAccount } from './derived-account.ts';

// Expected accounts: `createKeyMulti` and `createKeyDerived` of @polkadot/util-crypto 14.0.3.
const ALICE = parseAccount('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY');
const BOB = parseAccount('5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty');
const CHARLIE = parseAccount('5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y');

test('a multisig acts as the account that polkadot-js derives, in whatever order its signatories are given', () => {
  const account = '0x49daa32c7287890f38b7e1a8cd2961723d36d20baa0bf3b82e0c4bdda93b1c0a';
  expect(toHex(multisigAccount([ALICE, BOB, CHARLIE], 2))).toBe(account);
  expect(toHex(multisigAccount([CHARLIE, ALICE, BOB], 2))).toBe(account);
  expect(toHex(multisigAccount([BOB, ALICE], 1))).toBe(
    '0x4c5901223c7c52585646634e70dd46ad3faf1270f84a4673b5b4a4e126474073',
  );
});

test('more than 63 signatories and a threshold beyond a byte', () => {
  const many = Array.from({ length: 70 }, (_, i) => new Uint8Array(32).fill(i + 1));
  expect(toHex(multisigAccount(many, 300))).toBe(
    '0xa7438bf526de72bb72633de78ca2d7451f5f67beeac0780841c96fd3937ce2da',
  );
});

test('a derivative acts as the account that polkadot-js derives', () => {
  expect(toHex(derivativeAccount(ALICE, 0))).toBe(
    '0x799239e4ab0a3de63582363422f344346eb55bee62885a84a0c8aaf5aa564995',
  );
  expect(toHex(derivativeAccount(ALICE, 513))).toBe(
    '0xe5cf18ac390f80559ad79cb3d3a9e339463fef8434d2f5cb69df708d716f69fd',
  );
});
