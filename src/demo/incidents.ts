import { TaoscopeError } from '../shared/index.ts';
import { SUBNET_PLANS } from './population/plans.ts';

/**
 * What can go wrong on purpose.
 *
 * - `drop-connections` cuts all WebSockets; `refuseMs` (default 0) refuses new ones for a while
 * - `stall` makes no blocks for `seconds` (default 10)
 * - `fork` replaces the last `depth` blocks (default 2, never final ones) by a longer branch
 * - `upgrade` lets the next block bring a new runtime
 * - `copier` lets a validator (`validator`, default 4) of a subnet (`netuid`, default 1) copy the last consensus from now on;
 *   with `stop` it scores again
 * - `chutes` lets the stand-in for Chutes misbehave: `what` is one of `CHUTES_MISBEHAVIOURS`, `when` is `last` (the newest published hour), `next`,
 *   `always` or `never`
 * - `lie` bends the next `count` (default 1) answers: `what` is `wrong-block`, `cut-short` or `garbage`
 */
export const INCIDENTS = ['drop-connections', 'stall', 'fork', 'upgrade', 'copier', 'chutes', 'lie'] as const;

export type IncidentName = (typeof INCIDENTS)[number];

export type IncidentArgs = Readonly<Record<string, unknown>>;

/** A name as it came from outside; `usage` when there is no such incident. */
export function parseIncident(name: string): IncidentName {
  const known = INCIDENTS.find((one) => one === name);
  if (known !== undefined) return known;
  throw new TaoscopeError('usage', {
    failed: 'the demo has no such incident',
    got: JSON.stringify(name.slice(0, 40)),
    expected: INCIDENTS.join(', '),
  });
}

/** A number among an incident's arguments, its default when absent; `usage` outside the bounds. */
export function numberArg(args: IncidentArgs, name: string, fallback: number, most: number): number {
  const value = args[name] ?? fallback;
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  throw new TaoscopeError('usage', {
    failed: 'an argument of the incident is not usable',
    got: `${name} = ${JSON.stringify(value)}`,
    expected: `a number from 0 to ${most}`,
  });
}

/** Which validator the incident `copier` means, by its number, and whether it begins or stops; `usage` when there is none. */
export function copierArgs(args: IncidentArgs): { netuid: number; validator: number; stop: boolean } {
  const netuid = numberArg(args, 'netuid', 1, 65_535);
  const validator = numberArg(args, 'validator', 4, 65_535);
  const plan = SUBNET_PLANS.find((one) => one.netuid === netuid);
  if (plan?.validators.includes(validator)) return { netuid, validator, stop: args.stop === true };
  throw new TaoscopeError('usage', {
    failed: 'there is no such validator in the demo',
    got: `validator ${validator} of netuid ${netuid}`,
    expected: SUBNET_PLANS.map((one) => `${one.validators.join(', ')} of netuid ${one.netuid}`).join('; '),
  });
}

const LIES = ['wrong-block', 'cut-short', 'garbage'] as const;

/** Answers that are bent on their way out, so that a client can show that it does not believe everything. */
export class Faults {
  #lie: (typeof LIES)[number] | undefined;
  #left = 0;

  /** Bends the next answers that can be bent in this way. */
  tell(args: IncidentArgs): void {
    const what = LIES.find((lie) => lie === (args.what ?? 'wrong-block'));
    if (what === undefined) {
      throw new TaoscopeError('usage', {
        failed: 'the demo cannot lie like that',
        got: JSON.stringify(args.what),
        expected: LIES.join(', '),
      });
    }
    this.#lie = what;
    this.#left = numberArg(args, 'count', 1, 1_000_000);
  }

  /** The answer, bent while a lie is on. */
  bend<T>(method: 'state_call' | 'state_queryStorageAt', answer: T): T {
    if (this.#left === 0 || this.#lie === undefined) return answer;
    const bent = bendAnswer(this.#lie, method, answer);
    if (bent === undefined) return answer;
    this.#left--;
    return bent as T;
  }
}

type Changes = { block: string; changes: [string, string | null][] }[];

function bendAnswer(lie: (typeof LIES)[number], method: string, answer: unknown): unknown {
  if (typeof answer === 'string') {
    if (lie === 'cut-short') return answer.slice(0, 2 + 2 * Math.floor((answer.length - 2) / 4));
    return lie === 'garbage' ? `0x${'ff'.repeat((answer.length - 2) / 2)}` : undefined;
  }
  if (method !== 'state_queryStorageAt') return undefined;
  const [first] = answer as Changes;
  if (first === undefined) return undefined;
  switch (lie) {
    case 'wrong-block':
      return [{ ...first, block: `0x${'ab'.repeat(32)}` }];
    case 'cut-short':
      return [{ ...first, changes: first.changes.slice(0, -1) }];
    case 'garbage':
      return [
        { ...first, changes: first.changes.map(([key, value]) => [key, value === null ? null : '0xff']) },
      ];
  }
}
