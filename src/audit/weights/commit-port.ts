import {
  type CallRequest,
  type Chain,
  type HeadKind,
  readWeightCommits,
  type Signer,
  signCall,
  submitAndWatch,
  watchExtrinsic,
} from '../../chain/index.ts';
import { fromHex, sameBytes } from '../../shared/index.ts';
import type { CommitPort } from './advance-commit.ts';
import type { CommitFolder } from './commit-folder.ts';
import type { CommitRecord } from './commit-record.ts';
import { readRevealClock, revealWindow } from './reveal-window.ts';

/** The real world of a commit: a chain, the hotkey that signs, the folder that remembers. */
export function createCommitPort(
  chain: Chain,
  signer: Signer,
  folder: CommitFolder,
  heads: HeadKind = 'finalized',
): CommitPort {
  const headView = async (signal?: AbortSignal) => chain.view(await chain.head(heads, signal), signal);
  return {
    async look({ netuid, mechanism, hash }, signal) {
      const view = await headView(signal);
      const [commits, clock] = await Promise.all([
        readWeightCommits(view, netuid, mechanism, signal),
        readRevealClock(view, netuid, mechanism, signal),
      ]);
      const own = commits.find(
        (commit) =>
          commit.kind === 'hash' && commit.hash === hash && sameBytes(commit.hotkey, signer.publicKey),
      );
      return {
        block: view.block.number,
        waiting:
          own?.commitBlock === undefined ? undefined : { block: own.commitBlock, epoch: own.commitEpoch },
        window: (commit) => revealWindow(clock, commit, view.block.number + 1),
      };
    },

    async sign(record, what, signal) {
      const request = what === 'commit' ? commitCall(record) : revealCall(record);
      return signCall(chain, await headView(signal), signer, request, { signal });
    },

    send: (extrinsic, signal) =>
      submitAndWatch(chain, { ...extrinsic, signer: signer.publicKey }, { heads, signal }),

    watch: (extrinsic, signal) =>
      watchExtrinsic(chain, { ...extrinsic, signer: signer.publicKey }, { heads, signal }),

    async reach(block, signal) {
      for await (const event of chain.follow({ kind: heads, signal }))
        if (event.type === 'block' && event.header.number >= block) return;
    },

    save: (record) => folder.save(record),
  };
}

function commitCall({ netuid, mechanism, hash }: CommitRecord): CallRequest {
  const commit_hash = fromHex(hash);
  return mechanism === 0
    ? { pallet: 'SubtensorModule', call: 'commit_weights', args: { netuid, commit_hash } }
    : {
        pallet: 'SubtensorModule',
        call: 'commit_mechanism_weights',
        args: { netuid, mecid: mechanism, commit_hash },
      };
}

function revealCall({ netuid, mechanism, uids, values, salt, versionKey }: CommitRecord): CallRequest {
  const row = { uids, values, salt, version_key: versionKey };
  return mechanism === 0
    ? { pallet: 'SubtensorModule', call: 'reveal_weights', args: { netuid, ...row } }
    : {
        pallet: 'SubtensorModule',
        call: 'reveal_mechanism_weights',
        args: { netuid, mecid: mechanism, ...row },
      };
}
