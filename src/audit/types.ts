import type { Hex, JsonValue } from '../shared/index.ts';

/**
 * The room's own words. Nothing here knows Chutes: an adapter turns what one subnet publishes into these shapes.
 *
 * Accounts are ss58 text, as the publishers write them. Instants are microseconds since the epoch, UTC, in a number: exact
 * until the year 2255, and no instant of a report is rounded.
 */

/** Microseconds since the epoch, UTC. */
export type Micros = number;

/** Whose word a report is: the validator that scores, or a miner about itself. */
export type ReporterRole = 'validator' | 'miner';

/** One line of a publisher's list, as it was claimed: nothing of it is believed yet. All texts are hostile and bounded. */
export interface ListedReport {
  /** Name of the source in the configuration. */
  readonly source: string;
  readonly role: ReporterRole;
  /** ss58 of the account that is said to have committed to it. */
  readonly hotkey: string;
  readonly entryId: string;
  /** Block in which the commitment is said to have landed. */
  readonly block: number;
  /** Where the publisher says the file is; never a path of ours. */
  readonly path: string;
  readonly createdAt?: Micros | undefined;
  /** The time that the report covers: start inclusive, end exclusive. */
  readonly start: Micros;
  readonly end: Micros;
}

/**
 * What we call a report: the first 32 hex digits of the SHA-256 of its list line (source, role, hotkey, entry id, block, path,
 * start, end). Safe in file names, URLs and SQL whatever the publisher wrote.
 */
export type ReportId = string;

/** A file that a report names with its digest. */
export interface ExportRef {
  /** `invocations`, `reports`, `jobs`, or another name of the adapter. */
  readonly kind: string;
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A row of the state of one instance, as one report tells it. What the publisher did not say is `null`. */
export interface InstanceRecord {
  readonly instanceId: string;
  readonly chuteId: string;
  readonly version: string | null;
  readonly minerUid: number | null;
  readonly minerHotkey: string;
  readonly region: string | null;
  readonly createdAt: Micros | null;
  readonly verifiedAt: Micros | null;
  readonly activatedAt: Micros | null;
  readonly deletedAt: Micros | null;
  readonly deletionReason: string | null;
  /** User who is billed: a private instance or a job. Empty text is `null`. */
  readonly billedTo: string | null;
  readonly stopBillingAt: Micros | null;
  readonly computeMultiplier: number | null;
  readonly hourlyRate: number | null;
  readonly validTermination: boolean;
  readonly bounty: boolean;
}

/** The multiplier of an instance between two instants. */
export interface MultiplierRecord {
  readonly instanceId: string;
  readonly multiplier: number;
  readonly start: Micros;
  /** `null` while it lasts. */
  readonly end: Micros | null;
}

/** A miner's own count of what it served, one row per deployment and function. */
export interface SelfCount {
  readonly chuteId: string;
  readonly deploymentId: string;
  readonly function: string;
  readonly seconds: number;
  readonly count: number;
}

/** A miner's own record of one deployment. */
export interface SelfDeployment {
  readonly deploymentId: string;
  readonly validator: string;
  readonly instanceId: string | null;
  readonly chuteId: string;
  readonly version: string | null;
  readonly createdAt: Micros | null;
  readonly verifiedAt: Micros | null;
  readonly deletedAt: Micros | null;
}

/** What a report says, in the room's words. */
export interface ReportContent {
  readonly exports: readonly ExportRef[];
  readonly instances: readonly InstanceRecord[];
  readonly multipliers: readonly MultiplierRecord[];
  /** Only in a miner's report. */
  readonly self?:
    | {
        readonly hotkey: string | null;
        readonly start: Micros | null;
        readonly end: Micros | null;
        readonly message: string;
        readonly counts: readonly SelfCount[];
        readonly deployments: readonly SelfDeployment[];
      }
    | undefined;
  /** What is in the file that its format did not have when this was written, or lacks: a line each, at most 20. */
  readonly drift: readonly string[];
  /** Rows that could not be read, with the reason: at most 100 of them kept; `badCount` counts all. */
  readonly bad: readonly { readonly where: string; readonly reason: string }[];
  readonly badCount: number;
}

/** A digest that an account holds on the chain, read at one block. */
export interface Commitment {
  /** Block at whose end it was read. */
  readonly at: { readonly number: number; readonly hash: Hex };
  /** Block in which it was set (`Registration.block`). */
  readonly setAt: number;
  /** Fields in order; `kind` is the variant's name in the metadata (`Sha256`, `Raw12` …), bytes in lower-case hex without 0x. */
  readonly fields: readonly { readonly kind: string; readonly hex: string }[];
}

/** How a check came out. The order is from best to worst: a subject is as good as its worst check. */
export const VERDICTS = [
  'verified',
  'matches-but-older',
  'stale',
  'uncommitted',
  'unverifiable',
  'mismatch',
] as const;

/**
 * - `verified`           the claim and the evidence agree
 * - `matches-but-older`  the digest agrees, but it was committed before the block that the entry names
 * - `stale`              the chain holds another digest, and it is of before the report's end: this report was not committed
 * - `uncommitted`        the chain holds no commitment of the account
 * - `unverifiable`       the check could not be made; the reason says why
 * - `mismatch`           the claim and the evidence contradict each other
 */
export type VerdictKind = (typeof VERDICTS)[number];

/**
 * Why. `ok` for what is verified; or `late` (true, but published later than is usual) or `duplicate` (an hour told twice in the same bytes).
 *
 * - of `unverifiable`: `pruned` (no node has the state), `rpc` (no node answered, or none that could be believed), `unpublished`
 *   (the file is not served), `transport` (it could not be downloaded within the bounds: too large, too slow, cut off, refused address),
 *   `unread` (the evidence was never gathered), `era` (the subnet no longer publishes what would prove it)
 * - of `mismatch`: `digest`, `entry-id`, `path`, `hotkey`, `hour`, `block-time`, `malformed`, `rewritten`, `duplicate`, `gap`, `late`
 * - of `stale` and `matches-but-older`: `older-commitment`; of `uncommitted`: `no-commitment`, `no-digest`
 */
export type VerdictReason =
  | 'ok'
  | 'pruned'
  | 'rpc'
  | 'unpublished'
  | 'transport'
  | 'unread'
  | 'era'
  | 'digest'
  | 'entry-id'
  | 'path'
  | 'hotkey'
  | 'hour'
  | 'block-time'
  | 'malformed'
  | 'rewritten'
  | 'duplicate'
  | 'gap'
  | 'late'
  | 'older-commitment'
  | 'no-commitment'
  | 'no-digest';

/** What a verdict is about. `id`: a {@link ReportId}; `<report id>/<export kind>`; or `<validator ss58>@<end of the hour, ISO>`. */
export type SubjectType = 'report' | 'file' | 'hour';

/**
 * The checks. Of a report: `hotkey`, `entry-id`, `path`, `download`, `format`, `author` (of a miner's), `exports` (of a validator's),
 * `commitment`, `block-time`, `hour`, `snapshot`, `again`. Of a file: `digest`. Of an hour: `grid`. An adapter may add its own.
 */
export type CheckName =
  | 'hotkey'
  | 'entry-id'
  | 'path'
  | 'download'
  | 'format'
  | 'author'
  | 'exports'
  | 'commitment'
  | 'block-time'
  | 'hour'
  | 'snapshot'
  | 'again'
  | 'digest'
  | 'grid'
  | (string & {});

/** The outcome of one check of one subject. */
export interface Verdict {
  readonly source: string;
  readonly subjectType: SubjectType;
  readonly subject: string;
  /** Whose word was checked, ss58. */
  readonly hotkey: string;
  /** End of the hour (or of whatever the subject covers). */
  readonly hour: Micros;
  readonly check: CheckName;
  readonly verdict: VerdictKind;
  readonly reason: VerdictReason;
  /** A sentence for people. No remote text longer than 200 characters in it. */
  readonly detail: string;
  /** What it rests on: digests, blocks, hashes, keys, hosts. Never a secret. */
  readonly evidence: Readonly<Record<string, JsonValue>>;
}

/** The worst of some outcomes; `unverifiable` for none at all: what was not checked has not passed. */
export function worstVerdict(kinds: Iterable<VerdictKind>): VerdictKind {
  let worst = -1;
  for (const kind of kinds) worst = Math.max(worst, VERDICTS.indexOf(kind));
  return VERDICTS[worst] ?? 'unverifiable';
}

export const SEVERITIES = ['info', 'warning', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Something a person should look at. */
export interface Finding {
  readonly source: string;
  /** What kind of thing, e.g. `commitment-mismatch`, `hour-gap`, `paid-unowed`: one of `FINDING_KINDS`. */
  readonly kind: FindingKind;
  /** What it is about; source, kind and subject are its identity: seen again it is the same finding. */
  readonly subject: string;
  readonly severity: Severity;
  /** The account it concerns, ss58; empty when none. */
  readonly hotkey: string;
  /** When what it is about happened; the end of the hour. */
  readonly hour: Micros;
  /** One line. */
  readonly title: string;
  /** What was seen, what was expected, what may explain it. */
  readonly detail: string;
  readonly evidence: Readonly<Record<string, JsonValue>>;
}

/** Every kind of finding and how grave it is by default. */
export const FINDING_KINDS = {
  'commitment-mismatch': 'critical',
  'commitment-missing': 'critical',
  'commitment-stale': 'critical',
  'commitment-older': 'warning',
  'report-unverifiable': 'warning',
  'report-malformed': 'critical',
  'report-misplaced': 'critical',
  'report-late': 'warning',
  'entry-forged': 'critical',
  'path-escape': 'critical',
  'hour-gap': 'critical',
  'hour-duplicate': 'critical',
  'export-mismatch': 'critical',
  'export-malformed': 'critical',
  'export-unavailable': 'warning',
  'history-rewritten': 'critical',
  'instance-vanished': 'warning',
  'hostile-value': 'warning',
  'unreadable-metrics': 'warning',
  'impossible-number': 'warning',
  'schema-drift': 'info',
  'owed-unpaid': 'critical',
  'paid-unowed': 'critical',
  'paid-otherwise': 'warning',
  'feeds-differ': 'warning',
  'coverage-gap': 'warning',
  'counts-disagree': 'warning',
  'instances-disagree': 'warning',
  'probe-missing': 'critical',
  'probe-mismatched': 'critical',
  'source-unreachable': 'warning',
} as const satisfies Record<string, Severity>;

export type FindingKind = keyof typeof FINDING_KINDS;

/** Which reports a score may rest on. `committed`: digest found on the chain. `published`: also what nobody committed to. */
export type Basis = 'committed' | 'published';

/** Verdicts of the commitment whose content is proven by the chain. */
export const PROVEN: readonly VerdictKind[] = ['verified', 'matches-but-older'];
