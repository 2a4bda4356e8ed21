import { type DemoKey, demoKey } from './keys.ts';
import type { SubnetPlan } from './plans.ts';

/** How many validators there are; each runs on one subnet or several. */
export const VALIDATORS = 10;
/** Coldkeys that stake on validators of others. */
export const NOMINATORS = 6;
/** Coldkeys whose hotkeys register in the course of the play. */
export const RECRUITERS = 4;
const RECRUITS = 96;

/** Hotkey of validator number n. It may be registered on several subnets. */
export const validatorKey = (n: number): DemoKey => demoKey(`validator/${n}`);
/** The coldkey that owns validator number n. */
export const validatorOwner = (n: number): DemoKey => demoKey(`coldkey/validator/${n}`);
/** The coldkey that owns a subnet: that of its first validator. */
export const subnetOwner = ({ validators }: SubnetPlan): DemoKey => validatorOwner(validators[0] ?? 0);
/** Acts for the owners of subnets, by `Proxy`. */
export const manager = (): DemoKey => demoKey('coldkey/manager');
export const nominator = (n: number): DemoKey => demoKey(`coldkey/nominator/${n % NOMINATORS}`);
/** Hotkey of the n-th miner that a subnet starts with. */
export const minerKey = (netuid: number, n: number): DemoKey => demoKey(`miner/${netuid}/${n}`);

/** The coldkey of the n-th miner: two guilds own a quarter of every subnet, the others three hotkeys each. */
export function minerOwner({ netuid, miners, minerOwners }: SubnetPlan, n: number): DemoKey {
  const owner = minerOwners?.[n];
  if (owner !== undefined) return demoKey(`coldkey/miner/${netuid}/${owner}`);
  if (n < miners / 6) return demoKey('coldkey/guild/0');
  if (n < miners / 4) return demoKey('coldkey/guild/1');
  return demoKey(`coldkey/miner/${netuid}/${Math.floor(n / 3)}`);
}

/** Hotkeys that register later, in turns. */
export const recruitKey = (n: number): DemoKey => demoKey(`recruit/${n % RECRUITS}`);
/** The coldkey that pays for a recruit, and owns it. */
export const recruiter = (n: number): DemoKey => demoKey(`coldkey/recruiter/${(n % RECRUITS) % RECRUITERS}`);
