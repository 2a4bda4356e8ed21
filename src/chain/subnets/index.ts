/**
 * The facts of subnets at one block: owner, clock, registration, hyperparameters, pool and price, as the chain keeps them.
 * It reads no neurons and keeps no history.
 */
export { type EpochClock, nextEpochBlock } from './next-epoch.ts';
export { readSubnet, readSubnets } from './read-subnets.ts';
