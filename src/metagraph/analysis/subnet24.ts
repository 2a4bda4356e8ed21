/**
 * The network of an address: the /24 of an IPv4 address, the /48 of an IPv6 one (what one customer is usually given).
 * `null` for what is no address.
 */
export function subnet24(ip: string): string | null {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(ip)?.slice(1).map(Number);
  if (bytes !== undefined)
    return bytes.every((byte) => byte <= 255) ? `${bytes.slice(0, 3).join('.')}.0/24` : null;
  const groups = ipv6Groups(ip);
  if (groups === undefined) return null;
  const site = groups.slice(0, 3).map((group) => group.toString(16));
  while (site.at(-1) === '0') site.pop();
  return `${site.join(':')}::/48`;
}

/** The eight groups of an IPv6 address (RFC 4291, without an embedded IPv4 address). */
function ipv6Groups(ip: string): number[] | undefined {
  const halves = ip.split('::');
  if (halves.length > 2 || !/^[0-9a-fA-F:]{2,39}$/.test(ip)) return undefined;
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const texts = [...head, ...new Array<string>(missing).fill('0'), ...(tail ?? [])];
  return texts.every((text) => /^[0-9a-fA-F]{1,4}$/.test(text))
    ? texts.map((text) => Number.parseInt(text, 16))
    : undefined;
}
