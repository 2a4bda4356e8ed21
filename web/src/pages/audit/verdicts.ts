import type { AuditReportBody } from '../../api/types.ts';
import type { Scheme } from '../../charts/inks.ts';

export type VerdictKind = AuditReportBody['checks'][number]['verdict'];
/** `none`: not judged, because nothing was due or nothing is recorded. */
export type VerdictOrNone = VerdictKind | 'none';

/** From best to worst, and last what was not judged. */
export const VERDICT_ORDER = [
  'verified',
  'matches-but-older',
  'stale',
  'uncommitted',
  'unverifiable',
  'mismatch',
  'none',
] as const satisfies readonly VerdictOrNone[];

interface VerdictLook {
  /** In a sentence after a number: "2 uncommitted". */
  readonly name: string;
  /** After a number that is not 1, where it differs. */
  readonly plural?: string;
  /** In a cell; what is verified has none, so that the others are seen among a hundred of them. */
  readonly letter: string;
  readonly meaning: string;
}

export const VERDICT_LOOKS: Readonly<Record<VerdictOrNone, VerdictLook>> = {
  verified: { name: 'verified', letter: '', meaning: 'the claim and the evidence agree' },
  'matches-but-older': {
    name: 'matching an older commitment',
    letter: 'o',
    meaning: 'the digest agrees, but it was committed before the block that the entry names',
  },
  stale: {
    name: 'stale',
    letter: 's',
    meaning: 'the chain holds the digest of something earlier: this report was not committed',
  },
  uncommitted: { name: 'uncommitted', letter: 'u', meaning: 'the chain holds no commitment of the account' },
  unverifiable: { name: 'unverifiable', letter: '?', meaning: 'the check could not be made' },
  mismatch: {
    name: 'mismatch',
    plural: 'mismatches',
    letter: '×',
    meaning: 'the claim and the evidence contradict each other',
  },
  none: { name: 'not judged', letter: '', meaning: 'nothing was due yet, or nothing is recorded' },
};

/** "3 mismatches" without the number. */
export function countedName(verdict: VerdictOrNone, count: number): string {
  const { name, plural = name } = VERDICT_LOOKS[verdict];
  return count === 1 ? name : plural;
}

/** Grounds of the cells; each has 3:1 against the page, and its letter 4.5:1 on it. */
export const VERDICT_COLORS: Record<Scheme, Record<VerdictOrNone, string>> = {
  light: {
    verified: '#12805c',
    'matches-but-older': '#2b6cb0',
    stale: '#8a5a00',
    uncommitted: '#a3470b',
    unverifiable: '#5b6573',
    mismatch: '#b42318',
    none: 'transparent',
  },
  dark: {
    verified: '#2f9e76',
    'matches-but-older': '#6ea8e8',
    stale: '#d9a440',
    uncommitted: '#ee9558',
    unverifiable: '#97a3b2',
    mismatch: '#f5827a',
    none: 'transparent',
  },
};

/** On the grounds above. */
export const LETTER_COLOR: Record<Scheme, string> = { light: '#ffffff', dark: '#0d1014' };

const REASONS: Readonly<Record<string, string>> = {
  pruned: 'no node has the state any more',
  rpc: 'no node answered, or none that could be believed',
  unpublished: 'the file is not served',
  transport: 'the file could not be downloaded within the bounds',
  unread: 'the evidence was never gathered',
  era: 'the subnet no longer publishes what would prove it',
  digest: 'the digest differs',
  'entry-id': 'the entry’s id does not follow from its account and block',
  path: 'the path does not follow from account and block',
  hotkey: 'another account than it says',
  hour: 'it tells of another hour',
  'block-time': 'the block was made at another time',
  malformed: 'it cannot be read',
  rewritten: 'what was published before was changed',
  duplicate: 'the hour is told twice',
  gap: 'the hour is missing',
  late: 'it came late',
  'older-commitment': 'the commitment is an older one',
  'no-commitment': 'the account has committed to nothing',
  'no-digest': 'the commitment holds no digest',
};

/** A reason in words; `undefined` for `ok` and for one that this page does not know. */
export function reasonText(reason: string | null): string | undefined {
  return reason !== null && Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
}
