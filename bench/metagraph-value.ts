import { type Random, seededRandom } from '../test/support/seed.ts';

/**
 * A made-up subnet of `n` neurons as the runtime's `Metagraph` (spec 343) holds it: a quarter validators with stake and dividends,
 * most others mining with small, uneven shares, one in five idle; sizes of the numbers as on mainnet.
 */
export function realisticMetagraph(n: number, seed = 343): Record<string, unknown> {
  const random = seededRandom(seed);
  const uids = Array.from({ length: n }, (_, uid) => uid);
  const isValidator = (uid: number) => uid % 4 === 0;
  const isIdle = (uid: number) => uid % 5 === 3;
  const u16 = (share: number) => Math.floor(share * 65_535);
  const block = 6_800_000n;
  const score = (chosen: (uid: number) => boolean) =>
    uids.map((uid) => (chosen(uid) ? u16(random() ** 3) : 0));
  const rao = (chosen: (uid: number) => boolean, most: number) =>
    uids.map((uid) => (chosen(uid) ? BigInt(Math.floor(random() ** 4 * most)) : 0n));
  const miner = (uid: number) => !isValidator(uid) && !isIdle(uid);
  const hotkeys = uids.map(() => account(random));
  return {
    netuid: 64,
    name: text('chutes'),
    symbol: text('ג'),
    identity: undefined,
    network_registered_at: 4_500_000n,
    owner_hotkey: account(random),
    owner_coldkey: account(random),
    block,
    tempo: 360,
    last_step: block - 120n,
    blocks_since_last_step: 120n,
    subnet_emission: 0n,
    alpha_in: 1_900_000_000_000_000n,
    alpha_out: 2_700_000_000_000_000n,
    tao_in: 180_000_000_000_000n,
    alpha_out_emission: 1_000_000_000n,
    alpha_in_emission: 420_000_000n,
    tao_in_emission: 38_000_000n,
    pending_alpha_emission: 49_000_000_000n,
    pending_root_emission: 0n,
    subnet_volume: 9_000_000_000_000_000_000n,
    moving_price: { bits: 410_000_000n },
    rho: 10,
    kappa: 32_767,
    min_allowed_weights: 1,
    max_weights_limit: 65_535,
    weights_version: 800n,
    weights_rate_limit: 100n,
    activity_cutoff: 5_000,
    max_validators: 64,
    num_uids: n,
    max_uids: n,
    burn: 500_000_000n,
    difficulty: 10_000_000n,
    registration_allowed: true,
    pow_registration_allowed: false,
    immunity_period: 7_200,
    min_difficulty: 10_000_000n,
    max_difficulty: 4_611_686_018_427_387_903n,
    min_burn: 500_000n,
    max_burn: 100_000_000_000n,
    adjustment_alpha: 14_757_395_258_967_641_292n,
    adjustment_interval: 360,
    target_regs_per_interval: 1,
    max_regs_per_block: 1,
    serving_rate_limit: 50n,
    commit_reveal_weights_enabled: true,
    commit_reveal_period: 1n,
    liquid_alpha_enabled: false,
    alpha_high: 58_982,
    alpha_low: 45_875,
    bonds_moving_avg: 900_000n,
    hotkeys,
    coldkeys: uids.map(() => account(random)),
    identities: uids.map(() => undefined),
    axons: uids.map((uid) => ({
      block: isIdle(uid) ? 0n : block - BigInt(Math.floor(random() * 100_000)),
      version: isIdle(uid) ? 0 : 9_010_000,
      ip: isIdle(uid) ? 0n : BigInt(Math.floor(random() * 2 ** 32)),
      port: isIdle(uid) ? 0 : 1_024 + Math.floor(random() * 60_000),
      ip_type: isIdle(uid) ? 0 : 4,
      protocol: isIdle(uid) ? 0 : 4,
      placeholder1: 0,
      placeholder2: 0,
    })),
    active: uids.map((uid) => !isIdle(uid)),
    validator_permit: uids.map(isValidator),
    pruning_score: score(() => true),
    last_update: uids.map(() => block - BigInt(Math.floor(random() * 40_000))),
    emission: rao((uid) => !isIdle(uid), 12_000_000_000),
    dividends: score(isValidator),
    incentives: score(miner),
    consensus: score(miner),
    trust: score(miner),
    rank: score(miner),
    block_at_registration: uids.map(() => block - BigInt(Math.floor(random() * 1_500_000))),
    alpha_stake: rao(() => true, 40_000_000_000_000),
    tao_stake: rao(isValidator, 900_000_000_000_000),
    total_stake: rao(() => true, 90_000_000_000_000),
    tao_dividends_per_hotkey: hotkeys.map((hotkey) => [hotkey, 0n]),
    alpha_dividends_per_hotkey: hotkeys.map((hotkey, uid) => [
      hotkey,
      isValidator(uid) ? BigInt(Math.floor(random() * 1e10)) : 0n,
    ]),
  };
}

function account(random: Random): Uint8Array {
  return Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256));
}

/** Chain text is a list of compact bytes. */
function text(value: string): number[] {
  return [...new TextEncoder().encode(value)];
}
