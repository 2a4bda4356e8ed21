/**
 * JSON-RPC against several endpoints as if they were one that does not fail: failover, reconnect, batches, retries, distrust.
 * It knows nothing of blocks, codecs or pallets.
 */
export { DEFAULT_LIMITS, type RpcLimits } from './limits.ts';
export { createRpc, type RpcOptions } from './rpc.ts';
export type { RequestOptions, Rpc } from './types.ts';
export { withArchive } from './with-archive.ts';
