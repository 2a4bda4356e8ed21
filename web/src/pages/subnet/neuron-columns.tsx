import type { ReactNode } from 'react';
import type { MetagraphJson, NeuronJson } from '../../api/types.ts';
import { amount, coins, fraction, integer, type RawInteger, u16Fraction } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import type { Column } from '../../table/column.ts';
import { axonAddress, roleOf } from './neuron-filter.ts';
import styles from './subnet.module.css';

export interface NeuronColumn extends Column<NeuronJson> {
  /** Shown unless the person chose otherwise. */
  readonly usual: boolean;
}

/**
 * The columns that this metagraph has. What its runtime does not know is not offered, so a column is never all dashes
 * because of its era. `symbol` is the subnet's alpha.
 */
export function neuronColumns(
  metagraph: MetagraphJson,
  symbol: string,
  immunityPeriod: number | undefined,
): NeuronColumn[] {
  const coin = metagraph.unit === 'alpha' ? symbol : 'τ';
  const { neurons } = metagraph;
  const has = (field: keyof NeuronJson) => neurons.some((neuron) => neuron[field] !== undefined);
  const columns: (NeuronColumn | false)[] = [
    {
      id: 'uid',
      header: 'UID',
      width: 68,
      align: 'end',
      usual: true,
      value: (neuron) => neuron.uid,
    },
    {
      id: 'hotkey',
      header: 'Hotkey',
      width: 150,
      usual: true,
      value: (neuron) => neuron.hotkey,
      cell: (neuron) => <Account address={neuron.hotkey} hotkey netuid={metagraph.netuid} />,
    },
    has('identityName') && {
      id: 'name',
      header: 'Name',
      help: 'The identity that the coldkey set on chain: anyone may claim any name',
      width: 142,
      usual: true,
      value: (neuron) => displayText(neuron.identityName, 80),
      title: (neuron) => displayText(neuron.identityName, 400),
      cell: (neuron) => <bdi>{displayText(neuron.identityName, 48) ?? ''}</bdi>,
    },
    neurons.some((neuron) => roleOf(neuron) !== undefined) && {
      id: 'role',
      header: 'Role',
      help: 'Validators hold the permit and have validator trust; miners were paid in the last epoch; the rest did neither',
      width: 124,
      usual: true,
      value: (neuron) => ROLE_ORDER[roleOf(neuron) ?? 'none'],
      cell: (neuron) => (
        <RoleCell neuron={neuron} immune={isImmune(neuron, metagraph.block, immunityPeriod)} />
      ),
    },
    has('totalStake') &&
      coinColumn('totalStake', 'Stake', coin, 'What counts in consensus', true, (neuron) => [
        coins(metagraph.unit === 'alpha' ? neuron.totalStakeAlpha : neuron.totalStakeTao, neuron.totalStake),
        neuron.totalStake,
      ]),
    has('alphaStake') &&
      coinColumn(
        'alphaStake',
        'Alpha stake',
        symbol,
        'Alpha after parent and child flows',
        false,
        (neuron) => [coins(neuron.alphaStakeAlpha, neuron.alphaStake), neuron.alphaStake],
      ),
    has('taoStake') &&
      coinColumn('taoStake', 'Root stake', 'τ', 'Root TAO after parent and child flows', false, (neuron) => [
        coins(neuron.taoStakeTao, neuron.taoStake),
        neuron.taoStake,
      ]),
    has('stake') &&
      coinColumn(
        'stake',
        'Own stake',
        coin,
        'The hotkey’s own stake, before parent and child flows',
        !has('totalStake'),
        (neuron) => [
          coins(metagraph.unit === 'alpha' ? neuron.stakeAlpha : neuron.stakeTao, neuron.stake),
          neuron.stake,
        ],
      ),
    has('stakeWeight') &&
      u16Column('stakeWeight', 'Stake weight', 'Share of the validating stake', false, (neuron) => [
        undefined,
        neuron.stakeWeight,
      ]),
    has('validatorTrust') &&
      u16Column(
        'validatorTrust',
        'VTrust',
        'How much of the validator’s weights survived clipping',
        true,
        (neuron) => [neuron.validatorTrustFraction, neuron.validatorTrust],
      ),
    has('dividends') &&
      u16Column(
        'dividends',
        'Dividends',
        'Share of the validators’ pay',
        true,
        (neuron) => [neuron.dividendsFraction, neuron.dividends],
        neurons,
      ),
    has('consensus') &&
      u16Column('consensus', 'Consensus', 'The weight that the stake majority agrees on', true, (neuron) => [
        neuron.consensusFraction,
        neuron.consensus,
      ]),
    has('incentive') &&
      u16Column(
        'incentive',
        'Incentive',
        'Share of the miners’ pay',
        true,
        (neuron) => [neuron.incentiveFraction, neuron.incentive],
        neurons,
      ),
    has('rank') &&
      u16Column('rank', 'Rank', 'Stake-weighted sum of the weights given to it', false, (neuron) => [
        neuron.rankFraction,
        neuron.rank,
      ]),
    has('trust') &&
      u16Column('trust', 'Trust', 'Share of its rank that survived clipping', false, (neuron) => [
        neuron.trustFraction,
        neuron.trust,
      ]),
    has('pruningScore') &&
      u16Column(
        'pruningScore',
        'Pruning',
        'The lowest score outside immunity is replaced first',
        false,
        (neuron) => [undefined, neuron.pruningScore],
      ),
    has('emission') &&
      coinColumn('emission', 'Emission', `${coin}/epoch`, 'Pay of the last epoch', true, (neuron) => [
        coins(metagraph.unit === 'alpha' ? neuron.emissionAlpha : neuron.emissionTao, neuron.emission),
        neuron.emission,
      ]),
    has('lastUpdate') && {
      id: 'updated',
      header: 'Updated',
      unit: 'blocks ago',
      help: 'Blocks since the neuron last set weights',
      width: 136,
      align: 'end',
      usual: true,
      value: (neuron) => updatedBlocks(neuron, metagraph.block),
      cell: (neuron) => figure(updatedBlocks(neuron, metagraph.block), integer),
      title: (neuron) =>
        neuron.lastUpdate === undefined ? undefined : `block ${integer(neuron.lastUpdate)}`,
    },
    has('registeredAt') && {
      id: 'registered',
      header: 'Registered',
      unit: 'block',
      width: 128,
      align: 'end',
      usual: false,
      value: (neuron) => neuron.registeredAt,
      cell: (neuron) => figure(neuron.registeredAt, integer),
    },
    has('axon') && {
      id: 'axon',
      header: 'Axon',
      help: 'Where the neuron says it can be reached',
      width: 168,
      usual: true,
      value: (neuron) => (neuron.axon === undefined ? undefined : axonAddress(neuron.axon)),
      cell: (neuron) =>
        neuron.axon === undefined ? (
          ''
        ) : (
          <span className={styles.mono}>{displayText(axonAddress(neuron.axon), 60)}</span>
        ),
      title: (neuron) =>
        neuron.axon === undefined
          ? undefined
          : `version ${neuron.axon.version}, protocol ${neuron.axon.protocol}, served at block ${integer(neuron.axon.block)}`,
    },
    has('prometheus') && {
      id: 'prometheus',
      header: 'Prometheus',
      help: 'Where the neuron says its metrics can be read',
      width: 168,
      usual: false,
      value: (neuron) => (neuron.prometheus === undefined ? undefined : axonAddress(neuron.prometheus)),
      cell: (neuron) =>
        neuron.prometheus === undefined ? (
          ''
        ) : (
          <span className={styles.mono}>{displayText(axonAddress(neuron.prometheus), 60)}</span>
        ),
    },
    has('coldkey') && {
      id: 'coldkey',
      header: 'Coldkey',
      width: 150,
      usual: true,
      value: (neuron) => neuron.coldkey,
      cell: (neuron) => (neuron.coldkey === undefined ? '' : <Account address={neuron.coldkey} />),
    },
  ];
  return columns.filter((column) => column !== false);
}

/** The columns to show: the chosen ones that exist, in their own order; the usual ones without a choice. The first always stays. */
export function chosenColumns(
  columns: readonly NeuronColumn[],
  choice: string | undefined,
): readonly NeuronColumn[] {
  if (choice === undefined) return columns.filter((column) => column.usual);
  const ids = new Set(choice.split(','));
  return columns.filter((column, index) => index === 0 || ids.has(column.id));
}

/** The choice as the URL keeps it; `undefined` when it is the usual one. */
export function columnChoice(
  columns: readonly NeuronColumn[],
  shown: ReadonlySet<string>,
): string | undefined {
  const isUsual = columns.every((column, index) => index === 0 || column.usual === shown.has(column.id));
  if (isUsual) return undefined;
  return columns
    .filter((column, index) => index === 0 || shown.has(column.id))
    .map((column) => column.id)
    .join(',');
}

function coinColumn(
  id: string,
  header: string,
  unit: string,
  help: string,
  usual: boolean,
  read: (neuron: NeuronJson) => [number | undefined, RawInteger | undefined],
): NeuronColumn {
  return {
    id,
    header,
    unit,
    help,
    usual,
    width: 104 + (header.length + unit.length > 12 ? 28 : 0),
    align: 'end',
    descFirst: true,
    value: (neuron) => read(neuron)[0],
    cell: (neuron) => figure(read(neuron)[0], amount),
    title: (neuron) => {
      const raw = read(neuron)[1];
      return raw === undefined ? undefined : `${raw} rao`;
    },
  };
}

/** `compared` makes bars that compare each figure with the largest. */
function u16Column(
  id: string,
  header: string,
  help: string,
  usual: boolean,
  read: (neuron: NeuronJson) => [number | undefined, number | undefined],
  compared?: readonly NeuronJson[],
): NeuronColumn {
  const value = (neuron: NeuronJson) => u16Fraction(...read(neuron));
  const largest = compared === undefined ? 0 : Math.max(0, ...compared.map((neuron) => value(neuron) ?? 0));
  return {
    id,
    header,
    unit: '0–1',
    help,
    usual,
    width: header.length > 9 ? 132 : 112,
    align: 'end',
    descFirst: true,
    value,
    cell: (neuron) => figure(value(neuron), fraction),
    title: (neuron) => {
      const raw = read(neuron)[1];
      return raw === undefined ? undefined : `${raw} of 65535`;
    },
    bar: largest === 0 ? undefined : (neuron) => (value(neuron) ?? 0) / largest,
  };
}

/** Zeros and absent figures step back, so that the others stand out. */
function figure(value: number | undefined, format: (value: number) => string): ReactNode {
  if (value === undefined) return <span className={styles.quiet}>–</span>;
  return value === 0 ? <span className={styles.quiet}>0</span> : format(value);
}

const ROLE_ORDER = { validator: 0, miner: 1, none: 2 };

function RoleCell({ neuron, immune }: { neuron: NeuronJson; immune: boolean }) {
  const role = roleOf(neuron);
  return (
    <span className={styles.roles}>
      <span
        className={styles.role}
        data-role={role}
        title={role === 'none' ? 'Neither validator trust nor pay as a miner in the last epoch' : undefined}
      >
        {role === undefined || role === 'none' ? '–' : role}
      </span>
      {neuron.active === false && neuron.validatorPermit === true ? (
        <span className={styles.mark} title="Inactive: set no weights within the activity cutoff">
          idle
        </span>
      ) : null}
      {immune ? (
        <span className={styles.mark} title="Immune: registered less than an immunity period ago">
          new
        </span>
      ) : null}
    </span>
  );
}

function isImmune(neuron: NeuronJson, block: number, immunityPeriod: number | undefined): boolean {
  return (
    immunityPeriod !== undefined &&
    neuron.registeredAt !== undefined &&
    block - neuron.registeredAt < immunityPeriod
  );
}

function updatedBlocks(neuron: NeuronJson, block: number): number | undefined {
  return (
    neuron.updated ?? (neuron.lastUpdate === undefined ? undefined : Math.max(0, block - neuron.lastUpdate))
  );
}
