import { type Hex, type Logger, TaoscopeError } from '../../shared/index.ts';
import type { Block } from '../chain/block.ts';
import type { DemoKey } from '../population/keys.ts';
import { CHUTES_PLAN } from '../population/plans.ts';
import { callOf, type Scene } from '../population/scene.ts';
import { commitmentOf } from '../runtime/commitments.ts';
import type { StateReader } from '../runtime/storage.ts';
import { DAY, HOUR, hourAt, MINUTE, type Micros, microsOf } from './clock.ts';
import { type Edition, Editor } from './edition.ts';
import { type Entry, entryIdOf, entryPath, sha256Of } from './entry.ts';
import { Ledger } from './ledger.ts';
import { Library } from './library.ts';
import type { KeptPublication, LogLine, StandInLog } from './log.ts';
import { type Misbehaviour, Misbehaviours } from './misbehaviours.ts';
import { type ChutesSettings, listHours, validatorCommits } from './options.ts';
import { Paymaster } from './paymaster.ts';
import { MINERS, type Miner, VALIDATOR } from './roster.ts';
import { type Call, measured } from './world/calls.ts';
import { World } from './world/world.ts';

/** Exports begin so long after the full hour, and know what has happened until then, however late they are written. */
const EXPORT_DELAY = MINUTE;
/** Blocks after which a commitment that did not land is sent again. */
const PATIENCE = 5;

/** Something to be published by an account. */
interface Task {
  readonly end: Micros;
  readonly differs: boolean;
}

/** A report that waits for its commitment. */
interface Draft extends Task {
  readonly writtenAt: Micros;
  readonly edition: Edition;
  /** What is to be committed; `undefined` for nothing. */
  readonly fields: readonly { readonly type: string; readonly value: Hex }[] | undefined;
  readonly sentAt: number;
}

interface Account {
  readonly role: Entry['role'];
  readonly key: DemoKey;
  readonly miner: Miner | undefined;
  readonly queue: Task[];
  draft: Draft | undefined;
}

export interface StandInOptions {
  readonly seed: string;
  readonly settings: ChutesSettings;
  readonly log: StandInLog;
  /** What the log held; empty for a new world. */
  readonly past: readonly LogLine[];
  readonly birth: Micros;
  readonly startMs: number;
  readonly logger: Logger;
}

/**
 * A stand-in for Chutes on the demo chain: a validator that after each full hour writes its exports and its report, commits to it by a signed
 * extrinsic and lists it with the block in which that landed; miners that do the same about themselves; and the validator's pay.
 */
export class StandIn {
  readonly settings: ChutesSettings;
  readonly world: World;
  readonly library: Library;
  readonly paymaster: Paymaster;
  readonly wrongs: Misbehaviours;
  readonly #log: StandInLog;
  readonly #logger: Logger;
  readonly #editor: Editor;
  readonly #ledger = new Ledger();
  readonly #accounts: readonly Account[];
  /** The end of the hour that is to be published next. */
  #next: Micros;

  constructor({ seed, settings, log, past, birth, startMs, logger }: StandInOptions) {
    this.settings = settings;
    this.#log = log;
    this.#logger = logger;
    this.wrongs = new Misbehaviours(settings.misbehaviours, startMs);
    this.world = new World(seed, settings, birth);
    this.library = new Library(seed, this.wrongs);
    this.#editor = new Editor(seed, settings, this.world, this.wrongs);
    this.paymaster = new Paymaster(settings, this.#ledger, this.world, this.wrongs);
    const account = (role: Entry['role'], key: DemoKey, miner?: Miner): Account => {
      return { role, key, miner, queue: [], draft: undefined };
    };
    this.#accounts = [
      account('validator', VALIDATOR),
      ...MINERS.filter(({ habit }) => habit.reports).map((miner) => account('miner', miner.key, miner)),
    ];
    this.#next = birth + HOUR;
    this.#replay(past, microsOf(startMs));
  }

  /** The end of the newest hour that the validator has published. */
  get newest(): Micros | undefined {
    const ends = this.library.published
      .filter(({ entry }) => entry.role === 'validator')
      .map(({ entry }) => entry.end);
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  /** Entries as the list shows them at an instant. */
  list(at: Micros): Record<string, string | number>[] {
    return this.library.list(at - listHours(this.settings) * HOUR);
  }

  /** What is done before a block is made: commitments are sent, and weights. `at` will be the block's time. */
  act(scene: Scene, at: Micros): void {
    this.#plan(at);
    for (const account of this.#accounts) this.#commit(scene, account, at);
    const [validator] = this.#accounts;
    const settled = validator?.queue.length === 0 && validator.draft === undefined && this.#next > hourAt(at);
    this.paymaster.act(scene, at, settled ? this.newest : undefined);
  }

  /** What is done after a block was made: reports whose commitment it holds are listed. */
  landed(block: Block, state: StateReader): void {
    for (const account of this.#accounts) {
      const { draft } = account;
      if (draft === undefined || !hasLanded(draft, account, block, state)) continue;
      account.draft = undefined;
      const createdAt = microsOf(block.timestampMs) + (block.number % 1_000);
      const { end, writtenAt, differs } = draft;
      const kept = { account: account.key.address, end, writtenAt, createdAt, block: block.number, differs };
      this.#log.write({ published: kept });
      this.#list(account, kept, draft.edition);
      this.#logger.debug({ end, block: block.number, hotkey: account.key.address }, 'demo report published');
    }
  }

  /** Blocks left the chain: what was committed in them is to be committed again. */
  retracted(fromBlock: number): void {
    const taken = this.library.takeBack(fromBlock);
    if (taken.length > 0) this.#log.write({ takenBack: fromBlock });
    for (const { entry } of taken.reverse()) {
      const account = this.#accounts.find(({ key }) => key.address === entry.hotkey);
      account?.queue.unshift({ end: entry.end, differs: false });
    }
    for (const account of this.#accounts) {
      if (account.draft === undefined) continue;
      account.queue.unshift(account.draft);
      account.draft = undefined;
    }
  }

  /** Publishes an hour (again): with the next block. Throws `usage` for one that has not ended, or that nothing is known of. */
  publish(end: Micros, at: Micros): void {
    if (end > at || end <= this.world.birth || end < at - 8 * DAY || end % HOUR !== 0) {
      throw new TaoscopeError('usage', {
        failed: 'the stand-in for Chutes cannot publish this hour',
        got: String(end / 1_000),
        expected: 'the end of a full hour of its life that is over, ms since the epoch',
      });
    }
    this.#plan(at);
    const [validator] = this.#accounts;
    if (!validator?.queue.some((task) => task.end === end)) validator?.queue.push({ end, differs: false });
  }

  /** Notes a request from outside, or what became of it: it will be in the exports of its hour. */
  note(call: Call): void {
    const { parentId, invocationId, instanceId, startedAt, completedAt, error } = call;
    const kept = { parentId, invocationId, instanceId, startedAt, completedAt, error };
    this.#log.write({ call: { ...kept, chuteId: call.chute.id, function: call.function } });
    this.world.note(call);
  }

  /** Begins or ends a misbehaviour; `last` is the newest published hour. */
  misbehave(what: Misbehaviour, when: 'last' | 'next' | 'always' | 'never'): void {
    if (when !== 'last') {
      this.wrongs.plan(what, when);
      return;
    }
    const { newest } = this;
    if (newest === undefined) {
      this.wrongs.plan(what, 'next');
      return;
    }
    this.#wrong(what, newest);
    if (what === 'duplicate-hour' || what === 'duplicate-hour-differs')
      this.#accounts[0]?.queue.push({ end: newest, differs: what === 'duplicate-hour-differs' });
  }

  #wrong(what: Misbehaviour, end: Micros): void {
    this.wrongs.set(what, end);
    this.#log.write({ wrong: { what, end } });
  }

  /** Hours that are due, oldest first: each needs a block of its own, for a commitment takes the place of the one before. */
  #plan(at: Micros): void {
    const due = hourAt(at - EXPORT_DELAY);
    this.#next = Math.max(this.#next, due - listHours(this.settings) * HOUR);
    for (; this.#next <= due; this.#next += HOUR) {
      const end = this.#next;
      for (const what of this.wrongs.begin(end)) this.#log.write({ wrong: { what, end } });
      for (const { role, queue } of this.#accounts) {
        if (role === 'validator' && this.wrongs.has('gap', end)) continue;
        queue.push({ end, differs: false });
        if (role !== 'validator') continue;
        if (this.wrongs.has('duplicate-hour', end)) queue.push({ end, differs: false });
        if (this.wrongs.has('duplicate-hour-differs', end)) queue.push({ end, differs: true });
      }
    }
  }

  #commit(scene: Scene, account: Account, at: Micros): void {
    const waiting = account.draft;
    if (waiting !== undefined && scene.block - waiting.sentAt < PATIENCE) return;
    const task = waiting ?? account.queue.shift();
    if (task === undefined) return;
    const writtenAt = waiting?.writtenAt ?? Math.min(at, task.end + EXPORT_DELAY);
    const edition = waiting?.edition ?? this.#write(account, { ...task, writtenAt });
    const fields = this.#fields(scene.state, account, task, sha256Of(edition.report));
    account.draft = { ...task, writtenAt, edition, fields, sentAt: scene.block };
    if (fields === undefined) return;
    scene.send(
      account.key,
      callOf('set_commitment', { netuid: CHUTES_PLAN.netuid, info: fields }, 'Commitments'),
    );
  }

  /** What is to be committed; `undefined` for nothing at all. */
  #fields(state: StateReader, { role, key }: Account, { end }: Task, sha256: string): Draft['fields'] {
    const digest = (hex: string) => [{ type: 'Sha256', value: `0x${hex}` as Hex }];
    const does = (name: Misbehaviour) => this.wrongs.has(name, end);
    if (role === 'miner') return digest(does('wrong-hash-miner') ? sha256Of(`not ${sha256}`) : sha256);
    if (!validatorCommits(this.settings)) return undefined;
    if (does('missing-commitment'))
      return commitmentOf(state, CHUTES_PLAN.netuid, key.publicKey) === undefined ? undefined : [];
    if (does('stale-commitment')) return undefined;
    return digest(does('wrong-hash') ? sha256Of(`not ${sha256}`) : sha256);
  }

  #write({ miner }: Account, { end, writtenAt, differs }: Task & { readonly writtenAt: Micros }): Edition {
    return miner === undefined
      ? this.#editor.edition(end, writtenAt, differs)
      : this.#editor.selfReport(miner, end, writtenAt);
  }

  #list(account: Account, kept: KeptPublication, edition = this.#write(account, kept)): void {
    const { end, block, createdAt } = kept;
    const { role, key } = account;
    const hotkey = key.address;
    const entry: Entry = {
      role,
      hotkey,
      block,
      createdAt,
      end,
      start: end - HOUR,
      entryId: entryIdOf(hotkey, block),
      path: entryPath(role, hotkey, block),
    };
    const { report, exports, told } = edition;
    this.library.add({ entry, bytes: report, sha256: sha256Of(report) }, exports);
    this.#ledger.add(told, end);
  }

  #replay(past: readonly LogLine[], now: Micros): void {
    for (const line of past) if ('wrong' in line) this.wrongs.set(line.wrong.what, line.wrong.end);
    for (const line of past) if ('call' in line) this.#recall(line.call);
    for (const line of past) {
      if ('takenBack' in line) this.library.takeBack(line.takenBack);
      if (!('published' in line)) continue;
      const kept = line.published;
      const account = this.#accounts.find(({ key }) => key.address === kept.account);
      if (account === undefined) continue;
      if (account.role === 'validator') this.#next = Math.max(this.#next, kept.end + HOUR);
      if (kept.end >= now - 8 * DAY) this.#list(account, kept);
    }
  }

  #recall(kept: Extract<LogLine, { call: unknown }>['call']): void {
    const chute = this.world.chutes.find(({ id }) => id === kept.chuteId);
    const instance = this.world
      .instances(kept.startedAt, kept.startedAt + 1)
      .find(({ id }) => id === kept.instanceId);
    if (chute === undefined || instance === undefined) return;
    const { uid, hotkey } = instance.miner;
    const { parentId, invocationId, instanceId, startedAt, completedAt, error } = kept;
    this.world.note({
      ...{ parentId, invocationId, chute, function: kept.function, instanceId, uid, hotkey },
      ...{ startedAt, completedAt, error, multiplier: instance.multiplier, bounty: 0 },
      metrics: error === '' ? measured(kept, chute, this.settings.generation) : undefined,
    });
  }
}

function hasLanded({ fields }: Draft, { key }: Account, block: Block, state: StateReader): boolean {
  if (fields === undefined) return true;
  const held = commitmentOf(state, CHUTES_PLAN.netuid, key.publicKey);
  return held?.block === block.number && held.info[0]?.value === fields[0]?.value;
}
