/** 198.18.0.0/15 and 2001:db8::/32: set aside for benchmarks and for documentation, so that nobody is reached there. */
const NET_4 = 0xc6120000;
const NET_6 = 0x20010db8n << 96n;

/**
 * Where the n-th miner of a subnet can be reached. Neighbours in threes are of one house: some share a machine (one
 * address, several ports), some a /24, some rent at one provider as others do, some are alone. Every eighth speaks IPv6.
 */
export function axonOf(netuid: number, n: number, block: bigint) {
  const ipv6 = n % 8 === 7;
  return {
    block,
    version: 9_000_000 + netuid,
    ip: ipv6 ? NET_6 + BigInt(netuid * 256 + n) : BigInt(NET_4 + hostOf(netuid, n)),
    port: 8091 + (n % 10),
    ip_type: ipv6 ? 6 : 4,
    protocol: 4,
    placeholder1: 0,
    placeholder2: 0,
  };
}

const PROVIDER = 200;

/** The last 17 bits: a /24 and an address in it. */
function hostOf(netuid: number, n: number): number {
  const house = Math.floor(n / 3);
  const own = (netuid * 48 + house) % PROVIDER;
  switch (house % 4) {
    case 0:
      return own * 256 + 10;
    case 1:
      return own * 256 + 10 + (n % 3);
    case 2:
      return PROVIDER * 256 + ((netuid * 60 + n) % 250) + 1;
    default:
      return (256 + ((netuid * 83 + n * 3) % 256)) * 256 + (n % 250) + 1;
  }
}
