import type { OpenedStore } from '../store/index.ts';

/** Counts the writes of this process to the store, so that what was answered before one of them is not taken for current. */
export interface DataVersions {
  /** Of a subnet's rows, or (`undefined`) of everything. Differs after each write that may have changed answers about it. */
  of(netuid: number | undefined): string;
  /** The store, with its writes counted. */
  watch(store: OpenedStore): OpenedStore;
  /** Something of a subnet, or (`undefined`) of every one, has changed. */
  bump(netuids: Iterable<number> | undefined): void;
}

const HOUR_MS = 3_600_000;

/**
 * Versions of a store. Rows go at full hours (`retention.ts`), so each hour is a version too. `externalMs`: other processes
 * write to this store as well (a ClickHouse server), so no version lasts longer.
 */
export function createDataVersions({
  externalMs,
  now = Date.now,
}: {
  externalMs?: number | undefined;
  now?: () => number;
} = {}): DataVersions {
  const period = externalMs ?? HOUR_MS;
  const bySubnet = new Map<number, number>();
  let all = 0;
  let network = 0;

  function bump(netuids: Iterable<number> | undefined): void {
    network++;
    if (netuids === undefined) all++;
    else for (const netuid of netuids) bySubnet.set(netuid, (bySubnet.get(netuid) ?? 0) + 1);
  }

  return {
    of(netuid) {
      const own = netuid === undefined ? network : (bySubnet.get(netuid) ?? 0);
      return `${all}.${own}.${Math.floor(now() / period)}`;
    },
    bump,
    watch: (store) => ({
      ...store,
      async insert(table, columns, rows, options) {
        try {
          await store.insert(table, columns, rows, options);
        } finally {
          // One that failed may have written some of its rows.
          bump(netuidsOf(columns, rows));
        }
      },
      async command(sql, options) {
        try {
          await store.command(sql, options);
        } finally {
          bump(undefined);
        }
      },
    }),
  };
}

/** Rows of no subnet (blocks, gaps, runtimes) change what is said of the network alone. */
function netuidsOf(columns: readonly string[], rows: readonly (readonly unknown[])[]): Set<number> {
  const place = columns.indexOf('netuid');
  return place === -1 ? new Set() : new Set(rows.map((row) => Number(row[place])));
}
