import { describe, expect, test } from 'vitest';
import { axonOf, ipText, prometheusOf } from './axon.ts';

describe('addresses that the chain keeps as integers', () => {
  // IPv6 short forms: RFC 5952, section 4.
  test.each([
    [0x01020304n, 4, '1.2.3.4'],
    [0n, 4, '0.0.0.0'],
    [0xffff_ffffn, 4, '255.255.255.255'],
    [1n, 6, '::1'],
    [0x2001_0db8_0000_0000_0001_0000_0000_0001n, 6, '2001:db8::1:0:0:1'],
    [0x2001_0db8_0000_0001_0001_0001_0001_0001n, 6, '2001:db8:0:1:1:1:1:1'],
    [0xfe80n << 112n, 6, 'fe80::'],
    [0n, 6, '::'],
    // A type that is neither: the size of the number tells.
    [0x01020304n, 0, '1.2.3.4'],
    [1n << 64n, 4, '0:0:0:1::'],
  ])('%s of type %i is %s', (ip, type, text) => {
    expect(ipText(ip, type)).toBe(text);
  });
});

test('an axon that was never served is absent; one that serves at 0.0.0.0 is not', () => {
  const zero = {
    block: 0n,
    version: 0,
    ip: 0n,
    port: 0,
    ip_type: 0,
    protocol: 0,
    placeholder1: 0,
    placeholder2: 0,
  };
  expect(axonOf(zero)).toBeUndefined();
  expect(axonOf(undefined)).toBeUndefined();
  expect(prometheusOf(zero)).toBeUndefined();
  expect(axonOf({ ...zero, block: 7n, ip_type: 4 })).toMatchObject({ block: 7, ip: '0.0.0.0', port: 0 });
});
