import { AGGREGATES, type Measure, TRACE_COLUMNS, type TraceColumn } from '../../url/figure-search.ts';

export type Role = 'miner' | 'validator';

/** What an animation shows: where a point lies, how large it is, and its colour. */
export const CHANNELS = ['x', 'y', 'size', 'color'] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * The reference's choices for each class, but for two: of miners the consensus for its trust, which runtimes no longer
 * compute; of validators the dividends for its incentive, which they seldom earn.
 */
export const USUAL_MEASURES: Readonly<Record<Role, Readonly<Record<Channel, Measure>>>> = {
  miner: { x: 'emission_mean', y: 'consensus_mean', size: 'hotkey_nunique', color: 'totalStake_sum' },
  validator: {
    x: 'dividends_mean',
    y: 'validatorTrust_mean',
    size: 'hotkey_nunique',
    color: 'totalStake_sum',
  },
};

/** The columns that a class has figures of. */
export const ROLE_COLUMNS: Readonly<Record<Role, readonly TraceColumn[]>> = {
  miner: ['totalStake', 'incentive', 'emission', 'consensus', 'trust'],
  validator: ['totalStake', 'incentive', 'emission', 'validatorTrust', 'dividends'],
};

/** The column of which a class's lines are drawn first. */
export const USUAL_COLUMN: Readonly<Record<Role, TraceColumn>> = {
  miner: 'incentive',
  validator: 'dividends',
};

export const COLUMN_NAMES: Readonly<Record<TraceColumn, string>> = {
  totalStake: 'Total stake',
  incentive: 'Incentive',
  emission: 'Emission',
  consensus: 'Consensus',
  trust: 'Trust',
  validatorTrust: 'Validator trust',
  dividends: 'Dividends',
};

/** `Total stake, sum`; `Hotkeys`. */
export function measureName(measure: Measure): string {
  if (measure === 'hotkey_nunique') return 'Hotkeys';
  if (measure === 'ip_nunique') return 'IP addresses';
  const [column, aggregate] = measure.split('_');
  return `${COLUMN_NAMES[column as TraceColumn] ?? column}, ${aggregate}`;
}

/** Every measure of a class, by what it measures. */
export function roleMeasures(role: Role): { value: Measure; label: string; group: string }[] {
  const counts = (['hotkey_nunique', 'ip_nunique'] as const).map((value) => ({
    value,
    label: measureName(value),
    group: 'Counts of a group',
  }));
  const columns = TRACE_COLUMNS.filter((column) => ROLE_COLUMNS[role].includes(column));
  return [
    ...counts,
    ...columns.flatMap((column) =>
      AGGREGATES.map((aggregate) => {
        const value = `${column}_${aggregate}`;
        return { value, label: measureName(value), group: COLUMN_NAMES[column] };
      }),
    ),
  ];
}

/** The measures chosen in the address; those of the other class give way to the usual ones. */
export function chosenMeasures(
  role: Role,
  search: { readonly [channel in Channel]?: Measure },
): Record<Channel, Measure> {
  const known = new Set(roleMeasures(role).map(({ value }) => value));
  const usual = USUAL_MEASURES[role];
  const of = (channel: Channel) => {
    const chosen = search[channel];
    return chosen !== undefined && known.has(chosen) ? chosen : usual[channel];
  };
  return { x: of('x'), y: of('y'), size: of('size'), color: of('color') };
}
