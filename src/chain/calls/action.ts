import type { AccountId } from '../../shared/index.ts';
import type { ChainEvent } from '../types.ts';

/** A call as the metadata names it. */
export interface Call {
  readonly pallet: string;
  readonly call: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** For whom a call acts: an account, root, or nobody that can be named (unsigned, or an origin of another kind). */
export type Actor = AccountId | 'root' | undefined;

/**
 * A wrapper that a call came in. A `scheduler` task is in no extrinsic: `walkCalls` never answers it, it is for callers
 * that know a task's call from `Scheduler.Agenda`.
 */
export type Via =
  | 'proxy'
  | 'multisig'
  | 'batch'
  | 'derivative'
  | 'sudo'
  | 'sudo_as'
  | 'scheduler'
  | 'dispatch_as';

/** One innermost call of an extrinsic: who did what, whether it took effect, and what it caused. */
export interface Action extends Call {
  readonly extrinsicIndex: number;
  /** Who signed the extrinsic: with a wrapper around the call not always who acts. */
  readonly signer?: AccountId | undefined;
  /** For whom the call was dispatched: behind a proxy the account it stands for, behind a multisig its derived account. */
  readonly actor: Actor;
  /** The wrappers around the call, outermost first. */
  readonly via: readonly Via[];
  /**
   * `true`: it took effect. `false`: it did not; it failed, was rolled back, or was never reached. `undefined`: the
   * block's events do not tell, and the call was then not taken out of its wrapper.
   */
  readonly success: boolean | undefined;
  /** The events it caused, in order. A call that failed has none: the chain rolls them back. */
  readonly events: readonly ChainEvent[];
}
