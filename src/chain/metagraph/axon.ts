import type { Axon, PrometheusInfo } from '../types.ts';

/** `AxonInfo` as the codecs give it (`pallets/subtensor/src/lib.rs`): 34 bytes in every era. */
interface RawAxon {
  readonly block: bigint;
  readonly version: number;
  readonly ip: bigint;
  readonly port: number;
  readonly ip_type: number;
  readonly protocol: number;
  readonly placeholder1: number;
  readonly placeholder2: number;
}

/** An axon; `undefined` when it was never served (absent, or all zero). */
export function axonOf(value: unknown): Axon | undefined {
  if (value === undefined) return undefined;
  const { block, version, ip, port, ip_type, protocol, placeholder1, placeholder2 } = value as RawAxon;
  const isZero =
    block === 0n && ip === 0n && (version | port | ip_type | protocol | placeholder1 | placeholder2) === 0;
  if (isZero) return undefined;
  return {
    block: Number(block),
    version,
    ip: ipText(ip, ip_type),
    port,
    ipType: ip_type,
    protocol,
    placeholder1,
    placeholder2,
  };
}

/** A Prometheus endpoint; `undefined` when it was never served. */
export function prometheusOf(value: unknown): PrometheusInfo | undefined {
  if (value === undefined) return undefined;
  const { block, version, ip, port, ip_type } = value as Omit<
    RawAxon,
    'protocol' | 'placeholder1' | 'placeholder2'
  >;
  if (block === 0n && ip === 0n && (version | port | ip_type) === 0) return undefined;
  return { block: Number(block), version, ip: ipText(ip, ip_type), port, ipType: ip_type };
}

/** The text of an address that the chain keeps as an integer: big-endian, 32 bits for IPv4, 128 for IPv6. */
export function ipText(ip: bigint, ipType: number): string {
  if (ipType !== 6 && ip <= 0xffff_ffffn) {
    const value = Number(ip);
    return `${value >>> 24}.${(value >>> 16) & 0xff}.${(value >>> 8) & 0xff}.${value & 0xff}`;
  }
  const groups = Array.from({ length: 8 }, (_, i) => Number((ip >> BigInt(112 - i * 16)) & 0xffffn));
  return ipv6Text(groups);
}

/** RFC 5952: the longest run of two or more zero groups (the first of equals) becomes `::`. */
function ipv6Text(groups: readonly number[]): string {
  let best = { at: 0, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const text = (from: number, to?: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return best.length < 2 ? text(0) : `${text(0, best.at)}::${text(best.at + best.length)}`;
}
