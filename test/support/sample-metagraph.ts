import { createHash } from 'node:crypto';
import type { Metagraph, NeuronColumns, RuntimeInfo, SubnetFacts } from '../../src/chain/types.ts';
import type { Hex } from '../../src/shared/index.ts';

/** Blocks of 12 s since this instant; block 0 of every sample. */
export const SAMPLE_GENESIS_MS = Date.UTC(2025, 0, 1);

export const SAMPLE_RUNTIME: RuntimeInfo = {
  specName: 'node-subtensor',
  specVersion: 425,
  transactionVersion: 1,
  codeHash: hash('code'),
  metadataHash: hash('metadata'),
  metadataVersion: 15,
};

/** A made-up subnet whose values move as on mainnet: most at epochs, weights of validators about every 100 blocks, stakes now and then. */
export interface SampleSubnet {
  /** The subnet at a block; blocks must be asked in ascending order. */
  at(block: number): { metagraph: Metagraph; facts: SubnetFacts; epoch: boolean };
}

export interface SampleOptions {
  netuid: number;
  seed: number;
  /** Neurons. Default 256. */
  n?: number;
  mechanism?: number;
  /** Share of neurons that earn; on mainnet most miners of most subnets earn something. Default 0.8. */
  earning?: number;
}

const TEMPO = 360;
const VALIDATORS = 0.25;

export function createSampleSubnet({
  netuid,
  seed,
  n = 256,
  mechanism = 0,
  earning = 0.8,
}: SampleOptions): SampleSubnet {
  const random = mulberry32(seed * 7919 + netuid);
  const below = (bound: number) => Math.floor(random() * bound);
  const account = () => new Uint8Array(createHash('sha256').update(`${seed}/${netuid}/${random()}`).digest());
  const isValidator = (uid: number) => uid < n * VALIDATORS;

  const state = {
    hotkey: Array.from({ length: n }, account),
    coldkey: Array.from({ length: n }, account),
    active: Array.from({ length: n }, () => true),
    validatorPermit: Array.from({ length: n }, (_, uid) => isValidator(uid)),
    consensus: new Array<number>(n).fill(0),
    incentive: new Array<number>(n).fill(0),
    dividends: new Array<number>(n).fill(0),
    validatorTrust: new Array<number>(n).fill(0),
    stakeWeight: new Array<number>(n).fill(0),
    emission: new Array<bigint>(n).fill(0n),
    lastUpdate: Array.from({ length: n }, () => below(1000)),
    registeredAt: Array.from({ length: n }, () => below(1000)),
    alphaStake: Array.from({ length: n }, (_, uid) => BigInt(below(isValidator(uid) ? 2 ** 47 : 2 ** 35))),
    taoStake: Array.from({ length: n }, (_, uid) => (isValidator(uid) ? BigInt(below(2 ** 46)) : 0n)),
    ip: Array.from({ length: n }, () => `${1 + below(220)}.${below(256)}.${below(256)}.${below(256)}`),
  };
  let last = -1;
  let lastEpoch = 0;
  let burn = 1_000_000_000n;

  const runEpoch = () => {
    for (let uid = 0; uid < n; uid++) {
      const earns = uid % 100 < earning * 100;
      state.consensus[uid] = earns ? below(65_536) : 0;
      state.incentive[uid] = earns && !isValidator(uid) ? below(2_000) : 0;
      state.dividends[uid] = isValidator(uid) ? below(20_000) : 0;
      state.validatorTrust[uid] = isValidator(uid) ? 60_000 + below(5_536) : 0;
      state.stakeWeight[uid] = isValidator(uid) ? below(65_536) : 0;
      const emission = earns ? BigInt(below(2 ** 33)) : 0n;
      state.emission[uid] = emission;
      state.alphaStake[uid] = (state.alphaStake[uid] ?? 0n) + emission;
    }
  };
  const advance = (block: number) => {
    for (let uid = 0; uid < n; uid++) {
      if (isValidator(uid) && random() < 1 / 100) state.lastUpdate[uid] = block;
    }
    // Somebody stakes or unstakes; a neuron is replaced about every two hours.
    if (random() < 0.1) {
      const uid = below(n);
      state.alphaStake[uid] = (state.alphaStake[uid] ?? 0n) + BigInt(below(2 ** 33));
    }
    if (random() < 1 / 600) {
      const uid = below(n);
      state.hotkey[uid] = account();
      state.coldkey[uid] = account();
      state.registeredAt[uid] = block;
      state.lastUpdate[uid] = block;
    }
    burn = (burn * BigInt(9_990 + below(21))) / 10_000n;
  };

  return {
    at(block) {
      if (last === -1) runEpoch();
      let epoch = false;
      for (let next = last === -1 ? block : last + 1; next <= block; next++) {
        advance(next);
        if ((next + netuid) % (TEMPO + 1) === 0) {
          runEpoch();
          lastEpoch = next;
          epoch = next === block;
        }
      }
      last = block;
      const { ip, ...columns } = state;
      const neurons: NeuronColumns = {
        ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...values]])),
        hotkey: [...state.hotkey],
        stake: [...state.alphaStake],
        totalStake: state.alphaStake.map((alpha, uid) => alpha + ((state.taoStake[uid] ?? 0n) * 18n) / 100n),
        axon: ip.map((address, uid) =>
          uid % 5 === 0
            ? undefined
            : {
                block: state.registeredAt[uid] ?? 0,
                version: 9_003_000,
                ip: address,
                port: 8091,
                ipType: 4,
                protocol: 4,
                placeholder1: 0,
                placeholder2: 0,
              },
        ),
        identityName: ip.map((_, uid) => (uid % 8 === 0 ? `validator ${uid}` : undefined)),
      };
      const metagraph: Metagraph = {
        netuid,
        mechanism,
        block: { number: block, hash: hash(`block ${block}`) },
        timestampMs: timestampOf(block),
        runtime: SAMPLE_RUNTIME,
        source: 'mechagraph',
        unit: 'alpha',
        n,
        neurons,
      };
      const facts: SubnetFacts = {
        netuid,
        name: `subnet ${netuid}`,
        symbol: 'α',
        identity: { subnetName: `subnet ${netuid}`, description: 'a "sample", it\'s\n\\made up' },
        ownerColdkey: state.coldkey[0],
        ownerHotkey: state.hotkey[0],
        registeredAt: 1,
        n,
        maxUids: 256,
        maxValidators: 64,
        mechanisms: mechanism + 1,
        tempo: TEMPO,
        lastEpochBlock: lastEpoch,
        blocksSinceEpoch: block - lastEpoch,
        nextEpochBlock: lastEpoch + TEMPO + 1,
        burn,
        difficulty: 10_000_000n,
        registrationAllowed: true,
        immunityPeriod: 4096,
        hyperparameters: {
          kappa: 32_767,
          rho: 10,
          weightsVersion: 18_446_744_073_709_551_615n,
          commitRevealEnabled: false,
        },
        taoIn: 1_000_000_000_000n + BigInt(block),
        alphaIn: 2_000_000_000_000n,
        alphaOut: 3_000_000_000_000n,
        volume: 18_446_744_073_709_551_616n,
        priceRao: 500_000_000n,
        movingPrice: 0.25,
        emission: 12_345n,
      };
      return { metagraph, facts, epoch };
    },
  };
}

export function timestampOf(block: number): number {
  return SAMPLE_GENESIS_MS + block * 12_000 + 1;
}

export function hash(text: string): Hex {
  return `0x${createHash('sha256').update(text).digest('hex')}`;
}

/** A small seeded generator: the same seed gives the same numbers everywhere. */
export function mulberry32(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
