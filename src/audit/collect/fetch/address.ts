import { isIPv4, isIPv6 } from 'node:net';

/**
 * Ranges that are not the public internet (IANA special-purpose registries for IPv4 and IPv6), and those that carry an IPv4 address
 * inside an IPv6 one: a translator would take us wherever the inner address says, so the whole range is refused.
 */
const RESERVED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map(rangeV4);

const LINK_LOCAL_V4 = rangeV4('169.254.0.0/16');

/** Of IPv6 only 2000::/3 is given out; these parts of it are not public either: Teredo and other protocols, documentation, 6to4. */
const GLOBAL_V6 = { prefix: 0x2000, bits: 3 };
const RESERVED_V6: readonly (readonly number[])[] = [
  [0x2001, 0x0000, 23],
  [0x2001, 0x0db8, 32],
  [0x2002, 0x0000, 16],
  [0x3fff, 0x0000, 20],
];

/**
 * `true` for an address of the public internet; `false` for all others and for what is no address in its usual form. Any other
 * spelling of one (`0x7f000001`, `2130706433`, `127.1`) is the caller's to resolve first, as `URL` does.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) {
    const value = valueV4(address);
    return !RESERVED_V4.some((range) => isIn(range, value));
  }
  // A zone (`fe80::1%eth0`) names a link of this machine.
  if (!isIPv6(address) || address.includes('%')) return false;
  const [first, second] = firstGroups(address);
  if (first >>> (16 - GLOBAL_V6.bits) !== GLOBAL_V6.prefix >>> (16 - GLOBAL_V6.bits)) return false;
  const value = first * 65_536 + second;
  return !RESERVED_V6.some(([high = 0, low = 0, bits = 0]) => {
    const unit = 2 ** (32 - bits);
    return Math.floor(value / unit) === Math.floor((high * 65_536 + low) / unit);
  });
}

/**
 * `true` for an address of somebody's own network: this machine, 10/8, 192.168/16 and the like, `::1`, fc00::/7. Never for link-local ones and
 * fd00:ec2::/32, where clouds hand out the credentials of a machine to whoever asks from it, nor for those that carry another inside.
 */
export function isPrivateAddress(address: string): boolean {
  if (isIPv4(address)) return !isPublicAddress(address) && !isIn(LINK_LOCAL_V4, valueV4(address));
  if (!isIPv6(address) || address.includes('%')) return false;
  if (new URL(`http://[${address}]/`).hostname === '[::1]') return true;
  const [first, second] = firstGroups(address);
  return first >>> 9 === 0xfc >>> 1 && !(first === 0xfd00 && second === 0x0ec2);
}

function isIn({ base, mask }: ReturnType<typeof rangeV4>, value: number): boolean {
  return (value & mask) >>> 0 === base;
}

function rangeV4(text: string): { readonly base: number; readonly mask: number } {
  const [address = '', bits = '32'] = text.split('/');
  const mask = (0xffff_ffff << (32 - Number(bits))) >>> 0;
  return { base: (valueV4(address) & mask) >>> 0, mask };
}

function valueV4(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

/** The first 32 bits of an IPv6 address, in two groups; what stands behind `::` is zero as far as they are concerned. */
function firstGroups(address: string): [number, number] {
  // URL writes the address in its one canonical form, hexadecimal throughout.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - behind.length;
  const all = [...groups, ...new Array<string>(zeros).fill('0'), ...behind];
  return [Number.parseInt(all[0] ?? '0', 16), Number.parseInt(all[1] ?? '0', 16)];
}
