import { type AccountId, sameBytes } from '../../shared/index.ts';
import type { EnumValue } from '../codec/index.ts';
import type { ChainEvent } from '../types.ts';
import type { Actor, Call, Via } from './action.ts';
import { derivativeAccount, multisigAccount } from './derived-account.ts';
import { eventField, isEvent } from './event-field.ts';

/** A call that dispatches others, told apart by how its events say what became of them. */
export type Wrapper =
  /** Reports the inner call's result in an event behind the inner call's own, and itself succeeds either way. */
  | {
      readonly type: 'reporting';
      readonly via: Via;
      readonly inner: Call;
      readonly actor: Actor;
      readonly isReport: (event: ChainEvent) => boolean;
      /** Without a report nothing was dispatched yet (a multisig that waits for approvals). */
      readonly mayWait: boolean;
      /** It unreserves a deposit before it dispatches. */
      readonly returnsDeposit: boolean;
    }
  /** Succeeds when, and only when, the inner call does; newer runtimes may report it as well. */
  | {
      readonly type: 'passing';
      readonly via: Via | undefined;
      readonly inner: Call;
      readonly actor: Actor;
      readonly isReport: (event: ChainEvent) => boolean;
    }
  /** Marks the end of each item, and of itself. */
  | { readonly type: 'batch'; readonly items: readonly Call[] }
  /** Runs the second call when the first fails. */
  | { readonly type: 'either'; readonly main: Call; readonly fallback: Call };

/** Most co-signatories believed; the chain's own bound (`MaxSignatories`) is 100. */
const MAX_SIGNATORIES = 1_000;

/**
 * What a call wraps, and for whom that acts when `actor` calls it (reference, section 4.5); `undefined` when it dispatches
 * nothing, or its arguments are not those of such a call.
 */
export function unwrap({ pallet, call, args }: Call, actor: Actor): Wrapper | undefined {
  const read = WRAPPERS.get(`${pallet}.${call}`);
  return read?.(args, actor);
}

type Args = Call['args'];
type ReadWrapper = (args: Args, actor: Actor) => Wrapper | undefined;

const WRAPPERS: ReadonlyMap<string, ReadWrapper> = new Map<string, ReadWrapper>([
  ['Proxy.proxy', asProxy],
  ['Proxy.proxy_announced', asAnnouncedProxy],
  ['Multisig.as_multi', asMultisig],
  ['Multisig.as_multi_threshold_1', asMultisigOfOne],
  ['Utility.batch', asBatch],
  ['Utility.batch_all', asBatch],
  ['Utility.force_batch', asBatch],
  ['Utility.as_derivative', asDerivative],
  ['Utility.dispatch_as', asDispatchAs],
  ['Utility.dispatch_as_fallible', asDispatchAs],
  ['Utility.with_weight', (args, actor) => passing(args.call, undefined, actor)],
  ['Utility.if_else', asIfElse],
  ['Sudo.sudo', (args) => reporting(args.call, 'sudo', 'root', 'Sudo', 'Sudid')],
  ['Sudo.sudo_unchecked_weight', (args) => reporting(args.call, 'sudo', 'root', 'Sudo', 'Sudid')],
  ['Sudo.sudo_as', asSudoAs],
]);

function asProxy({ real, call }: Args) {
  const account = addressOf(real);
  return account && reporting(call, 'proxy', account, 'Proxy', 'ProxyExecuted');
}

function asAnnouncedProxy(args: Args): Wrapper | undefined {
  const wrapper = asProxy(args);
  return wrapper && { ...wrapper, returnsDeposit: true };
}

function asSudoAs({ who, call }: Args): Wrapper | undefined {
  const account = addressOf(who);
  return account && reporting(call, 'sudo_as', account, 'Sudo', 'SudoAsDone');
}

function asMultisig({ threshold, other_signatories, call }: Args, actor: Actor): Wrapper | undefined {
  const account = multisigOf(other_signatories, threshold, actor);
  const wrapper = account && reporting(call, 'multisig', account, 'Multisig', 'MultisigExecuted');
  if (wrapper === undefined) return undefined;
  return {
    ...wrapper,
    isReport: (event) => isExecutionOf(event, account!),
    mayWait: true,
    returnsDeposit: true,
  };
}

function asMultisigOfOne({ other_signatories, call }: Args, actor: Actor): Wrapper | undefined {
  const account = multisigOf(other_signatories, 1, actor);
  const wrapper = account && passing(call, 'multisig', account);
  return wrapper && { ...wrapper, isReport: (event) => isExecutionOf(event, account!) };
}

function asDerivative({ index, call }: Args, actor: Actor): Wrapper | undefined {
  if (!isAccount(actor) || !isU16(index)) return undefined;
  return passing(call, 'derivative', derivativeAccount(actor, index));
}

function asDispatchAs({ as_origin, call }: Args): Wrapper | undefined {
  if (!isEnumValue(as_origin)) return undefined;
  const origin = as_origin.type === 'system' ? as_origin.value : undefined;
  const actor = !isEnumValue(origin)
    ? undefined
    : origin.type === 'Root'
      ? 'root'
      : origin.type === 'Signed' && isAccount(origin.value)
        ? origin.value
        : undefined;
  return reporting(call, 'dispatch_as', actor, 'Utility', 'DispatchedAs');
}

function asBatch({ calls }: Args): Wrapper | undefined {
  if (!Array.isArray(calls) || calls.length === 0) return undefined;
  const items = calls.map(callOf).filter((item) => item !== undefined);
  return items.length === calls.length ? { type: 'batch', items } : undefined;
}

function asIfElse(args: Args): Wrapper | undefined {
  const [main, fallback] = [callOf(args.main), callOf(args.fallback)];
  return main && fallback && { type: 'either', main, fallback };
}

function reporting(call: unknown, via: Via, actor: Actor, pallet: string, report: string) {
  const inner = callOf(call);
  if (inner === undefined) return undefined;
  const isReport = (event: ChainEvent) => isEvent(event, pallet, report);
  return { type: 'reporting', via, inner, actor, isReport, mayWait: false, returnsDeposit: false } as const;
}

function passing(call: unknown, via: Via | undefined, actor: Actor) {
  const inner = callOf(call);
  return inner && ({ type: 'passing', via, inner, actor, isReport: () => false } as const);
}

function isExecutionOf(event: ChainEvent, multisig: AccountId): boolean {
  if (!isEvent(event, 'Multisig', 'MultisigExecuted')) return false;
  const account = eventField(event, 'multisig');
  return isAccount(account) && sameBytes(account, multisig);
}

function multisigOf(others: unknown, threshold: unknown, actor: Actor): AccountId | undefined {
  if (!isAccount(actor) || !isU16(threshold)) return undefined;
  if (!Array.isArray(others) || others.length > MAX_SIGNATORIES || !others.every(isAccount)) return undefined;
  return multisigAccount([actor, ...others], threshold);
}

/** A `RuntimeCall` as its codec gives it: pallet, then call, then the arguments by name. */
function callOf(value: unknown): Call | undefined {
  if (!isEnumValue(value) || !isEnumValue(value.value)) return undefined;
  const { type: call, value: args = {} } = value.value;
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return undefined;
  return { pallet: value.type, call, args: args as Args };
}

/** The account of a `MultiAddress` (or the bare account that old runtimes take). Calls look up no other kind. */
function addressOf(address: unknown): AccountId | undefined {
  const account = isEnumValue(address) && address.type === 'Id' ? address.value : address;
  return isAccount(account) ? account : undefined;
}

function isEnumValue(value: unknown): value is EnumValue {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function isAccount(value: unknown): value is AccountId {
  return value instanceof Uint8Array && value.length === 32;
}

function isU16(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff;
}
