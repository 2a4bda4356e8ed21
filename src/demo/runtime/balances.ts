import { type AccountId, sameBytes } from '../../shared/index.ts';
import type { EventLog } from './events.ts';
import { moduleFailure, tokenFailure } from './failure.ts';
import type { StateReader, StateWriter } from './storage.ts';

/** `System.Account`. */
export interface AccountInfo {
  readonly nonce: number;
  readonly consumers: number;
  readonly providers: number;
  readonly sufficients: number;
  readonly data: {
    readonly free: bigint;
    readonly reserved: bigint;
    readonly frozen: bigint;
    readonly flags: bigint;
  };
}

/** Accounts below this balance cease to exist, rao. */
export const EXISTENTIAL_DEPOSIT = 500n;

export function accountOf(state: StateReader, who: AccountId): AccountInfo {
  return state.get<AccountInfo>('System', 'Account', who);
}

/** What an account may spend, rao. */
export function freeOf(state: StateReader, who: AccountId): bigint {
  return accountOf(state, who).data.free;
}

/** Counts the nonce up. */
export function bumpNonce(state: StateWriter, who: AccountId): void {
  const info = accountOf(state, who);
  state.put('System', 'Account', who, { ...info, nonce: info.nonce + 1 });
}

/** Takes rao from an account, which must keep the existential deposit; fees and burns come this way. */
export function withdraw(state: StateWriter, who: AccountId, amount: bigint): void {
  const info = accountOf(state, who);
  if (info.data.free < amount + EXISTENTIAL_DEPOSIT) throw tokenFailure('FundsUnavailable');
  setFree(state, who, info, info.data.free - amount);
}

/** Gives rao to an account that exists. */
export function deposit(state: StateWriter, who: AccountId, amount: bigint): void {
  const info = accountOf(state, who);
  setFree(state, who, info, info.data.free + amount);
}

/** Moves rao. With `keepAlive` the sender must keep the existential deposit, else a remainder below it is lost. */
export function transfer(
  state: StateWriter,
  log: EventLog,
  from: AccountId,
  to: AccountId,
  amount: bigint,
  keepAlive: boolean,
): void {
  const sender = accountOf(state, from);
  if (sender.data.free < amount) throw tokenFailure('FundsUnavailable');
  if (sameBytes(from, to)) {
    log.emit('Balances', 'Transfer', { from, to, amount });
    return;
  }
  const left = sender.data.free - amount;
  if (left < EXISTENTIAL_DEPOSIT && keepAlive) throw tokenFailure('NotExpendable');
  const receiver = accountOf(state, to);
  if (receiver.data.free + amount < EXISTENTIAL_DEPOSIT) throw tokenFailure('BelowMinimum');
  if (left < EXISTENTIAL_DEPOSIT) {
    state.put('System', 'Account', from, undefined);
    log.emit('System', 'KilledAccount', { account: from });
    if (left > 0n) log.emit('Balances', 'DustLost', { account: from, amount: left });
  } else {
    setFree(state, from, sender, left);
  }
  if (receiver.providers === 0) {
    log.emit('System', 'NewAccount', { account: to });
    log.emit('Balances', 'Endowed', { account: to, free_balance: amount });
  }
  setFree(
    state,
    to,
    { ...receiver, providers: Math.max(1, receiver.providers) },
    receiver.data.free + amount,
  );
  log.emit('Balances', 'Transfer', { from, to, amount });
}

/** The account behind a `MultiAddress`; only plain ids can be looked up. */
export function lookUp(address: unknown): AccountId {
  const { type, value } = address as { type: string; value: unknown };
  if (type === 'Id' && value instanceof Uint8Array) return value;
  throw moduleFailure('System', 'CallFiltered');
}

function setFree(state: StateWriter, who: AccountId, info: AccountInfo, free: bigint): void {
  state.put('System', 'Account', who, { ...info, data: { ...info.data, free } });
}
