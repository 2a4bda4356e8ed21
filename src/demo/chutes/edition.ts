import { HOUR, hourPath, type Micros } from './clock.ts';
import { Dice } from './dice.ts';
import { sha256Of } from './entry.ts';
import type { Py } from './formats/python.ts';
import { PyFloat } from './formats/python.ts';
import {
  isTold,
  minerReport,
  type NamedExport,
  stopBillingAt,
  type ToldInstance,
  validatorReport,
} from './formats/reports.ts';
import {
  complaintLine,
  complaintsCsv,
  invocationLine,
  invocationsCsv,
  jobLine,
  jobsCsv,
} from './formats/tables.ts';
import type { Misbehaviours } from './misbehaviours.ts';
import { type ChutesSettings, namesExports } from './options.ts';
import type { PaidInstance, PaidInvocation, PaidMetrics, PaidMultiplier } from './pay.ts';
import type { Miner } from './roster.ts';
import type { Call } from './world/calls.ts';
import { type Complaint, LONGEST_DOUBT } from './world/complaints.ts';
import type { Instance } from './world/instances.ts';
import { LONGEST_JOB } from './world/jobs.ts';
import * as mischief from './world/mischief.ts';
import type { World } from './world/world.ts';

export type ExportKind = 'invocations' | 'reports' | 'jobs';

/** All that a validator publishes about one hour, and what it says in the words of the pay. */
export interface Edition {
  readonly report: Buffer;
  /** By kind; none after the exports were dropped. */
  readonly exports: Partial<Record<ExportKind, Buffer>>;
  readonly told: Told;
}

/** What an edition adds to what is known. */
export interface Told {
  readonly instances: readonly PaidInstance[];
  readonly invocations: readonly (PaidInvocation & { readonly invocationId: string })[];
  readonly multipliers: readonly PaidMultiplier[];
  /** Parents of requests about which a complaint is confirmed. */
  readonly confirmed: readonly string[];
}

const NOTHING: Told = { instances: [], invocations: [], multipliers: [], confirmed: [] };

/** Writes what is published about an hour. The same hour, written at the same instant, always comes out alike. */
export class Editor {
  readonly #seed: string;
  readonly #settings: ChutesSettings;
  readonly #world: World;
  readonly #wrongs: Misbehaviours;

  constructor(seed: string, settings: ChutesSettings, world: World, wrongs: Misbehaviours) {
    this.#seed = seed;
    this.#settings = settings;
    this.#world = world;
    this.#wrongs = wrongs;
  }

  /** The hour that ended then, written at an instant; `differs` is a second account of it with other multipliers. */
  edition(end: Micros, writtenAt: Micros, differs = false): Edition {
    if (this.#wrongs.has('wrong-hour', end)) return this.#write(end - HOUR, writtenAt, differs);
    return this.#write(end, writtenAt, differs);
  }

  /** A miner's report about itself. */
  selfReport(miner: Miner, end: Micros, writtenAt: Micros): Edition {
    const start = end - HOUR;
    const parts = { start, end, writtenAt };
    const mine = this.#world.instances(start, writtenAt).filter((one) => one.miner === miner);
    const calls = [...this.#calls(end - HOUR), ...this.#calls(end)].filter(
      ({ hotkey, error, completedAt }) =>
        hotkey === miner.hotkey && error === '' && completedAt >= start && completedAt < end,
    );
    const instances = mine.filter((one) => isTold(one, parts));
    const report = minerReport({ ...parts, seed: this.#seed, hotkey: miner.hotkey, instances, calls });
    return { report: Buffer.from(report), exports: {}, told: NOTHING };
  }

  #write(end: Micros, writtenAt: Micros, differs: boolean): Edition {
    const start = end - HOUR;
    const { generation } = this.#settings;
    const instances = this.#world
      .instances(start, writtenAt + 1)
      .filter((one) => isTold(one, { start, end, writtenAt }))
      .map((one) => this.#tell(one, end, differs));
    const calls = this.#callsTold(start, end);
    const complaints = this.#complaintsTold(start, end);
    const exports: Partial<Record<ExportKind, Buffer>> = {};
    if (namesExports(this.#settings)) {
      exports.invocations = Buffer.from(
        invocationsCsv(calls.map((call) => invocationLine(this.#rerouted(call, end), writtenAt))),
      );
      exports.reports = Buffer.from(complaintsCsv(complaints.map((one) => complaintLine(one, writtenAt))));
      exports.jobs = Buffer.from(jobsCsv(this.#jobsTold(start, end).map((one) => jobLine(one, writtenAt))));
    }
    const report = validatorReport({
      ...{ generation, start, end, writtenAt, instances },
      exports: namesExports(this.#settings) ? this.#named(exports, end) : undefined,
      more: this.#moreInstances(end, instances),
    });
    return {
      report: Buffer.from(report),
      exports,
      told: {
        instances: instances.map((one) => paidInstance(one, writtenAt)),
        invocations: calls.filter(isPayable).map((call) => paidCall(this.#rerouted(call, end), writtenAt)),
        multipliers:
          generation === 'instance'
            ? instances.flatMap((one) => paidHistory(one, start, end, writtenAt))
            : [],
        confirmed: complaints
          .filter(({ confirmedAt }) => confirmedAt !== undefined && confirmedAt <= writtenAt)
          .map(({ parentId }) => parentId),
      },
    };
  }

  /** An instance as it is told, which is not always as it is. */
  #tell(instance: Instance, end: Micros, differs: boolean): ToldInstance {
    const { createdAt, multiplier } = instance;
    if (differs) return { instance, createdAt, multiplier: multiplier * 1.5 };
    const since = this.#wrongs.since('rewritten-history', end);
    if (since === undefined || this.#victim(since)?.id !== instance.id)
      return { instance, createdAt, multiplier };
    return { instance, createdAt: createdAt - 6 * HOUR, multiplier: multiplier * 2 };
  }

  /** The instance whose history is written anew: the one that has still longest to live of those that earlier reports know. */
  #victim(since: Micros): Instance | undefined {
    const known = this.#world
      .instances(since - 2 * HOUR, since)
      .filter(
        ({ activatedAt, deletedAt }) =>
          activatedAt !== undefined && activatedAt < since - HOUR && deletedAt > since,
      );
    return known.sort((a, b) => b.deletedAt - a.deletedAt)[0];
  }

  #calls(end: Micros): readonly Call[] {
    const { calls } = this.#world.hour(end);
    if (!this.#wrongs.has('boundary-duplicates', end)) return calls;
    return [...calls, ...mischief.boundaryCalls(this.#seed, end, calls)].sort(
      (a, b) => a.startedAt - b.startedAt,
    );
  }

  /** Those that began in the hour, and those of the hour before that ended in it. */
  #callsTold(start: Micros, end: Micros): Call[] {
    const before = this.#calls(start).filter(({ completedAt }) => completedAt >= start && completedAt < end);
    const own = this.#calls(end);
    const told = [...before, ...own];
    const model = own.find((call) => call.error === '' && call.uid >= 0);
    if (model !== undefined) {
      if (this.#wrongs.has('code-in-metrics', end)) told.push(...mischief.codeCalls(this.#seed, end, own));
      if (this.#wrongs.has('hostile-text', end)) told.push(mischief.hostileCall(this.#seed, end, model));
      if (this.#wrongs.has('impossible-numbers', end))
        told.push(...mischief.impossibleCalls(this.#seed, end, model));
    }
    const dropped = this.#wrongs.has('dropped-synthetic', end);
    return told
      .filter((call) => !(dropped && call.isProbe === true))
      .sort((a, b) => a.startedAt - b.startedAt);
  }

  #rerouted(call: Call, end: Micros): Call {
    if (call.isProbe !== true || !this.#wrongs.has('rerouted-synthetic', end)) return call;
    const others = this.#world
      .instances(call.startedAt, call.completedAt)
      .filter(({ id, miner }) => id !== call.instanceId && miner.hotkey !== call.hotkey);
    const other = new Dice(this.#seed, 'reroute', call.invocationId).pick(others);
    if (other === undefined) return call;
    return { ...call, instanceId: other.id, uid: other.miner.uid, hotkey: other.miner.hotkey };
  }

  #complaintsTold(start: Micros, end: Micros): Complaint[] {
    const told: Complaint[] = [];
    for (let hour = end - LONGEST_DOUBT - 2 * HOUR; hour <= end; hour += HOUR) {
      const { calls, complaints } = this.#world.hour(hour);
      const late = this.#wrongs.has('late-confirmation', hour)
        ? mischief.lateComplaints(this.#seed, hour, calls)
        : [];
      told.push(...[...complaints, ...late].filter((one) => isIn(one.at) || isIn(one.confirmedAt)));
    }
    if (this.#wrongs.has('hostile-text', end)) told.push(mischief.hostileComplaint(this.#seed, end));
    return told.sort((a, b) => a.at - b.at);

    function isIn(at: Micros | undefined): boolean {
      return at !== undefined && at >= start && at < end;
    }
  }

  #jobsTold(start: Micros, end: Micros) {
    const jobs = [];
    for (let hour = end - LONGEST_JOB - HOUR; hour <= end; hour += HOUR)
      jobs.push(...this.#world.hour(hour).jobs);
    return jobs.filter(
      ({ startedAt, finishedAt }) =>
        (startedAt >= start && startedAt < end) || (finishedAt >= start && finishedAt < end),
    );
  }

  #moreInstances(end: Micros, instances: readonly ToldInstance[]): Py[] {
    const [model] = instances;
    return [
      ...(this.#wrongs.has('hostile-text', end) ? [mischief.hostileInstance(this.#seed, end)] : []),
      ...(this.#wrongs.has('impossible-numbers', end) && model !== undefined
        ? mischief.impossibleInstances(this.#seed, end, model.instance)
        : []),
    ];
  }

  #named(exports: Partial<Record<ExportKind, Buffer>>, end: Micros): Record<string, NamedExport> {
    const escapes = this.#wrongs.has('export-path-escape', end);
    return Object.fromEntries(
      Object.entries(exports).map(([kind, bytes]) => [
        kind,
        {
          path: escapes ? ESCAPES[kind as ExportKind] : exportPath(kind as ExportKind, end),
          sha256: sha256Of(bytes),
        },
      ]),
    );
  }
}

const ESCAPES: Readonly<Record<ExportKind, string>> = {
  invocations: '../../etc/passwd',
  reports: 'invocations/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  jobs: '/etc/passwd',
};

/** `invocations/2025/02/10/16.csv` for the hour that ended at 16:00. */
export function exportPath(kind: ExportKind, end: Micros): string {
  return `invocations/${hourPath(end)}${kind === 'invocations' ? '' : `-${kind}`}.csv`;
}

/** What has numbers that can be reckoned with. */
function isPayable(call: Call): boolean {
  return Number.isFinite(call.multiplier) && call.uid < 4_095;
}

function paidCall(call: Call, writtenAt: Micros): PaidInvocation & { invocationId: string } {
  const done = call.completedAt <= writtenAt;
  return {
    parentId: call.parentId,
    invocationId: call.invocationId,
    chuteId: call.chute.id,
    uid: call.uid,
    hotkey: call.hotkey,
    startedAt: call.startedAt,
    completedAt: done ? call.completedAt : null,
    failed: call.error !== '',
    multiplier: call.multiplier,
    bounty: call.bounty,
    metrics: call.metrics && paidMetrics(call.metrics),
  };
}

function paidMetrics(metrics: NonNullable<Call['metrics']>): PaidMetrics {
  const plain = Object.entries(metrics).map(([name, value]) => [
    name,
    value instanceof PyFloat ? value.value : value,
  ]);
  return Object.fromEntries(plain) as PaidMetrics;
}

function paidInstance({ instance, createdAt, multiplier }: ToldInstance, writtenAt: Micros): PaidInstance {
  const known = (at: Micros | undefined) => (at === undefined || at > writtenAt ? null : at);
  const gone = instance.deletedAt <= writtenAt;
  return {
    instanceId: instance.id,
    chuteId: instance.chute.id,
    hotkey: instance.miner.hotkey,
    createdAt,
    activatedAt: known(instance.activatedAt),
    deletedAt: known(instance.deletedAt),
    deletionReason: gone ? instance.deletionReason : null,
    billedTo: instance.billedTo ?? null,
    stopBillingAt: stopBillingAt(instance, writtenAt),
    multiplier,
    validTermination: gone && instance.validTermination,
    bounty: instance.bounty,
  };
}

function paidHistory(
  { instance, multiplier }: ToldInstance,
  start: Micros,
  end: Micros,
  writtenAt: Micros,
): PaidMultiplier[] {
  const factor = multiplier / instance.multiplier;
  return instance.history
    .filter((piece) => piece.start < end && piece.end > start)
    .map((piece) => ({
      instanceId: instance.id,
      multiplier: piece.multiplier * factor,
      start: piece.start,
      end: piece.end > writtenAt ? null : piece.end,
    }));
}
