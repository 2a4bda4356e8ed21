import type { EarningsBody } from '../../api/types.ts';
import type { FigureBars } from '../../charts/bar-figure.tsx';

export type Coin = 'tao' | 'own';
export type SubnetEarnings = EarningsBody['subnets'][number];

/** The bars of each day: a series for each subnet that paid anything, the best paying first. */
export function earningsBars(
  body: EarningsBody,
  coin: Coin,
  nameOf: (netuid: number) => string,
): readonly FigureBars[] {
  return paying(body, coin).map((subnet) => ({
    key: String(subnet.netuid),
    name: nameOf(subnet.netuid),
    values: valuesOf(subnet, coin),
  }));
}

/** Whether coins of different subnets would be added up, which are worth different things. */
export function mixesCoins(body: EarningsBody, coin: Coin): boolean {
  if (coin === 'tao') return false;
  return new Set(paying(body, coin).map(({ netuid, unit }) => (unit === 'tao' ? 'tao' : netuid))).size > 1;
}

/** What was paid over all days; `undefined` when nothing is known of it. */
export function earnedInAll(body: EarningsBody): number | undefined {
  const known = body.subnets.flatMap(({ tao }) => tao).filter((value) => value !== null);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

/** Days of which fewer epochs were seen than ran: their figures are lower bounds. Days without any are left out. */
export function incompleteDays(body: EarningsBody): number {
  return body.day.filter((_, at) =>
    body.subnets.some(({ epochs, expected }) => {
      const wanted = expected[at];
      const seen = epochs[at] ?? 0;
      return wanted !== null && wanted !== undefined && seen > 0 && seen < Math.floor(wanted);
    }),
  ).length;
}

function paying({ subnets }: EarningsBody, coin: Coin): SubnetEarnings[] {
  const total = (subnet: SubnetEarnings) =>
    valuesOf(subnet, coin).reduce((sum: number, value) => sum + (value ?? 0), 0);
  return subnets
    .filter((subnet) => valuesOf(subnet, coin).some((value) => value !== null && value > 0))
    .sort((a, b) => total(b) - total(a) || a.netuid - b.netuid);
}

function valuesOf(subnet: SubnetEarnings, coin: Coin): readonly (number | null)[] {
  return coin === 'tao' ? subnet.tao : subnet.amount;
}
