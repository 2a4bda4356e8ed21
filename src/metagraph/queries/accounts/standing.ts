import { type AccountId, TaoscopeError, toSs58 } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import type { NeuronRow } from '../../neuron-row.ts';
import { type Holding, holdingsOf } from './holdings.ts';
import { currentOccupants, currentSeats, type Occupant, servedIp } from './seats.ts';
import { type Tenure, tenuresOf } from './tenures.ts';

export interface NeuronSibling {
  netuid: number;
  uid: number;
  hotkey: string;
  coldkey: string | null;
  by: 'coldkey' | 'ip';
  ip: string | null;
}

export interface StandingAnswer {
  hotkey: string;
  holdings: Holding[];
  /** Neurons of the same coldkey, then of others at the same IP. */
  siblings: NeuronSibling[];
  /** Times it held a uid, newest first. */
  tenures: {
    netuid: number;
    uid: number;
    coldkey: string | null;
    registeredAt: number | null;
    firstBlock: number;
    lastBlock: number;
    present: boolean;
  }[];
}

const MOST_SIBLINGS = 500;
const MOST_TENURES = 500;

/** A hotkey across subnets, and who is beside it. Throws `not-found` when it was never seen. */
export async function hotkeyStanding(
  store: Store,
  { hotkey }: { hotkey: AccountId },
  signal?: AbortSignal,
): Promise<StandingAnswer> {
  const hex = Buffer.from(hotkey).toString('hex').toUpperCase();
  const [rows, tenures] = await Promise.all([
    currentSeats(store, { hotkey: hex }, signal),
    tenuresOf(store, { hotkey: hex }, 0, signal),
  ]);
  if (rows.length === 0 && tenures.length === 0) {
    throw new TaoscopeError('not-found', {
      failed: `the hotkey ${toSs58(hotkey)} is in no stored snapshot`,
      todo: 'check the address; a hotkey registered a moment ago appears with the next snapshot',
    });
  }
  const [holdings, siblings] = await Promise.all([
    holdingsOf(store, rows, signal),
    siblingsOf(store, rows, hex, signal),
  ]);
  return {
    hotkey: toSs58(hotkey),
    holdings,
    siblings,
    tenures: tenures.slice(0, MOST_TENURES).map((tenure) => ({
      netuid: tenure.netuid,
      uid: tenure.uid,
      coldkey: tenure.coldkey === null ? null : addressOf(tenure.coldkey),
      registeredAt: tenure.registeredAt === 0 ? null : tenure.registeredAt,
      firstBlock: tenure.firstBlock,
      lastBlock: tenure.lastBlock,
      present: rows.some((row) => isSame(row, tenure)),
    })),
  };
}

async function siblingsOf(
  store: Store,
  rows: readonly NeuronRow[],
  hotkey: string,
  signal: AbortSignal | undefined,
): Promise<NeuronSibling[]> {
  const coldkeys = [...new Set(rows.flatMap(({ coldkey_hex }) => coldkey_hex ?? []))];
  const ips = [
    ...new Set(rows.flatMap((row) => (row.axon_block === null ? [] : (servedIp(row.axon_ip) ?? [])))),
  ];
  const [owned, near] = await Promise.all([
    coldkeys.length === 0 ? [] : currentOccupants(store, { coldkeys }, signal, MOST_SIBLINGS),
    ips.length === 0 ? [] : currentOccupants(store, { ips }, signal, MOST_SIBLINGS),
  ]);
  const others = (occupant: Occupant) => occupant.hotkey_hex !== hotkey;
  return [
    ...owned.filter(others).map((occupant) => siblingOf(occupant, 'coldkey')),
    ...near
      .filter((one) => others(one) && !(one.coldkey_hex !== null && coldkeys.includes(one.coldkey_hex)))
      .map((occupant) => siblingOf(occupant, 'ip')),
  ].slice(0, MOST_SIBLINGS);
}

function siblingOf(
  { netuid, uid, hotkey_hex, coldkey_hex, axon_ip }: Occupant,
  by: NeuronSibling['by'],
): NeuronSibling {
  return {
    netuid,
    uid,
    hotkey: addressOf(hotkey_hex),
    coldkey: coldkey_hex === null ? null : addressOf(coldkey_hex),
    by,
    ip: servedIp(axon_ip),
  };
}

function isSame(row: NeuronRow, { netuid, uid, registeredAt }: Tenure): boolean {
  return row.netuid === netuid && row.uid === uid && Number(row.registered_at ?? 0) === registeredAt;
}

function addressOf(hex: string): string {
  return toSs58(Buffer.from(hex, 'hex'));
}
