import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { earningsQuery } from '../../api/holdings.ts';
import { subnetsQuery } from '../../api/queries.ts';
import type { EarningsBody } from '../../api/types.ts';
import { BarFigure, type FigureBars } from '../../charts/bar-figure.tsx';
import { figureState } from '../../charts/figure.tsx';
import { amount, integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { type Coin, earnedInAll, earningsBars, incompleteDays, mixesCoins } from './earnings.ts';

const SPANS = ['7', '30', '90', '365'] as const;
const NO_BARS: readonly FigureBars[] = [];
const NO_DAYS: EarningsBody['day'] = [];

/** What epochs paid to an account, by day and subnet. */
export function EarningsFigure({ of, account }: { of: 'coldkeys' | 'neurons'; account: string }) {
  const [days, setDays] = useState<(typeof SPANS)[number]>('30');
  const [coin, setCoin] = useState<Coin>('tao');
  const query = useQuery(earningsQuery(of, account, Number(days)));
  const subnets = useQuery(subnetsQuery()).data;
  const body = query.data;
  const names = useMemo(
    () => new Map(subnets?.subnets.map(({ netuid, name }) => [netuid, displayText(name, 20)])),
    [subnets],
  );
  const bars = useMemo(
    () =>
      body === undefined
        ? NO_BARS
        : earningsBars(body, coin, (netuid) => {
            const name = names.get(netuid);
            return name === undefined ? `Subnet ${netuid}` : `${netuid} · ${name}`;
          }),
    [body, coin, names],
  );
  const paid = bars.length > 0;
  const mixed = body !== undefined && mixesCoins(body, coin);
  const total = body === undefined ? undefined : earnedInAll(body);
  const short = body === undefined ? 0 : incompleteDays(body);
  const left = useMemo(
    () => ({ unit: coin === 'tao' ? 'τ' : 'α', kind: 'amount', fromZero: true }) as const,
    [coin],
  );
  return (
    <BarFigure
      title="Earnings per day"
      help={
        coin === 'tao'
          ? 'What epochs paid, by day (UTC) and subnet, in TAO at the price of each epoch.'
          : 'What epochs paid, by day (UTC) and subnet, in each subnet’s own alpha (root in TAO). Alphas of different subnets are worth different amounts.'
      }
      tools={
        <>
          <SegmentedControl
            size="xs"
            aria-label="Coin"
            value={coin}
            onChange={(value) => setCoin(value as Coin)}
            data={[
              { value: 'tao', label: 'TAO' },
              { value: 'own', label: 'Alpha' },
            ]}
          />
          <SegmentedControl
            size="xs"
            aria-label="How far back"
            value={days}
            onChange={(value) => setDays(value as typeof days)}
            data={SPANS.map((value) => ({ value, label: value === '365' ? '1 y' : `${value} d` }))}
          />
        </>
      }
      notes={[
        total === undefined ? undefined : `${amount(total)} τ in all`,
        short === 0
          ? undefined
          : `lower bounds on ${integer(short)} ${short === 1 ? 'day' : 'days'}: not all epochs of them are recorded`,
      ]}
      categories={paid ? (body?.day ?? NO_DAYS) : NO_DAYS}
      categoryColumns={[['day', body?.day ?? NO_DAYS]]}
      bars={bars}
      left={left}
      stacked={!mixed}
      state={figureState(query)}
      empty="No epoch of these days that is recorded paid this account."
      fileName={`earnings-${account.slice(0, 10)}`}
    />
  );
}
