import { type AccountId, RAO_PER_TAO } from '../../shared/index.ts';
import type { StateWriter } from '../runtime/storage.ts';
import { DEV_ACCOUNT_PATHS, type DemoKey, demoKey, devAccount } from './keys.ts';
import { roll } from './roll.ts';

/** A subnet as it stands at genesis. */
export interface SubnetPlan {
  readonly netuid: number;
  readonly name: string;
  readonly symbol: string;
  readonly description: string;
  readonly tempo: number;
  readonly mechanisms: number;
  /** Numbers of the validators (see {@link validatorKey}) that are registered. */
  readonly validators: readonly number[];
  readonly miners: number;
  readonly maxUids: number;
  /** TAO and alpha in the pool, whole coins. */
  readonly pool: readonly [tao: number, alpha: number];
}

const RTL_OVERRIDE = '\u202e';

/** Text that a page must show as text: markup, a right-to-left override, emoji, and more of it than fits anywhere. */
export const HOSTILE_SUBNET_NAME = `<script>alert("subnet")</script> ${RTL_OVERRIDE}txet desrever 🦊🚀 ${'very long name '.repeat(16)}`;
export const HOSTILE_IDENTITY_NAME = `<img src=x onerror=alert('coldkey')> ${RTL_OVERRIDE}gnp.exe 👾 "quoted" & more`;

const VALIDATORS = 10;
const ROOT_VALIDATORS = 8;
const RECRUITS = 48;

/** The subnets beside root. Tempos are short, so that epochs can be watched. */
export const SUBNET_PLANS: readonly SubnetPlan[] = [
  {
    netuid: 1,
    name: 'Quarry',
    symbol: 'α',
    description: 'Sixty-four neurons at full capacity: every newcomer replaces someone.',
    tempo: 20,
    mechanisms: 1,
    validators: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    miners: 54,
    maxUids: 64,
    pool: [42_000, 1_300_000],
  },
  {
    netuid: 2,
    name: HOSTILE_SUBNET_NAME,
    symbol: 'β',
    description: 'Still has room for newcomers. Its identity is hostile text.',
    tempo: 30,
    mechanisms: 1,
    validators: [0, 1, 2, 3, 4],
    miners: 26,
    maxUids: 40,
    pool: [9_000, 900_000],
  },
  {
    netuid: 3,
    name: 'Twin mills',
    symbol: 'γ',
    description: 'One subnet, two mechanisms: each with weights and incentives of its own.',
    tempo: 25,
    mechanisms: 2,
    validators: [2, 3, 4, 5, 6, 7],
    miners: 18,
    maxUids: 32,
    pool: [15_500, 700_000],
  },
];

const VALIDATOR_NAMES = [
  ...[
    'Opal',
    'Basalt',
    'Cedar',
    HOSTILE_IDENTITY_NAME,
    'Fjord',
    'Granite',
    'Harbour',
    'Iris',
    'Juniper',
    'Kestrel',
  ],
];

/** Hotkey of validator number n. It may be registered on several subnets. */
export const validatorKey = (n: number): DemoKey => demoKey(`validator/${n}`);
/** Hotkey of the n-th miner that a subnet starts with. */
export const minerKey = (netuid: number, n: number): DemoKey => demoKey(`miner/${netuid}/${n}`);
/** Hotkeys that register later, in turns. */
export const recruitKey = (n: number): DemoKey => demoKey(`recruit/${n % RECRUITS}`);
/** The coldkey that pays for the recruits. */
export const recruiter = (): DemoKey => demoKey('coldkey/recruiter');

/**
 * The hotkey that nobody but you moves: `//Bob`, owned by `//Alice`, registered on subnet 2 with stake and a validator
 * permit, for trying `set_weights` and `serve_axon` by hand.
 */
export const HAND_DRIVEN = { netuid: 2, hotkey: '//Bob', coldkey: '//Alice' } as const;

/** Writes the state of block 0: runtime, balances, subnets and the people on them. */
export function writeGenesis(state: StateWriter, seed: string): void {
  const { specName, specVersion } = state.runtime.spec;
  state.put('System', 'LastRuntimeUpgrade', { spec_version: specVersion, spec_name: specName });
  state.put('System', 'Number', 0);
  state.putSub('TaoWeight', 971_718_665_099_567_868n);
  state.putSub('BlockEmission', RAO_PER_TAO);
  state.putSub('TotalNetworks', SUBNET_PLANS.length + 1);
  state.putSub('StakeThreshold', 100n * RAO_PER_TAO);
  state.putSub('NetworkLastLockCost', 1_000n * RAO_PER_TAO);

  for (const path of DEV_ACCOUNT_PATHS) endow(state, devAccount(path).publicKey, 100_000n);
  endow(state, recruiter().publicKey, 200_000n);
  for (let n = 0; n < VALIDATORS; n++) {
    const coldkey = demoKey(`coldkey/validator/${n}`).publicKey;
    endow(state, coldkey, 5_000n);
    endow(state, validatorKey(n).publicKey, 10n);
    own(state, validatorKey(n).publicKey, coldkey);
    state.putSub('IdentitiesV2', coldkey, identity(VALIDATOR_NAMES[n] ?? `Validator ${n}`));
  }
  own(state, devAccount(HAND_DRIVEN.hotkey).publicKey, devAccount(HAND_DRIVEN.coldkey).publicKey);

  writeRoot(state, seed);
  for (const plan of SUBNET_PLANS) writeSubnet(state, seed, plan);
  state.put('Balances', 'TotalIssuance', 9_000_000n * RAO_PER_TAO);
  state.putSub('TotalIssuance', 9_000_000n * RAO_PER_TAO);
}

function writeRoot(state: StateWriter, seed: string): void {
  const hotkeys = Array.from({ length: ROOT_VALIDATORS }, (_, n) => validatorKey(n).publicKey);
  writeNetwork(state, 0, { tempo: 100, maxUids: 64, maxValidators: 64, mechanisms: 1 });
  state.putSub('TokenSymbol', 0, text('τ'));
  hotkeys.forEach((hotkey, uid) => {
    const tao = Math.round(2_000 + 60_000 * roll(seed, 'root', uid) ** 2);
    enter(state, 0, uid, hotkey, BigInt(tao) * RAO_PER_TAO);
  });
  writeVectors(state, 0, 1, hotkeys.length, (uid) => uid >= 0);
}

function writeSubnet(state: StateWriter, seed: string, plan: SubnetPlan): void {
  const { netuid, pool } = plan;
  const validators = plan.validators.map((n) => validatorKey(n).publicKey);
  if (netuid === HAND_DRIVEN.netuid) validators.push(devAccount(HAND_DRIVEN.hotkey).publicKey);
  writeNetwork(state, netuid, { ...plan, maxValidators: validators.length });
  state.putSub('TokenSymbol', netuid, text(plan.symbol));
  state.putSub('SubnetOwner', netuid, demoKey(`coldkey/validator/${plan.validators[0] ?? 0}`).publicKey);
  state.putSub('SubnetOwnerHotkey', netuid, validators[0]);
  state.putSub('SubnetIdentitiesV3', netuid, {
    subnet_name: text(plan.name),
    github_repo: text(`https://example.org/demo/subnet-${netuid}`),
    subnet_contact: text('nobody@example.org'),
    subnet_url: text(`https://subnet-${netuid}.example.org`),
    discord: text(''),
    description: text(plan.description),
    logo_url: text(''),
    additional: text(''),
  });
  const [tao, alpha] = pool;
  state.putSub('SubnetTAO', netuid, BigInt(tao) * RAO_PER_TAO);
  state.putSub('SubnetAlphaIn', netuid, BigInt(alpha) * RAO_PER_TAO);
  // 1: a pool sets the price. The default, 0, is a "stable" subnet whose alpha is always worth one TAO.
  state.putSub('SubnetMechanism', netuid, 1);
  state.put('Swap', 'SwapV3Initialized', netuid, true);
  state.put('Swap', 'AlphaSqrtPrice', netuid, BigInt(Math.round(Math.sqrt(tao / alpha) * 2 ** 52)) << 12n);
  state.putSub('SubnetMovingPrice', netuid, BigInt(Math.round((tao / alpha) * 2 ** 32)));

  let alphaOut = 0n;
  validators.forEach((hotkey, uid) => {
    const stake = BigInt(Math.round(5_000 + 80_000 * roll(seed, 'stake', netuid, uid) ** 2)) * RAO_PER_TAO;
    alphaOut += stake;
    enter(state, netuid, uid, hotkey, stake);
    state.putSub('Prometheus', netuid, hotkey, {
      block: 0n,
      version: 1,
      ip: BigInt(0xc6336400 + uid + 1),
      port: 9100,
      ip_type: 4,
    });
  });
  for (let n = 0; n < plan.miners; n++) {
    const hotkey = minerKey(netuid, n).publicKey;
    const uid = validators.length + n;
    const stake = BigInt(Math.round(40 * roll(seed, 'stake', netuid, uid))) * RAO_PER_TAO;
    alphaOut += stake;
    own(state, hotkey, demoKey(`coldkey/miner/${netuid}/${Math.floor(n / 3)}`).publicKey);
    enter(state, netuid, uid, hotkey, stake);
    state.putSub('Axons', netuid, hotkey, axonOf(netuid, n, 0n));
  }
  state.putSub('SubnetAlphaOut', netuid, alphaOut);
  const n = validators.length + plan.miners;
  writeVectors(state, netuid, plan.mechanisms, n, (uid) => uid < validators.length);
}

/** An axon in the ranges that are reserved for documentation; every eighth speaks IPv6. */
export function axonOf(netuid: number, n: number, block: bigint) {
  const ipv6 = n % 8 === 7;
  return {
    block,
    version: 9_000_000 + netuid,
    ip: ipv6 ? (0x20010db8n << 96n) + BigInt(netuid * 256 + n) : BigInt(0xcb007100 + (n % 250) + 1),
    port: 8091 + (n % 10),
    ip_type: ipv6 ? 6 : 4,
    protocol: 4,
    placeholder1: 0,
    placeholder2: 0,
  };
}

function writeNetwork(
  state: StateWriter,
  netuid: number,
  plan: { tempo: number; maxUids: number; maxValidators: number; mechanisms: number },
): void {
  state.putSub('NetworksAdded', netuid, true);
  state.putSub('NetworkRegisteredAt', netuid, 0n);
  state.putSub('FirstEmissionBlockNumber', netuid, 1n);
  state.putSub('SubtokenEnabled', netuid, true);
  state.putSub('Tempo', netuid, plan.tempo);
  state.putSub('MaxAllowedUids', netuid, plan.maxUids);
  state.putSub('MaxAllowedValidators', netuid, plan.maxValidators);
  state.putSub('MechanismCountCurrent', netuid, plan.mechanisms);
  state.putSub('CommitRevealWeightsEnabled', netuid, false);
  state.putSub('WeightsSetRateLimit', netuid, 10n);
  state.putSub('ServingRateLimit', netuid, 10n);
  state.putSub('MinAllowedWeights', netuid, 4);
  state.putSub('ImmunityPeriod', netuid, 60);
  state.putSub('ActivityCutoff', netuid, 360);
  state.putSub('AdjustmentInterval', netuid, 40);
  state.putSub('TargetRegistrationsPerInterval', netuid, 1);
  state.putSub('Burn', netuid, RAO_PER_TAO);
  state.putSub('BlocksSinceLastStep', netuid, 0n);
}

function writeVectors(
  state: StateWriter,
  netuid: number,
  mechanisms: number,
  n: number,
  isValidator: (uid: number) => boolean,
): void {
  const zeros = Array.from({ length: n }, () => 0);
  const none = Array.from({ length: n }, () => 0n);
  state.putSub('SubnetworkN', netuid, n);
  for (const name of ['Rank', 'Trust', 'Consensus', 'Dividends', 'ValidatorTrust', 'StakeWeight']) {
    state.putSub(name, netuid, zeros);
  }
  state.putSub(
    'PruningScores',
    netuid,
    zeros.map(() => 65_535),
  );
  state.putSub('Emission', netuid, none);
  state.putSub(
    'Active',
    netuid,
    zeros.map(() => true),
  );
  state.putSub(
    'ValidatorPermit',
    netuid,
    zeros.map((_, uid) => isValidator(uid)),
  );
  for (let mechanism = 0; mechanism < mechanisms; mechanism++) {
    state.putSub('Incentive', mechanism * 4096 + netuid, zeros);
    state.putSub('LastUpdate', mechanism * 4096 + netuid, none);
  }
}

function enter(state: StateWriter, netuid: number, uid: number, hotkey: AccountId, stake: bigint): void {
  state.putSub('Keys', netuid, uid, hotkey);
  state.putSub('Uids', netuid, hotkey, uid);
  state.putSub('IsNetworkMember', hotkey, netuid, true);
  state.putSub('BlockAtRegistration', netuid, uid, 0n);
  state.putSub('TotalHotkeyAlpha', hotkey, netuid, stake);
  // All of it belongs to the owner: as many shares as rao. Later pay raises the alpha and leaves the shares alone.
  const shares = stake << 64n;
  state.putSub('TotalHotkeyShares', hotkey, netuid, shares);
  state.putSub('Alpha', hotkey, state.sub<AccountId>('Owner', hotkey), netuid, shares);
}

function own(state: StateWriter, hotkey: AccountId, coldkey: AccountId): void {
  state.putSub('Owner', hotkey, coldkey);
  const owned = state.sub<AccountId[]>('OwnedHotkeys', coldkey);
  state.putSub('OwnedHotkeys', coldkey, [...owned, hotkey]);
}

function endow(state: StateWriter, account: AccountId, tao: bigint): void {
  state.put('System', 'Account', account, {
    nonce: 0,
    consumers: 0,
    providers: 1,
    sufficients: 0,
    data: { free: tao * RAO_PER_TAO, reserved: 0n, frozen: 0n, flags: 1n << 127n },
  });
}

function identity(name: string) {
  return {
    name: text(name),
    url: text('https://example.org'),
    github_repo: text(''),
    image: text(''),
    discord: text(''),
    description: text('A simulated validator.'),
    additional: text(''),
  };
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
