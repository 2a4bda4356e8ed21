/**
 * - `holds`           anybody with this file alone can see that it is so
 * - `fails`           it is not so
 * - `cannot be shown` the file does not hold what would show it; the detail says what is taken on trust instead
 */
export type StepOutcome = 'holds' | 'fails' | 'cannot be shown';

/** One thing that was checked. */
export interface Step {
  readonly name: string;
  /** Whether it is about the bundle being sound, or about what the publisher claims. */
  readonly about: 'evidence' | 'claim';
  readonly outcome: StepOutcome;
  /** A sentence or two for people. */
  readonly detail: string;
}

/** How a step came out. */
export type Shown = Pick<Step, 'outcome' | 'detail'>;

export const holds = (detail: string): Shown => ({ outcome: 'holds', detail });
export const fails = (detail: string): Shown => ({ outcome: 'fails', detail });
export const cannotBeShown = (detail: string): Shown => ({ outcome: 'cannot be shown', detail });

/** The worst of some steps: one that fails decides, then one that cannot be shown. */
export function outcomeOf(steps: readonly Step[]): StepOutcome {
  if (steps.some(({ outcome }) => outcome === 'fails')) return 'fails';
  return steps.every(({ outcome }) => outcome === 'holds') ? 'holds' : 'cannot be shown';
}
