import type { Store } from '../../../store/index.ts';
import { NEURON_SELECT, type NeuronRow } from '../../neuron-row.ts';

/**
 * Rows of neurons that are registered, as last seen: the newest snapshot of their subnet. A uid that a trimmed subnet no
 * longer has keeps its last row in `neurons_latest`, which is older than that. Pay and stake belong to the subnet, so the
 * first mechanism says all of them.
 */
function current(filter: SeatFilter): string {
  const condition = conditionOf(filter);
  // With FINAL the engine would read every column of every row; of the few keys that fit it reads their rows alone.
  return `FROM neurons_latest FINAL
  PREWHERE (netuid, mechanism, uid) IN (
    SELECT netuid, mechanism, uid FROM neurons_latest WHERE mechanism = 0 AND ${condition}
  )
  WHERE ${condition} AND (netuid, block) IN (
    SELECT netuid, max(block) FROM neurons_latest WHERE mechanism = 0 GROUP BY netuid
  )`;
}

/** Which neurons: accounts are 64 hex digits. */
export type SeatFilter =
  | { readonly coldkey: string }
  | { readonly hotkey: string }
  | { readonly netuids: readonly number[] }
  | { readonly ips: readonly string[] }
  | { readonly coldkeys: readonly string[] };

// More neurons than every subnet has places: 128 subnets of 256, and room to grow.
const MOST_SEATS = 65_536;

/** The registered neurons of an account, by netuid and uid. */
export function currentSeats(
  store: Store,
  filter: SeatFilter,
  signal: AbortSignal | undefined,
): Promise<NeuronRow[]> {
  return store.query<NeuronRow>(
    `SELECT ${NEURON_SELECT} ${current(filter)} ORDER BY netuid, uid LIMIT ${MOST_SEATS}`,
    { params: { ...filter }, label: 'read the neurons of an account', signal },
  );
}

/** Who a neuron is and where. */
export interface Occupant {
  readonly netuid: number;
  readonly block: number;
  readonly uid: number;
  readonly hotkey_hex: string;
  readonly coldkey_hex: string | null;
  readonly axon_ip: string;
  readonly registered_at: string | null;
  readonly pruning_score: number | null;
  readonly emission: string | null;
}

/** The registered neurons that a filter chooses, with what their place in the pruning order depends on. */
export function currentOccupants(
  store: Store,
  filter: SeatFilter,
  signal: AbortSignal | undefined,
  most = MOST_SEATS,
): Promise<Occupant[]> {
  return store.query<Occupant>(
    `SELECT netuid, block, uid, hex(hotkey) AS hotkey_hex, hex(coldkey) AS coldkey_hex, axon_ip, registered_at,
       pruning_score, emission ${current(filter)} ORDER BY netuid, uid LIMIT {most:UInt32}`,
    { params: { ...filter, most }, label: 'read who is on subnets', signal },
  );
}

/** The address of an axon, where it tells two operators apart: one that was never served, or is nobody's, does not. */
export function servedIp(axonIp: string): string | null {
  if (axonIp === '' || axonIp === '0.0.0.0' || axonIp === '::' || axonIp === '::1') return null;
  return axonIp.startsWith('127.') ? null : axonIp;
}

function conditionOf(filter: SeatFilter): string {
  if ('coldkey' in filter) return 'coldkey = toFixedString(unhex({coldkey:String}), 32)';
  if ('hotkey' in filter) return 'hotkey = toFixedString(unhex({hotkey:String}), 32)';
  if ('netuids' in filter) return 'netuid IN {netuids:Array(UInt16)}';
  if ('ips' in filter) return 'axon_block IS NOT NULL AND axon_ip IN {ips:Array(String)}';
  return 'ifNull(hex(coldkey) IN {coldkeys:Array(String)}, false)';
}
