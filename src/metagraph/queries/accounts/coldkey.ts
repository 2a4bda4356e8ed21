import { type AccountId, TaoscopeError, toSs58 } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import { type Holding, holdingsOf } from './holdings.ts';
import { currentOccupants, currentSeats, servedIp } from './seats.ts';
import { wasSeen } from './tenures.ts';

export interface ColdkeySibling {
  coldkey: string;
  ip: string;
  neurons: number;
}

export interface ColdkeyAnswer {
  coldkey: string;
  identityName: string | null;
  holdings: Holding[];
  /** Continues behind the last holding; absent at the end. */
  next?: string;
  /** Over all holdings, not only those of this page. What is not known of any makes the sum `null`. */
  totals: {
    neurons: number;
    subnets: number;
    hotkeys: number;
    stakeTao: number | null;
    emissionPerDayTao: number | null;
  };
  /** Other coldkeys at the same IPs, those with most neurons there first. */
  siblings: ColdkeySibling[];
}

export interface ColdkeyQuery {
  readonly coldkey: AccountId;
  /** Holdings of a page. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

const MOST_SIBLINGS = 200;
// Of a coldkey with thousands of neurons: more addresses say nothing more.
const MOST_IPS = 2_000;
export const DEFAULT_HOLDINGS = 256;

/** What a coldkey has, as last seen. Throws `not-found` when it was never seen to own a neuron. */
export async function coldkeyHoldings(
  store: Store,
  { coldkey, limit = DEFAULT_HOLDINGS, after }: ColdkeyQuery,
  signal?: AbortSignal,
): Promise<ColdkeyAnswer> {
  const hex = Buffer.from(coldkey).toString('hex').toUpperCase();
  const rows = await currentSeats(store, { coldkey: hex }, signal);
  if (rows.length === 0 && !(await wasSeen(store, { coldkey: hex }, signal))) {
    throw new TaoscopeError('not-found', {
      failed: `the coldkey ${toSs58(coldkey)} owns a neuron in no stored snapshot`,
      todo: 'check the address (a hotkey has a page of its own); new neurons appear with the next snapshot',
    });
  }
  const all = await holdingsOf(store, rows, signal);
  const ips = [...new Set(all.flatMap(({ ip }) => (ip === null ? [] : [ip])))].slice(0, MOST_IPS);
  const start = after === undefined ? 0 : pageStart(all, after);
  const holdings = all.slice(start, start + limit);
  const last = holdings.at(-1);
  return {
    coldkey: toSs58(coldkey),
    identityName: rows.find(({ identity_name }) => identity_name !== null)?.identity_name ?? null,
    holdings,
    ...(last === undefined || start + limit >= all.length ? {} : { next: `${last.netuid}-${last.uid}` }),
    totals: {
      neurons: all.length,
      subnets: new Set(all.map(({ netuid }) => netuid)).size,
      hotkeys: new Set(all.map(({ hotkey }) => hotkey)).size,
      // A hotkey has one stake on a subnet; it is there once.
      stakeTao: sum(all.map(({ stakeTao }) => stakeTao)),
      emissionPerDayTao: sum(all.map(({ emissionPerDayTao }) => emissionPerDayTao)),
    },
    siblings: ips.length === 0 ? [] : await siblingsAt(store, ips, hex, signal),
  };
}

/** The place behind the holding that a cursor names, whether or not that neuron is still there. */
function pageStart(all: readonly Holding[], after: string): number {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(after);
  if (match === null) {
    throw new TaoscopeError('usage', {
      failed: 'this does not continue a list of holdings',
      got: JSON.stringify(after.slice(0, 40)),
      expected: 'the `next` of the page before',
    });
  }
  const [netuid, uid] = [Number(match[1]), Number(match[2])];
  const at = all.findIndex((one) => one.netuid > netuid || (one.netuid === netuid && one.uid > uid));
  return at === -1 ? all.length : at;
}

async function siblingsAt(
  store: Store,
  ips: readonly string[],
  coldkey: string,
  signal: AbortSignal | undefined,
): Promise<ColdkeySibling[]> {
  const found = new Map<string, ColdkeySibling>();
  for (const { coldkey_hex, axon_ip } of await currentOccupants(store, { ips }, signal)) {
    const ip = servedIp(axon_ip);
    if (coldkey_hex === null || coldkey_hex === coldkey || ip === null) continue;
    const key = `${coldkey_hex}/${ip}`;
    const sibling = found.get(key) ?? { coldkey: toSs58(Buffer.from(coldkey_hex, 'hex')), ip, neurons: 0 };
    sibling.neurons++;
    found.set(key, sibling);
  }
  return [...found.values()].sort((a, b) => b.neurons - a.neurons).slice(0, MOST_SIBLINGS);
}

function sum(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (total, value) => (total === null || value === null ? null : total + value),
    0,
  );
}
