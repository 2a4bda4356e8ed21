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
export {
  type ChainCommitment,
  type CommitmentField,
  commitmentKey,
  decodeRegistration,
  digestsOf,
  knownCommitmentKey,
  type Registration,
  readCommitment,
  TIMESTAMP_KEY,
} from './commitments/index.ts';
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
export { type ReadClaim, readThroughProof, type Shown, verifyReadProof } from './proof/index.ts';
export {
  createRpc,
  DEFAULT_LIMITS,
  type RequestOptions,
  type Rpc,
  type RpcLimits,
  type RpcOptions,
} from './rpc/index.ts';
export {
  type CallRequest,
  type DispatchFailure,
  explainRefusal,
  type Outcome,
  outcomeError,
  type PoolRefusal,
  type SignedExtrinsic,
  type Signer,
  type SignOptions,
  signCall,
  submitAndWatch,
  type Watched,
  type WatchOptions,
  watchExtrinsic,
} from './signing/index.ts';
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
  ExtrinsicFormat,
  FollowEvent,
  FollowOptions,
  HeadKind,
  Metagraph,
  MetagraphSource,
  NeuronColumns,
  PalletError,
  PrometheusInfo,
  ReadProof,
  RuntimeInfo,
  StorageBytes,
  StorageRequest,
  SubnetFacts,
} from './types.ts';
export { createViews } from './view.ts';
export { Hotkey, type HotkeyPlace, type OpenedKey, openHotkey, readHotkey } from './wallet/index.ts';
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
