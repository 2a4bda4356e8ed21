import type { AccountId } from '../../shared/index.ts';
import type { BlockView, Metagraph } from '../types.ts';
import type { ColumnName, ColumnsDraft } from './columns.ts';
import { metagraphOf, requireU16 } from './read-metagraph.ts';
import { readStandings } from './standing.ts';
import { fillFromStorage, type Target, type Wanted } from './storage-columns.ts';

/** What rarely changes of a subnet's neurons: read once, given back at the next block. */
export interface KnownNeurons {
  readonly hotkey: readonly AccountId[];
  readonly coldkey?: readonly AccountId[] | undefined;
  readonly registeredAt?: readonly number[] | undefined;
}

export interface MetagraphsOptions {
  signal?: AbortSignal | undefined;
  /** Only these columns (and the hotkeys); default all. Score vectors alone take a few requests for all subnets. */
  only?: readonly ColumnName[] | undefined;
  /**
   * By netuid: used instead of reading while the number of neurons is the same, and filled with what was read. The caller
   * drops a subnet from it when its membership may have changed ({@link membershipChanges} tells from a block's events).
   */
  known?: Map<number, KnownNeurons> | undefined;
}

/**
 * The metagraphs of many subnets, all mechanisms of each (in order of netuid given, then mechanism), from storage vectors
 * in a few requests for all together. Works for every era. `not-found` when one of the subnets does not exist.
 */
export async function readMetagraphs(
  view: BlockView,
  netuids: readonly number[],
  { signal, only, known }: MetagraphsOptions = {},
): Promise<Metagraph[]> {
  for (const netuid of netuids) requireU16(netuid);
  const { standings, timestampMs } = await readStandings(view, netuids, signal);
  const wanted: Wanted = only === undefined ? undefined : new Set(only);
  const firsts: Target[] = standings.map((standing) => ({
    standing,
    mechanism: 0,
    columns: knownColumns(known?.get(standing.netuid), standing.n, wanted),
  }));
  await fillFromStorage(view, firsts, wanted, signal);
  // Further mechanisms share all columns with the first but their own incentive and last update.
  const further: Target[] = firsts.flatMap(({ standing, columns }) =>
    Array.from({ length: standing.mechanisms - 1 }, (_, i) => ({
      standing,
      mechanism: i + 1,
      columns: { ...columns, incentive: undefined, lastUpdate: undefined },
    })),
  );
  await fillFromStorage(view, further, wanted, signal);
  for (const { standing, columns } of firsts) remember(known, standing.netuid, columns);
  return [...firsts, ...further]
    .sort(
      (a, b) =>
        netuids.indexOf(a.standing.netuid) - netuids.indexOf(b.standing.netuid) || a.mechanism - b.mechanism,
    )
    .map(({ standing, mechanism, columns }) =>
      metagraphOf(view, standing, mechanism, columns, { source: 'storage', timestampMs }),
    );
}

function knownColumns(known: KnownNeurons | undefined, n: number, wanted: Wanted): ColumnsDraft {
  if (known === undefined || known.hotkey.length !== n) return {} as ColumnsDraft;
  const columns = { hotkey: known.hotkey } as ColumnsDraft;
  if (wanted === undefined || wanted.has('coldkey')) columns.coldkey = known.coldkey;
  if (wanted === undefined || wanted.has('registeredAt')) columns.registeredAt = known.registeredAt;
  return columns;
}

function remember(
  known: Map<number, KnownNeurons> | undefined,
  netuid: number,
  { hotkey, coldkey, registeredAt }: ColumnsDraft,
): void {
  if (known === undefined) return;
  const before = known.get(netuid);
  const same = before?.hotkey === hotkey ? before : undefined;
  known.set(netuid, {
    hotkey: same?.hotkey ?? copies(hotkey),
    coldkey: same?.coldkey ?? (coldkey === undefined ? undefined : copies(coldkey)),
    registeredAt: registeredAt ?? same?.registeredAt,
  });
}

// Decoded accounts are views of the answers; keeping one would keep its whole answer.
function copies(accounts: readonly AccountId[]): AccountId[] {
  return accounts.map((account) => new Uint8Array(account));
}
