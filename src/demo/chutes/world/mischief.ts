import { demoKey } from '../../population/keys.ts';
import { HOUR, isoNaive, MINUTE, type Micros, SECOND } from '../clock.ts';
import { Dice } from '../dice.ts';
import { type Py, PyRaw } from '../formats/python.ts';
import type { Call } from './calls.ts';
import type { Complaint } from './complaints.ts';
import type { Instance } from './instances.ts';

/** Text that must stay text wherever it comes to: in SQL, in a shell, on a page, in a terminal, in a file name. */
export const HOSTILE_TEXT = `'; DROP TABLE audit_reports; -- " \\ $(touch /tmp/owned) \`id\` | <img src=x onerror=alert(1)> \u202e\u001b[31m\n../../x {{7*7}} %s`;

/** An account with a good address that is registered nowhere. */
const nobody = (): string => demoKey('chutes/nobody').address;

/** Requests that run over the end of their hour and are done before the exports are written. */
export function boundaryCalls(seed: string, end: Micros, models: readonly Call[]): Call[] {
  const dice = new Dice(seed, 'boundary', end);
  return pickSome(dice, models, 40).map((model) => {
    const startedAt = end - Math.floor(dice.between(SECOND, 30 * SECOND));
    const completedAt = end + Math.floor(dice.between(SECOND, 25 * SECOND));
    return { ...model, parentId: dice.uuid(), invocationId: dice.uuid(), startedAt, completedAt };
  });
}

/** Complaints of an hour that are confirmed only in the third hour after it. */
export function lateComplaints(seed: string, end: Micros, calls: readonly Call[]): Complaint[] {
  const dice = new Dice(seed, 'late', end);
  return pickSome(dice, calls, 10).map((call) => ({
    parentId: call.parentId,
    userId: call.chute.ownerId,
    at: Math.min(end - 1, call.completedAt + SECOND),
    confirmedAt: end + 3 * HOUR - Math.floor(dice.between(5 * MINUTE, 50 * MINUTE)),
    confirmedBy: call.chute.imageOwnerId,
    reason: 'confirmed late',
  }));
}

const CODE = [
  "__import__('os').system('touch /tmp/owned')",
  "{'nc': eval('1e9'), 'p': False}",
  "{'nc': (lambda: 1e9)(), **globals()}",
  '{"nc": 1e9}; import os',
] as const;

/** Requests whose metrics are code. They are paid by their time. */
export function codeCalls(seed: string, end: Micros, models: readonly Call[]): Call[] {
  const dice = new Dice(seed, 'code', end);
  return pickSome(dice, models, CODE.length).map((model, at) => ({
    ...model,
    parentId: dice.uuid(),
    invocationId: dice.uuid(),
    metrics: undefined,
    metricsText: CODE[at],
  }));
}

/** A failed request, an instance and a complaint of which each text is hostile. Nobody is paid for them. */
export function hostileCall(seed: string, end: Micros, model: Call): Call {
  const dice = new Dice(seed, 'hostile', end);
  const chute = {
    ...model.chute,
    id: HOSTILE_TEXT,
    ownerId: HOSTILE_TEXT,
    imageId: HOSTILE_TEXT,
    imageOwnerId: HOSTILE_TEXT,
  };
  return {
    ...model,
    parentId: dice.uuid(),
    invocationId: dice.uuid(),
    chute,
    function: HOSTILE_TEXT,
    instanceId: HOSTILE_TEXT,
    hotkey: HOSTILE_TEXT,
    error: HOSTILE_TEXT,
    bounty: 0,
    metrics: undefined,
    metricsText: HOSTILE_TEXT,
  };
}

export function hostileInstance(seed: string, end: Micros): Py {
  return {
    instance_id: HOSTILE_TEXT,
    chute_id: HOSTILE_TEXT,
    version: HOSTILE_TEXT,
    created_at: isoNaive(end - HOUR),
    verified_at: HOSTILE_TEXT,
    // Or it would be missed in the next report.
    deleted_at: isoNaive(end - MINUTE),
    deletion_reason: HOSTILE_TEXT,
    miner_uid: HOSTILE_TEXT,
    miner_hotkey: HOSTILE_TEXT,
    region: HOSTILE_TEXT,
    activated_at: null,
    billed_to: HOSTILE_TEXT,
    stop_billing_at: null,
    compute_multiplier: null,
    hourly_rate: null,
    [new Dice(seed, 'column', end).uuid()]: HOSTILE_TEXT,
  };
}

export function hostileComplaint(seed: string, end: Micros): Complaint {
  return {
    parentId: new Dice(seed, 'hostile complaint', end).uuid(),
    userId: HOSTILE_TEXT,
    at: end - MINUTE,
    confirmedAt: undefined,
    confirmedBy: undefined,
    reason: HOSTILE_TEXT,
  };
}

/** Requests with numbers that are none, or that no float can hold, by somebody who is registered nowhere. */
export function impossibleCalls(seed: string, end: Micros, model: Call): Call[] {
  const dice = new Dice(seed, 'impossible', end);
  const numbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1];
  const metrics = [
    "{'nc': nan}",
    "{'nc': inf, 'p': False}",
    "{'steps': 1e400, 'masps': 1e400}",
    "{'nc': 1e400}",
  ];
  return numbers.map((multiplier, at) => ({
    ...model,
    parentId: dice.uuid(),
    invocationId: dice.uuid(),
    uid: 4_095,
    hotkey: nobody(),
    multiplier,
    bounty: 0,
    metrics: undefined,
    metricsText: metrics[at],
  }));
}

export function impossibleInstances(seed: string, end: Micros, { chute }: Instance): Py[] {
  const dice = new Dice(seed, 'impossible instances', end);
  const numbers = [new PyRaw('NaN'), new PyRaw('Infinity'), new PyRaw('-Infinity'), new PyRaw('1e400')];
  return numbers.map((number) => ({
    instance_id: dice.uuid(),
    chute_id: chute.id,
    version: chute.version,
    created_at: isoNaive(end - HOUR),
    verified_at: isoNaive(end - HOUR + MINUTE),
    deleted_at: isoNaive(end - MINUTE),
    deletion_reason: 'scaled down: no demand',
    miner_uid: '4095',
    miner_hotkey: nobody(),
    region: null,
    activated_at: isoNaive(end - HOUR + 2 * MINUTE),
    billed_to: null,
    stop_billing_at: null,
    compute_multiplier: number,
    hourly_rate: number,
  }));
}

/** Up to `count` different successful requests of registered miners. */
function pickSome(dice: Dice, calls: readonly Call[], count: number): Call[] {
  const left = calls.filter((call) => call.error === '' && call.uid >= 0 && call.isProbe !== true);
  const picked: Call[] = [];
  while (picked.length < count && left.length > 0) {
    const at = dice.int(0, left.length - 1);
    picked.push(...left.splice(at, 1));
  }
  return picked;
}
