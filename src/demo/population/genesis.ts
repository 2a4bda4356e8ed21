import { type AccountId, RAO_PER_TAO } from '../../shared/index.ts';
import type { StateWriter } from '../runtime/storage.ts';
import { axonOf } from './axons.ts';
import { DEV_ACCOUNT_PATHS, devAccount } from './keys.ts';
import {
  manager,
  minerKey,
  minerOwner,
  NOMINATORS,
  nominator,
  RECRUITERS,
  recruiter,
  subnetOwner,
  VALIDATORS,
  validatorKey,
  validatorOwner,
} from './people.ts';
import { CHUTES_PLAN, HAND_DRIVEN, HOSTILE_IDENTITY_NAME, SUBNET_PLANS, type SubnetPlan } from './plans.ts';
import { roll } from './roll.ts';

const ROOT_VALIDATORS = 8;

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

/** Writes the state of block 0: runtime, balances, subnets and the people on them; with `chutes` the subnet of the stand-in for Chutes. */
export function writeGenesis(state: StateWriter, seed: string, chutes = false): void {
  const plans = chutes ? [...SUBNET_PLANS, CHUTES_PLAN] : SUBNET_PLANS;
  const { specName, specVersion } = state.runtime.spec;
  state.put('System', 'LastRuntimeUpgrade', { spec_version: specVersion, spec_name: specName });
  state.put('System', 'Number', 0);
  state.putSub('TaoWeight', 971_718_665_099_567_868n);
  state.putSub('BlockEmission', RAO_PER_TAO);
  state.putSub('TotalNetworks', plans.length + 1);
  state.putSub('StakeThreshold', 100n * RAO_PER_TAO);
  state.putSub('NetworkLastLockCost', 1_000n * RAO_PER_TAO);
  // The chain's are made for epochs of 361 blocks.
  state.putSub('AdminFreezeWindow', 2);
  state.putSub('PendingChildKeyCooldown', 30n);
  state.putSub('TxDelegateTakeRateLimit', 60n);

  for (const path of DEV_ACCOUNT_PATHS) endow(state, devAccount(path).publicKey, 100_000n);
  for (let n = 0; n < RECRUITERS; n++) endow(state, recruiter(n).publicKey, 50_000n);
  for (let n = 0; n < NOMINATORS; n++) endow(state, nominator(n).publicKey, 20_000n);
  endow(state, manager().publicKey, 1_000n);
  for (let n = 0; n < VALIDATORS; n++) writeValidator(state, n, VALIDATOR_NAMES[n] ?? `Validator ${n}`);
  if (chutes) writeValidator(state, CHUTES_PLAN.validators[0] ?? 0, CHUTES_PLAN.name);
  own(state, devAccount(HAND_DRIVEN.hotkey).publicKey, devAccount(HAND_DRIVEN.coldkey).publicKey);

  writeRoot(state, seed);
  for (const plan of plans) writeSubnet(state, seed, plan);
  state.put('Balances', 'TotalIssuance', 9_000_000n * RAO_PER_TAO);
  state.putSub('TotalIssuance', 9_000_000n * RAO_PER_TAO);
}

function writeValidator(state: StateWriter, n: number, name: string): void {
  const coldkey = validatorOwner(n).publicKey;
  endow(state, coldkey, 5_000n);
  endow(state, validatorKey(n).publicKey, 10n);
  own(state, validatorKey(n).publicKey, coldkey);
  state.putSub('IdentitiesV2', coldkey, identity(name));
}

function writeRoot(state: StateWriter, seed: string): void {
  const hotkeys = Array.from({ length: ROOT_VALIDATORS }, (_, n) => validatorKey(n).publicKey);
  writeNetwork(state, 0, { tempo: 100, maxUids: 64, maxValidators: 64, mechanisms: 1, commitReveal: false });
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
  const owner = subnetOwner(plan).publicKey;
  const proxy = { delegate: manager().publicKey, proxy_type: { type: 'Owner', value: undefined }, delay: 0 };
  state.put('Proxy', 'Proxies', owner, [[proxy], 0n]);
  state.putSub('TokenSymbol', netuid, text(plan.symbol));
  state.putSub('SubnetOwner', netuid, owner);
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
    const coins =
      plan.validatorStakes?.[uid] ?? Math.round(5_000 + 80_000 * roll(seed, 'stake', netuid, uid) ** 2);
    const stake = BigInt(coins) * RAO_PER_TAO;
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
    own(state, hotkey, minerOwner(plan, n).publicKey);
    enter(state, netuid, uid, hotkey, stake);
    state.putSub('Axons', netuid, hotkey, axonOf(netuid, n, 0n));
  }
  state.putSub('SubnetAlphaOut', netuid, alphaOut);
  const n = validators.length + plan.miners;
  writeVectors(state, netuid, plan.mechanisms, n, (uid) => uid < validators.length);
}

function writeNetwork(
  state: StateWriter,
  netuid: number,
  plan: { tempo: number; maxUids: number; maxValidators: number; mechanisms: number; commitReveal: boolean },
): void {
  state.putSub('NetworksAdded', netuid, true);
  state.putSub('NetworkRegisteredAt', netuid, 0n);
  state.putSub('FirstEmissionBlockNumber', netuid, 1n);
  state.putSub('SubtokenEnabled', netuid, true);
  state.putSub('Tempo', netuid, plan.tempo);
  state.putSub('MaxAllowedUids', netuid, plan.maxUids);
  state.putSub('MaxAllowedValidators', netuid, plan.maxValidators);
  state.putSub('MechanismCountCurrent', netuid, plan.mechanisms);
  state.putSub('CommitRevealWeightsEnabled', netuid, plan.commitReveal);
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
