import { type ActivitySearch, activitySearch, type FigureSearch, figureSearch } from './figure-search.ts';
import {
  type BlockSearch,
  blockSearch,
  type EventsSearch,
  eventsSearch,
  type MapSearch,
  mapSearch,
  type WeightsSearch,
  weightsSearch,
} from './page-search.ts';
import { compact, natural, oneOf, text } from './parse.ts';

/**
 * What a person selected, as the address bar keeps it. Plain `name=value` pairs, so that an address can be read and
 * written by hand; what cannot be understood is dropped, never guessed.
 */
export interface NetworkSearch {
  q?: string;
  sort?: string;
}

export const NEURON_GROUPS = ['all', 'validators', 'miners', 'inactive'] as const;
export type NeuronGroup = (typeof NEURON_GROUPS)[number];

export interface SubnetSearch
  extends FigureSearch,
    ActivitySearch,
    WeightsSearch,
    MapSearch,
    BlockSearch,
    EventsSearch {
  /** Absent means live: the newest snapshot, followed. */
  block?: number;
  mechanism?: number;
  sort?: string;
  q?: string;
  show?: NeuronGroup;
  /** Ids of the chosen columns, comma-separated; absent means the usual ones. */
  cols?: string;
}

export const RESOLUTIONS = ['auto', 'raw', 'hourly', 'epoch'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export interface NeuronSearch {
  netuid?: number;
  mechanism?: number;
  resolution?: Resolution;
  axis?: 'block';
  /** How far back, days; absent means everything stored. */
  days?: number;
}

export interface SqlSearch {
  q?: string;
}

export interface Sort {
  id: string;
  desc: boolean;
}

type Raw = Readonly<Record<string, unknown>>;

export function networkSearch(raw: Raw): NetworkSearch {
  return compact({ q: text(raw.q, 200), sort: sortText(raw.sort) });
}

export function subnetSearch(raw: Raw): SubnetSearch {
  const show = oneOf(raw.show, NEURON_GROUPS);
  return compact({
    block: natural(raw.block, 2 ** 32 - 1),
    mechanism: natural(raw.mechanism, 255),
    sort: sortText(raw.sort),
    q: text(raw.q, 200),
    show: show === 'all' ? undefined : show,
    cols: typeof raw.cols === 'string' && /^[a-zA-Z0-9,]{1,600}$/.test(raw.cols) ? raw.cols : undefined,
    ...figureSearch(raw),
    ...activitySearch(raw),
    ...weightsSearch(raw),
    ...mapSearch(raw),
    ...blockSearch(raw),
    ...eventsSearch(raw),
  });
}

export function neuronSearch(raw: Raw): NeuronSearch {
  const resolution = oneOf(raw.resolution, RESOLUTIONS);
  return compact({
    netuid: natural(raw.netuid, 65_535),
    mechanism: natural(raw.mechanism, 255),
    resolution: resolution === 'auto' ? undefined : resolution,
    axis: raw.axis === 'block' ? ('block' as const) : undefined,
    days: natural(raw.days, 3_650),
  });
}

export function sqlSearch(raw: Raw): SqlSearch {
  return compact({ q: text(raw.q, 20_000) });
}

/** `emission` sorts upwards, `-emission` downwards. */
export function parseSort(value: string | undefined): Sort | undefined {
  if (value === undefined) return undefined;
  return value.startsWith('-') ? { id: value.slice(1), desc: true } : { id: value, desc: false };
}

export function formatSort(sort: Sort | undefined): string | undefined {
  return sort === undefined ? undefined : `${sort.desc ? '-' : ''}${sort.id}`;
}

/** For the router: `?a=1&b=x` as text pairs; the last of a repeated name wins. */
export function parseQuery(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** For the router: the pairs that have a value, commas left readable. */
export function formatQuery(search: Readonly<Record<string, unknown>>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== '') pairs.set(name, String(value));
  }
  const query = pairs.toString().replaceAll('%2C', ',');
  return query === '' ? '' : `?${query}`;
}

function sortText(value: unknown): string | undefined {
  return typeof value === 'string' && /^-?[a-zA-Z0-9]{1,40}$/.test(value) ? value : undefined;
}
