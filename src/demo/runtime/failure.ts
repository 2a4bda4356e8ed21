import type { Runtime } from './runtime.ts';

/** A dispatch that failed, as `System.ExtrinsicFailed` tells it. */
export class DispatchFailure extends Error {
  readonly kind: 'module' | 'token' | 'plain';
  readonly pallet: string;
  /** The error's name in the pallet, in `sp_runtime::TokenError`, or (`plain`) in `DispatchError` itself. */
  readonly error: string;

  constructor(kind: DispatchFailure['kind'], pallet: string, error: string) {
    super(`${pallet}.${error}`);
    this.name = 'DispatchFailure';
    this.kind = kind;
    this.pallet = pallet;
    this.error = error;
  }

  /** `sp_runtime::DispatchError` with the numbers of a runtime, as the dynamic codec writes it. */
  encodable(runtime: Runtime): unknown {
    switch (this.kind) {
      case 'module':
        return { type: 'Module', value: runtime.moduleError(this.pallet, this.error) };
      case 'token':
        return { type: 'Token', value: { type: this.error, value: undefined } };
      case 'plain':
        return { type: this.error, value: undefined };
    }
  }
}

/** An error of a pallet, e.g. `moduleFailure('SubtensorModule', 'NeuronNoValidatorPermit')`. */
export function moduleFailure(pallet: string, name: string): DispatchFailure {
  return new DispatchFailure('module', pallet, name);
}

/** An error of the balances machinery, e.g. `tokenFailure('FundsUnavailable')`. */
export function tokenFailure(name: string): DispatchFailure {
  return new DispatchFailure('token', 'Token', name);
}

/** The origin may not do this. */
export function badOrigin(): DispatchFailure {
  return new DispatchFailure('plain', 'System', 'BadOrigin');
}

/** `SubtensorModule`'s error unless a condition holds. */
export function ensure(condition: boolean, name: string): void {
  if (!condition) throw moduleFailure('SubtensorModule', name);
}
