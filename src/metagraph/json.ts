import { z } from 'zod';

/** A raw chain integer: a number up to 2^53, else a decimal string. */
export const Integer = z.union([z.number().int(), z.string().regex(/^-?\d+$/)]);

export const AxonJson = z.object({
  block: z.number(),
  version: z.number(),
  ip: z.string(),
  port: z.number(),
  ipType: z.number(),
  protocol: z.number(),
  placeholder1: z.number(),
  placeholder2: z.number(),
});

export const PrometheusJson = z.object({
  block: z.number(),
  version: z.number(),
  ip: z.string(),
  port: z.number(),
  ipType: z.number(),
});

/**
 * A neuron. Raw integers of the chain under the chain's names; beside them the same figures as fractions of 1
 * (`…Fraction`) and as whole coins (`…Tao`, `…Alpha`: decimal text). What the block's runtime does not have is absent.
 */
export const NeuronJson = z.object({
  uid: z.number().int(),
  hotkey: z.string(),
  coldkey: z.string().optional(),
  active: z.boolean().optional(),
  validatorPermit: z.boolean().optional(),
  rank: z.number().optional(),
  trust: z.number().optional(),
  consensus: z.number().optional(),
  incentive: z.number().optional(),
  dividends: z.number().optional(),
  validatorTrust: z.number().optional(),
  pruningScore: z.number().optional(),
  stakeWeight: z.number().optional(),
  emission: Integer.optional(),
  lastUpdate: z.number().optional(),
  /** Blocks since `lastUpdate`. */
  updated: z.number().optional(),
  registeredAt: z.number().optional(),
  stake: Integer.optional(),
  alphaStake: Integer.optional(),
  taoStake: Integer.optional(),
  totalStake: Integer.optional(),
  axon: AxonJson.optional(),
  prometheus: PrometheusJson.optional(),
  identityName: z.string().optional(),
  rankFraction: z.number().optional(),
  trustFraction: z.number().optional(),
  consensusFraction: z.number().optional(),
  incentiveFraction: z.number().optional(),
  dividendsFraction: z.number().optional(),
  validatorTrustFraction: z.number().optional(),
  emissionAlpha: z.string().optional(),
  emissionTao: z.string().optional(),
  stakeAlpha: z.string().optional(),
  stakeTao: z.string().optional(),
  alphaStakeAlpha: z.string().optional(),
  taoStakeTao: z.string().optional(),
  totalStakeAlpha: z.string().optional(),
  totalStakeTao: z.string().optional(),
});

export const MetagraphJson = z.object({
  netuid: z.number().int(),
  mechanism: z.number().int(),
  block: z.number().int(),
  blockHash: z.string(),
  /** ISO 8601, UTC. */
  timestamp: z.string().optional(),
  specName: z.string(),
  specVersion: z.number().int(),
  source: z.enum(['mechagraph', 'metagraph', 'neurons_lite', 'storage']),
  /** What stakes and emissions are counted in. */
  unit: z.enum(['alpha', 'tao']),
  n: z.number().int(),
  neurons: z.array(NeuronJson),
});

/** A subnet at a block; see `SubnetFacts` of the chain room for the meaning and era of each field. */
export const SubnetJson = z.object({
  netuid: z.number().int(),
  block: z.number().int(),
  name: z.string().optional(),
  symbol: z.string().optional(),
  identity: z.record(z.string(), z.string()).optional(),
  ownerColdkey: z.string().optional(),
  ownerHotkey: z.string().optional(),
  registeredAt: z.number().optional(),
  n: z.number().int(),
  maxUids: z.number().optional(),
  maxValidators: z.number().optional(),
  /** Neurons with a validator permit, and the rest; absent until a snapshot of the neurons exists. */
  validators: z.number().optional(),
  miners: z.number().optional(),
  mechanisms: z.number().int(),
  tempo: z.number().int(),
  lastEpochBlock: z.number().optional(),
  blocksSinceEpoch: z.number().optional(),
  nextEpochBlock: z.number().optional(),
  burn: Integer.optional(),
  burnTao: z.string().optional(),
  difficulty: Integer.optional(),
  registrationAllowed: z.boolean().optional(),
  immunityPeriod: z.number().optional(),
  hyperparameters: z.record(z.string(), z.union([z.boolean(), Integer])),
  taoIn: Integer.optional(),
  taoInTao: z.string().optional(),
  alphaIn: Integer.optional(),
  alphaOut: Integer.optional(),
  volume: Integer.optional(),
  priceRao: Integer.optional(),
  priceTao: z.string().optional(),
  movingPrice: z.number().optional(),
  emission: Integer.optional(),
});

export type AxonJson = z.infer<typeof AxonJson>;
export type NeuronJson = z.infer<typeof NeuronJson>;
export type MetagraphJson = z.infer<typeof MetagraphJson>;
export type SubnetJson = z.infer<typeof SubnetJson>;
