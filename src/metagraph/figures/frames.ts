import { TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { isoTime } from '../present.ts';
import type { Resolution, SubnetKey } from '../queries/snapshots.ts';

/** Which stretch of time a figure shows, and how finely. */
export interface FrameQuery {
  readonly netuid: number;
  /** Default 0. */
  readonly mechanism?: number | undefined;
  /** Blocks, both included. Without `from` the range is `hours` long. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Back from the newest stored snapshot (up to `to`). Default 168, a week. */
  readonly hours?: number | undefined;
  /** Snapshots shown at most, 2 to 2,000. Default 400. */
  readonly points?: number | undefined;
  /** `auto`: the finest that covers the range. */
  readonly resolution?: 'auto' | Resolution | undefined;
}

/** The snapshots that a figure shows, ascending. */
export interface Frames extends SubnetKey {
  readonly resolution: Resolution;
  /** The table that holds their rows. */
  readonly table: string;
  readonly blocks: number[];
  /** ISO 8601; `null` where the block's runtime told no time. */
  readonly timestamps: (string | null)[];
  /** What coins are counted in at each. */
  readonly units: ('alpha' | 'tao')[];
  /** Snapshots in the range at this resolution; `blocks.length` of them are shown. */
  readonly stored: number;
}

/** What every figure says of the snapshots it shows. */
export interface FigureRange {
  netuid: number;
  mechanism: number;
  resolution: Resolution;
  from?: number;
  to?: number;
  stored: number;
  shown: number;
  block: number[];
  timestamp: (string | null)[];
}

/** Tables of one kind of row at each resolution, and how the rows of one subnet that mark its snapshots are found. */
export interface FrameTables {
  readonly tables: Readonly<Record<Resolution, string>>;
  readonly where: string;
  readonly seconds: string;
  readonly unit: string;
}

/** A snapshot has uid 0 if it has any neuron, and the rows of one uid lie together. */
export const NEURON_FRAMES: FrameTables = {
  tables: { raw: 'neurons', hourly: 'neurons_hourly', epoch: 'neurons_epoch' },
  where: 'netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND uid = 0',
  seconds: 'toUnixTimestamp(timestamp)',
  unit: 'toString(unit)',
};

export const SUBNET_FRAMES: FrameTables = {
  tables: { raw: 'subnets', hourly: 'subnets_hourly', epoch: 'subnets_epoch' },
  where: 'netuid = {netuid:UInt16}',
  seconds: 'toUInt32(ifNull(toUnixTimestamp(timestamp), 0))',
  unit: "'alpha'",
};

export const DEFAULT_POINTS = 400;
export const MOST_POINTS = 2_000;
const DEFAULT_HOURS = 168;
const LAST_BLOCK = 2 ** 32 - 1;
// Of 12 s; for chains that tell no time.
const BLOCKS_PER_HOUR = 300;

/**
 * The snapshots to show: of the finest resolution that covers the range, thinned evenly; the first and the last always.
 * Nothing stored gives no blocks. Throws `usage` for a range or a number of points that cannot be.
 */
export async function chooseFrames(
  store: Store,
  query: FrameQuery,
  signal?: AbortSignal,
  kind: FrameTables = NEURON_FRAMES,
): Promise<Frames> {
  const { netuid, mechanism = 0, resolution = 'auto', points = DEFAULT_POINTS } = query;
  checkQuery(query, points);
  const listed = await listFrames(store, query, kind, signal);
  const chosen = resolution === 'auto' ? finestCovering(listed) : resolution;
  const all = listed[chosen];
  const shown = thin(all, points);
  return {
    netuid,
    mechanism,
    resolution: chosen,
    table: kind.tables[chosen],
    blocks: shown.map(([block]) => block),
    timestamps: shown.map(([, seconds]) => (seconds === 0 ? null : isoTime(seconds * 1000))),
    units: shown.map(([, , unit]) => unit),
    stored: all.length,
  };
}

/** The part of a figure's body that is the same in all of them. */
export function rangeOf({ netuid, mechanism, resolution, blocks, timestamps, stored }: Frames): FigureRange {
  const [from, to] = [blocks[0], blocks.at(-1)];
  return {
    netuid,
    mechanism,
    resolution,
    ...(from === undefined || to === undefined ? {} : { from, to }),
    stored,
    shown: blocks.length,
    block: blocks,
    timestamp: timestamps,
  };
}

/** At most `points` of a list, evenly by place; the first and the last always. */
export function thin<T>(all: readonly T[], points: number): T[] {
  if (all.length <= points) return [...all];
  const step = (all.length - 1) / (points - 1);
  return Array.from({ length: points }, (_, at) => all[Math.round(at * step)] as T);
}

/** Block, seconds since 1970 (0: not told), unit of coins. */
type Marked = readonly [block: number, seconds: number, unit: 'alpha' | 'tao'];
type Listed = Readonly<Record<Resolution, readonly Marked[]>>;

/**
 * The finest resolution that leaves no hole: near each snapshot that a coarser one still has there is one of its own.
 * Within an hour is near, so that "48 hours" of what is kept for 48 hours is shown in full.
 */
export function finestCovering(listed: Listed): Resolution {
  const blocks = (of: Resolution) => listed[of].map(([block]) => block);
  const [raw, hourly, epoch] = [blocks('raw'), blocks('hourly'), blocks('epoch')];
  if (covers(raw, hourly) && covers(raw, epoch)) return 'raw';
  return covers(hourly, epoch) ? 'hourly' : 'epoch';
}

function covers(fine: readonly number[], coarse: readonly number[]): boolean {
  let at = 0;
  for (const block of coarse) {
    while (at < fine.length && (fine[at] as number) < block - BLOCKS_PER_HOUR) at++;
    const near = fine[at];
    if (near === undefined || near > block + BLOCKS_PER_HOUR) return false;
  }
  return true;
}

/**
 * Lists what there is. Epochs of years are spread over many parts of their table, so they are looked at only where the
 * others leave a hole, or none of the others is there.
 */
async function listFrames(
  store: Store,
  query: FrameQuery,
  kind: FrameTables,
  signal: AbortSignal | undefined,
): Promise<Listed> {
  const { hours = DEFAULT_HOURS, resolution = 'auto' } = query;
  const recent = await readMarks(store, query, { kind, of: ['raw', 'hourly'], newest: [0, 0] }, signal);
  // Counted back from the newest, a range begins where the chain's clock, or else its height, says.
  const [block, seconds] = [...recent.raw, ...recent.hourly].reduce<readonly [number, number]>(
    (last, mark) => (mark[0] > last[0] ? [mark[0], mark[1]] : last),
    [0, 0],
  );
  const isBefore = (mark: Marked) =>
    query.from !== undefined
      ? mark[0] < query.from + HOLE_BLOCKS
      : seconds > 0
        ? mark[1] < seconds - hours * 3_600 + HOLE_BLOCKS * 12
        : mark[0] < block - hours * BLOCKS_PER_HOUR + HOLE_BLOCKS;
  const first = recent.hourly[0];
  const isWhole = first !== undefined && isBefore(first) && !hasHole(recent.hourly);
  if (resolution !== 'epoch' && (resolution !== 'auto' || isWhole)) return { ...recent, epoch: [] };
  const past = await readMarks(store, query, { kind, of: ['epoch'], newest: [block, seconds] }, signal);
  return { ...recent, epoch: past.epoch };
}

// Two hours of 12 s blocks: two snapshots that end an hour each may lie so far apart.
const HOLE_BLOCKS = 2 * BLOCKS_PER_HOUR;

function hasHole(marks: readonly Marked[]): boolean {
  return marks.some(([block], at) => at > 0 && block - (marks[at - 1]?.[0] ?? block) > HOLE_BLOCKS);
}

/** The marks of the range in some of the tables, ascending; `newest` is what was found elsewhere: block and seconds. */
async function readMarks(
  store: Store,
  { netuid, mechanism = 0, from, to = LAST_BLOCK, hours = DEFAULT_HOURS }: FrameQuery,
  {
    kind,
    of,
    newest,
  }: {
    readonly kind: FrameTables;
    readonly of: readonly Resolution[];
    readonly newest: readonly [block: number, seconds: number];
  },
  signal: AbortSignal | undefined,
): Promise<Listed> {
  // Tuples compare, and sort, by their first member: the block.
  const rows = await store.query<{ resolution: Resolution; marked: Marked[] }>(
    `SELECT resolution, arraySort(groupArray((block, seconds, unit_name))) AS marked
     FROM (
       SELECT *, greatest(max((block, seconds)) OVER (), ({block:UInt32}, {seconds:UInt32})) AS newest
       FROM (${of.map((resolution) => marksOf(kind, resolution)).join(' UNION ALL ')})
     )
     WHERE multiIf({whole:Bool}, true, newest.2 > 0, seconds + {hours:UInt32} * 3600 >= newest.2,
       block + {hours:UInt32} * ${BLOCKS_PER_HOUR} >= newest.1)
     GROUP BY resolution`,
    {
      params: {
        netuid,
        mechanism,
        from: from ?? 0,
        to,
        hours,
        whole: from !== undefined,
        block: newest[0],
        seconds: newest[1],
      },
      label: 'choose the snapshots of a figure',
      signal,
    },
  );
  const marked = (resolution: Resolution) => rows.find((row) => row.resolution === resolution)?.marked ?? [];
  return { raw: marked('raw'), hourly: marked('hourly'), epoch: marked('epoch') };
}

/**
 * The marking rows of a table. The engine removes what is past its time late, so that is asked as well. Two rows of one
 * block say the same; of an hour only the last is right.
 */
function marksOf({ tables, where, seconds, unit }: FrameTables, resolution: Resolution): string {
  return `SELECT DISTINCT '${resolution}' AS resolution, block, ${seconds} AS seconds, ${unit} AS unit_name
       FROM ${tables[resolution]}${resolution === 'hourly' ? ' FINAL' : ''}
       WHERE ${where} AND block BETWEEN {from:UInt32} AND {to:UInt32}
         AND ${resolution === 'raw' ? 'expires' : 'rollup_expires'} > now()`;
}

function checkQuery({ from, to }: FrameQuery, points: number): void {
  if (from !== undefined && to !== undefined && from > to) {
    throw new TaoscopeError('usage', {
      failed: 'the range of blocks is empty',
      got: `${from} to ${to}`,
      expected: 'a first block at or before the last',
    });
  }
  if (!Number.isInteger(points) || points < 2 || points > MOST_POINTS) {
    throw new TaoscopeError('usage', {
      failed: 'a figure cannot show so many snapshots',
      got: String(points),
      expected: `2 to ${MOST_POINTS}`,
    });
  }
}
