import type { Hex } from '../../shared/index.ts';
import type { Commitment } from '../types.ts';

/** Something could not be read from the chain: no node has that state any more, or none gave an answer that can be believed. */
export interface FailedReading {
  readonly outcome: 'failed';
  readonly reason: 'pruned' | 'rpc';
  /** What the node said, or we about it. */
  readonly detail: string;
  /** Host name of the endpoint, without a key. */
  readonly host?: string | undefined;
}

/** The chain has no such block: its newest is an earlier one. */
export interface NoSuchBlock {
  readonly outcome: 'no-block';
  /** Number of the newest block. */
  readonly head: number;
  readonly host?: string | undefined;
}

/** What an account had committed to at the end of the block that a report names. */
export type CommitmentReading =
  | {
      readonly outcome: 'read';
      /** `undefined`: the chain held none. */
      readonly commitment: Commitment | undefined;
      /** The block at whose end it was read. Needed where there is no commitment, to say where there was none. */
      readonly at?: { readonly number: number; readonly hash: Hex } | undefined;
      /** Time of the block in which it was set, ms since the epoch. Worth reading when it is not the block that the report names. */
      readonly setAtMs?: number | undefined;
      /** Storage key and raw value, as evidence. */
      readonly key?: Hex | undefined;
      readonly value?: Hex | undefined;
      readonly host?: string | undefined;
    }
  | NoSuchBlock
  | FailedReading;

/** When the block was made that a report names. */
export type BlockTimeReading =
  | {
      readonly outcome: 'read';
      /** `Timestamp.Now`, ms since the epoch. */
      readonly ms: number;
      readonly hash?: Hex | undefined;
      readonly host?: string | undefined;
    }
  | NoSuchBlock
  | FailedReading;
