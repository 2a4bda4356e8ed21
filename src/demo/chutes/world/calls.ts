import { HOUR, type Micros, SECOND } from '../clock.ts';
import { Dice } from '../dice.ts';
import { PyFloat as Float, type PyFloat } from '../formats/python.ts';
import type { Generation } from '../options.ts';
import { type Chute, type Cord, LEGACY_CHUTE } from './chutes.ts';
import type { Instance } from './instances.ts';

/** One attempt at one request, as it will have been when it is over. */
export interface Call {
  readonly parentId: string;
  readonly invocationId: string;
  readonly chute: Chute;
  readonly function: string;
  readonly instanceId: string;
  /** −1 for an answer from the cache. */
  readonly uid: number;
  readonly hotkey: string;
  readonly startedAt: Micros;
  readonly completedAt: Micros;
  /** Empty when it succeeded. */
  readonly error: string;
  readonly multiplier: number;
  readonly bounty: number;
  readonly metrics: Metrics | undefined;
  /** What stands in the column `metrics` when it is no dict at all. */
  readonly metricsText?: string | undefined;
  /** Whether somebody outside asked for it. */
  readonly isProbe?: boolean | undefined;
}

export type Metrics = Readonly<Record<string, boolean | number | PyFloat>>;

/** What a world consists of as far as requests need it. */
export interface CallSetting {
  readonly seed: string;
  readonly generation: Generation;
  readonly callsPerHour: number;
  readonly chutes: readonly Chute[];
}

/** Seconds before the end of an hour at which a request begins, and whether it takes very long. */
const LATE = [
  [3, true],
  [6, true],
  [9, false],
  [20, false],
  [45, false],
] as const;

/** The requests that begin in the hour before `end`, with the instances of that time. In order of their beginning. */
export function callsOfHour(setting: CallSetting, end: Micros, instances: readonly Instance[]): Call[] {
  const { seed, generation, chutes } = setting;
  const dice = new Dice(seed, 'calls', end);
  const start = end - HOUR;
  const wanted = Math.round(setting.callsPerHour * tideOf(end) * dice.between(0.85, 1.15));
  const starts = Array.from({ length: wanted }, () => ({
    at: start + Math.floor(HOUR * dice.next()),
    slow: dice.chance(0.01),
  }));
  // Some always begin so late that they end in the next hour, before the export or, being slow, after it.
  for (const [seconds, slow] of LATE)
    starts.push({ at: end - Math.floor(seconds * SECOND * dice.between(0.9, 1)), slow });
  const asked = generation === 'invocation' ? chutes : chutes.filter((chute) => chute.isPublic);
  const calls: Call[] = [];
  for (const { at, slow } of starts.sort((a, b) => a.at - b.at)) {
    const chute = dice.weighted(asked, (one) => one.demand);
    if (chute !== undefined) request(setting, dice, chute, { at, slow }, instances, calls);
  }
  return calls.sort((a, b) => a.startedAt - b.startedAt || (a.invocationId < b.invocationId ? -1 : 1));
}

/** One request: an attempt, and after a failure another one at another instance. */
function request(
  { generation }: CallSetting,
  dice: Dice,
  chute: Chute,
  { at, slow }: { readonly at: Micros; readonly slow: boolean },
  instances: readonly Instance[],
  calls: Call[],
): void {
  const parentId = dice.uuid();
  const cord = dice.pick(chute.cords);
  let begun = at;
  const tried = new Set<Instance>();
  if (dice.chance(0.01)) {
    calls.push(cacheHit(dice, parentId, chute, cord, begun));
    return;
  }
  for (let attempt = 0; attempt < 3; attempt++) {
    const duration = durationOf(dice, chute) * (slow ? 12 : 1);
    const target = dice.weighted(
      instances.filter((one) => one.chute === chute && !tried.has(one) && serves(one, begun, duration)),
      (one) => one.miner.habit.pull,
    );
    if (target === undefined || cord === undefined) return;
    tried.add(target);
    const fails = dice.chance(target.miner.habit.failures);
    const completedAt = begun + Math.round((fails ? 0.2 : 1) * duration);
    const bounty = generation === 'invocation' && !fails && chute.isPublic && dice.chance(0.012);
    calls.push({
      parentId,
      invocationId: dice.uuid(),
      chute,
      function: cord.function,
      instanceId: target.id,
      uid: target.miner.uid,
      hotkey: target.miner.hotkey,
      startedAt: begun,
      completedAt,
      error: fails ? errorOf(dice, target) : '',
      multiplier: target.multiplier,
      bounty: bounty ? Math.min(3 * dice.int(20, 4_000) + 100, 86_400) : 0,
      metrics: fails ? undefined : metricsOf(dice, chute, generation, duration / SECOND),
    });
    if (!fails) return;
    begun = completedAt + Math.round(dice.between(0.02, 0.4) * SECOND);
  }
}

/** Whether an instance is there for the whole of a request. */
export function serves(instance: Instance, from: Micros, duration = 0): boolean {
  const { activatedAt, deletedAt } = instance;
  return activatedAt !== undefined && activatedAt <= from && from + duration < deletedAt;
}

function cacheHit(dice: Dice, parentId: string, chute: Chute, cord: Cord | undefined, at: Micros): Call {
  return {
    parentId,
    invocationId: dice.uuid(),
    chute,
    function: cord?.function ?? '',
    instanceId: '00000000-0000-0000-0000-000000000000',
    uid: -1,
    hotkey: 'cache',
    startedAt: at,
    completedAt: at + Math.round(dice.between(0.001, 0.02) * SECOND),
    error: '',
    multiplier: 0,
    bounty: 0,
    metrics: undefined,
  };
}

/** Busier by day, in UTC. */
function tideOf(end: Micros): number {
  const hour = Math.round(end / HOUR) % 24;
  return 1 + 0.35 * Math.sin(((hour - 8) / 24) * 2 * Math.PI);
}

const SECONDS = { llm: [1.5, 28], image: [3, 40], speech: [0.8, 6], embedding: [0.05, 0.8] } as const;

export function durationOf(dice: Dice, chute: Chute): Micros {
  const [least, most] = SECONDS[chute.kind];
  return Math.round(dice.between(least, most) * SECOND);
}

const ERRORS = ['RATE_LIMIT', 'EMPTY_STREAM', 'KEY_EXCHANGE_REQUIRED'] as const;

/** A word, or a traceback over many lines with quotes and commas in it. */
export function errorOf(dice: Dice, { id }: Instance): string {
  if (dice.chance(0.6)) return dice.pick(ERRORS);
  const line = dice.int(40, 900);
  return [
    'Traceback (most recent call last):',
    `  File "/app/api/chute/util.py", line ${line}, in _invoke_one`,
    `    async for chunk in stream(target="${id}", timeout=None):`,
    `aiohttp.client_exceptions.ClientConnectorError: Cannot connect to host [redacted], 'ssl': default [Connect call failed]`,
    '',
  ].join('\n');
}

/** The metrics of a request from outside: they follow from its id and times, so that they need not be kept. */
export function measured(
  { invocationId, startedAt, completedAt }: Pick<Call, 'invocationId' | 'startedAt' | 'completedAt'>,
  chute: Chute,
  generation: Generation,
): Metrics | undefined {
  return metricsOf(new Dice('metrics', invocationId), chute, generation, (completedAt - startedAt) / SECOND);
}

/** What the moving averages and counters of a successful request say; `undefined` where none are kept. */
export function metricsOf(
  dice: Dice,
  chute: Chute,
  generation: Generation,
  seconds: number,
): Metrics | undefined {
  const isPrivate = !chute.isPublic || (chute.id === LEGACY_CHUTE && generation === 'invocation');
  switch (chute.kind) {
    case 'llm': {
      const [it, ot] = [dice.int(20, 6_000), dice.int(1, 1_200)];
      const [ptps, otps] = [float(dice.between(900, 9_000)), float(dice.between(25, 160))];
      const maspt = float(seconds / (it + ot));
      const rates = {
        tps: float(ot / seconds),
        ctps: float((it + ot) / seconds),
        ttft: float(dice.between(0.08, 2)),
      };
      const common = {
        p: isPrivate,
        it,
        ot,
        maspt,
        ...rates,
        tt: float(seconds),
        mc: float(dice.between(1, 20)),
      };
      // Now and then the averages are not known yet: the rule after the first one holds.
      if (dice.chance(0.1)) return common;
      return { ...common, ptps, otps, nc: float(it / ptps.value + ot / otps.value) };
    }
    case 'image': {
      const steps = dice.int(5, 30);
      return { p: isPrivate, steps, masps: float(seconds / steps), sps: float(steps / seconds) };
    }
    case 'speech':
    case 'embedding':
      return undefined;
  }
}

/** A float of a few digits, as measured values are. */
function float(value: number): PyFloat {
  return new Float(Number(value.toPrecision(8)));
}
