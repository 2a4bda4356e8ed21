import type { SubnetJson } from '../api/types.ts';
import { displayText, subnetTitle } from '../format/text.ts';

export type Target =
  | { kind: 'subnet'; netuid: number }
  | { kind: 'neuron'; hotkey: string }
  | { kind: 'coldkey'; coldkey: string };

/** Looks like an ss58 address of 32 bytes; the server checks its checksum. */
export function isAddress(text: string): boolean {
  return /^[1-9A-HJ-NP-Za-km-z]{46,50}$/.test(text);
}

/** Subnets whose netuid begins with the text or whose name or symbol holds it; exact netuid first. */
export function matchSubnets(
  subnets: readonly SubnetJson[],
  text: string,
): { netuid: number; title: string }[] {
  const wanted = text
    .trim()
    .toLowerCase()
    .replace(/^(sn|subnet)\s*(?=\d)/, '');
  const rank = (subnet: SubnetJson): number => {
    const name = displayText(subnet.name, 80)?.toLowerCase() ?? '';
    if (String(subnet.netuid) === wanted) return 0;
    if (wanted === '' || String(subnet.netuid).startsWith(wanted)) return 1;
    if (name.startsWith(wanted)) return 2;
    return name.includes(wanted) || subnet.symbol?.toLowerCase() === wanted ? 3 : 4;
  };
  return subnets
    .map((subnet) => ({ subnet, rank: rank(subnet) }))
    .filter((match) => match.rank < 4)
    .sort((a, b) => a.rank - b.rank || a.subnet.netuid - b.subnet.netuid)
    .slice(0, 12)
    .map(({ subnet }) => ({ netuid: subnet.netuid, title: subnetTitle(subnet) }));
}

/** Where a chosen option leads: `subnet 64`, `coldkey 5…`, or a hotkey. */
export function destinationOf(value: string): Target | undefined {
  const subnet = /^subnet (\d{1,5})$/.exec(value);
  if (subnet !== null) return { kind: 'subnet', netuid: Number(subnet[1]) };
  const coldkey = /^coldkey (\S+)$/.exec(value)?.[1];
  if (coldkey !== undefined && isAddress(coldkey)) return { kind: 'coldkey', coldkey };
  return isAddress(value) ? { kind: 'neuron', hotkey: value } : undefined;
}
