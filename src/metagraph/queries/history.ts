import { type AccountId, raoToNumber, TaoscopeError, toSs58, u16ToFraction } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { isoTime } from '../present.ts';
import { NEURON_TABLES } from './metagraph-at.ts';
import type { Resolution, SubnetKey } from './snapshots.ts';

export interface HistoryQuery {
  readonly hotkey: AccountId;
  readonly netuid: number;
  readonly mechanism?: number | undefined;
  /** Blocks, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** `auto`: full resolution where it still covers the range, else hourly. */
  readonly resolution?: 'auto' | Resolution | undefined;
}

/** Columns of equal length, ascending by block. Fractions of 1; coins as doubles, for charts. */
export interface HistoryAnswer {
  netuid: number;
  mechanism: number;
  unit: 'alpha' | 'tao';
  resolution: Resolution;
  block: number[];
  timestamp: (string | null)[];
  uid: number[];
  incentive: (number | null)[];
  consensus: (number | null)[];
  dividends: (number | null)[];
  validatorTrust: (number | null)[];
  emission: (number | null)[];
  totalStake: (number | null)[];
  stake: (number | null)[];
}

// More points than a screen has pixels help nobody; of a longer series every k-th is answered, the newest always.
const MOST_POINTS = 5_000;

/** A neuron over time. Throws `not-found` when the hotkey is in no stored snapshot of the subnet and range. */
export async function hotkeyHistory(
  store: Store,
  query: HistoryQuery,
  signal?: AbortSignal,
): Promise<HistoryAnswer> {
  const { hotkey, netuid, mechanism = 0, from = 0, to = 2 ** 32 - 1, resolution = 'auto' } = query;
  const range = { netuid, mechanism, from, to };
  const chosen = resolution === 'auto' ? await finest(store, range, signal) : resolution;
  const rows = await store.query<HistoryRow>(
    `SELECT * FROM (
       SELECT block, toUnixTimestamp(timestamp) AS seconds, toString(unit) AS unit_name, uid, incentive, consensus,
         dividends, validator_trust, emission, total_stake, stake,
         row_number() OVER (ORDER BY block) AS place, count() OVER () AS total
       FROM ${NEURON_TABLES[chosen]} FINAL
       WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block BETWEEN {from:UInt32} AND {to:UInt32}
         AND hotkey = toFixedString(unhex({hotkey:String}), 32)
     )
     WHERE (total - place) % greatest(1, toUInt64(ceil(total / ${MOST_POINTS}))) = 0 ORDER BY block`,
    {
      params: { ...range, hotkey: Buffer.from(hotkey).toString('hex') },
      label: 'read the history of a neuron',
      signal,
    },
  );
  const last = rows.at(-1);
  if (last === undefined) {
    throw new TaoscopeError('not-found', {
      failed: `the hotkey ${toSs58(hotkey)} is in no stored snapshot of netuid ${netuid} in that range`,
      todo: 'choose other blocks, or backfill them',
    });
  }
  const unit = last.unit_name;
  // Before alpha, coins were TAO: on the axis of the other unit they would mislead.
  const coins = (row: HistoryRow, rao: string | null) =>
    rao === null || row.unit_name !== unit ? null : raoToNumber(BigInt(rao));
  const fraction = (value: number | null) => (value === null ? null : u16ToFraction(value));
  return {
    netuid,
    mechanism,
    unit,
    resolution: chosen,
    block: rows.map(({ block }) => block),
    timestamp: rows.map(({ seconds }) => (seconds === 0 ? null : isoTime(seconds * 1000))),
    uid: rows.map(({ uid }) => uid),
    incentive: rows.map((row) => fraction(row.incentive)),
    consensus: rows.map((row) => fraction(row.consensus)),
    dividends: rows.map((row) => fraction(row.dividends)),
    validatorTrust: rows.map((row) => fraction(row.validator_trust)),
    emission: rows.map((row) => coins(row, row.emission)),
    totalStake: rows.map((row) => coins(row, row.total_stake)),
    stake: rows.map((row) => coins(row, row.stake)),
  };
}

interface HistoryRow {
  readonly block: number;
  readonly seconds: number;
  readonly unit_name: 'alpha' | 'tao';
  readonly uid: number;
  readonly incentive: number | null;
  readonly consensus: number | null;
  readonly dividends: number | null;
  readonly validator_trust: number | null;
  readonly emission: string | null;
  readonly total_stake: string | null;
  readonly stake: string | null;
}

async function finest(
  store: Store,
  range: SubnetKey & { from: number; to: number },
  signal: AbortSignal | undefined,
): Promise<Resolution> {
  const rows = await store.query<{ raw: string; gone: string; hourly: string }>(
    `SELECT countIf(expires > now()) AS raw, countIf(expires <= now() AND rollup_expires > now()) AS gone,
       countIf(timestamp IS NOT NULL) AS hourly
     FROM snapshots FINAL
     WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block BETWEEN {from:UInt32} AND {to:UInt32}`,
    { params: { ...range }, label: 'choose a resolution', signal },
  );
  const counts = rows[0];
  if (counts === undefined || counts.gone === '0') return 'raw';
  return counts.hourly === '0' ? 'epoch' : 'hourly';
}
