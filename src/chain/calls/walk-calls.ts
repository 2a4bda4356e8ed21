import type { ChainEvent, Extrinsic } from '../types.ts';
import type { Action } from './action.ts';
import { isEvent } from './event-field.ts';
import { settleCalls } from './settle-calls.ts';

/**
 * What was done in a block: each innermost call of each extrinsic, in order, with the account it acts for, whether it took
 * effect and the events it caused (reference, section 4.5). An extrinsic's own result says nothing of the calls inside, so
 * results are read from the events, which no doubt may pass: an extrinsic whose events do not fit its calls is one action,
 * its outermost call, with `success` undefined and all of its events.
 *
 * A wrapper that dispatched nothing is itself the innermost call: a multisig that waits for approvals, a proxy call by one
 * who is no proxy. So nobody can make others appear to have tried something. Every event belongs to one action at most;
 * events of block hooks, of undecoded extrinsics, and of fees as far as they can be told, belong to none.
 *
 * Never throws, whatever the arguments of the calls and the fields of the events are.
 */
export function walkCalls(extrinsics: readonly Extrinsic[], events: readonly ChainEvent[]): Action[] {
  const byExtrinsic = Map.groupBy(events, ({ extrinsicIndex }) => extrinsicIndex);
  return extrinsics
    .filter(({ undecoded }) => undecoded === undefined)
    .flatMap((extrinsic) => actionsOf(extrinsic, byExtrinsic.get(extrinsic.index) ?? []));
}

function actionsOf(
  { index, signer, pallet, call, args }: Extrinsic,
  events: readonly ChainEvent[],
): Action[] {
  const top = { pallet, call, args };
  const outcome = events.findLast((event) => isEvent(event, 'System', 'ExtrinsicSuccess', 'ExtrinsicFailed'));
  const caused = withoutFees(events).filter((event) => event !== outcome);
  const succeeded = outcome && outcome.name === 'ExtrinsicSuccess';
  const settled = succeeded === undefined ? undefined : settleCalls(top, signer, succeeded, caused);
  const actions = settled ?? [{ ...top, actor: signer, via: [], success: undefined, events: caused }];
  return actions.map((action) => ({ extrinsicIndex: index, signer, ...action }));
}

/**
 * Without what tells of the fee (`pallet_transaction_payment`): withdrawn before the call runs, and after it given back
 * in part, paid out and reported.
 */
function withoutFees(events: readonly ChainEvent[]): readonly ChainEvent[] {
  const paid = events.findLastIndex((event) => isEvent(event, 'TransactionPayment', 'TransactionFeePaid'));
  const first = events[0];
  if (paid <= 0 || first === undefined || !isEvent(first, 'Balances', 'Withdraw'))
    return events.filter(isOfCall);
  let end = paid;
  while (isEvent(events[end - 1]!, 'Balances', 'Deposit')) end--;
  // A call that need pay no fee may begin with a withdrawal of its own: a fee's is not free, or is given back.
  const isFee =
    events[paid]!.fields.actual_fee !== 0n ||
    events.slice(end, paid).some(({ fields }) => fields.amount === first.fields.amount);
  return isFee ? [...events.slice(1, end), ...events.slice(paid)].filter(isOfCall) : events.filter(isOfCall);
}

function isOfCall({ pallet }: ChainEvent): boolean {
  return pallet !== 'TransactionPayment';
}
