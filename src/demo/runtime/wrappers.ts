import { type AccountId, sameBytes } from '../../shared/index.ts';
import { lookUp } from './balances.ts';
import type { EventLog } from './events.ts';
import type { Call } from './extrinsic.ts';
import { DispatchFailure, moduleFailure } from './failure.ts';
import type { StateWriter } from './storage.ts';

/** Runs an inner call on a state, for an account. Throws `DispatchFailure`. */
export type Run = (state: StateWriter, who: AccountId, call: Call) => void;

/** Whether a failing item stops the batch, undoes it, or is passed over. */
export type BatchKind = 'batch' | 'batch_all' | 'force_batch';

/** `Utility.batch`, `batch_all` and `force_batch`: calls in a row, each an item with an end of its own. */
export function batch(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  kind: BatchKind,
  calls: readonly Call[],
  run: Run,
): void {
  let failed = false;
  for (const [index, call] of calls.entries()) {
    // A batch directly inside a batch is refused by the runtime's call filter (reference, section 4.5).
    const failure =
      call.type === 'Utility'
        ? moduleFailure('System', 'CallFiltered')
        : attempt(state, log, (layer) => run(layer, who, call));
    if (failure === undefined) {
      log.emit('Utility', 'ItemCompleted', undefined);
      continue;
    }
    if (kind === 'batch_all') throw failure;
    const error = failure.encodable(state.runtime);
    if (kind === 'batch') {
      log.emit('Utility', 'BatchInterrupted', { index, error });
      return;
    }
    failed = true;
    log.emit('Utility', 'ItemFailed', { error });
  }
  log.emit('Utility', failed ? 'BatchCompletedWithErrors' : 'BatchCompleted', undefined);
}

interface ProxyDefinition {
  readonly delegate: AccountId;
  readonly proxy_type: { readonly type: string };
}

/** Arguments of `Proxy.proxy`. */
export interface ProxyCall {
  readonly real: unknown;
  readonly force_proxy_type: { readonly type: string } | undefined;
  readonly call: Call;
}

/** `Proxy.proxy`: acts for another account and reports how that went; it succeeds itself either way. */
export function proxy(state: StateWriter, log: EventLog, who: AccountId, args: ProxyCall, run: Run): void {
  const real = lookUp(args.real);
  const [definitions] = state.get<[ProxyDefinition[], bigint]>('Proxy', 'Proxies', real);
  const definition = definitions.find(
    ({ delegate, proxy_type: kind }) =>
      sameBytes(delegate, who) &&
      (args.force_proxy_type === undefined || args.force_proxy_type.type === kind.type),
  );
  if (definition === undefined) throw moduleFailure('Proxy', 'NotProxy');
  const allowed = isAllowed(definition.proxy_type.type, args.call);
  const failure = allowed
    ? attempt(state, log, (layer) => run(layer, real, args.call))
    : moduleFailure('System', 'CallFiltered');
  const result =
    failure === undefined
      ? { success: true, value: undefined }
      : { success: false, value: failure.encodable(state.runtime) };
  log.emit('Proxy', 'ProxyExecuted', { result });
}

/** Two of the chain's proxy types; the others let nothing through here. */
function isAllowed(kind: string, call: Call): boolean {
  return kind === 'Any' || (kind === 'Owner' && call.type === 'AdminUtils');
}

/** Runs in a layer of its own; a failure leaves neither state nor events. */
function attempt(
  state: StateWriter,
  log: EventLog,
  act: (layer: StateWriter) => void,
): DispatchFailure | undefined {
  const mark = log.mark();
  const layer = state.layer();
  try {
    act(layer);
    state.absorb(layer);
    return undefined;
  } catch (error) {
    if (!(error instanceof DispatchFailure)) throw error;
    log.rollBack(mark);
    return error;
  }
}
