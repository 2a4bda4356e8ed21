/**
 * The neurons of a subnet at one block, normalised over all eras of the chain, as columns of the chain's own integers.
 * It keeps no history and applies no units.
 */
export { axonOf } from './axon.ts';
export type { ColumnName } from './columns.ts';
export { membershipChanges } from './membership.ts';
export { type MetagraphOptions, readMetagraph, requireU16 } from './read-metagraph.ts';
export { type KnownNeurons, type MetagraphsOptions, readMetagraphs } from './read-metagraphs.ts';
export { noSuchSubnet, PALLET, readNetuids } from './standing.ts';
