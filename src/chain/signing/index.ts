/**
 * Extrinsics of our own: a call is signed by the metadata of the runtime that will run it, submitted, and followed to its outcome.
 * It holds no keys (see `wallet`) and decides nothing.
 */
export { type DispatchFailure, describeDispatchError, dispatchFailure } from './dispatch-failure.ts';
export { explainRefusal, type PoolRefusal } from './pool-refusal.ts';
export { type CallRequest, type SignedExtrinsic, type SignOptions, signCall } from './sign-call.ts';
export type { Signer } from './signer.ts';
export {
  type Outcome,
  outcomeError,
  submitAndWatch,
  type Watched,
  type WatchOptions,
  watchExtrinsic,
} from './submit-and-watch.ts';
