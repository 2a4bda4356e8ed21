import type {
  CheckName,
  Finding,
  FindingKind,
  Micros,
  Severity,
  SubjectType,
  Verdict,
  VerdictKind,
} from '../types.ts';

/** A verdict as it stands in the ledger. */
export interface RecordedVerdict extends Verdict {
  /** When this outcome was first reached, ms since the epoch. */
  readonly atMs: number;
  /** Counts the outcomes of one check of one subject, from 1. */
  readonly sequence: number;
}

/** Which verdicts are asked for: all conditions hold together. */
export interface VerdictQuery {
  readonly source: string;
  readonly subjectType?: SubjectType | undefined;
  readonly subjects?: readonly string[] | undefined;
  /** Ends of the hours, both included. */
  readonly hours?: { readonly from: Micros; readonly to: Micros } | undefined;
  readonly hotkey?: string | undefined;
  readonly checks?: readonly CheckName[] | undefined;
  /** Only those of which there is something to tell: all but `verified` `ok`, and of these the ones with drift. Default false. */
  readonly notable?: boolean | undefined;
  /** Default 50 000. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What has just been judged: open findings in it that were not found again are resolved. */
export interface FindingScope {
  /** Ends of the hours that were judged, both included. */
  readonly hours: { readonly from: Micros; readonly to: Micros };
  /** Kinds that were looked for; without it, all. */
  readonly kinds?: readonly FindingKind[] | undefined;
  /** Subjects that were judged; without it, all. */
  readonly subjects?: readonly string[] | undefined;
}

/** The audit's memory: what was found out about each claim, and when it changed. Nothing in it is ever overwritten or removed. */
export interface Ledger {
  /**
   * Appends the outcomes that differ from the last one of their check, in order, and answers them. An outcome is another when its verdict,
   * reason or digests are (`fingerprint`). May be repeated: what a killed call wrote is found again. `atMs` is the time of the pass
   * (default: now); an earlier one is taken as the repetition of an earlier pass. Give it all the verdicts of a pass at once.
   */
  record(verdicts: readonly Verdict[], options?: RecordOptions): Promise<RecordedVerdict[]>;
  /** The last outcome of each check. */
  current(query: VerdictQuery): Promise<RecordedVerdict[]>;
  /** The worst of the last outcomes of each subject, without its evidence; of equally bad ones one that has a reason other than `ok`. */
  outcomes(query: VerdictQuery): Promise<SubjectOutcome[]>;
  /** Every outcome of a subject's checks, oldest first. At most 1 000. */
  history(source: string, subject: string, signal?: AbortSignal): Promise<RecordedVerdict[]>;
  /**
   * Takes what was found: a finding seen again has a new `last_seen`, one that was resolved is open again, one in the scope that is not
   * among them is resolved, and stays. Of one kind and hour at most 100 are kept, and one more that counts the rest.
   */
  find(
    source: string,
    findings: readonly Finding[],
    scope: FindingScope,
    options?: RecordOptions,
  ): Promise<FoundCounts>;
  /** Newest first. */
  findings(
    source: string,
    query?: { readonly state?: 'open' | 'resolved' | 'all' | undefined; readonly limit?: number | undefined },
    signal?: AbortSignal,
  ): Promise<StoredFinding[]>;
  /** How many there are of each, for metrics. */
  summary(source: string, signal?: AbortSignal): Promise<LedgerSummary>;
}

export interface RecordOptions {
  readonly atMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The worst of the last outcomes of a subject's checks. */
export interface SubjectOutcome {
  readonly subjectType: SubjectType;
  readonly subject: string;
  readonly hotkey: string;
  readonly hour: Micros;
  readonly verdict: VerdictKind;
  readonly reason: Verdict['reason'];
  readonly check: Verdict['check'];
  /** How many checks there are. */
  readonly checks: number;
}

/** What a call of `Ledger.find` did. */
export interface FoundCounts {
  readonly opened: number;
  readonly reopened: number;
  readonly seenAgain: number;
  readonly resolved: number;
}

/** A finding as it is kept. */
export interface StoredFinding extends Finding {
  readonly findingId: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** `undefined` while it is open. */
  readonly resolvedMs: number | undefined;
}

/** How many there are of each, for metrics. */
export interface LedgerSummary {
  /** Subjects by the worst of the last outcomes of their checks. */
  readonly subjects: readonly {
    readonly type: SubjectType;
    readonly verdict: VerdictKind;
    readonly count: number;
  }[];
  /** Open findings. */
  readonly findings: readonly {
    readonly kind: FindingKind;
    readonly severity: Severity;
    readonly count: number;
  }[];
  /** When an outcome changed last, ms since the epoch; `undefined` for an empty ledger. */
  readonly changedMs: number | undefined;
}
