import { type AccountId, TaoscopeError } from '../../shared/index.ts';
import type { BlockView, StorageRequest } from '../types.ts';
import { axonOf, prometheusOf } from './axon.ts';
import {
  type ColumnName,
  type ColumnsDraft,
  columnValues,
  storageIndex,
  VECTOR_COLUMNS,
  type VectorColumn,
  zeroOf,
} from './columns.ts';
import { PALLET, type Standing } from './standing.ts';

/** One mechanism of one subnet whose columns are being read. */
export interface Target {
  readonly standing: Standing;
  readonly mechanism: number;
  readonly columns: ColumnsDraft;
}

/** Which columns are wanted; `undefined`: all. */
export type Wanted = ReadonlySet<ColumnName> | undefined;

/** Whether stake and emission are counted in alpha: decided by the storage that holds them. */
export function unitOf(view: BlockView): 'alpha' | 'tao' {
  return view.hasStorage(PALLET, 'TotalHotkeyAlpha') ? 'alpha' : 'tao';
}

/**
 * Fills, from storage, the columns that the targets lack and the runtime has: first all that is keyed by subnet and uid,
 * then what is keyed by hotkeys just learnt. Two reads for any number of targets; what a target has already is not read again.
 */
export async function fillFromStorage(
  view: BlockView,
  targets: readonly Target[],
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<void> {
  // Whose hotkeys are known needs no second round.
  const known = targets.filter(({ columns }) => columns.hotkey !== undefined);
  const unknown = targets.filter(({ columns }) => columns.hotkey === undefined);
  const first = [
    ...targets.flatMap((target) => byUid(view, target, wanted)),
    ...known.flatMap((target) => byHotkey(view, target, wanted)),
  ];
  await runAll(view, first, signal);
  await runAll(
    view,
    unknown.flatMap((target) => byHotkey(view, target, wanted)),
    signal,
  );
  for (const { columns } of targets) {
    const isWanted = wanted === undefined || wanted.has('totalStake');
    if (isWanted && unitOf(view) === 'tao' && columns.stake !== undefined)
      columns.totalStake ??= columns.stake;
  }
}

/** A few storage keys and what to do with their values. */
interface Read {
  readonly requests: readonly StorageRequest[];
  readonly store: (values: readonly unknown[]) => void;
}

async function runAll(view: BlockView, reads: readonly Read[], signal?: AbortSignal): Promise<void> {
  const requests = reads.flatMap((read) => read.requests);
  const values = requests.length === 0 ? [] : await view.storageMany(requests, signal);
  let at = 0;
  for (const read of reads) {
    read.store(values.slice(at, at + read.requests.length));
    at += read.requests.length;
  }
}

function byUid(view: BlockView, { standing, mechanism, columns }: Target, wanted: Wanted): Read[] {
  const { netuid, n } = standing;
  const reads: Read[] = VECTOR_COLUMNS.filter(
    ({ column, item }) => isMissing(columns, column, wanted) && view.hasStorage(PALLET, item),
  ).map((vector) => readVector(vector, standing, mechanism, columns));
  const perUid = (item: string, check?: StorageRequest['check']): StorageRequest[] =>
    Array.from({ length: n }, (_, uid) => ({ pallet: PALLET, item, keys: [netuid, uid], check }));
  if (columns.hotkey === undefined) {
    reads.push({
      requests: perUid('Keys', (value) => requirePresent(value, `Keys of netuid ${netuid}`)),
      store: (values) => {
        columns.hotkey = values as AccountId[];
      },
    });
  }
  if (isMissing(columns, 'registeredAt', wanted) && view.hasStorage(PALLET, 'BlockAtRegistration')) {
    reads.push({
      requests: perUid('BlockAtRegistration'),
      store: (values) => {
        columns.registeredAt = values.map((value) => Number(value ?? 0n));
      },
    });
  }
  return reads;
}

function readVector(
  vector: VectorColumn,
  { netuid, n }: Standing,
  mechanism: number,
  columns: ColumnsDraft,
): Read {
  const index = vector.keyedBy === 'mechanism' ? storageIndex(netuid, mechanism) : netuid;
  // A mechanism added since the last epoch has vectors that began to grow from nothing. What only the epoch writes is
  // short after a registration, and long where older entries were left. All else the chain appends to and trims at once.
  const mayLag = !vector.grows || mechanism > 0;
  const check = (value: unknown) => {
    const length = (value as unknown[] | undefined)?.length ?? 0;
    if (length !== n && length !== 0 && !mayLag)
      throw wrongLength(`${vector.item} of index ${index}`, length, n);
  };
  return {
    requests: [{ pallet: PALLET, item: vector.item, keys: [index], check }],
    store: ([value]) => {
      const found = columnValues(vector.column, (value as unknown[] | undefined) ?? []);
      // What the chain reads where nothing is written.
      const filled =
        found.length >= n
          ? found.slice(0, n)
          : [...found, ...new Array(n - found.length).fill(zeroOf(vector.column))];
      Object.assign(columns, { [vector.column]: filled });
    },
  };
}

function byHotkey(view: BlockView, { standing, columns }: Target, wanted: Wanted): Read[] {
  const { netuid } = standing;
  const hotkeys = columns.hotkey ?? [];
  const reads: Read[] = [];
  const perHotkey = <C extends ColumnName>(
    column: C,
    item: string,
    keysOf: (hotkey: AccountId) => unknown[],
    convert: (value: unknown) => NonNullable<ColumnsDraft[C]>[number],
  ) => {
    if (!isMissing(columns, column, wanted) || !view.hasStorage(PALLET, item)) return;
    reads.push({
      requests: hotkeys.map((hotkey) => ({ pallet: PALLET, item, keys: keysOf(hotkey) })),
      store: (values) => {
        Object.assign(columns, { [column]: values.map(convert) });
      },
    });
  };
  const onSubnet = (hotkey: AccountId) => [netuid, hotkey];
  const nobody = view.storageDefault(PALLET, 'Owner');
  perHotkey(
    'coldkey',
    'Owner',
    (hotkey) => [hotkey],
    (value) => (value ?? nobody) as AccountId,
  );
  perHotkey('axon', 'Axons', onSubnet, axonOf);
  perHotkey('prometheus', 'Prometheus', onSubnet, prometheusOf);
  if (unitOf(view) === 'alpha') {
    perHotkey(
      'stake',
      'TotalHotkeyAlpha',
      (hotkey) => [hotkey, netuid],
      (value) => (value as bigint | undefined) ?? 0n,
    );
  } else {
    perHotkey(
      'stake',
      'TotalHotkeyStake',
      (hotkey) => [hotkey],
      (value) => (value as bigint | undefined) ?? 0n,
    );
  }
  return reads;
}

function isMissing(columns: ColumnsDraft, column: ColumnName, wanted: Wanted): boolean {
  return columns[column] === undefined && (wanted === undefined || wanted.has(column));
}

/** The error for a vector that does not fit its subnet. */
export function wrongLength(what: string, length: number, n: number): TaoscopeError {
  return new TaoscopeError('falsified', {
    failed: `${what} does not fit its subnet`,
    got: `${length} entries`,
    expected: `${n}, as SubnetworkN says`,
  });
}

function requirePresent(value: unknown, what: string): void {
  if (value === undefined)
    throw new TaoscopeError('falsified', {
      failed: `${what} lacks a uid that SubnetworkN counts`,
      expected: 'an account',
    });
}
