import type { ChainEvent } from '../types.ts';
import type { Action, Actor, Call, Via } from './action.ts';
import { eventField, isEvent } from './event-field.ts';
import { unwrap, type Wrapper } from './wrapper.ts';

/** An action but for the extrinsic it came in. */
export type SettledCall = Omit<Action, 'extrinsicIndex' | 'signer'>;

/** Wrappers are opened so many deep; what lies deeper stays in its wrapper. */
const MAX_DEPTH = 16;

/**
 * Takes a call apart by the events of its extrinsic (without the outcome); `undefined` when they do not fit the call.
 *
 * Events are read from the last to the first: a wrapper writes its report behind all that it dispatched, and what failed
 * has left no events, so the last event is always that of the outermost call still open. Forwards, the report of a wrapper
 * could not be told from that of a like wrapper around it whose call failed.
 */
export function settleCalls(
  top: Call,
  signer: Actor,
  succeeded: boolean,
  events: readonly ChainEvent[],
): SettledCall[] | undefined {
  const dispatch: Dispatch = { call: top, actor: signer, via: [], depth: 0 };
  // From the last call to the first, as they are found.
  const found: Found[] = [];
  if (!succeeded) addFailed(found, dispatch);
  else {
    const scope = { end: events.length, isFirst: true, isLast: true, deposits: 0 };
    if (addDispatched({ events, found }, dispatch, scope) === undefined) return undefined;
  }
  return found.reverse().map(({ dispatch: { call, actor, via }, success, from, to }) => ({
    ...call,
    actor,
    via,
    success,
    events: events.slice(from, to),
  }));
}

/** A call and the origin that it is dispatched with. */
interface Dispatch {
  readonly call: Call;
  readonly actor: Actor;
  readonly via: readonly Via[];
  readonly depth: number;
}

/** An innermost call and where its events lie. */
interface Found {
  readonly dispatch: Dispatch;
  readonly success: boolean;
  readonly from: number;
  readonly to: number;
}

interface Walk {
  readonly events: readonly ChainEvent[];
  readonly found: Found[];
}

/** Where the events of a call lie: before `end`, and back to where the call before it ends. */
interface Scope {
  readonly end: number;
  /** No call of the extrinsic ran before it: its events begin where the extrinsic's do. */
  readonly isFirst: boolean;
  /** No wrapper reports behind it, but the chain's fee handling may have. */
  readonly isLast: boolean;
  /** How many wrappers around it gave a deposit back before they dispatched: those events stand before its own. */
  readonly deposits: number;
}

/** Finds the innermost calls of one that succeeded; answers where its events begin, `undefined` when they do not fit. */
function addDispatched(walk: Walk, dispatch: Dispatch, scope: Scope): number | undefined {
  const wrapper = open(dispatch);
  switch (wrapper?.type) {
    case undefined:
      return addInnermost(walk, dispatch, scope);
    case 'reporting':
      return addReporting(walk, dispatch, wrapper, scope);
    case 'passing': {
      const report = reportIn(walk.events, scope, wrapper.isReport);
      const inside = report === undefined ? scope : { ...scope, end: report, isLast: false };
      return addDispatched(walk, within(dispatch, wrapper.inner, wrapper), inside);
    }
    case 'batch':
      return addBatch(walk, dispatch, wrapper.items, scope);
    case 'either':
      return addEither(walk, dispatch, wrapper, scope);
  }
}

function addInnermost({ events, found }: Walk, dispatch: Dispatch, scope: Scope): number {
  const begin = beginOf(events, scope.end, scope.isFirst);
  let from = begin;
  while (from < scope.end && from - begin < scope.deposits && isDeposit(events[from]!)) from++;
  found.push({ dispatch, success: true, from, to: scope.end });
  return begin;
}

function addReporting(
  walk: Walk,
  dispatch: Dispatch,
  wrapper: Extract<Wrapper, { type: 'reporting' }>,
  scope: Scope,
): number | undefined {
  const { events, found } = walk;
  const end = reportIn(events, scope, wrapper.isReport);
  if (end === undefined) return wrapper.mayWait ? addInnermost(walk, dispatch, scope) : undefined;
  const inner = within(dispatch, wrapper.inner, wrapper);
  const succeeded = resultOf(events[end]!);
  if (succeeded === undefined) return undefined;
  if (!succeeded) {
    addFailed(found, inner);
    return beginOf(events, end, scope.isFirst);
  }
  const deposits = scope.deposits + (wrapper.returnsDeposit ? 1 : 0);
  const begin = addDispatched(walk, inner, { ...scope, end, isLast: false, deposits });
  // Deposits given back may stand before what was dispatched, where its first call failed.
  return begin === undefined ? undefined : beginOf(events, begin, scope.isFirst);
}

function addBatch(walk: Walk, dispatch: Dispatch, items: readonly Call[], scope: Scope): number | undefined {
  const { events, found } = walk;
  const report = reportIn(events, scope, isBatchEnd);
  if (report === undefined) return undefined;
  const reached = itemsRun(events[report]!, items.length);
  if (reached === undefined) return undefined;
  const dispatches = items.map((item) => within(dispatch, item, BATCH));
  for (const failed of dispatches.slice(reached).reverse()) addFailed(found, failed);
  let begin = report;
  for (let i = reached - 1; i >= 0; i--) {
    const mark = events[begin - 1];
    if (mark === undefined) return undefined;
    const end = begin - 1;
    if (isEvent(mark, 'Utility', 'ItemFailed')) {
      addFailed(found, dispatches[i]!);
      begin = end;
    } else if (isEvent(mark, 'Utility', 'ItemCompleted')) {
      const inside = i === 0 ? { ...scope, end, isLast: false } : { ...BEHIND_ANOTHER, end };
      const from = addDispatched(walk, dispatches[i]!, inside);
      if (from === undefined) return undefined;
      begin = from;
    } else return undefined;
  }
  return begin;
}

function addEither(
  walk: Walk,
  dispatch: Dispatch,
  { main, fallback }: Extract<Wrapper, { type: 'either' }>,
  scope: Scope,
): number | undefined {
  const end = reportIn(walk.events, scope, isEitherEnd);
  if (end === undefined) return undefined;
  const inside = { ...scope, end, isLast: false };
  if (isEvent(walk.events[end]!, 'Utility', 'IfElseMainSuccess')) {
    addFailed(walk.found, within(dispatch, fallback));
    return addDispatched(walk, within(dispatch, main), inside);
  }
  const begin = addDispatched(walk, within(dispatch, fallback), inside);
  addFailed(walk.found, within(dispatch, main));
  return begin;
}

/** The innermost calls of one that failed. Of a wrapper that would have reported, the call inside was not even dispatched. */
function addFailed(found: Found[], dispatch: Dispatch): void {
  const wrapper = open(dispatch);
  switch (wrapper?.type) {
    case undefined:
    case 'reporting':
      found.push({ dispatch, success: false, from: 0, to: 0 });
      return;
    case 'passing':
      addFailed(found, within(dispatch, wrapper.inner, wrapper));
      return;
    case 'batch':
      for (const item of wrapper.items.toReversed()) addFailed(found, within(dispatch, item, BATCH));
      return;
    case 'either':
      addFailed(found, within(dispatch, wrapper.fallback));
      addFailed(found, within(dispatch, wrapper.main));
  }
}

const BATCH = { via: 'batch' } as const;

/** The scope of a call that another ran before, but for its end. */
const BEHIND_ANOTHER = { isFirst: false, isLast: false, deposits: 0 } as const;

function open({ call, actor, depth }: Dispatch): Wrapper | undefined {
  return depth < MAX_DEPTH ? unwrap(call, actor) : undefined;
}

/** The dispatch of a call inside another: with the same origin, unless the wrapper gives one. */
function within(
  { actor, via, depth }: Dispatch,
  call: Call,
  wrapper: { readonly via?: Via | undefined; readonly actor?: Actor } = {},
): Dispatch {
  return {
    call,
    actor: 'actor' in wrapper ? wrapper.actor : actor,
    via: wrapper.via === undefined ? via : [...via, wrapper.via],
    depth: depth + 1,
  };
}

/** Where a call's events begin that end at `end`: behind the mark of the batch item before it. */
function beginOf(events: readonly ChainEvent[], end: number, isFirst: boolean): number {
  if (isFirst) return 0;
  let begin = end;
  while (begin > 0 && !isEvent(events[begin - 1]!, 'Utility', 'ItemCompleted', 'ItemFailed')) begin--;
  return begin;
}

/** Where a wrapper's report lies: at the very end of its scope, before what the chain adds behind the last call. */
function reportIn(
  events: readonly ChainEvent[],
  { end, isLast }: Scope,
  isReport: (event: ChainEvent) => boolean,
): number | undefined {
  for (let at = end - 1; at >= 0; at--) {
    if (isReport(events[at]!)) return at;
    if (!isLast) return undefined;
  }
  return undefined;
}

function isDeposit(event: ChainEvent): boolean {
  return isEvent(event, 'Balances', 'Unreserved', 'Released');
}

function isBatchEnd(event: ChainEvent): boolean {
  return isEvent(event, 'Utility', 'BatchCompleted', 'BatchInterrupted', 'BatchCompletedWithErrors');
}

function isEitherEnd(event: ChainEvent): boolean {
  return isEvent(event, 'Utility', 'IfElseMainSuccess', 'IfElseFallbackCalled');
}

/** How many items of a batch left a mark: all, or those before the one that interrupted it. */
function itemsRun(report: ChainEvent, count: number): number | undefined {
  if (report.name !== 'BatchInterrupted') return count;
  const { index } = report.fields;
  return Number.isInteger(index) && (index as number) >= 0 && (index as number) < count
    ? (index as number)
    : undefined;
}

/** Whether the `DispatchResult` in a wrapper's report says Ok; `undefined` when there is none. */
function resultOf(report: ChainEvent): boolean | undefined {
  const result = eventField(report, 'result', 'sudo_result');
  if (typeof result !== 'object' || result === null || !('type' in result)) return undefined;
  return result.type === 'Ok' ? true : result.type === 'Err' ? false : undefined;
}
