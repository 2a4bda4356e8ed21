import { TaoscopeError } from '../../shared/index.ts';
import type { Misbehaviour, When } from './misbehaviours.ts';
import type { ProfileName } from './pay.ts';

/** Which shape the files have: section 3.1 of the reference on Chutes, and the three eras before its first section. */
export type Generation = 'invocation' | 'bonus' | 'instance';

/** How the stand-in for Chutes behaves. */
export interface ChutesOptions {
  /** Port on 127.0.0.1; 0 takes any free one. Default 0. */
  readonly port?: number | undefined;
  /** Default `invocation`. */
  readonly generation?: Generation | undefined;
  /**
   * The rules by which the validator pays, of the generation: `P18`, `B4`, and `I4` (one day, no exports, no commitment of the validator) or
   * `I1` (seven days, exports, commitments) of the last. Default: the first that is named for the generation.
   */
  readonly profile?: ProfileName | undefined;
  /** Requests that begin in an hour on average, 0 to 300. Default 100. */
  readonly callsPerHour?: number | undefined;
  /** What is done wrong, and when. Default: nothing. */
  readonly misbehaviours?: Partial<Record<Misbehaviour, When>> | undefined;
  /** How long the events of an answer are apart, ms. Default 25. */
  readonly eventMs?: number | undefined;
  /** How much an endless body or bomb comes to, bytes. Default 10 GB. */
  readonly endlessBytes?: number | undefined;
}

/** The options with what was left open filled in. */
export interface ChutesSettings {
  readonly port: number;
  readonly generation: Generation;
  readonly profile: ProfileName;
  readonly callsPerHour: number;
  readonly misbehaviours: Partial<Record<Misbehaviour, When>>;
  readonly eventMs: number;
  readonly endlessBytes: number;
}

const PROFILES: Readonly<Record<Generation, readonly [ProfileName, ...ProfileName[]]>> = {
  invocation: ['P18'],
  bonus: ['B4'],
  instance: ['I4', 'I1'],
};

const MOST_CALLS = 300;

/** Throws `usage` for what does not go together. */
export function settingsOf(options: ChutesOptions): ChutesSettings {
  const { generation = 'invocation', callsPerHour = 100 } = options;
  const known = PROFILES[generation];
  const profile = options.profile ?? known[0];
  if (!known.includes(profile)) {
    throw new TaoscopeError('usage', {
      failed: 'the stand-in for Chutes cannot pay by these rules',
      got: `${profile} in the generation ${generation}`,
      expected: known.join(' or '),
    });
  }
  return {
    port: options.port ?? 0,
    generation,
    profile,
    callsPerHour: Math.min(MOST_CALLS, Math.max(0, callsPerHour)),
    misbehaviours: options.misbehaviours ?? {},
    eventMs: options.eventMs ?? 25,
    endlessBytes: options.endlessBytes ?? 10 * 1024 ** 3,
  };
}

/** Whether the validator's reports name exports: until April 2026. */
export function namesExports({ profile }: ChutesSettings): boolean {
  return profile !== 'I4';
}

/** Whether the validator commits to its reports: until May 2026. */
export function validatorCommits({ profile }: ChutesSettings): boolean {
  return profile !== 'I4';
}

/** How far back the list of entries goes, hours. */
export function listHours({ profile }: ChutesSettings): number {
  return profile === 'I4' ? 25 : 169;
}
