import type { BlockView, ChainEvent } from '../types.ts';

/** Why an extrinsic that is in a block did nothing. */
export interface DispatchFailure {
  /** Pallet of the error; absent for errors of the runtime itself (`BadOrigin`, `Token` …). */
  readonly pallet?: string | undefined;
  /** `SettingWeightsTooFast`; for errors of the runtime `BadOrigin`, `Token.FundsUnavailable` and the like. */
  readonly name: string;
  /** What the metadata says about it; empty where it says nothing. */
  readonly docs: string;
}

/** The failure that the events of one extrinsic tell of (`System.ExtrinsicFailed`); `undefined` when it succeeded. */
export function dispatchFailure(
  view: Pick<BlockView, 'palletError'>,
  events: readonly ChainEvent[],
): DispatchFailure | undefined {
  const failed = events.find(({ pallet, name }) => pallet === 'System' && name === 'ExtrinsicFailed');
  if (failed === undefined) return undefined;
  return describeDispatchError(view, failed.fields.dispatch_error ?? failed.fields['0']);
}

/** Names a `sp_runtime::DispatchError` by the metadata of its runtime. */
export function describeDispatchError(view: Pick<BlockView, 'palletError'>, error: unknown): DispatchFailure {
  if (!isVariant(error)) return { name: 'an error of a shape that is not known', docs: '' };
  if (error.type === 'Module') {
    const { index, error: code } = (error.value ?? {}) as { index?: unknown; error?: unknown };
    // Four bytes since polkadot-sdk 0.9.22, of which the first is the variant; a single number before.
    const variant = code instanceof Uint8Array ? code[0] : code;
    const known =
      typeof index === 'number' && typeof variant === 'number' ? view.palletError(index, variant) : undefined;
    return known ?? { name: `error ${String(variant)} of pallet ${String(index)}`, docs: '' };
  }
  const inner = isVariant(error.value) ? `.${error.value.type}` : '';
  return { name: `${error.type}${inner}`, docs: '' };
}

function isVariant(value: unknown): value is { readonly type: string; readonly value?: unknown } {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}
