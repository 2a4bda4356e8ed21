import type { Store } from '../../store/index.ts';

export interface ExportQuery {
  readonly netuid?: number | undefined;
  /** Blocks, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly format: 'parquet' | 'csv';
}

/**
 * Neuron rows at full resolution as one tidy table, a row per neuron and snapshot, ordered by netuid, mechanism, block and
 * uid. Integers are the chain's own; accounts are `0x` and hex; what a runtime does not have is NULL.
 */
export function exportMetagraph(
  store: Store,
  { netuid, from = 0, to = 2 ** 32 - 1, format }: ExportQuery,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  return store.exportStream(
    `SELECT netuid, mechanism, block, timestamp, uid,
       concat('0x', lower(hex(hotkey))) AS hotkey, concat('0x', lower(hex(coldkey))) AS coldkey, toString(unit) AS unit,
       active, validator_permit, rank, trust, consensus, incentive, dividends, validator_trust, pruning_score, stake_weight,
       emission, last_update, registered_at, stake, alpha_stake, tao_stake, total_stake,
       axon_ip, axon_port, axon_version, identity_name
     FROM neurons FINAL
     WHERE block BETWEEN {from:UInt32} AND {to:UInt32}${netuid === undefined ? '' : ' AND netuid = {netuid:UInt16}'}
     ORDER BY netuid, mechanism, block, uid`,
    format === 'csv' ? 'CSVWithNames' : 'Parquet',
    {
      params: { from, to, ...(netuid === undefined ? {} : { netuid }) },
      label: 'export neurons',
      signal,
    },
  );
}
