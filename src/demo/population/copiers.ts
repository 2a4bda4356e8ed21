import type { AccountId } from '../../shared/index.ts';
import { personalityOf } from './personalities.ts';

/**
 * Validators that send the last consensus in place of scores of their own: those that are like that by nature, and those
 * that an incident made so. The latter are told by block, so that what somebody did at a past block can be told again.
 */
export class Copiers {
  readonly #spells = new Map<string, { readonly from: number; readonly until: number }>();

  /** From a block on, a validator of a subnet copies. */
  start(netuid: number, hotkey: AccountId, block: number): void {
    this.#spells.set(placeOf(netuid, hotkey), { from: block, until: Number.POSITIVE_INFINITY });
  }

  /** From a block on, it scores again. */
  stop(netuid: number, hotkey: AccountId, block: number): void {
    const spell = this.#spells.get(placeOf(netuid, hotkey));
    if (spell !== undefined) this.#spells.set(placeOf(netuid, hotkey), { ...spell, until: block });
  }

  copies(netuid: number, hotkey: AccountId, block: number): boolean {
    if (personalityOf(hotkey) === 'copying') return true;
    const spell = this.#spells.get(placeOf(netuid, hotkey));
    return spell !== undefined && block >= spell.from && block < spell.until;
  }
}

function placeOf(netuid: number, hotkey: AccountId): string {
  return `${netuid}/${Buffer.from(hotkey).toString('hex')}`;
}
