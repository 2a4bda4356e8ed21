import type {
  FindingKind,
  Severity,
  SubjectType,
  VerdictKind,
  VerdictReason,
} from '../../src/audit/types.ts';
import type { Misbehaviour } from '../../src/demo/index.ts';

/** An outcome other than `verified` `ok`: `whose subject check verdict reason`. */
export type Told = `${'validator' | 'miner'} ${SubjectType} ${string} ${VerdictKind} ${VerdictReason}`;
export type Found = `${FindingKind} ${Severity}`;

export interface Mutation {
  /** Everything that is not `verified` `ok` about the hour, and nothing else: sorted, each as often as it is there. */
  readonly told: readonly Told[];
  /** All findings about the hour, sorted likewise. */
  readonly found: readonly Found[];
  /** Outcomes that follow too where chance has it so. */
  readonly mayTell?: readonly Told[] | undefined;
  /** Findings that follow too where chance has it so. */
  readonly mayFind?: readonly Found[] | undefined;
}

const GRID = 'validator hour grid';
const REPORT = 'validator report';

const times = <T>(count: number, what: T): T[] => new Array<T>(count).fill(what);

/** The report could not be had: what that comes to. */
const NOT_HAD: Mutation = {
  told: [
    `${GRID} unverifiable transport`,
    `${REPORT} commitment unverifiable unread`,
    `${REPORT} download unverifiable transport`,
  ],
  found: ['report-unverifiable warning'],
};

/**
 * What is done wrong by a publisher in one hour, and what the audit must say of that hour. By the rules of section 4 of the reference and the
 * tables in `check-commitment.ts` and `hour-grid.ts`; thought out from what is done, not read off a run.
 */
export const MUTATIONS = {
  'missing-commitment': {
    told: [`${GRID} uncommitted no-digest`, `${REPORT} commitment uncommitted no-digest`],
    found: ['commitment-missing critical'],
  },
  'stale-commitment': {
    told: [`${GRID} stale older-commitment`, `${REPORT} commitment stale older-commitment`],
    found: ['commitment-stale critical'],
  },
  'wrong-hash': {
    told: [`${GRID} mismatch digest`, `${REPORT} commitment mismatch digest`],
    found: ['commitment-mismatch critical'],
  },
  // Three miners publish. What a miner says wrongly of itself harms nobody else, least of all its validator's hour.
  'wrong-hash-miner': {
    told: times(3, 'miner report commitment mismatch digest'),
    found: times(3, 'commitment-mismatch warning'),
  },
  'swapped-csv': {
    told: ['validator file digest mismatch digest', `${GRID} mismatch digest`],
    found: ['export-mismatch critical'],
  },
  'truncated-csv': {
    told: ['validator file digest mismatch digest', `${GRID} mismatch digest`],
    found: ['export-mismatch critical'],
  },
  'rewritten-history': {
    told: [`${GRID} mismatch rewritten`, `${REPORT} snapshot mismatch rewritten`],
    found: ['history-rewritten critical'],
  },
  // It is the report of the hour before, written an hour later: what has died since is missing in it.
  'wrong-hour': {
    told: [`${GRID} mismatch hour`, `${REPORT} exports mismatch path`, `${REPORT} hour mismatch hour`],
    found: ['report-misplaced critical'],
    mayFind: ['instance-vanished warning'],
  },
  'duplicate-hour': {
    told: [`${GRID} verified duplicate`],
    found: ['hour-duplicate warning'],
  },
  'duplicate-hour-differs': {
    told: [`${GRID} mismatch duplicate`],
    found: ['hour-duplicate critical'],
    // A multiplier may change when no history of it is published, but not that of a private instance.
    mayTell: [`${REPORT} snapshot mismatch rewritten`],
    mayFind: ['history-rewritten critical', 'history-rewritten warning'],
  },
  gap: {
    told: [`${GRID} mismatch gap`],
    found: ['hour-gap critical'],
  },
  // What is forged is not asked for, so that there is nothing to compare with the chain.
  'forged-entry-id': {
    told: [
      `${GRID} mismatch entry-id`,
      `${REPORT} commitment unverifiable unread`,
      `${REPORT} download unverifiable transport`,
      `${REPORT} entry-id mismatch entry-id`,
    ],
    found: ['entry-forged critical'],
  },
  'path-escape': {
    told: [
      `${GRID} mismatch path`,
      `${REPORT} commitment unverifiable unread`,
      `${REPORT} download unverifiable transport`,
      `${REPORT} path mismatch path`,
    ],
    found: ['path-escape critical'],
  },
  'export-path-escape': {
    told: [`${GRID} mismatch path`, `${REPORT} exports mismatch path`],
    found: ['path-escape critical'],
  },
  // The report is committed to, and all in it that can be read counts.
  'hostile-text': {
    told: [`${GRID} mismatch malformed`, `${REPORT} format mismatch malformed`],
    found: ['report-malformed critical', 'schema-drift info', 'unreadable-metrics warning'],
  },
  'code-in-metrics': { told: [], found: ['unreadable-metrics warning'] },
  'impossible-numbers': {
    told: [`${GRID} mismatch malformed`, `${REPORT} format mismatch malformed`],
    found: ['impossible-number warning', 'report-malformed critical', 'unreadable-metrics warning'],
  },
  'endless-body': NOT_HAD,
  'endless-export': {
    told: ['validator file digest unverifiable transport', `${GRID} unverifiable transport`],
    found: ['export-unavailable warning'],
  },
  'slow-loris': NOT_HAD,
  'private-redirect': NOT_HAD,
  'gzip-bomb': NOT_HAD,
  'cut-body': NOT_HAD,
  // Honest, if untidy: rows that are in two exports count once, and a complaint counts when it is confirmed.
  'boundary-duplicates': { told: [], found: [] },
  'late-confirmation': { told: [], found: [] },
} satisfies Partial<Record<Misbehaviour, Mutation>>;

export type MutationName = keyof typeof MUTATIONS;
