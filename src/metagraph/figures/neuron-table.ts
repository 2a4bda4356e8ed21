import { parseAccount, RAO_PER_TAO, toSs58, U16_ONE } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { classOf, type NeuronClass } from '../analysis/classes.ts';
import type { LongTable } from '../analysis/long-table.ts';
import { subnet24 } from '../analysis/subnet24.ts';
import type { Frames } from './frames.ts';
import { type Holder, type HolderDetail, membershipAt } from './membership.ts';

/** Columns of a neuron that figures show, and what they are in the tables. */
export const FIGURE_COLUMNS = {
  totalStake: { name: 'total_stake', kind: 'coins' },
  incentive: { name: 'incentive', kind: 'fraction' },
  emission: { name: 'emission', kind: 'coins' },
  consensus: { name: 'consensus', kind: 'fraction' },
  trust: { name: 'trust', kind: 'fraction' },
  validatorTrust: { name: 'validator_trust', kind: 'fraction' },
  dividends: { name: 'dividends', kind: 'fraction' },
} as const;

export type FigureColumn = keyof typeof FIGURE_COLUMNS;

/** What neurons are grouped by, or counted: `subnet24` is the /24 of the IP (the /48 of an IPv6 address). */
export type Grouping = 'coldkey' | 'hotkey' | 'ip' | 'subnet24';

export type Role = NeuronClass | 'all';

/** Which neurons a figure is about. */
export interface NeuronChoice {
  /** Default `all`. */
  readonly role?: Role | undefined;
  /** uids, hotkeys or coldkeys, separated by commas; without it every neuron. Throws `usage` for anything else. */
  readonly select?: string | undefined;
}

/** Neurons over time as columns, a row per neuron and frame. Accounts are hex: `shownAccount` for those that are shown. */
export interface NeuronTable extends LongTable {
  /** Who a row is about. */
  readonly holder: readonly Holder[];
  readonly kind: readonly NeuronClass[];
  /** NaN where there is no value: numbers that lie together, not a million objects. */
  readonly columns: Readonly<Partial<Record<FigureColumn, Float64Array>>>;
  /** Of coins; those of an era with the other unit are `null`. */
  readonly unit: 'alpha' | 'tao';
}

/** The neurons of the frames with the columns asked for. Classes are read where the role or `kinds` asks for them. */
export async function neuronTable(
  store: Store,
  frames: Frames,
  {
    columns = [],
    kinds = false,
    detail = 'full',
    role = 'all',
    select,
  }: NeuronChoice & {
    readonly columns?: readonly FigureColumn[];
    readonly kinds?: boolean;
    readonly detail?: HolderDetail;
  },
  signal?: AbortSignal,
): Promise<NeuronTable> {
  const isSelected = selection(select);
  const asked = [...new Set(columns)];
  const withKinds = kinds || role !== 'all';
  const [membership, cells] = await Promise.all([
    membershipAt(store, frames, detail, signal),
    asked.length === 0 && !withKinds
      ? undefined
      : readCells(store, frames, { columns: asked, withKinds }, signal),
  ]);
  const holders = membership.holders.map((one) => (isSelected(one) ? one : undefined));
  const cellsOf = membership.holders.map(({ uid }) => cells?.get(uid));
  const rows = membership.frame.length;
  const frame = new Int32Array(rows);
  const holder: Holder[] = [];
  const kind: NeuronClass[] = [];
  const values = asked.map(() => new Float64Array(rows).fill(Number.NaN));
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const at = membership.frame[row] as number;
    const which = membership.holder[row] as number;
    const one = holders[which];
    if (one === undefined) continue;
    const of = cellsOf[which];
    const is = of?.validator[at] === 1 ? 'validator' : 'miner';
    if (role !== 'all' && role !== is) continue;
    frame[count] = at;
    holder.push(one);
    if (withKinds) kind.push(is);
    for (let i = 0; i < values.length; i++)
      (values[i] as Float64Array)[count] = of?.columns[i]?.[at] ?? Number.NaN;
    count++;
  }
  return {
    blocks: frames.blocks,
    frame: frame.subarray(0, count),
    holder,
    kind,
    columns: Object.fromEntries(asked.map((name, i) => [name, values[i]?.subarray(0, count)])),
    unit: frames.units.at(-1) ?? 'alpha',
  };
}

/** The values that neurons are grouped by, a row each; `null` where a neuron has none. */
export function groupingColumn({ holder }: Pick<NeuronTable, 'holder'>, by: Grouping): (string | null)[] {
  if (by !== 'subnet24') return holder.map((one) => one[by]);
  const networks = new Map<string, string | null>();
  return holder.map(({ ip }) => {
    if (ip === null) return null;
    let network = networks.get(ip);
    if (network === undefined) {
      network = subnet24(ip);
      networks.set(ip, network);
    }
    return network;
  });
}

/** A grouping value as people know it: accounts as ss58. */
export function shownGroup(by: Grouping, value: string): string {
  return by === 'hotkey' || by === 'coldkey' ? shownAccount(value) : value;
}

/** The ss58 address of an account in hex. */
export function shownAccount(hex: string): string {
  return toSs58(Buffer.from(hex, 'hex'));
}

/** What a column is counted in. */
export function unitOf(column: FigureColumn, unit: 'alpha' | 'tao'): string {
  return FIGURE_COLUMNS[column].kind === 'coins' ? unit : 'fraction';
}

function selection(select: string | undefined): (holder: Holder) => boolean {
  const parts = (select ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  if (parts.length === 0) return () => true;
  const uids = new Set(parts.filter(isUid).map(Number));
  const accounts = new Set(
    parts
      .filter((part) => !isUid(part))
      .map((part) => Buffer.from(parseAccount(part)).toString('hex').toUpperCase()),
  );
  return ({ uid, hotkey, coldkey }) =>
    uids.has(uid) || accounts.has(hotkey) || (coldkey !== null && accounts.has(coldkey));
}

function isUid(text: string): boolean {
  return /^\d{1,5}$/.test(text);
}

/** What one uid shows: by frame. */
interface Cells {
  readonly validator: Uint8Array;
  readonly columns: readonly Float64Array[];
}

// Read by uid, as they lie on disk; an array per uid and column is a tenth of the text that rows would be. PREWHERE, since
// with FINAL the engine would read every row of a year before it looks at the block; rows of one key have one block, and of
// an hour the frames name the last.
async function readCells(
  store: Store,
  { netuid, mechanism, table, blocks, units }: Frames,
  { columns, withKinds }: { readonly columns: readonly FigureColumn[]; readonly withKinds: boolean },
  signal: AbortSignal | undefined,
): Promise<Map<number, Cells>> {
  const unit = units.at(-1) ?? 'alpha';
  const lists = [
    'groupArray(block) AS at',
    ...(withKinds
      ? [
          `groupArray(ifNull(toUInt32(validator_trust), ${NO_TRUST})) AS trust_list`,
          'groupArray(ifNull(validator_permit, false)) AS permit_list',
        ]
      : []),
    ...columns.map((column, i) => {
      const { name, kind } = FIGURE_COLUMNS[column];
      // groupArray leaves NULL out; no coin and no fraction is below 0.
      return kind === 'coins'
        ? `groupArray(if(unit = {unit:String}, ifNull(toFloat64(${name}), -1), -1)) AS c${i}`
        : `groupArray(ifNull(toInt32(${name}), -1)) AS c${i}`;
    }),
  ];
  const rows = await store.query<{ uid: number; at: number[] } & Record<string, number[] | boolean[]>>(
    `SELECT uid, ${lists.join(', ')}
     FROM ${table} FINAL
     PREWHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block IN {blocks:Array(UInt32)}
     GROUP BY uid`,
    { params: { netuid, mechanism, blocks, unit }, label: 'read the columns of a figure', signal },
  );
  const places = new Map(blocks.map((block, place) => [block, place]));
  const scales = columns.map((column) =>
    FIGURE_COLUMNS[column].kind === 'coins' ? Number(RAO_PER_TAO) : U16_ONE,
  );
  return new Map(
    rows.map((row) => {
      const validator = new Uint8Array(blocks.length);
      const values = columns.map(() => new Float64Array(blocks.length).fill(Number.NaN));
      for (let i = 0; i < row.at.length; i++) {
        const place = places.get(row.at[i] as number) as number;
        if (withKinds) {
          const trust = row.trust_list?.[i] as number;
          const permit = row.permit_list?.[i] as boolean;
          validator[place] = classOf(trust === NO_TRUST ? null : trust, permit) === 'validator' ? 1 : 0;
        }
      }
      for (const [c, scale] of scales.entries()) {
        const [from, into] = [row[`c${c}`] as number[], values[c] as Float64Array];
        for (let i = 0; i < from.length; i++) {
          const value = from[i] as number;
          if (value >= 0) into[places.get(row.at[i] as number) as number] = value / scale;
        }
      }
      return [row.uid, { validator, columns: values }];
    }),
  );
}

// Above every u16.
const NO_TRUST = 70_000;
