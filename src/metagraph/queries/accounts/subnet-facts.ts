import type { SubnetFacts } from '../../../chain/index.ts';
import { RAO_PER_TAO } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import { parseSubnetRow, SUBNET_SELECT, type SubnetRow } from '../../subnet-row.ts';

/** The newest stored facts of a subnet, and the runtime of its newest snapshot. */
export interface NewestFacts {
  readonly facts: SubnetFacts;
  readonly block: number;
  /** 0 when it is not known. */
  readonly specVersion: number;
}

/** The newest stored facts of some subnets, by netuid. */
export async function newestFacts(
  store: Store,
  netuids: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Map<number, NewestFacts>> {
  if (netuids.length === 0) return new Map();
  const found = new Map<number, SubnetRow>();
  // The roll-up remembers subnets that full resolution has forgotten.
  for (const table of ['subnets', 'subnets_hourly']) {
    const missing = netuids.filter((netuid) => !found.has(netuid));
    if (missing.length === 0) break;
    const rows = await store.query<SubnetRow>(
      `SELECT ${SUBNET_SELECT} FROM ${table} FINAL
       WHERE netuid IN {netuids:Array(UInt16)} AND (netuid, block) IN (
         SELECT netuid, max(block) FROM ${table} WHERE netuid IN {netuids:Array(UInt16)} GROUP BY netuid
       )`,
      { params: { netuids: missing }, label: 'read the newest facts of subnets', signal },
    );
    for (const row of rows) found.set(row.netuid, row);
  }
  // Where the newest snapshots are, a small table knows; what announces them goes back for years.
  const specs = await store.query<{ netuid: number; spec: number }>(
    `WITH (SELECT groupArray((netuid, newest)) FROM (
         SELECT netuid, max(block) AS newest FROM neurons_latest
         WHERE netuid IN {netuids:Array(UInt16)} AND mechanism = 0 GROUP BY netuid
       )) AS at
     SELECT netuid, argMax(spec_version, block) AS spec FROM snapshots
     WHERE netuid IN {netuids:Array(UInt16)} AND mechanism = 0 AND block >= arrayMin(one -> one.2, at)
     GROUP BY netuid`,
    { params: { netuids }, label: 'read the runtimes of subnets', signal },
  );
  const specOf = new Map(specs.map(({ netuid, spec }) => [netuid, spec]));
  return new Map(
    [...found].map(([netuid, row]) => [
      netuid,
      { facts: parseSubnetRow(row), block: row.block, specVersion: specOf.get(netuid) ?? 0 },
    ]),
  );
}

/**
 * Blocks from epoch to epoch: from the last to the next as the chain's own clock has them (tempo + 1 before dynamic tempo,
 * tempo since; reference, section 10). `undefined` where no epoch is due.
 */
export function periodOf({
  lastEpochBlock,
  nextEpochBlock,
}: Pick<SubnetFacts, 'lastEpochBlock' | 'nextEpochBlock'>): number | undefined {
  if (lastEpochBlock === undefined || nextEpochBlock === undefined) return undefined;
  const period = nextEpochBlock - lastEpochBlock;
  return period > 0 ? period : undefined;
}

/** rao of TAO per alpha; root's stake is TAO. */
export function priceRaoOf({
  netuid,
  priceRao,
}: Pick<SubnetFacts, 'netuid' | 'priceRao'>): bigint | undefined {
  return netuid === 0 ? RAO_PER_TAO : priceRao;
}
