import { Link } from '@tanstack/react-router';
import type { HotkeyBody } from '../../api/types.ts';
import { amount, coins, fraction, integer, u16Fraction } from '../../format/numbers.ts';
import { subnetTitle } from '../../format/text.ts';
import { utc } from '../../format/time.ts';
import type { Column } from '../../table/column.ts';
import { axonAddress, roleOf } from '../subnet/neuron-filter.ts';
import styles from './neuron.module.css';

export type Registration = HotkeyBody['registrations'][number];

/** Where a hotkey is or was registered. `symbolOf` names the coin of a subnet. */
export function registrationColumns(
  symbolOf: (registration: Registration) => string,
): Column<Registration>[] {
  const coin = (registration: Registration, value: number | undefined) =>
    value === undefined ? '–' : `${amount(value)} ${symbolOf(registration)}`;
  const stake = ({ unit, neuron }: Registration) =>
    coins(unit === 'alpha' ? neuron.totalStakeAlpha : neuron.totalStakeTao, neuron.totalStake) ??
    coins(unit === 'alpha' ? neuron.stakeAlpha : neuron.stakeTao, neuron.stake);
  const emission = ({ unit, neuron }: Registration) =>
    coins(unit === 'alpha' ? neuron.emissionAlpha : neuron.emissionTao, neuron.emission);
  return [
    {
      id: 'subnet',
      header: 'Subnet',
      width: 190,
      value: ({ netuid }) => netuid,
      cell: ({ netuid, mechanism, subnetName }) => (
        <Link
          to="/subnets/$netuid"
          params={{ netuid: String(netuid) }}
          search={mechanism === 0 ? {} : { mechanism }}
        >
          <bdi>{subnetTitle({ netuid, name: subnetName })}</bdi>
          {mechanism === 0 ? '' : ` (mechanism ${mechanism})`}
        </Link>
      ),
    },
    { id: 'uid', header: 'UID', width: 68, align: 'end', value: ({ neuron }) => neuron.uid },
    {
      id: 'state',
      header: 'State',
      width: 160,
      value: ({ current }) => current,
      cell: ({ current, neuron }) =>
        current ? (
          `${stateOf(neuron)}${neuron.active === false && neuron.validatorPermit === true ? ', inactive' : ''}`
        ) : (
          <span className={styles.gone}>no longer registered</span>
        ),
    },
    {
      id: 'stake',
      header: 'Stake',
      width: 130,
      align: 'end',
      descFirst: true,
      value: stake,
      cell: (registration) => coin(registration, stake(registration)),
      title: ({ neuron }) => (neuron.totalStake === undefined ? undefined : `${neuron.totalStake} rao`),
    },
    {
      id: 'emission',
      header: 'Emission',
      unit: 'per epoch',
      width: 142,
      align: 'end',
      descFirst: true,
      value: emission,
      cell: (registration) => coin(registration, emission(registration)),
      title: ({ neuron }) => (neuron.emission === undefined ? undefined : `${neuron.emission} rao`),
    },
    score('incentive', 'Incentive', ({ neuron }) => [neuron.incentiveFraction, neuron.incentive]),
    score('consensus', 'Consensus', ({ neuron }) => [neuron.consensusFraction, neuron.consensus]),
    score('dividends', 'Dividends', ({ neuron }) => [neuron.dividendsFraction, neuron.dividends]),
    score('validatorTrust', 'VTrust', ({ neuron }) => [neuron.validatorTrustFraction, neuron.validatorTrust]),
    {
      id: 'axon',
      header: 'Axon',
      width: 168,
      value: ({ neuron }) => (neuron.axon === undefined ? undefined : axonAddress(neuron.axon)),
      cell: ({ neuron }) =>
        neuron.axon === undefined ? (
          <span className={styles.gone}>never served</span>
        ) : (
          <span className={styles.mono}>{axonAddress(neuron.axon).slice(0, 60)}</span>
        ),
    },
    {
      id: 'registered',
      header: 'Registered',
      unit: 'block',
      width: 128,
      align: 'end',
      value: ({ neuron }) => neuron.registeredAt,
      cell: ({ neuron }) => (neuron.registeredAt === undefined ? '–' : integer(neuron.registeredAt)),
    },
    {
      id: 'seen',
      header: 'As of',
      unit: 'block',
      width: 112,
      align: 'end',
      value: ({ block }) => block,
      cell: ({ block }) => integer(block),
      title: ({ timestamp }) => utc(timestamp),
    },
  ];
}

function stateOf(neuron: Registration['neuron']): string {
  const role = roleOf(neuron);
  return role === undefined || role === 'none' ? 'registered' : role;
}

function score(
  id: string,
  header: string,
  read: (registration: Registration) => [number | undefined, number | undefined],
): Column<Registration> {
  const value = (registration: Registration) => u16Fraction(...read(registration));
  return {
    id,
    header,
    unit: '0–1',
    width: 122,
    align: 'end',
    descFirst: true,
    value,
    cell: (registration) => {
      const figure = value(registration);
      return figure === undefined ? '–' : fraction(figure);
    },
    title: (registration) => {
      const raw = read(registration)[1];
      return raw === undefined ? undefined : `${raw} of 65535`;
    },
  };
}
