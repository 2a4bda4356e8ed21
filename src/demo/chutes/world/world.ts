import { HOUR, hourAt, MINUTE, type Micros } from '../clock.ts';
import type { ChutesSettings } from '../options.ts';
import { type Call, callsOfHour } from './calls.ts';
import { type Chute, chutesOf } from './chutes.ts';
import { type Complaint, complaintsOfHour } from './complaints.ts';
import { type Instance, Instances } from './instances.ts';
import { type Job, jobsOfHour } from './jobs.ts';

/** What began in one hour. */
export interface Hour {
  readonly end: Micros;
  readonly calls: readonly Call[];
  readonly complaints: readonly Complaint[];
  readonly jobs: readonly Job[];
}

/** Hours that are kept; those of a week and a day are looked at again and again. */
const MOST_HOURS = 200;

/**
 * What happens at the stand-in's platform. All of it follows from the seed, the birth of the world and the hour, so it may be forgotten
 * and made again; only what others ask for through the API comes from outside.
 */
export class World {
  readonly birth: Micros;
  readonly chutes: readonly Chute[];
  readonly #seed: string;
  readonly #settings: ChutesSettings;
  readonly #instances: Instances;
  readonly #hours = new Map<Micros, Hour>();
  readonly #probes = new Map<Micros, Map<string, Call>>();

  constructor(seed: string, settings: ChutesSettings, birth: Micros) {
    this.birth = birth;
    this.#seed = seed;
    this.#settings = settings;
    this.chutes = chutesOf(seed);
    this.#instances = new Instances(seed, this.chutes, birth);
  }

  /** Instances that exist at some time of [start, end). */
  instances(start: Micros, end: Micros): Instance[] {
    return this.#instances.during(start, end);
  }

  /** What began in the hour before `end`; nothing before the birth. */
  hour(end: Micros): Hour {
    const made = this.#hours.get(end) ?? this.#make(end);
    const probes = this.#probes.get(end);
    if (probes === undefined) return made;
    const calls = [...made.calls, ...probes.values()].sort((a, b) => a.startedAt - b.startedAt);
    return { ...made, calls };
  }

  /** Notes a request from outside, or what became of it. */
  note(call: Call): void {
    const end = hourAt(call.startedAt) + HOUR;
    const probes = this.#probes.get(end) ?? new Map<string, Call>();
    probes.set(call.invocationId, { ...call, isProbe: true });
    this.#probes.set(end, probes);
  }

  #make(end: Micros): Hour {
    if (end <= this.birth) return { end, calls: [], complaints: [], jobs: [] };
    const instances = this.instances(end - HOUR, end + 30 * MINUTE);
    const calls = callsOfHour({ ...this.#settings, seed: this.#seed, chutes: this.chutes }, end, instances);
    const complaints = complaintsOfHour(this.#seed, end, calls, instances);
    const hour = { end, calls, complaints, jobs: jobsOfHour(this.#seed, end, instances) };
    this.#hours.set(end, hour);
    if (this.#hours.size > MOST_HOURS) {
      for (const oldest of this.#hours.keys()) {
        this.#hours.delete(oldest);
        break;
      }
    }
    return hour;
  }
}
