import { fromHex, type Hex } from '../../shared/index.ts';
import type { DemoChain } from '../chain/demo-chain.ts';
import type { Pool } from '../chain/pool.ts';
import type { Faults } from '../incidents.ts';
import { StateReader } from '../runtime/storage.ts';
import { invalidParams, RpcError } from './rpc-error.ts';

/** What the methods of the node work on. */
export interface NodeContext {
  readonly chain: DemoChain;
  readonly pool: Pool;
  readonly faults: Faults;
}

/** A method: positional parameters in, JSON out. */
export type Handler = (params: readonly unknown[]) => unknown;

/** A subscription: sends until it is stopped. */
export interface Subscription {
  /** Method of the notifications, e.g. `chain_newHead`. */
  readonly notification: string;
  readonly unsubscribe: readonly string[];
  /** Starts sending; answers how to stop. Throws before it sends anything when the parameters are wrong. */
  start(params: readonly unknown[], send: (result: unknown) => void): () => void;
}

const HASH = /^0x[0-9a-fA-F]{64}$/;

/** An optional block hash among the parameters. */
export function hashParam(value: unknown): Hex | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !HASH.test(value))
    throw invalidParams('a block hash is 0x and 64 hex digits');
  return value.toLowerCase() as Hex;
}

/** Bytes among the parameters. */
export function bytesParam(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw invalidParams('expected bytes as a hex string');
  try {
    return fromHex(value);
  } catch {
    throw invalidParams('expected 0x and an even number of hex digits');
  }
}

/** A storage key among the parameters, lower-case. */
export function keyParam(value: unknown): Hex {
  bytesParam(value);
  return (value as string).toLowerCase() as Hex;
}

export function numberParam(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{1,13}$/.test(value)) return Number(value);
  throw invalidParams('expected a whole number');
}

/** The state after a block (the best one by default), with the errors of the two families of methods. */
export function stateAt(
  { chain }: NodeContext,
  at: Hex | undefined,
  family: 'call' | 'storage' = 'storage',
): StateReader {
  const hash = at ?? chain.best.hash;
  const found = chain.stateOf(hash);
  const prefix =
    family === 'call' ? 'Client error: Api called for an unknown Block:' : 'Client error: UnknownBlock:';
  if (found === 'discarded') throw new RpcError(4003, `${prefix} State already discarded for ${hash}`);
  if (found === 'unknown')
    throw new RpcError(4003, `${prefix} Header was not found in the database: ${hash}`);
  return new StateReader(found.runtime, found.state);
}
