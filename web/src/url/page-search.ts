import type { EventJson, WeightsBody } from '../api/types.ts';
import { type AuditPaySearch, auditPaySearch } from './audit-pay-search.ts';
import { compact, natural, oneOf, text } from './parse.ts';
import { normalSelected } from './selection.ts';

/** What the page of weights alone asks of the address. */
export interface WeightsSearch {
  /** Of rows and columns; absent is by stake. */
  order?: 'cluster' | 'uid';
  /** Of the colours; absent is logarithmic. */
  scale?: 'linear';
  of?: Exclude<WeightsBody['of'], 'weights'>;
  /** Uid of the validator whose targets are shown, and of the neuron whose weights are. */
  row?: number;
  column?: number;
  /** Hotkey of the validator whose evidence is unfolded. */
  copier?: string;
}

export const MAP_COLORS = ['role', 'coldkey', 'incentive', 'stake'] as const;
export type MapColor = (typeof MAP_COLORS)[number];

/** What the map alone asks. */
export interface MapSearch {
  /** Absent is the role. */
  paint?: Exclude<MapColor, 'role'>;
  /** What the area of a point says; absent is its stake. */
  area?: 'incentive' | 'none';
  frames?: number;
}

/** What the page of a block alone asks: the other block, and the field whose changes are shown. */
export interface BlockSearch {
  against?: number;
  field?: string;
}

/** What the feed alone asks. */
export interface EventsSearch {
  /** Kinds of events, comma-separated; absent is all. */
  kinds?: string;
  /** A uid, hotkey or coldkey. */
  who?: string;
  /** What the account of `who` is; absent is a hotkey. */
  as?: 'coldkey';
}

export const AUDIT_HOURS = [24, 168, 720] as const;
/** Worst first. */
export const AUDIT_VERDICTS = [
  'mismatch',
  'unverifiable',
  'uncommitted',
  'stale',
  'matches-but-older',
  'verified',
] as const;
export const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** What the pages of the audit ask: which hours, which findings, and what of them is unfolded. */
export interface AuditSearch extends AuditPaySearch {
  /** Absent is 168, a week. */
  hours?: 24 | 720;
  /** Name of a source in the configuration; absent is all. */
  source?: string;
  /** ss58 of the validator whose `hour` (its end) is marked. */
  validator?: string;
  hour?: string;
  /** Which findings; absent are the open ones. */
  state?: 'resolved' | 'all';
  severity?: (typeof SEVERITIES)[number];
  kind?: string;
  /** ss58 of the account that a finding concerns. */
  hotkey?: string;
  /** Id of the finding that is unfolded. */
  finding?: string;
  /** Which reports; absent are those of validators, with any verdict. */
  role?: 'miner';
  verdict?: (typeof AUDIT_VERDICTS)[number];
  sort?: string;
}

/** In the order in which a reader meets them: who came and went, weights, what was set, stake, the chain itself. */
export const EVENT_KINDS = [
  'registered',
  'deregistered',
  'weights-set',
  'weights-committed',
  'weights-revealed',
  'axon-served',
  'hyperparameter',
  'take',
  'children',
  'stake-added',
  'stake-removed',
  'stake-moved',
  'hotkey-swapped',
  'coldkey-swapped',
  'subnet-added',
  'subnet-removed',
  'owner-changed',
  'runtime-upgraded',
  'epoch',
] as const satisfies readonly EventJson['kind'][];
export type EventKind = EventJson['kind'];

export const MAP_FRAMES = [12, 30, 60] as const;

type Raw = Readonly<Record<string, unknown>>;

export function weightsSearch(raw: Raw): WeightsSearch {
  return compact({
    order: oneOf(raw.order, ['cluster', 'uid'] as const),
    scale: oneOf(raw.scale, ['linear'] as const),
    of: oneOf(raw.of, ['bonds'] as const),
    row: natural(raw.row, 65_535),
    column: natural(raw.column, 65_535),
    copier: typeof raw.copier === 'string' ? addressOf(raw.copier) : undefined,
  });
}

export function mapSearch(raw: Raw): MapSearch {
  const frames = natural(raw.frames, 60, 1);
  return compact({
    paint: oneOf(raw.paint, ['coldkey', 'incentive', 'stake'] as const),
    area: oneOf(raw.area, ['incentive', 'none'] as const),
    frames: MAP_FRAMES.find((each) => each === frames && each !== 30),
  });
}

export function blockSearch(raw: Raw): BlockSearch {
  return compact({
    against: natural(raw.against, 2 ** 32 - 1),
    field: typeof raw.field === 'string' && /^[a-zA-Z0-9._]{1,60}$/.test(raw.field) ? raw.field : undefined,
  });
}

export function eventsSearch(raw: Raw): EventsSearch {
  const who = text(raw.who, 60);
  return compact({
    kinds: formatKinds(parseKinds(text(raw.kinds, 1_000))),
    who: who === undefined ? undefined : normalSelected(who),
    as: oneOf(raw.as, ['coldkey'] as const),
  });
}

export function auditSearch(raw: Raw): AuditSearch {
  const hours = natural(raw.hours, 720, 1);
  return compact({
    hours: ([24, 720] as const).find((each) => each === hours),
    source: matching(raw.source, /^[a-z][a-z0-9-]{0,31}$/),
    validator: typeof raw.validator === 'string' ? addressOf(raw.validator) : undefined,
    hour: matching(raw.hour, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/),
    state: oneOf(raw.state, ['resolved', 'all'] as const),
    severity: oneOf(raw.severity, SEVERITIES),
    kind: matching(raw.kind, /^[a-z][a-z-]{0,39}$/),
    hotkey: typeof raw.hotkey === 'string' ? addressOf(raw.hotkey) : undefined,
    role: oneOf(raw.role, ['miner'] as const),
    verdict: oneOf(raw.verdict, AUDIT_VERDICTS),
    finding: matching(raw.finding, /^[0-9A-Za-z-]{1,80}$/),
    sort: matching(raw.sort, /^-?[a-zA-Z0-9]{1,40}$/),
    ...auditPaySearch(raw),
  });
}

/** The kinds of `kinds=registered,take`, each once and in the order of {@link EVENT_KINDS}; empty is all. */
export function parseKinds(value: string | undefined): readonly EventKind[] {
  const asked = new Set(value?.split(',') ?? []);
  return EVENT_KINDS.filter((kind) => asked.has(kind));
}

export function formatKinds(kinds: readonly EventKind[]): string | undefined {
  const ordered = EVENT_KINDS.filter((kind) => kinds.includes(kind));
  return ordered.length === 0 || ordered.length === EVENT_KINDS.length ? undefined : ordered.join(',');
}

function matching(value: unknown, shape: RegExp): string | undefined {
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}

function addressOf(typed: string): string | undefined {
  const item = normalSelected(typed);
  return item === undefined || /^\d+$/.test(item) ? undefined : item;
}
