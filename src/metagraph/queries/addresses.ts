import { toSs58 } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';

// Addresses made and inserted at a time.
const BATCH = 50_000;

/**
 * Sees to it that `accounts` holds the ss58 address of each account that `accounts` (a SELECT of one column `account`)
 * answers. The engine has no Blake2b, which the checksum of an address needs, so addresses are made here, once for each.
 */
export async function rememberAddresses(
  store: Store,
  accounts: string,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    const rows = await store.query<{ hex: string }>(
      `SELECT hex(account) AS hex FROM (${accounts}) WHERE account GLOBAL NOT IN (SELECT account FROM accounts)
       LIMIT ${BATCH}`,
      { params, label: 'find accounts without an address', signal },
    );
    const made = [...new Set(rows.map(({ hex }) => hex))].map((hex) => Buffer.from(hex, 'hex'));
    await store.insert(
      'accounts',
      ['account', 'ss58'],
      made.map((account) => [account, toSs58(account)]),
      { label: 'remember addresses', signal },
    );
    if (rows.length < BATCH) return;
  }
}

/** Joins the address of an account column as `alias`.ss58; the alias's address is `''` where the account is NULL. */
export function joinAddress(column: string, alias: string): string {
  return `GLOBAL ANY LEFT JOIN accounts AS ${alias} ON ${column} = ${alias}.account`;
}
