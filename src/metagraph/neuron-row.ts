import type { Axon, Metagraph, NeuronColumns, PrometheusInfo } from '../chain/index.ts';
import type { AccountId } from '../shared/index.ts';

/** One neuron with the chain's own values, before units and names are applied. What its era lacks is `undefined`. */
export interface RawNeuron {
  readonly uid: number;
  readonly hotkey: AccountId;
  readonly coldkey?: AccountId | undefined;
  readonly active?: boolean | undefined;
  readonly validatorPermit?: boolean | undefined;
  readonly rank?: number | undefined;
  readonly trust?: number | undefined;
  readonly consensus?: number | undefined;
  readonly incentive?: number | undefined;
  readonly dividends?: number | undefined;
  readonly validatorTrust?: number | undefined;
  readonly pruningScore?: number | undefined;
  readonly stakeWeight?: number | undefined;
  readonly emission?: bigint | undefined;
  readonly lastUpdate?: number | undefined;
  readonly registeredAt?: number | undefined;
  readonly stake?: bigint | undefined;
  readonly alphaStake?: bigint | undefined;
  readonly taoStake?: bigint | undefined;
  readonly totalStake?: bigint | undefined;
  readonly axon?: Axon | undefined;
  readonly prometheus?: PrometheusInfo | undefined;
  readonly identityName?: string | undefined;
}

/** The neuron of one uid, out of the columns of a chain read. */
export function neuronOf(columns: NeuronColumns, uid: number): RawNeuron {
  return {
    uid,
    hotkey: columns.hotkey[uid] as AccountId,
    coldkey: columns.coldkey?.[uid],
    active: columns.active?.[uid],
    validatorPermit: columns.validatorPermit?.[uid],
    rank: columns.rank?.[uid],
    trust: columns.trust?.[uid],
    consensus: columns.consensus?.[uid],
    incentive: columns.incentive?.[uid],
    dividends: columns.dividends?.[uid],
    validatorTrust: columns.validatorTrust?.[uid],
    pruningScore: columns.pruningScore?.[uid],
    stakeWeight: columns.stakeWeight?.[uid],
    emission: columns.emission?.[uid],
    lastUpdate: columns.lastUpdate?.[uid],
    registeredAt: columns.registeredAt?.[uid],
    stake: columns.stake?.[uid],
    alphaStake: columns.alphaStake?.[uid],
    taoStake: columns.taoStake?.[uid],
    totalStake: columns.totalStake?.[uid],
    axon: columns.axon?.[uid],
    prometheus: columns.prometheus?.[uid],
    identityName: columns.identityName?.[uid],
  };
}

/** Columns of the neuron tables in the order of {@link neuronRow}. */
export const NEURON_COLUMNS = [
  'netuid',
  'mechanism',
  'uid',
  'block',
  'timestamp',
  'unit',
  'hotkey',
  'coldkey',
  'active',
  'validator_permit',
  'rank',
  'trust',
  'consensus',
  'incentive',
  'dividends',
  'validator_trust',
  'pruning_score',
  'stake_weight',
  'emission',
  'last_update',
  'registered_at',
  'stake',
  'alpha_stake',
  'tao_stake',
  'total_stake',
  'axon_block',
  'axon_version',
  'axon_ip',
  'axon_port',
  'axon_ip_type',
  'axon_protocol',
  'axon_placeholder1',
  'axon_placeholder2',
  'prometheus_block',
  'prometheus_version',
  'prometheus_ip',
  'prometheus_port',
  'prometheus_ip_type',
  'identity_name',
  'epoch',
  'expires',
  'rollup_expires',
  'epoch_expires',
] as const;

/** What all neurons of a snapshot share in the tables; instants as ClickHouse writes them. */
export interface SnapshotCells {
  readonly timestamp: string;
  readonly epoch: boolean;
  readonly expires: string;
  readonly rollupExpires: string;
  readonly epochExpires: string;
}

/** The row of one neuron of a metagraph. */
export function neuronRow(metagraph: Metagraph, uid: number, cells: SnapshotCells): unknown[] {
  const columns = metagraph.neurons;
  const axon = columns.axon?.[uid];
  const prometheus = columns.prometheus?.[uid];
  return [
    metagraph.netuid,
    metagraph.mechanism,
    uid,
    metagraph.block.number,
    cells.timestamp,
    metagraph.unit,
    columns.hotkey[uid],
    columns.coldkey?.[uid],
    columns.active?.[uid],
    columns.validatorPermit?.[uid],
    columns.rank?.[uid],
    columns.trust?.[uid],
    columns.consensus?.[uid],
    columns.incentive?.[uid],
    columns.dividends?.[uid],
    columns.validatorTrust?.[uid],
    columns.pruningScore?.[uid],
    columns.stakeWeight?.[uid],
    columns.emission?.[uid],
    columns.lastUpdate?.[uid],
    columns.registeredAt?.[uid],
    columns.stake?.[uid],
    columns.alphaStake?.[uid],
    columns.taoStake?.[uid],
    columns.totalStake?.[uid],
    axon?.block,
    axon?.version ?? 0,
    axon?.ip ?? '',
    axon?.port ?? 0,
    axon?.ipType ?? 0,
    axon?.protocol ?? 0,
    axon?.placeholder1 ?? 0,
    axon?.placeholder2 ?? 0,
    prometheus?.block,
    prometheus?.version ?? 0,
    prometheus?.ip ?? '',
    prometheus?.port ?? 0,
    prometheus?.ipType ?? 0,
    columns.identityName?.[uid],
    cells.epoch,
    cells.expires,
    cells.rollupExpires,
    cells.epochExpires,
  ];
}

/** The SELECT list that {@link parseNeuronRow} reads, for any of the neuron tables. */
export const NEURON_SELECT = `netuid, mechanism, uid, block, toUnixTimestamp(timestamp) AS seconds, toString(unit) AS unit_name,
  hex(hotkey) AS hotkey_hex, hex(coldkey) AS coldkey_hex, active, validator_permit, rank, trust, consensus, incentive,
  dividends, validator_trust, pruning_score, stake_weight, emission, last_update, registered_at, stake, alpha_stake,
  tao_stake, total_stake, axon_block, axon_version, axon_ip, axon_port, axon_ip_type, axon_protocol, axon_placeholder1,
  axon_placeholder2, prometheus_block, prometheus_version, prometheus_ip, prometheus_port, prometheus_ip_type, identity_name`;

/** A row of {@link NEURON_SELECT}: 64-bit integers are strings, NULL is null. */
export interface NeuronRow {
  readonly netuid: number;
  readonly mechanism: number;
  readonly uid: number;
  readonly block: number;
  /** Seconds since the epoch, 0 when unknown. */
  readonly seconds: number;
  readonly unit_name: 'alpha' | 'tao';
  readonly hotkey_hex: string;
  readonly coldkey_hex: string | null;
  readonly active: boolean | null;
  readonly validator_permit: boolean | null;
  readonly rank: number | null;
  readonly trust: number | null;
  readonly consensus: number | null;
  readonly incentive: number | null;
  readonly dividends: number | null;
  readonly validator_trust: number | null;
  readonly pruning_score: number | null;
  readonly stake_weight: number | null;
  readonly emission: string | null;
  readonly last_update: string | null;
  readonly registered_at: string | null;
  readonly stake: string | null;
  readonly alpha_stake: string | null;
  readonly tao_stake: string | null;
  readonly total_stake: string | null;
  readonly axon_block: string | null;
  readonly axon_version: number;
  readonly axon_ip: string;
  readonly axon_port: number;
  readonly axon_ip_type: number;
  readonly axon_protocol: number;
  readonly axon_placeholder1: number;
  readonly axon_placeholder2: number;
  readonly prometheus_block: string | null;
  readonly prometheus_version: number;
  readonly prometheus_ip: string;
  readonly prometheus_port: number;
  readonly prometheus_ip_type: number;
  readonly identity_name: string | null;
}

/** The neuron of a stored row, equal to the one that was stored. */
export function parseNeuronRow(row: NeuronRow): RawNeuron {
  return {
    uid: row.uid,
    hotkey: Buffer.from(row.hotkey_hex, 'hex'),
    coldkey: row.coldkey_hex === null ? undefined : Buffer.from(row.coldkey_hex, 'hex'),
    active: row.active ?? undefined,
    validatorPermit: row.validator_permit ?? undefined,
    rank: row.rank ?? undefined,
    trust: row.trust ?? undefined,
    consensus: row.consensus ?? undefined,
    incentive: row.incentive ?? undefined,
    dividends: row.dividends ?? undefined,
    validatorTrust: row.validator_trust ?? undefined,
    pruningScore: row.pruning_score ?? undefined,
    stakeWeight: row.stake_weight ?? undefined,
    emission: bigintOf(row.emission),
    lastUpdate: numberOf(row.last_update),
    registeredAt: numberOf(row.registered_at),
    stake: bigintOf(row.stake),
    alphaStake: bigintOf(row.alpha_stake),
    taoStake: bigintOf(row.tao_stake),
    totalStake: bigintOf(row.total_stake),
    axon:
      row.axon_block === null
        ? undefined
        : {
            block: Number(row.axon_block),
            version: row.axon_version,
            ip: row.axon_ip,
            port: row.axon_port,
            ipType: row.axon_ip_type,
            protocol: row.axon_protocol,
            placeholder1: row.axon_placeholder1,
            placeholder2: row.axon_placeholder2,
          },
    prometheus:
      row.prometheus_block === null
        ? undefined
        : {
            block: Number(row.prometheus_block),
            version: row.prometheus_version,
            ip: row.prometheus_ip,
            port: row.prometheus_port,
            ipType: row.prometheus_ip_type,
          },
    identityName: row.identity_name ?? undefined,
  };
}

function bigintOf(text: string | null): bigint | undefined {
  return text === null ? undefined : BigInt(text);
}

function numberOf(text: string | null): number | undefined {
  return text === null ? undefined : Number(text);
}
