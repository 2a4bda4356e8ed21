import { compact, oneOf } from './parse.ts';
import { normalSelected } from './selection.ts';

/** What the pages of pay, of miners and of requests of our own ask, beside what all pages of the audit do. */
export interface AuditPaySearch {
  /** Instant of the weights that are judged; absent is the newest. */
  at?: string;
  /** `auto` (by date), `best` (whichever fits best) or a name; absent is that of the configuration. */
  profile?: string;
  /** Absent is what was committed alone. */
  basis?: 'published';
  /** What was paid by whom; absent is the validator's own row. */
  side?: Exclude<PaidSide, 'weight'>;
  /** Of the miners in the picture; absent is by difference. */
  order?: 'share';
  /** What the picture shows; absent are shares. */
  view?: 'difference';
  /** Hotkey of the miner that is explained. */
  miner?: string;
  lookup?: ProbeLookup;
  outcome?: ProbeOutcome;
}

export const PAID_SIDES = ['weight', 'incentive', 'published'] as const;
export type PaidSide = (typeof PAID_SIDES)[number];

export const PROBE_KINDS = ['chat', 'completion', 'image', 'speech', 'embedding'] as const;
export type ProbeKind = (typeof PROBE_KINDS)[number];

/** What a person should look at first comes first. */
export const PROBE_LOOKUPS = ['missing', 'mismatched', 'unverifiable', 'pending', 'present'] as const;
export type ProbeLookup = (typeof PROBE_LOOKUPS)[number];

export const PROBE_OUTCOMES = ['succeeded', 'failed', 'unfinished', 'pending'] as const;
export type ProbeOutcome = (typeof PROBE_OUTCOMES)[number];

export function auditPaySearch(raw: Readonly<Record<string, unknown>>): AuditPaySearch {
  return compact({
    at: typeof raw.at === 'string' ? instantOf(raw.at) : undefined,
    profile:
      typeof raw.profile === 'string' && /^[A-Za-z0-9'′.-]{1,20}$/.test(raw.profile)
        ? raw.profile
        : undefined,
    basis: oneOf(raw.basis, ['published'] as const),
    side: oneOf(raw.side, ['incentive', 'published'] as const),
    order: oneOf(raw.order, ['share'] as const),
    view: oneOf(raw.view, ['difference'] as const),
    miner: typeof raw.miner === 'string' ? hotkeyOf(raw.miner) : undefined,
    lookup: oneOf(raw.lookup, PROBE_LOOKUPS),
    outcome: oneOf(raw.outcome, PROBE_OUTCOMES),
  });
}

/**
 * An instant as the API takes it, of what a person types: `2026-11-22 06:00` is `2026-11-22T06:00:00Z`. UTC, as everywhere.
 * `undefined` for what is none.
 */
export function instantOf(typed: string): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d(?:\.\d{1,6})?))?(?:Z| UTC)?$/.exec(typed.trim());
  if (parts === null) return undefined;
  const [, day, time, seconds = '00'] = parts;
  const iso = `${day}T${time}:${seconds}Z`;
  const date = new Date(iso);
  // A 31st of February is taken for the 3rd of March by some engines.
  return Number.isNaN(date.getTime()) || !date.toISOString().startsWith(`${day}T${time}`) ? undefined : iso;
}

function hotkeyOf(typed: string): string | undefined {
  const item = normalSelected(typed);
  return item === undefined || /^\d+$/.test(item) ? undefined : item;
}
