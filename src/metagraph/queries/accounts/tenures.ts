import type { Store } from '../../../store/index.ts';

/** A time in which a hotkey held a uid, as far as snapshots saw it. Accounts are 64 upper-case hex digits. */
export interface Tenure {
  readonly netuid: number;
  readonly uid: number;
  readonly hotkey: string;
  readonly coldkey: string | null;
  /** 0 when it is not known. */
  readonly registeredAt: number;
  readonly firstBlock: number;
  readonly lastBlock: number;
}

/** Whose: 64 hex digits. */
export type TenureFilter = { readonly hotkey: string } | { readonly coldkey: string };

// A coldkey of many years and thousands of registrations is answered by its newest.
const MOST_TENURES = 5_000;

/** The times that an account, or the hotkeys of a coldkey, held a uid, newest first; `since`: those that reach into it. */
export async function tenuresOf(
  store: Store,
  filter: TenureFilter,
  since: number,
  signal: AbortSignal | undefined,
): Promise<Tenure[]> {
  const rows = await store.query<{
    netuid: number;
    uid: number;
    hotkey_hex: string;
    owner_hex: string;
    registered: string;
    first: number;
    last: number;
  }>(
    `SELECT netuid, uid, hex(hotkey) AS hotkey_hex, hex(argMax(coldkey, last_block)) AS owner_hex,
       toString(registered_at) AS registered, min(first_block) AS first, max(last_block) AS last
     FROM account_tenures WHERE ${conditionOf(filter)}
     GROUP BY netuid, uid, hotkey, registered_at HAVING last >= {since:UInt32} ORDER BY last DESC, first DESC, netuid, uid LIMIT ${MOST_TENURES}`,
    { params: { ...filter, since }, label: 'read who held which uid', signal },
  );
  return rows.map((row) => ({
    netuid: row.netuid,
    uid: row.uid,
    hotkey: row.hotkey_hex,
    // As text the engine may have cut the zero bytes at its end.
    coldkey: row.owner_hex === '' ? null : row.owner_hex.padEnd(64, '0'),
    registeredAt: Number(row.registered),
    firstBlock: row.first,
    lastBlock: row.last,
  }));
}

/** Whether an account was ever seen. */
export async function wasSeen(
  store: Store,
  filter: TenureFilter,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const rows = await store.query(`SELECT 1 FROM account_tenures WHERE ${conditionOf(filter)} LIMIT 1`, {
    params: { ...filter },
    label: 'look for an account',
    signal,
  });
  return rows.length > 0;
}

// A hotkey may be somebody's coldkey as well.
function conditionOf(filter: TenureFilter): string {
  return 'hotkey' in filter
    ? 'account = toFixedString(unhex({hotkey:String}), 32) AND hotkey = account'
    : "account = toFixedString(unhex({coldkey:String}), 32) AND coldkey != '' AND toFixedString(coldkey, 32) = account";
}
