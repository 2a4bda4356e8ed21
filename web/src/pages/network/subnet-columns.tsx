import { Link } from '@tanstack/react-router';
import type { SubnetJson } from '../../api/types.ts';
import { amount, coins, integer, percent, price } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import { EpochCountdown } from '../../parts/epoch-countdown.tsx';
import type { Column } from '../../table/column.ts';
import styles from './network.module.css';

/** The figures of a subnet that a person scans first. `total` and `largest` emission (τ per block) make the share and its bar. */
export function subnetColumns({ total, largest }: { total: number; largest: number }): Column<SubnetJson>[] {
  const share = (subnet: SubnetJson) => {
    const emission = coins(undefined, subnet.emission);
    return emission === undefined || total === 0 ? undefined : emission / total;
  };
  return [
    {
      id: 'netuid',
      header: 'Netuid',
      width: 78,
      value: (subnet) => subnet.netuid,
      cell: (subnet) => (
        <Link to="/subnets/$netuid" params={{ netuid: String(subnet.netuid) }} className={styles.netuid}>
          {subnet.netuid}
        </Link>
      ),
    },
    {
      id: 'name',
      header: 'Name',
      width: 200,
      value: (subnet) => displayText(subnet.name, 80),
      title: (subnet) => displayText(subnet.name, 400),
      cell: (subnet) => (
        <span className={styles.name}>
          <span className={styles.symbol}>{displayText(subnet.symbol, 4) ?? ''}</span>
          <bdi className={styles.nameText}>
            {displayText(subnet.name, 64) ?? <span className={styles.absent}>no name</span>}
          </bdi>
        </span>
      ),
    },
    {
      id: 'price',
      header: 'Price',
      unit: 'τ/α',
      help: 'TAO per alpha in the subnet’s pool',
      width: 96,
      align: 'end',
      descFirst: true,
      value: (subnet) => coins(subnet.priceTao, subnet.priceRao),
      cell: (subnet) => shown(coins(subnet.priceTao, subnet.priceRao), price),
      title: (subnet) => raw(subnet.priceRao, 'rao'),
    },
    {
      id: 'emission',
      header: 'Emission',
      unit: 'τ/block',
      help: 'TAO emitted into the subnet in the last block',
      width: 120,
      align: 'end',
      descFirst: true,
      value: (subnet) => coins(undefined, subnet.emission),
      cell: (subnet) => shown(coins(undefined, subnet.emission)),
      title: (subnet) => raw(subnet.emission, 'rao'),
    },
    {
      id: 'share',
      header: 'Share',
      unit: '%',
      help: 'Part of all emission of the last block',
      width: 88,
      align: 'end',
      descFirst: true,
      value: share,
      cell: (subnet) => {
        const part = share(subnet);
        return part === undefined ? <Absent /> : percent(part).replace(' %', '');
      },
      bar: (subnet) => (largest === 0 ? undefined : (coins(undefined, subnet.emission) ?? 0) / largest),
    },
    {
      id: 'neurons',
      header: 'Neurons',
      unit: 'of max',
      width: 118,
      align: 'end',
      descFirst: true,
      value: (subnet) => subnet.n,
      cell: (subnet) => (
        <>
          {integer(subnet.n)}
          {subnet.maxUids === undefined ? null : (
            <span className={styles.of}> / {integer(subnet.maxUids)}</span>
          )}
        </>
      ),
    },
    count('validators', 'Validators', 'Neurons with a validator permit', (subnet) => subnet.validators),
    count('miners', 'Miners', 'Neurons without a validator permit', (subnet) => subnet.miners),
    {
      id: 'burn',
      header: 'Register',
      unit: 'τ',
      help: 'What it costs to register a neuron now; it is burned',
      width: 102,
      align: 'end',
      descFirst: true,
      value: (subnet) => coins(subnet.burnTao, subnet.burn),
      cell: (subnet) =>
        subnet.registrationAllowed === false ? (
          <span className={styles.absent}>closed</span>
        ) : (
          shown(coins(subnet.burnTao, subnet.burn))
        ),
      title: (subnet) => raw(subnet.burn, 'rao'),
    },
    {
      id: 'tempo',
      header: 'Tempo',
      unit: 'blocks',
      help: 'Blocks between two epochs',
      width: 106,
      align: 'end',
      value: (subnet) => subnet.tempo,
      cell: (subnet) => integer(subnet.tempo),
    },
    {
      id: 'nextEpoch',
      header: 'Next epoch',
      width: 158,
      align: 'end',
      value: (subnet) => subnet.nextEpochBlock,
      cell: (subnet) =>
        subnet.nextEpochBlock === undefined ? (
          <Absent />
        ) : (
          <EpochCountdown nextEpochBlock={subnet.nextEpochBlock} at={subnet.block} />
        ),
    },
    {
      id: 'owner',
      header: 'Owner',
      help: 'The coldkey that owns the subnet',
      width: 150,
      value: (subnet) => subnet.ownerColdkey,
      cell: (subnet) =>
        subnet.ownerColdkey === undefined ? <Absent /> : <Account address={subnet.ownerColdkey} />,
    },
  ];
}

/** Subnets whose netuid, name, symbol or owner fits the text. */
export function filterSubnets(
  subnets: readonly SubnetJson[],
  text: string | undefined,
): readonly SubnetJson[] {
  const wanted = text?.trim().toLowerCase() ?? '';
  if (wanted === '') return subnets;
  if (/^\d+$/.test(wanted)) return subnets.filter((subnet) => String(subnet.netuid).startsWith(wanted));
  return subnets.filter(
    (subnet) =>
      (displayText(subnet.name, 200)?.toLowerCase().includes(wanted) ?? false) ||
      subnet.symbol?.toLowerCase() === wanted ||
      (subnet.ownerColdkey?.toLowerCase().startsWith(wanted) ?? false) ||
      (subnet.ownerHotkey?.toLowerCase().startsWith(wanted) ?? false),
  );
}

function count(
  id: string,
  header: string,
  help: string,
  value: (subnet: SubnetJson) => number | undefined,
): Column<SubnetJson> {
  return {
    id,
    header,
    help,
    width: 88,
    align: 'end',
    descFirst: true,
    value,
    cell: (subnet) => {
      const figure = value(subnet);
      return figure === undefined ? <Absent /> : integer(figure);
    },
  };
}

function shown(value: number | undefined, format: (value: number) => string = amount) {
  return value === undefined ? <Absent /> : format(value);
}

function raw(value: number | string | undefined, unit: string): string | undefined {
  return value === undefined ? undefined : `${value} ${unit}`;
}

function Absent() {
  return (
    <span className={styles.absent} title="Not known at this block">
      –
    </span>
  );
}
