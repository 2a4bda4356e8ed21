import { blake2b } from '@noble/hashes/blake2.js';
import { base58 } from '@scure/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAccount, toSs58 } from './account.ts';
import { fromHex, toHex } from './hex.ts';

// Source: the Substrate development accounts, `subkey inspect //Alice` and `//Bob`.
const ALICE = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
const BOB = '0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48';

test('accounts are shown as ss58 of prefix 42', () => {
  expect(toSs58(fromHex(ALICE))).toBe('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY');
  expect(toSs58(fromHex(BOB))).toBe('5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty');
});

test('an address of another prefix is the same account', () => {
  // Source: //Alice as the Polkadot explorer shows it (prefix 0).
  expect(toHex(parseAccount('15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'))).toBe(ALICE);
});

test('any account survives being shown and read, with any prefix', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.integer({ min: 0, max: 16_383 }),
      (account, prefix) => {
        expect(parseAccount(toSs58(account, prefix))).toEqual(account);
        expect(parseAccount(toHex(account))).toEqual(account);
      },
    ),
  );
});

test('one mistyped character is found', () => {
  const address = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
  fc.assert(
    fc.property(
      fc.nat(address.length - 1),
      fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZ'),
      (at, letter) => {
        fc.pre(address[at] !== letter);
        expect(() => parseAccount(address.slice(0, at) + letter + address.slice(at + 1))).toThrow(
          'not an account address',
        );
      },
    ),
  );
});

test('bytes of another length with a right checksum are no account', () => {
  const body = Buffer.concat([Buffer.from([42]), Buffer.alloc(33)]);
  const sum = blake2b(Buffer.concat([Buffer.from('SS58PRE'), body]), { dkLen: 64 }).subarray(0, 2);
  expect(() => parseAccount(base58.encode(Buffer.concat([body, sum])))).toThrow('it holds 36 bytes');
});

test('the message says what is wrong and what to do', () => {
  expect(() => parseAccount('5Grw0')).toThrowErrorMatchingInlineSnapshot(`
    [TaoscopeError: this is not an account address
      got:      "5Grw0": it has characters that ss58 does not use
      expected: an ss58 address of 47 or 48 characters (5…), or 0x and 64 hex digits
      to do:    copy the address again from the wallet or the explorer]
  `);
});
