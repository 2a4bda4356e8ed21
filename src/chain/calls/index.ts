/**
 * Who did what in a block: calls taken out of their wrappers, each with the account it acts for, its result and its events.
 * What an event means is not decided here.
 */
export type { Action, Actor, Call, Via } from './action.ts';
export { derivativeAccount, multisigAccount } from './derived-account.ts';
export { eventField } from './event-field.ts';
export { walkCalls } from './walk-calls.ts';
