import { Link } from '@tanstack/react-router';
import type { ColdkeyBody } from '../../api/types.ts';
import { amount, fraction, integer, price } from '../../format/numbers.ts';
import { displayText, subnetTitle } from '../../format/text.ts';
import { duration } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import type { Column } from '../../table/column.ts';
import styles from './coldkey.module.css';

export type Holding = ColdkeyBody['holdings'][number];

const BLOCK_SECONDS = 12;

/** What an account has on each subnet. `withHotkey` is for a coldkey, which may have several. */
export function holdingColumns({ withHotkey }: { withHotkey: boolean }): Column<Holding>[] {
  const coin = ({ unit, symbol }: Holding) =>
    unit === 'tao' ? 'τ' : (displayText(symbol ?? undefined, 4) ?? 'α');
  const optional = (value: number | null, show: (value: number) => string) =>
    value === null ? '–' : show(value);
  return [
    {
      id: 'subnet',
      header: 'Subnet',
      width: 180,
      value: ({ netuid }) => netuid,
      cell: ({ netuid, name }) => (
        <Link to="/subnets/$netuid" params={{ netuid: String(netuid) }}>
          <bdi>{subnetTitle({ netuid, name: name ?? undefined })}</bdi>
        </Link>
      ),
    },
    { id: 'uid', header: 'UID', width: 68, align: 'end', value: ({ uid }) => uid },
    ...(withHotkey
      ? [
          {
            id: 'hotkey',
            header: 'Hotkey',
            width: 150,
            value: ({ hotkey }: Holding) => hotkey,
            cell: ({ hotkey, netuid }: Holding) => <Account address={hotkey} hotkey netuid={netuid} />,
          },
        ]
      : []),
    { id: 'role', header: 'Role', width: 92, value: ({ role }) => role },
    {
      id: 'stake',
      header: 'Stake',
      help: 'Stake that counts in consensus, in the coin of the subnet',
      width: 128,
      align: 'end',
      descFirst: true,
      value: ({ stake }) => stake ?? undefined,
      cell: (holding) => optional(holding.stake, (value) => `${amount(value)} ${coin(holding)}`),
    },
    {
      id: 'stakeTao',
      header: 'Stake',
      unit: 'τ',
      help: 'At the price of the block',
      width: 112,
      align: 'end',
      descFirst: true,
      value: ({ stakeTao }) => stakeTao ?? undefined,
      cell: ({ stakeTao }) => optional(stakeTao, amount),
    },
    {
      id: 'price',
      header: 'Price',
      unit: 'τ/α',
      help: 'TAO per alpha at the block of the row',
      width: 100,
      align: 'end',
      descFirst: true,
      value: (holding) => holding.price ?? undefined,
      cell: (holding) => optional(holding.price, price),
      title: ({ block }) => `at block ${integer(block)}`,
    },
    {
      id: 'perDay',
      header: 'Per day',
      help: 'At the pay of the last epoch, in the coin of the subnet',
      width: 128,
      align: 'end',
      descFirst: true,
      value: ({ emissionPerDay }) => emissionPerDay ?? undefined,
      cell: (holding) => optional(holding.emissionPerDay, (value) => `${amount(value)} ${coin(holding)}`),
    },
    {
      id: 'perDayTao',
      header: 'Per day',
      unit: 'τ',
      help: 'At the pay of the last epoch and the price of the block',
      width: 112,
      align: 'end',
      descFirst: true,
      value: ({ emissionPerDayTao }) => emissionPerDayTao ?? undefined,
      cell: ({ emissionPerDayTao }) => optional(emissionPerDayTao, amount),
    },
    {
      id: 'incentive',
      header: 'Incentive',
      unit: '0–1',
      width: 118,
      align: 'end',
      descFirst: true,
      value: ({ incentive }) => incentive ?? undefined,
      cell: ({ incentive }) => optional(incentive, fraction),
    },
    {
      id: 'dividends',
      header: 'Dividends',
      unit: '0–1',
      width: 122,
      align: 'end',
      descFirst: true,
      value: ({ dividends }) => dividends ?? undefined,
      cell: ({ dividends }) => optional(dividends, fraction),
    },
    {
      id: 'immunity',
      header: 'Immunity left',
      unit: 'blocks',
      help: 'Blocks until it can be replaced by a newcomer',
      width: 152,
      align: 'end',
      value: ({ immunityLeft }) => immunityLeft ?? undefined,
      cell: ({ immunityLeft }) => optional(immunityLeft, (left) => (left > 0 ? integer(left) : 'over')),
      title: ({ immunityLeft }) =>
        immunityLeft === null || immunityLeft <= 0
          ? undefined
          : `about ${duration(immunityLeft * BLOCK_SECONDS)}`,
    },
    {
      id: 'place',
      header: 'Pruning place',
      help: 'Who goes when a newcomer takes a full subnet’s UID: 1 goes first. By the rule of the runtime, told below; no place is safe, or not known.',
      width: 140,
      align: 'end',
      value: ({ pruningPlace }) => pruningPlace ?? undefined,
      cell: ({ pruningPlace, neurons }) =>
        pruningPlace === null ? (
          '–'
        ) : (
          <>
            {integer(pruningPlace)} <span className={styles.quiet}>of {integer(neurons)}</span>
          </>
        ),
    },
    {
      id: 'cost',
      header: 'Re-register',
      unit: 'τ',
      help: 'What it would cost to register again now; it is burned',
      width: 126,
      align: 'end',
      descFirst: true,
      value: ({ reregisterCost }) => reregisterCost ?? undefined,
      cell: ({ reregisterCost }) => optional(reregisterCost, amount),
    },
    {
      id: 'registered',
      header: 'Registered',
      unit: 'block',
      width: 134,
      align: 'end',
      descFirst: true,
      value: ({ registeredAt }) => registeredAt ?? undefined,
      cell: ({ registeredAt }) => optional(registeredAt, integer),
    },
    {
      id: 'ip',
      header: 'IP',
      width: 150,
      value: ({ ip }) => ip ?? undefined,
      cell: ({ ip }) => (ip === null ? <span className={styles.quiet}>no axon</span> : displayText(ip, 50)),
    },
  ];
}

/** The columns of {@link holdingColumns} as a file has them. */
export const HOLDING_CSV = [
  'netuid',
  'uid',
  'hotkey',
  'role',
  'unit',
  'stake',
  'stakeTao',
  'price',
  'emissionPerDay',
  'emissionPerDayTao',
  'incentive',
  'dividends',
  'immunityLeft',
  'pruningPlace',
  'neurons',
  'reregisterCost',
  'registeredAt',
  'ip',
  'block',
] as const satisfies readonly (keyof Holding)[];
