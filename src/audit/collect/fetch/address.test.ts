import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPrivateAddress, isPublicAddress } from './address.ts';
import { parseTarget } from './destination.ts';

describe('an address is public', () => {
  test.each([
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '2001:200::1',
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(true));
});

describe('an address is not public', () => {
  test.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254'],
    ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.168.1.1', '198.18.0.1'],
    ...['198.51.100.7', '203.0.113.7', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      '::ffff:8.8.8.8',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::127.0.0.1',
      '64:ff9b::808:808',
    ],
    ...['64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', 'fc00::1', 'fd12::1'],
    ...['fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '4000::1', '1fff::1'],
    ...['', 'localhost', '2130706433', '0x7f000001', '127.1', '8.8.8.8 ', '8.8.8.8:80', '[::1]'],
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(false));
});

test('any IPv4 address inside an IPv6 one is refused', () => {
  fc.assert(
    fc.property(fc.ipV4(), (inner) => {
      for (const prefix of ['::ffff:', '::', '64:ff9b::', '::ffff:0:'])
        expect(isPublicAddress(prefix + inner)).toBe(false);
    }),
  );
});

test('private are the addresses of one’s own networks, without those at which clouds give out secrets', () => {
  for (const address of ['127.0.0.1', '10.1.2.3', '192.168.1.1', '::1', 'fd12::1', 'fc00::1'])
    expect(isPrivateAddress(address), address).toBe(true);
  for (const address of [
    ...['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', 'fe80::1', 'fe80::1%eth0'],
    ...['fd00:ec2::254', '8.8.8.8', '2606:4700::1', '', 'localhost', '2852039166'],
  ])
    expect(isPrivateAddress(address), address).toBe(false);
});

test('every spelling of an address in a URL becomes the usual one before it is judged', () => {
  const spellings = [
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '127.1',
    '127.0.0.1.',
    '%31%32%37.0.0.1',
    '①②⑦.0.0.1',
  ];
  for (const spelling of spellings) expect(parseTarget(`http://${spelling}/`).url.hostname).toBe('127.0.0.1');
  expect(parseTarget('http://[0:0:0:0:0:ffff:7f00:1]/').url.hostname).toBe('[::ffff:7f00:1]');
});
