import { createHash } from 'node:crypto';
import type { Chopsticks } from './chopsticks.ts';
import { type KeyringPair, loadPolkadotApi, type PolkadotApi } from './peers.ts';
import { inBlock, type Signed } from './signed-block.ts';

/** A commitment as its author wrote it, and the block that holds the extrinsic. */
export interface Commit {
  readonly hotkey: KeyringPair;
  /** Variant of `Data`. */
  readonly kind: string;
  /** Lower-case hex without 0x. */
  readonly hex: string;
  readonly block: number;
  readonly hash: string;
}

/** A subnet with hotkeys that are registered on it, twelve at least. */
export interface Committers {
  readonly netuid: number;
  readonly hotkeys: readonly KeyringPair[];
}

/** What was committed to, and a block some time later. */
export interface Commits {
  /** In the order of their blocks: one of each hotkey, but two of the first. */
  readonly list: readonly Commit[];
  readonly twice: { readonly first: Commit; readonly second: Commit };
  /** Committed once, early. */
  readonly once: Commit;
  /** Registered, and never committed. */
  readonly never: KeyringPair;
  readonly later: { readonly number: number; readonly hash: string };
}

/** Reports: the first three are committed to, the last one is not. */
export const REPORTS = {
  first: '{"files":{},"hour":1}',
  second: '{"files":{},"hour":2}',
  only: '{"files":{},"hour":3}',
  never: '{"files":{},"hour":4}',
} as const;

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Commitments by signed `Commitments.set_commitment` of hotkeys registered on the subnet, over several blocks: digests, one of them
 * overwritten, and every other kind of content that runtimes 185 and 218 know. Only when the last
 * commitment was (the rate limit is 100 blocks) is set from outside.
 */
export async function commitDigests(node: Chopsticks, { netuid, hotkeys }: Committers): Promise<Commits> {
  const { connect } = await loadPolkadotApi();
  const api = await connect(node.url);
  const list: Commit[] = [];
  try {
    const commitIn = async (
      contents: readonly [KeyringPair, kind: string, hex: string][],
    ): Promise<Commit[]> => {
      const hash = await inBlock(
        node,
        api,
        contents.map(([hotkey, kind, hex]): Signed => [hotkey, setCommitment(api, netuid, kind, hex)]),
      );
      const { number } = await node.rpc<{ number: string }>('chain_getHeader', hash);
      const made = contents.map(([hotkey, kind, hex]) => ({
        hotkey,
        kind,
        hex,
        block: Number(number),
        hash,
      }));
      list.push(...made);
      return made;
    };
    const [a, b, ...others] = hotkeys as [KeyringPair, KeyringPair, ...KeyringPair[]];
    const [first, once] = await commitIn([
      [a, 'Sha256', sha256Of(REPORTS.first)],
      [b, 'Sha256', sha256Of(REPORTS.only)],
    ]);
    await node.newBlock(2);
    await node.setStorage({ Commitments: { LastCommitment: [[[netuid, a.address], null]] } });
    const [second] = await commitIn([[a, 'Sha256', sha256Of(REPORTS.second)]]);
    const kinds: [string, string][] = [
      ['None', ''],
      ['Raw0', ''],
      ['Raw1', '7f'],
      ['Raw5', '68656c6c6f'],
      ['Raw128', 'c3'.repeat(128)],
      ['BlakeTwo256', '11'.repeat(32)],
      ['Keccak256', '22'.repeat(32)],
      ['ShaThree256', '33'.repeat(32)],
    ];
    await commitIn(kinds.map(([kind, hex], i) => [others[i]!, kind, hex]));
    const hash = await node.newBlock(3);
    const { number } = await node.rpc<{ number: string }>('chain_getHeader', hash);
    return {
      list,
      twice: { first: first!, second: second! },
      once: once!,
      never: others.at(-1)!,
      later: { number: Number(number), hash },
    };
  } finally {
    await api.disconnect();
  }
}

function setCommitment(api: PolkadotApi, netuid: number, kind: string, hex: string) {
  const make = api.tx.commitments?.setCommitment;
  if (make === undefined) throw new Error('this runtime has no Commitments.set_commitment');
  return make(netuid, { fields: [{ [kind]: kind === 'None' ? null : `0x${hex}` }] });
}
