import type { BlockRef, Metagraph, SubnetFacts } from '../chain/index.ts';
import { integerToJson, raoToDecimal, toHex, toSs58, u16ToFraction } from '../shared/index.ts';
import type { MetagraphJson, NeuronJson, SubnetJson } from './json.ts';
import { neuronOf, type RawNeuron } from './neuron-row.ts';

/** A metagraph as JSON shows it: raw integers, beside them fractions and whole coins. What its era lacks is absent. */
export function presentMetagraph(metagraph: Metagraph): MetagraphJson {
  const { netuid, mechanism, block, timestampMs, runtime, source, unit, n, neurons } = metagraph;
  return defined({
    netuid,
    mechanism,
    block: block.number,
    blockHash: block.hash,
    timestamp: timestampMs === undefined ? undefined : isoTime(timestampMs),
    specName: runtime.specName,
    specVersion: runtime.specVersion,
    source,
    unit,
    n,
    neurons: Array.from({ length: n }, (_, uid) => presentNeuron(neuronOf(neurons, uid), unit, block.number)),
  });
}

/** One neuron; the only place where its raw values get their units, for chain reads and stored rows alike. */
export function presentNeuron(raw: RawNeuron, unit: 'alpha' | 'tao', block: number): NeuronJson {
  const alpha = unit === 'alpha';
  return defined({
    uid: raw.uid,
    hotkey: toSs58(raw.hotkey),
    coldkey: raw.coldkey === undefined ? undefined : toSs58(raw.coldkey),
    active: raw.active,
    validatorPermit: raw.validatorPermit,
    rank: raw.rank,
    trust: raw.trust,
    consensus: raw.consensus,
    incentive: raw.incentive,
    dividends: raw.dividends,
    validatorTrust: raw.validatorTrust,
    pruningScore: raw.pruningScore,
    stakeWeight: raw.stakeWeight,
    emission: integer(raw.emission),
    lastUpdate: raw.lastUpdate,
    updated: raw.lastUpdate === undefined ? undefined : block - raw.lastUpdate,
    registeredAt: raw.registeredAt,
    stake: integer(raw.stake),
    alphaStake: integer(raw.alphaStake),
    taoStake: integer(raw.taoStake),
    totalStake: integer(raw.totalStake),
    axon: raw.axon,
    prometheus: raw.prometheus,
    identityName: raw.identityName,
    rankFraction: fraction(raw.rank),
    trustFraction: fraction(raw.trust),
    consensusFraction: fraction(raw.consensus),
    incentiveFraction: fraction(raw.incentive),
    dividendsFraction: fraction(raw.dividends),
    validatorTrustFraction: fraction(raw.validatorTrust),
    emissionAlpha: alpha ? coins(raw.emission) : undefined,
    emissionTao: alpha ? undefined : coins(raw.emission),
    stakeAlpha: alpha ? coins(raw.stake) : undefined,
    stakeTao: alpha ? undefined : coins(raw.stake),
    alphaStakeAlpha: coins(raw.alphaStake),
    taoStakeTao: coins(raw.taoStake),
    totalStakeAlpha: alpha ? coins(raw.totalStake) : undefined,
    totalStakeTao: alpha ? undefined : coins(raw.totalStake),
  });
}

/** A subnet's facts at a block as JSON shows them. `roles` are known where a snapshot of the neurons is. */
export function presentSubnet(
  facts: SubnetFacts,
  block: Pick<BlockRef, 'number'>,
  roles: { validators?: number | undefined; miners?: number | undefined } = {},
): SubnetJson {
  return defined({
    netuid: facts.netuid,
    block: block.number,
    name: facts.name,
    symbol: facts.symbol,
    identity: facts.identity === undefined ? undefined : { ...facts.identity },
    ownerColdkey: facts.ownerColdkey === undefined ? undefined : toSs58(facts.ownerColdkey),
    ownerHotkey: facts.ownerHotkey === undefined ? undefined : toSs58(facts.ownerHotkey),
    registeredAt: facts.registeredAt,
    n: facts.n,
    maxUids: facts.maxUids,
    maxValidators: facts.maxValidators,
    validators: roles.validators,
    miners: roles.miners,
    mechanisms: facts.mechanisms,
    tempo: facts.tempo,
    lastEpochBlock: facts.lastEpochBlock,
    blocksSinceEpoch: facts.blocksSinceEpoch,
    nextEpochBlock: facts.nextEpochBlock,
    burn: integer(facts.burn),
    burnTao: coins(facts.burn),
    difficulty: integer(facts.difficulty),
    registrationAllowed: facts.registrationAllowed,
    immunityPeriod: facts.immunityPeriod,
    hyperparameters: Object.fromEntries(
      Object.entries(facts.hyperparameters)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        .map(([name, value]) => [name, typeof value === 'bigint' ? integerToJson(value) : value]),
    ),
    taoIn: integer(facts.taoIn),
    taoInTao: coins(facts.taoIn),
    alphaIn: integer(facts.alphaIn),
    alphaOut: integer(facts.alphaOut),
    volume: integer(facts.volume),
    priceRao: integer(facts.priceRao),
    priceTao: coins(facts.priceRao),
    movingPrice: facts.movingPrice,
    emission: integer(facts.emission),
  });
}

/** ISO 8601 in UTC. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** A hash of 64 hex digits as the tables give it, as JSON shows it. */
export function presentHash(hex: string): string {
  return toHex(Buffer.from(hex, 'hex'));
}

function integer(value: bigint | undefined): number | string | undefined {
  return value === undefined ? undefined : integerToJson(value);
}

function coins(rao: bigint | undefined): string | undefined {
  return rao === undefined ? undefined : raoToDecimal(rao);
}

function fraction(value: number | undefined): number | undefined {
  return value === undefined ? undefined : u16ToFraction(value);
}

/** The type of an object whose `undefined` fields were left out. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function defined<T extends object>(value: T): Defined<T> {
  for (const key of Object.keys(value) as (keyof T)[]) if (value[key] === undefined) delete value[key];
  return value as unknown as Defined<T>;
}
