import type { DemoKey } from '../population/keys.ts';
import { CHUTES_PLAN } from '../population/plans.ts';
import { callOf, type Scene } from '../population/scene.ts';
import type { Micros } from './clock.ts';
import type { Ledger } from './ledger.ts';
import type { Misbehaviours } from './misbehaviours.ts';
import type { ChutesSettings } from './options.ts';
import { type Pay, payBy } from './pay.ts';
import { AUDITING_VALIDATOR, COPYING_VALIDATOR, MINERS, VALIDATOR } from './roster.ts';
import type { World } from './world/world.ts';

/** What Chutes' validator sends as its version. */
const VERSION_KEY = 69_420n;
const U16 = 65_535;
const UNOWED_SHARE = 0.1;
/** Where in the tempo each of the validators sends its weights, blocks. */
const TURNS = { pays: 3, audits: 6, copies: 12 };

const COLDKEYS: ReadonlyMap<string, string> = new Map(MINERS.map(({ hotkey, coldkey }) => [hotkey, coldkey]));
const UIDS: ReadonlyMap<string, number> = new Map(MINERS.map(({ hotkey, uid }) => [hotkey, uid]));

/**
 * Who gets what, once a tempo. The honest stand-in reckons by what it had *published* before the block that carries the weights, at the time of
 * that very block, and only when the last full hour is published: whoever has the reports up to then can reckon the same.
 */
export class Paymaster {
  readonly #settings: ChutesSettings;
  readonly #ledger: Ledger;
  readonly #gpuCounts: ReadonlyMap<string, number>;
  readonly #wrongs: Misbehaviours;
  #due = false;
  #last: { readonly pay: Pay; readonly at: Micros } | undefined;

  constructor(settings: ChutesSettings, ledger: Ledger, world: World, wrongs: Misbehaviours) {
    this.#settings = settings;
    this.#ledger = ledger;
    this.#gpuCounts = new Map(world.chutes.map(({ id, gpus }) => [id, gpus]));
    this.#wrongs = wrongs;
  }

  /** The last reckoning, before anything is done wrong with it; `undefined` before the first. */
  get last(): { readonly pay: Pay; readonly at: Micros } | undefined {
    return this.#last;
  }

  /** Reckons at an instant by what is published. */
  reckon(at: Micros): Pay {
    return payBy(this.#settings.profile, {
      ...this.#ledger.input(at),
      gpuCounts: this.#gpuCounts,
      coldkeys: COLDKEYS,
      blacklist: new Set(),
    });
  }

  /** Sends weights when it is time; `newest` is the newest hour published, `undefined` while an hour waits for it. */
  act(scene: Scene, at: Micros, newest: Micros | undefined): void {
    const phase = scene.block % (CHUTES_PLAN.tempo + 1);
    if (phase === TURNS.pays) this.#due = true;
    if (this.#due && newest !== undefined) {
      this.#due = false;
      const pay = this.reckon(at);
      this.#last = { pay, at };
      this.#send(scene, VALIDATOR, this.#bent(pay.shares, newest));
    }
    if (phase === TURNS.audits && this.#last !== undefined)
      this.#send(scene, AUDITING_VALIDATOR, this.#last.pay.shares);
    if (phase === TURNS.copies) this.#copy(scene);
  }

  /** The shares as they are paid, which is not always as they are owed. */
  #bent(shares: ReadonlyMap<string, number>, newest: Micros): ReadonlyMap<string, number> {
    const bent = new Map(shares);
    if (this.#wrongs.has('owed-unpaid', newest)) {
      const [, second] = [...shares].sort(([, a], [, b]) => b - a);
      if (second !== undefined) bent.delete(second[0]);
    }
    if (this.#wrongs.has('paid-unowed', newest)) {
      const idle = MINERS.find(({ hotkey }) => !shares.has(hotkey));
      bent.set(idle?.hotkey ?? AUDITING_VALIDATOR.address, UNOWED_SHARE / (1 - UNOWED_SHARE));
    }
    return bent;
  }

  #send(scene: Scene, key: DemoKey, shares: ReadonlyMap<string, number>): void {
    const most = Math.max(...shares.values());
    const row = [...shares]
      .map(([hotkey, share]) => [uidOf(hotkey), Math.round((share / most) * U16)] as const)
      .filter(([, weight]) => weight > 0)
      .sort(([a], [b]) => a - b);
    this.#submit(scene, key, row);
  }

  #copy(scene: Scene): void {
    const consensus = scene.state.sub<number[]>('Consensus', CHUTES_PLAN.netuid);
    const row = consensus.map((weight, uid) => [uid, weight] as const).filter(([, weight]) => weight > 0);
    this.#submit(scene, COPYING_VALIDATOR, row);
  }

  #submit(scene: Scene, key: DemoKey, row: readonly (readonly [uid: number, weight: number])[]): void {
    if (row.length === 0) return;
    const args = {
      netuid: CHUTES_PLAN.netuid,
      dests: row.map(([uid]) => uid),
      weights: row.map(([, weight]) => weight),
      version_key: VERSION_KEY,
    };
    scene.send(key, callOf('set_weights', args));
  }
}

function uidOf(hotkey: string): number {
  return UIDS.get(hotkey) ?? CHUTES_PLAN.validators.length - 1;
}
