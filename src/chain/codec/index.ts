/**
 * SCALE: bytes of the chain to values and back, by the type registry of the runtime that wrote them.
 * It does no I/O and knows nothing of subnets.
 */
export { decodeOldAnswer, type OldCall, oldCall } from './bytes-in-bytes.ts';
export { type Codec, decodeAll, encodeAll } from './codec.ts';
export type { EnumValue } from './composites.ts';
export { Cursor } from './cursor.ts';
export { DecodeFailure, undecodable } from './failure.ts';
export { nameHash } from './hashers.ts';
export { createRegistry, type TypeRegistry } from './registry.ts';
export {
  type ApiMethod,
  blake2b256,
  createRuntime,
  type ExtrinsicCodecs,
  MAX_METADATA_BYTES,
  type Runtime,
  type RuntimeIdentity,
} from './runtime.ts';
export { createStorageEntry, defaultOf, type StorageEntry } from './storage.ts';
export { Writer } from './writer.ts';
