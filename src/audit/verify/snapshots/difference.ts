import type { InstanceRecord, ListedReport, Micros, MultiplierRecord, Severity } from '../../types.ts';

/** What one report says of instances and their multipliers. */
export interface Snapshot {
  readonly report: ListedReport;
  readonly instances: readonly InstanceRecord[];
  readonly multipliers: readonly MultiplierRecord[];
  /** By when it was written: the time of its block. Default: `lateAfter` behind its end. */
  readonly writtenBy?: Micros | undefined;
}

/**
 * How two reports contradict each other about a time that was already over.
 *
 * - `changed`      a value that was settled has another value
 * - `withdrawn`    a value that was settled is gone
 * - `backdated`    something new is said to have happened before the earlier report was written, which did not know it
 * - `inserted`     something is in the later report that the earlier one should have had
 * - `removed`      something is missing in the later report that it should have
 * - `shortened`    a time that was already over was cut
 * - `overlapping`  two multipliers hold at the same time, or two rows tell the same instance differently
 * - `vanished`     an instance that was alive is gone without ever being deleted
 */
export type DifferenceKind =
  | 'changed'
  | 'withdrawn'
  | 'backdated'
  | 'inserted'
  | 'removed'
  | 'shortened'
  | 'overlapping'
  | 'vanished';

/** One contradiction between two reports of a publisher. */
export interface Difference {
  /** The report that tells the past otherwise. */
  readonly report: ListedReport;
  /** The report that told it first. */
  readonly against: ListedReport;
  readonly kind: DifferenceKind;
  readonly instanceId: string;
  readonly minerHotkey: string;
  /** Field of the instance, or `multiplier` and the start of its span. */
  readonly field: string;
  readonly before: string;
  readonly after: string;
  readonly severity: Severity;
  /** What the publisher is known to do that would make it so; it remains a change of the past. */
  readonly explanation?: string | undefined;
}

/** A difference before it is tied to its reports. */
export type Change = Omit<Difference, 'report' | 'against'>;

/** What the comparisons of instances and of multipliers share. */
export interface Comparison {
  readonly earlier: Snapshot;
  readonly later: Snapshot;
  /** The report after `later`, if it is there. */
  readonly next?: Snapshot | undefined;
  /** The later report begins where the earlier one ends. */
  readonly consecutive: boolean;
  /** What is before this instant was over, and known, when the earlier report was written. */
  readonly settled: Micros;
  /** By when the earlier and the later report were written at the latest. */
  readonly earlierWrittenBy: Micros;
  readonly laterWrittenBy: Micros;
  readonly penalties: Penalties;
}

/** By what a publisher multiplies a running multiplier, in place, when a miner deletes the last instance that ran. */
export interface Penalties {
  readonly shared: number;
  readonly private: number;
}
