import type { QueryOptions, Store } from '../../../store/index.ts';
import { sqlInstant } from '../../instants.ts';
import type { Micros } from '../../types.ts';
import { nextSequence } from './sequence.ts';

/** Tables that take the rows of exports. */
export const ROW_TABLES = ['audit_invocations', 'audit_complaints', 'audit_jobs'] as const;

export type RowTable = (typeof ROW_TABLES)[number];

/** A load as `audit_loads` has it. */
export interface Load {
  readonly id: bigint;
  readonly table: RowTable;
  readonly hour: Micros;
}

/**
 * Writes how far loads are. `begun`: rows may be there; `settled`: its rows were compared with those of all other loads; `swept`:
 * none of its rows are left.
 */
export async function saveLoads(
  store: Store,
  source: string,
  loads: readonly Load[],
  state: 'begun' | 'settled' | 'swept',
  options: QueryOptions = {},
): Promise<void> {
  const version = nextSequence();
  await store.insert(
    'audit_loads',
    ['source', 'load_id', 'rows_in', 'hour', 'state', 'version'],
    loads.map(({ id, table, hour }) => [source, id, table, sqlInstant(hour), state, version]),
    { label: `save loads that are ${state}`, ...options },
  );
}
