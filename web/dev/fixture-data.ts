import type { MetagraphJson, NeuronJson, SubnetJson } from '../../src/metagraph/json.ts';
import type { BlocksBody, HistoryBody } from '../../src/server/schemas.ts';
import { toSs58 } from '../../src/shared/index.ts';

/**
 * An invented chain of mainnet's shape: the same block always has the same figures, so pages can be compared. Names are
 * as hostile as the chain allows them to be.
 */
export const GENESIS_HEAD = 6_912_340;
const TEMPO = 360;

const NAMES = [
  'root',
  'Apex',
  'Omron',
  'MyShell',
  'Targon',
  'Kaito',
  'Infinite Games',
  'SubVortex',
  'Proprietary Trading Network',
  'pretrain',
  'Sturdy',
  'Dippy',
  'Horde',
  'Dataverse',
  'Palaidn',
  'BitsecAI',
  'BitAds',
  '404—GEN',
  'Cortex.t',
  'Vision [τ, τ]',
  '<img src=x onerror=alert(1)>',
  '\u202Egnihton ta kool\u202C',
  'Z\u0334\u0321\u0316\u0353\u0325\u033A\u0348a\u0335\u0327\u032Fl\u0337\u0324\u0317\u0339go',
  `A name that does not end ${'and goes on '.repeat(40)}`,
  '   ',
  'שלום subnet',
  '"><script>alert(2)</script>',
  'javascript:alert(3)',
];
const SYMBOLS = [
  'Τ',
  'α',
  'β',
  'γ',
  'δ',
  'ε',
  'ζ',
  'η',
  'θ',
  'ι',
  'κ',
  'λ',
  'μ',
  'ν',
  'ξ',
  'ο',
  'π',
  'ρ',
  'σ',
  'τ',
  'υ',
  'φ',
  'χ',
  'ψ',
  'ω',
];

/** Mulberry32: the same numbers for the same seed. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function account(seed: number): string {
  const next = random(seed * 7_919 + 13);
  return toSs58(Uint8Array.from({ length: 32 }, () => Math.floor(next() * 256)));
}

export function timeOf(block: number, head: number, nowMs: number): string {
  return new Date(nowMs - (head - block) * 12_000).toISOString();
}

export const neuronsOf = (netuid: number): number =>
  netuid === 0 ? 64 : netuid % 9 === 4 ? 1024 : netuid % 5 === 3 ? 97 : 256;
export const mechanismsOf = (netuid: number): number[] => (netuid % 8 === 4 ? [0, 1] : [0]);
const validatorsOf = (netuid: number): number => (netuid === 0 ? 64 : 9 + (netuid % 7));

export function subnetAt(netuid: number, block: number): SubnetJson {
  const next = random(netuid + 1);
  const alpha = netuid !== 0;
  const n = neuronsOf(netuid);
  const priceRao = Math.floor((0.002 + next() ** 4 * 0.4) * 1e9 * (1 + Math.sin(block / 900 + netuid) / 50));
  const burn = Math.floor((0.0005 + next() * 3) * 1e9 * (1 + Math.sin(block / 500 + netuid) / 8));
  const name = NAMES[netuid];
  const blocksSinceEpoch = (block + netuid) % TEMPO;
  return {
    netuid,
    block,
    ...(name === undefined
      ? netuid % 3 === 0
        ? {}
        : { name: `Subnet of ${account(netuid).slice(2, 7)}` }
      : { name }),
    symbol: SYMBOLS[netuid % SYMBOLS.length] ?? 'α',
    ...(netuid % 4 === 1
      ? {
          identity: {
            description: 'Open inference, verified. <b>Not bold.</b>',
            github: 'https://github.com/example/subnet',
            subnetUrl: 'javascript:alert(1)',
            discord: 'someone#1234',
          },
        }
      : {}),
    ownerColdkey: account(50_000 + netuid),
    ownerHotkey: account(60_000 + netuid),
    registeredAt: 1_200_000 + netuid * 31_337,
    n,
    maxUids: netuid === 0 ? 64 : Math.max(256, n),
    maxValidators: 64,
    ...(netuid === 7 ? {} : { validators: validatorsOf(netuid), miners: n - validatorsOf(netuid) }),
    mechanisms: mechanismsOf(netuid).length,
    tempo: netuid === 0 ? 100 : TEMPO,
    lastEpochBlock: block - blocksSinceEpoch,
    blocksSinceEpoch,
    nextEpochBlock: block - blocksSinceEpoch + TEMPO,
    burn,
    burnTao: String(burn / 1e9),
    difficulty: '18446744073709551615',
    registrationAllowed: netuid % 11 !== 5,
    immunityPeriod: 5_000,
    hyperparameters: {
      rho: 10,
      kappa: 32_767,
      minBurn: 500_000,
      maxBurn: 100_000_000_000,
      bondsMovingAvg: 900_000,
      activityCutoff: 5_000,
      weightsRateLimit: 100,
      weightsVersion: 0,
      maxRegistrationsPerBlock: 1,
      targetRegistrationsPerInterval: 1,
      adjustmentInterval: 360,
      adjustmentAlpha: '14757395258967641292',
      commitRevealEnabled: true,
      commitRevealPeriod: 1,
      liquidAlphaEnabled: false,
      alphaHigh: 58_982,
      alphaLow: 45_875,
      minAllowedWeights: 1,
      maxWeightLimit: 65_535,
      servingRateLimit: 50,
    },
    ...(alpha
      ? {
          taoIn: Math.floor((1_000 + next() * 90_000) * 1e9),
          alphaIn: Math.floor((900_000 + next() * 2_000_000) * 1e9),
          alphaOut: Math.floor((900_000 + next() * 1_500_000) * 1e9),
          volume: '123456789012345678901',
          priceRao,
          priceTao: String(priceRao / 1e9),
          movingPrice: (priceRao / 1e9) * 0.98,
          emission: netuid % 13 === 6 ? 0 : Math.floor(next() ** 3 * 0.04 * 1e9),
        }
      : {}),
  };
}

export function metagraphAt(
  netuid: number,
  mechanism: number,
  block: number,
  head: number,
  nowMs: number,
): MetagraphJson {
  const n = neuronsOf(netuid);
  // Figures change at epochs; what is set between them changes the block it was set at.
  const epoch = Math.floor((block + netuid) / TEMPO);
  const neurons = Array.from({ length: n }, (_, uid) => neuronAt(netuid, mechanism, uid, block, epoch));
  return {
    netuid,
    mechanism,
    block,
    blockHash: `0x${block.toString(16).padStart(64, 'a')}`,
    timestamp: timeOf(block, head, nowMs),
    specName: 'node-subtensor',
    specVersion: block < GENESIS_HEAD - 20_000 ? 334 : 343,
    source: 'metagraph',
    unit: netuid === 0 ? 'tao' : 'alpha',
    n,
    neurons,
  };
}

function neuronAt(netuid: number, mechanism: number, uid: number, block: number, epoch: number): NeuronJson {
  const fixed = random(netuid * 4_099 + uid * 17 + 5);
  const drift = random(netuid * 4_099 + uid * 17 + epoch * 31 + mechanism * 7);
  const validator = uid < validatorsOf(netuid);
  const stakeTao = validator ? 40_000 * fixed() ** 2 + 900 : fixed() * 30;
  const stake = Math.floor(stakeTao * 1e9);
  const incentive = validator || netuid === 0 ? 0 : Math.floor(65_535 * fixed() ** 9 * (0.8 + drift() * 0.2));
  const dividends = validator && netuid !== 0 ? Math.floor(65_535 * fixed() ** 3 * (0.9 + drift() * 0.1)) : 0;
  const trust = validator ? Math.floor(65_535 * (0.9 + drift() * 0.1)) : 0;
  const consensus = Math.min(65_535, Math.floor(incentive * 1.1));
  const emission = Math.floor((incentive + dividends) * 2_204_000);
  const updated = validator ? Math.floor(drift() * 700) : 5_000 + uid * 71;
  const registeredAt = block - Math.floor(fixed() ** 2 * 900_000) - 400;
  const served = !validator && uid % 3 !== 0;
  return {
    uid,
    hotkey: account(netuid * 2_000 + uid + (netuid === 1 ? 2_000 : 0)),
    coldkey: account(900_000 + ((netuid * 31 + uid) % 97)),
    active: validator ? uid % 6 !== 5 : uid % 4 !== 1,
    validatorPermit: validator,
    ...(netuid === 0
      ? {}
      : {
          consensus,
          incentive,
          dividends,
          validatorTrust: trust,
          stakeWeight: validator ? Math.floor(fixed() * 9_000) : 0,
          consensusFraction: consensus / 65_535,
          incentiveFraction: incentive / 65_535,
          dividendsFraction: dividends / 65_535,
          validatorTrustFraction: trust / 65_535,
          emission,
          emissionAlpha: String(emission / 1e9),
          alphaStake: Math.floor(stake * 0.7),
          alphaStakeAlpha: String((stakeTao * 0.7).toFixed(9)),
          taoStake: Math.floor(stake * 0.3),
          taoStakeTao: String((stakeTao * 0.3).toFixed(9)),
        }),
    lastUpdate: block - updated,
    updated,
    registeredAt,
    stake,
    totalStake: stake,
    ...(netuid === 0
      ? { stakeTao: stakeTao.toFixed(9), totalStakeTao: stakeTao.toFixed(9) }
      : { stakeAlpha: stakeTao.toFixed(9), totalStakeAlpha: stakeTao.toFixed(9) }),
    ...(served
      ? {
          axon: {
            block: registeredAt + 90,
            version: 9_001_000,
            ip: uid % 29 === 2 ? '2001:db8:85a3::8a2e:370:7334' : `203.0.113.${uid % 254}`,
            port: 8_091 + (uid % 50),
            ipType: uid % 29 === 2 ? 6 : 4,
            protocol: 4,
            placeholder1: 0,
            placeholder2: 0,
          },
        }
      : {}),
    ...(validator && uid < 6
      ? {
          identityName:
            [
              'Opentensor Foundation',
              'tao5',
              '<b>RoundTable</b>21',
              '\u202Eevil',
              'Yuma, a DCG company',
              'Rizzo',
            ][uid] ?? 'x',
        }
      : {}),
  };
}

/** 30 days of epochs, two of hours, the last day every ten blocks. */
export function blocksOf(netuid: number, head: number, nowMs: number): BlocksBody['blocks'] {
  const blocks: BlocksBody['blocks'] = [];
  const add = (block: number, resolution: 'raw' | 'hourly' | 'epoch') =>
    blocks.push({
      block,
      timestamp: timeOf(block, head, nowMs),
      specVersion: block < GENESIS_HEAD - 20_000 ? 334 : 343,
      epoch: resolution === 'epoch' || (block + netuid) % TEMPO < 10,
      resolution,
    });
  const newest = Math.floor(head / 10) * 10;
  for (let block = newest - 216_000; block < newest - 14_400; block += 360) add(block, 'epoch');
  for (let block = newest - 14_400; block < newest - 7_200; block += 300) add(block, 'hourly');
  for (let block = newest - 7_200; block <= newest; block += 10) add(block, 'raw');
  return blocks;
}

export function historyOf(
  netuid: number,
  mechanism: number,
  uid: number,
  from: number,
  head: number,
  nowMs: number,
  asked: string,
): HistoryBody {
  const span = head - from;
  const resolution =
    asked === 'raw' || asked === 'hourly' || asked === 'epoch'
      ? asked
      : span <= 7_200
        ? 'raw'
        : span <= 60_000
          ? 'hourly'
          : 'epoch';
  const step = { raw: 10, hourly: 300, epoch: 360 }[resolution];
  const body: HistoryBody = {
    netuid,
    mechanism,
    unit: netuid === 0 ? 'tao' : 'alpha',
    resolution,
    block: [],
    timestamp: [],
    uid: [],
    incentive: [],
    consensus: [],
    dividends: [],
    validatorTrust: [],
    emission: [],
    totalStake: [],
    stake: [],
  };
  const start = Math.max(
    from,
    head - (resolution === 'raw' ? 7_200 : resolution === 'hourly' ? 64_800 : 216_000),
  );
  for (let block = Math.ceil(start / step) * step; block <= head; block += step) {
    // A week without data, so that a break is seen.
    if (head - block > 60_000 && head - block < 80_000) continue;
    const epoch = Math.floor((block + netuid) / TEMPO);
    const neuron = neuronAt(netuid, mechanism, uid, block, epoch);
    const wave = 1 + Math.sin(block / 20_000) * 0.3;
    body.block.push(block);
    body.timestamp.push(timeOf(block, head, nowMs));
    body.uid.push(head - block > 150_000 ? uid + 1 : uid);
    const score = (value: number | undefined) => (value === undefined ? null : (value / 65_535) * wave);
    body.incentive.push(score(neuron.incentive));
    body.consensus.push(score(neuron.consensus));
    body.dividends.push(score(neuron.dividends));
    body.validatorTrust.push(neuron.validatorTrust === undefined ? null : neuron.validatorTrust / 65_535);
    body.emission.push(neuron.emission === undefined ? null : (Number(neuron.emission) / 1e9) * wave);
    body.totalStake.push((Number(neuron.totalStake ?? 0) / 1e9) * (2 - (head - block) / 216_000));
    body.stake.push((Number(neuron.stake ?? 0) / 1e9) * 0.6);
  }
  return body;
}
