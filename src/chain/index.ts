/**
 * Subtensor: connects to nodes, follows heads, decodes any block with the metadata of its own runtime, reads subnets, submits.
 * It stores nothing, judges nothing, and believes no node that it can check.
 */
export {
  type Action,
  type Actor,
  type Call,
  derivativeAccount,
  eventField,
  multisigAccount,
  type Via,
  walkCalls,
} from './calls/index.ts';
export { type ConnectOptions, connectChain } from './connect.ts';
export { DEFAULT_FOLLOW_LIMITS, type FollowLimits, follow } from './follow.ts';
export { fetchHeader, type HeaderFields, hashHeader, parseHeader } from './header.ts';
export {
  axonOf,
  type ColumnName,
  type KnownNeurons,
  type MetagraphOptions,
  type MetagraphsOptions,
  membershipChanges,
  readMetagraph,
  readMetagraphs,
  readNetuids,
} from './metagraph/index.ts';
export {
  createRpc,
  DEFAULT_LIMITS,
  type RequestOptions,
  type Rpc,
  type RpcLimits,
  type RpcOptions,
} from './rpc/index.ts';
export { readSubnet, readSubnets } from './subnets/index.ts';
export type {
  Axon,
  BlockHeader,
  BlockRef,
  BlockView,
  Chain,
  ChainEvent,
  ChainIdentity,
  EndpointStats,
  Extrinsic,
  FollowEvent,
  FollowOptions,
  HeadKind,
  Metagraph,
  MetagraphSource,
  NeuronColumns,
  PrometheusInfo,
  RuntimeInfo,
  StorageRequest,
  SubnetFacts,
} from './types.ts';
export { createViews } from './view.ts';
export {
  readHotkeys,
  readWeightCommits,
  readWeightMatrix,
  readWeightRows,
  readWeightState,
  type WeightCommit,
  type WeightMatrix,
  type WeightMatrixOptions,
  type WeightRow,
  type WeightState,
} from './weights/index.ts';
