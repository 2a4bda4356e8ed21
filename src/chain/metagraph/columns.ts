import type { NeuronColumns } from '../types.ts';

/** Columns under construction. */
export type ColumnsDraft = { -readonly [K in keyof NeuronColumns]: NeuronColumns[K] };

export type ColumnName = keyof NeuronColumns;

/** A column that the chain keeps as a vector over uids, or answers as one. */
export interface VectorColumn {
  readonly column: VectorColumnName;
  /** Storage item of `SubtensorModule`. */
  readonly item: string;
  /** `subnet`: keyed by netuid. `mechanism`: keyed by the storage index, so that each mechanism has its own. */
  readonly keyedBy: 'subnet' | 'mechanism';
  /** Field names in `get_metagraph`, the usual one first. */
  readonly metagraphFields: readonly string[];
  /** Field names in `get_neurons_lite`, the usual one first. */
  readonly liteFields: readonly string[];
  /** The chain appends to it at registration, so that it always has one entry per uid (or none at all). */
  readonly grows: boolean;
  /** Removed at spec 397; calls still answer constants or empty vectors then, so only the storage item tells. */
  readonly goneAt397?: true;
}

export type VectorColumnName =
  | 'active'
  | 'validatorPermit'
  | 'rank'
  | 'trust'
  | 'consensus'
  | 'incentive'
  | 'dividends'
  | 'validatorTrust'
  | 'pruningScore'
  | 'stakeWeight'
  | 'emission'
  | 'lastUpdate';

/** Reference sections 2.2, 2.3, 3.3. */
export const VECTOR_COLUMNS: readonly VectorColumn[] = [
  vector('active', 'Active', ['active', 'actives'], ['active']),
  vector(
    'validatorPermit',
    'ValidatorPermit',
    ['validator_permit', 'validator_permits'],
    ['validator_permit'],
  ),
  { ...vector('rank', 'Rank', ['rank', 'ranks'], ['rank']), goneAt397: true },
  { ...vector('trust', 'Trust', ['trust', 'trusts'], ['trust']), goneAt397: true },
  vector('consensus', 'Consensus', ['consensus'], ['consensus']),
  {
    ...vector('incentive', 'Incentive', ['incentives', 'incentive'], ['incentive', 'incentives']),
    keyedBy: 'mechanism',
  },
  vector('dividends', 'Dividends', ['dividends', 'dividend'], ['dividends']),
  vector('validatorTrust', 'ValidatorTrust', ['validator_trust', 'validator_trusts'], ['validator_trust']),
  {
    ...vector('pruningScore', 'PruningScores', ['pruning_score', 'pruning_scores'], ['pruning_score']),
    goneAt397: true,
  },
  // Written by the epoch only: a neuron registered since is beyond its end.
  {
    ...vector('stakeWeight', 'StakeWeight', ['stake_weight', 'stake_weights'], ['stake_weight']),
    grows: false,
  },
  vector('emission', 'Emission', ['emission', 'emissions'], ['emission']),
  {
    ...vector('lastUpdate', 'LastUpdate', ['last_update', 'last_updates'], ['last_update']),
    keyedBy: 'mechanism',
  },
];

/** Storage index of a mechanism's vectors: netuid for the first, then one band of 4096 each (`GLOBAL_MAX_SUBNET_COUNT`, spec 320). */
export function storageIndex(netuid: number, mechanism: number): number {
  return mechanism * 4096 + netuid;
}

/** A decoded vector as the column's values: u64 block numbers become numbers, all else stays. */
export function columnValues(column: VectorColumnName, values: readonly unknown[]): readonly unknown[] {
  return column === 'lastUpdate' ? values.map(Number) : values;
}

/** What the chain reads beyond the end of a vector. */
export function zeroOf(column: VectorColumnName): boolean | number | bigint {
  if (column === 'active' || column === 'validatorPermit') return false;
  return column === 'emission' ? 0n : 0;
}

function vector(
  column: VectorColumnName,
  item: string,
  metagraphFields: readonly string[],
  liteFields: readonly string[],
): VectorColumn {
  return { column, item, keyedBy: 'subnet', metagraphFields, liteFields, grows: true };
}
