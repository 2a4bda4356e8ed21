/**
 * A simulated subnet to try everything on: a node that speaks Substrate's JSON-RPC with metadata, state and extrinsics of
 * its own, a population that lives on it, and incidents to play. It is not a blockchain: one process makes all blocks,
 * roots are hashes and not tries, and nothing on it is worth anything.
 */
export { CHUTES_MISBEHAVIOURS, type Misbehaviour, type When } from './chutes/misbehaviours.ts';
export type { ChutesStandIn, PublishedReport } from './chutes/open-chutes.ts';
export type { ChutesOptions, Generation } from './chutes/options.ts';
export { INCIDENTS, type IncidentArgs, type IncidentName } from './incidents.ts';
export { DEV_ACCOUNT_PATHS, type DemoKey, type DevAccountPath, devAccount } from './population/keys.ts';
export {
  CHUTES_PLAN,
  HAND_DRIVEN,
  HOSTILE_IDENTITY_NAME,
  HOSTILE_SUBNET_NAME,
  SUBNET_PLANS,
} from './population/plans.ts';
export { type Demo, type DemoOptions, type DemoState, startDemo } from './start-demo.ts';
