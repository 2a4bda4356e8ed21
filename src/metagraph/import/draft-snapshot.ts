import { isIPv6 } from 'node:net';
import type { Axon, Metagraph, NeuronColumns, PrometheusInfo, SubnetFacts } from '../../chain/index.ts';
import type { AccountId, Hex } from '../../shared/index.ts';
import type { Snapshot, SubnetRecord } from '../rows.ts';
import type { SnapshotDraft, Values } from './snapshot-drafts.ts';

/** What a snapshot of a file says of the block, where the file itself does not. */
const UNKNOWN_HASH: Hex = `0x${'00'.repeat(32)}`;
const UNKNOWN_SPEC = 'unknown';

/** A snapshot as a read of the chain would give it. What the file does not know is empty: hash 0, spec version 0. */
export function draftSnapshot({ netuid, mechanism, block, rows }: SnapshotDraft): Snapshot {
  const first = rows[0] ?? {};
  const metagraph: Metagraph = {
    netuid,
    mechanism,
    block: { number: block, hash: (first.block_hash as Hex | undefined) ?? UNKNOWN_HASH },
    timestampMs: first.timestamp as number | undefined,
    runtime: {
      specName: (first.spec_name as string | undefined) ?? UNKNOWN_SPEC,
      specVersion: (first.spec_version as number | undefined) ?? 0,
      transactionVersion: 0,
      metadataHash: (first.metadata_hash as Hex | undefined) ?? UNKNOWN_HASH,
      metadataVersion: 14,
    },
    source: (first.source as Metagraph['source'] | undefined) ?? 'neurons_lite',
    // The old dashboards are of the time before alpha.
    unit: (first.unit as Metagraph['unit'] | undefined) ?? 'tao',
    n: rows.length,
    neurons: columnsOf(rows),
  };
  return { metagraph, epoch: first.epoch === true, origin: 'backfill' };
}

/** The facts of the subnet beside a snapshot; `undefined` where the file has none. */
export function draftFacts({ netuid, block, rows }: SnapshotDraft): SubnetRecord | undefined {
  const first = rows[0] ?? {};
  const fact = <T>(name: string) => first[`subnet_${name}`] as T | undefined;
  const tempo = fact<number>('tempo');
  if (tempo === undefined) return undefined;
  const facts: SubnetFacts = {
    netuid,
    name: fact('name'),
    symbol: fact('symbol'),
    ownerColdkey: fact<AccountId>('owner_coldkey'),
    ownerHotkey: fact<AccountId>('owner_hotkey'),
    registeredAt: fact('registered_at'),
    n: rows.length,
    maxUids: fact('max_uids'),
    maxValidators: fact('max_validators'),
    mechanisms: fact<number>('mechanisms') ?? 1,
    tempo,
    lastEpochBlock: fact('last_epoch_block'),
    blocksSinceEpoch: fact('blocks_since_epoch'),
    nextEpochBlock: fact('next_epoch_block'),
    burn: fact<bigint>('burn'),
    difficulty: fact<bigint>('difficulty'),
    registrationAllowed: fact<boolean>('registration_allowed'),
    immunityPeriod: fact('immunity_period'),
    hyperparameters: {},
    taoIn: fact<bigint>('tao_in'),
    alphaIn: fact<bigint>('alpha_in'),
    alphaOut: fact<bigint>('alpha_out'),
    volume: fact<bigint>('volume'),
    priceRao: fact<bigint>('price_rao'),
    movingPrice: fact('moving_price'),
    emission: fact<bigint>('emission'),
  };
  return {
    facts,
    block: { number: block, hash: (first.block_hash as Hex | undefined) ?? UNKNOWN_HASH },
    timestampMs: first.timestamp as number | undefined,
    origin: 'backfill',
  };
}

function columnsOf(rows: readonly Values[]): NeuronColumns {
  const column = <T>(name: string): T[] | undefined =>
    rows[0]?.[name] === undefined ? undefined : rows.map((row) => row[name] as T);
  const some = <T>(name: string, of: (row: Values) => T | undefined): (T | undefined)[] | undefined =>
    rows.some((row) => row[name] !== undefined) ? rows.map(of) : undefined;
  const stake = column<bigint>('stake');
  return {
    hotkey: rows.map((row) => row.hotkey as AccountId),
    coldkey: column<AccountId>('coldkey'),
    active: column<boolean>('active'),
    validatorPermit: column<boolean>('validator_permit'),
    rank: column<number>('rank'),
    trust: column<number>('trust'),
    consensus: column<number>('consensus'),
    incentive: column<number>('incentive'),
    dividends: column<number>('dividends'),
    validatorTrust: column<number>('validator_trust'),
    pruningScore: column<number>('pruning_score'),
    stakeWeight: column<number>('stake_weight'),
    emission: column<bigint>('emission'),
    lastUpdate: column<number>('last_update'),
    registeredAt: column<number>('registered_at'),
    stake: stake ?? totalBeforeAlpha(rows, column<bigint>('total_stake')),
    alphaStake: column<bigint>('alpha_stake'),
    taoStake: column<bigint>('tao_stake'),
    totalStake: column<bigint>('total_stake') ?? totalBeforeAlpha(rows, stake),
    axon: some('axon_ip', axonOf),
    prometheus: some('prometheus_block', prometheusOf),
    identityName: some('identity_name', (row) => row.identity_name as string | undefined),
  };
}

/** Before alpha a hotkey has one stake, and it is what counts. */
function totalBeforeAlpha(rows: readonly Values[], stake: bigint[] | undefined): bigint[] | undefined {
  return rows[0]?.unit === undefined ? stake : undefined;
}

function axonOf(row: Values): Axon | undefined {
  const address = row.axon_ip as string | undefined;
  // The old dashboards show an axon that was never served as 0.0.0.0.
  if (address === undefined || (row.axon_block === undefined && address === '0.0.0.0')) return undefined;
  const number = (name: string) => (row[name] as number | undefined) ?? 0;
  return {
    block: number('axon_block'),
    version: number('axon_version'),
    ip: address,
    port: number('axon_port'),
    ipType: (row.axon_ip_type as number | undefined) ?? (isIPv6(address) ? 6 : 4),
    protocol: number('axon_protocol'),
    placeholder1: number('axon_placeholder1'),
    placeholder2: number('axon_placeholder2'),
  };
}

function prometheusOf(row: Values): PrometheusInfo | undefined {
  if (row.prometheus_block === undefined || row.prometheus_ip === undefined) return undefined;
  const number = (name: string) => (row[name] as number | undefined) ?? 0;
  return {
    block: number('prometheus_block'),
    version: number('prometheus_version'),
    ip: row.prometheus_ip as string,
    port: number('prometheus_port'),
    ipType: number('prometheus_ip_type'),
  };
}
