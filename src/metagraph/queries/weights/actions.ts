import type { Store } from '../../../store/index.ts';
import { revealDelays } from '../../analysis/weights/age.ts';
import type { WeightAction } from '../../analysis/weights/types.ts';
import type { SubnetKey } from '../snapshots.ts';
import { addressBook } from './addresses.ts';

const KINDS = {
  'weights-set': 'set',
  'weights-committed': 'commit',
  'weights-revealed': 'reveal',
} as const satisfies Record<string, WeightAction['kind']>;

// Twenty days of 64 validators that act every 100 blocks are 92,160.
const MOST_ACTIONS = 100_000;

// Ten epochs of 360 blocks: a commit that waits longer has expired in all but exotic subnets.
const REVEALED_WITHIN_BLOCKS = 3_600;

/**
 * What validators did to their weights in a range, ascending by block; of very many the newest. From the recorded
 * events, and from the commits that were seen waiting where events were not recorded.
 */
export async function weightActions(
  store: Store,
  { netuid, mechanism }: SubnetKey,
  { from, to }: { readonly from: number; readonly to: number },
  signal?: AbortSignal,
): Promise<WeightAction[]> {
  const rows = await store.query<{ block: number; hotkey_hex: string; kind: keyof typeof KINDS }>(
    `SELECT DISTINCT block, hotkey_hex, kind FROM (
       SELECT block, hex(hotkey) AS hotkey_hex, toString(kind) AS kind FROM events
       WHERE netuid = {netuid:Int32} AND mechanism = {mechanism:UInt8} AND block BETWEEN {from:UInt32} AND {to:UInt32}
         AND kind IN {kinds:Array(String)} AND hotkey IS NOT NULL AND expires > now()
       UNION ALL
       SELECT toUInt32(commit_block) AS block, hex(hotkey) AS hotkey_hex, 'weights-committed' AS kind FROM weight_commits
       WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8}
         AND commit_block BETWEEN {from:UInt32} AND {to:UInt32} AND commit_block > 0
     ) ORDER BY block DESC, hotkey_hex, kind LIMIT ${MOST_ACTIONS}`,
    {
      params: { netuid, mechanism, from, to, kinds: Object.keys(KINDS) },
      label: 'read what was done to weights',
      signal,
    },
  );
  const address = addressBook();
  return rows
    .reverse()
    .map(({ block, hotkey_hex, kind }) => ({ block, hotkey: address(hotkey_hex), kind: KINDS[kind] }));
}

/** By hotkey: blocks between the last commit that was revealed, up to a block, and that reveal. */
export async function lastRevealDelays(
  store: Store,
  key: SubnetKey,
  upTo: number,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const range = { from: Math.max(0, upTo - REVEALED_WITHIN_BLOCKS), to: upTo };
  const { hotkey, delay } = revealDelays(await weightActions(store, key, range, signal));
  // Ascending by reveal: the last stays.
  return new Map(hotkey.map((one, at) => [one, delay[at] as number]));
}
