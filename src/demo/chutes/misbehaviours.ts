import { TaoscopeError } from '../../shared/index.ts';
import { HOUR, hourAt, type Micros, microsOf } from './clock.ts';

/** All that the stand-in for Chutes can do wrong, with what it is. An hour is named by its end. */
export const CHUTES_MISBEHAVIOURS = {
  'missing-commitment':
    'the report is published, but nothing is committed: an empty commitment takes the place of the last, none at all if there never was one',
  'stale-commitment': 'the report is published, and the commitment of the hour before is left as it is',
  'wrong-hash': 'the validator commits to the digest of other bytes',
  'wrong-hash-miner': 'the miners commit to the digest of other bytes',
  'swapped-csv': 'in place of the invocations of the hour those of the hour before are served',
  'truncated-csv': 'the invocations are served without their last third',
  'rewritten-history':
    'from this hour on one instance has twice the multiplier, and was created six hours earlier than all reports before have said',
  'replaced-report': 'other bytes are served under the entry than those that were committed to',
  'wrong-hour':
    'the report and its exports are those of the hour before, committed to and listed as of this hour',
  'duplicate-hour': 'a second entry with the same bytes is committed to and listed',
  'duplicate-hour-differs': 'a second entry for the same hour tells other multipliers',
  gap: 'nothing is published',
  'forged-entry-id': 'the id of the entry does not follow from its account and block',
  'path-escape':
    'the path of the entry leads elsewhere: in turns of hours ../../etc/passwd, one with %2e%2e, an absolute one',
  'export-path-escape': 'the report names its exports by paths that lead elsewhere',
  'hostile-text':
    'one more instance, request, complaint, job and entry, with SQL, shell and markup in each text',
  'code-in-metrics': 'the metrics of some requests are code',
  'impossible-numbers': 'NaN, Infinity and 1e400 in the report, in multipliers and in metrics',
  'endless-body': 'the report never ends',
  'endless-export': 'the invocations never end',
  'slow-loris': 'the report comes at a byte per second',
  'private-redirect': 'the report is said to be at an address inside',
  'gzip-bomb': 'the report is a few kilobytes that unpack to gigabytes',
  'cut-body': 'the connection is cut in the middle of the report',
  'paid-unowed': 'a miner that is owed nothing is paid a tenth of all',
  'owed-unpaid': 'the miner that is owed second most is paid nothing',
  'dropped-synthetic': 'requests from outside are not in the export',
  'rerouted-synthetic': 'requests from outside are in the export with another instance and hotkey',
  'boundary-duplicates': 'forty more requests run over the end of the hour, and are in two exports',
  'late-confirmation': 'ten complaints about the hour are confirmed three hours later',
} as const satisfies Readonly<Record<string, string>>;

export type Misbehaviour = keyof typeof CHUTES_MISBEHAVIOURS;

/**
 * When something is done wrong: for every hour, for the hour that ends next, for the hour that ended so many full hours before the start
 * (1: the last full hour), or for the hour that ends then, ms since the epoch. What is done wrong in weights lasts for as long as that hour is the newest that is published.
 */
export type When = 'always' | 'next' | { readonly hoursAgo: number } | { readonly hour: number };

const NAMES = Object.keys(CHUTES_MISBEHAVIOURS) as Misbehaviour[];

/** Whose effect is seen at once, on what is published already. */
const AT_ONCE: ReadonlySet<Misbehaviour> = new Set([
  ...([
    'replaced-report',
    'forged-entry-id',
    'path-escape',
    'duplicate-hour',
    'duplicate-hour-differs',
  ] as const),
  ...(['swapped-csv', 'truncated-csv', 'endless-body', 'endless-export', 'slow-loris'] as const),
  ...(['private-redirect', 'gzip-bomb', 'cut-body', 'paid-unowed', 'owed-unpaid'] as const),
]);

/** Which hours are affected by what. */
export class Misbehaviours {
  readonly #always = new Set<Misbehaviour>();
  readonly #hours = new Map<Misbehaviour, Set<Micros>>();
  /** What begins with the next hour that is published. */
  readonly #next = new Set<Misbehaviour>();

  constructor(initial: Partial<Record<Misbehaviour, When>>, startMs: number) {
    for (const name of NAMES) {
      const when = initial[name];
      if (when === undefined) continue;
      if (when === 'always') this.#always.add(name);
      else if (when === 'next') this.set(name, hourAt(microsOf(startMs)) + HOUR);
      else if ('hour' in when) this.set(name, microsOf(when.hour));
      else this.set(name, hourAt(microsOf(startMs)) - (when.hoursAgo - 1) * HOUR);
    }
  }

  /** Whether the hour that ended then is affected. */
  has(name: Misbehaviour, end: Micros): boolean {
    return this.#always.has(name) || this.#hours.get(name)?.has(end) === true;
  }

  /** The first affected hour at or before this one. */
  since(name: Misbehaviour, end: Micros): Micros | undefined {
    const hours = [...(this.#hours.get(name) ?? [])].filter((hour) => hour <= end);
    return hours.length > 0 ? Math.min(...hours) : undefined;
  }

  isAlways(name: Misbehaviour): boolean {
    return this.#always.has(name);
  }

  set(name: Misbehaviour, end: Micros): void {
    this.#hours.set(name, (this.#hours.get(name) ?? new Set()).add(end));
  }

  /** From the next hour on that is published; or (`always`) for ever; or (`never`) no more. */
  plan(name: Misbehaviour, when: 'next' | 'always' | 'never'): void {
    this.#always.delete(name);
    this.#next.delete(name);
    if (when === 'always') this.#always.add(name);
    if (when === 'next') this.#next.add(name);
  }

  /** Called when an hour is about to be published: what was planned for it, or is done always, is for it. Answers what that is. */
  begin(end: Micros): Misbehaviour[] {
    const begun = [...this.#next, ...this.#always];
    for (const name of begun) this.set(name, end);
    this.#next.clear();
    return begun;
  }
}

/** What `POST /incident/chutes` asks for; `usage` for what there is not. */
export function misbehaviourArgs(args: Readonly<Record<string, unknown>>): {
  readonly what: Misbehaviour;
  readonly when: 'last' | 'next' | 'always' | 'never';
} {
  const what = NAMES.find((name) => name === args.what);
  if (what === undefined) throw unknown('what', args.what, NAMES);
  const known = ['last', 'next', 'always', 'never'] as const;
  const wanted = args.when ?? (AT_ONCE.has(what) ? 'last' : 'next');
  const when = known.find((name) => name === wanted);
  if (when === undefined || (when === 'last' && !AT_ONCE.has(what))) throw unknown('when', args.when, known);
  return { what, when };
}

function unknown(name: string, value: unknown, choices: readonly string[]): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'the stand-in for Chutes cannot misbehave like that',
    got: `${name} = ${JSON.stringify(value)?.slice(0, 60)}`,
    expected: choices.join(', '),
  });
}
