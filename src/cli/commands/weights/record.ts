import { type CommitRecord, isDone } from '../../../audit/index.ts';
import { TaoscopeError } from '../../../shared/index.ts';

/** One line about where a commit stands. */
export function recordLine(record: CommitRecord, path: string): string {
  const { state, committedAt, revealedAt, reason = '' } = record;
  switch (state) {
    case 'planned':
      return record.commit === undefined
        ? `Planned; row and salt are kept in ${path}.\n`
        : `Signed, extrinsic ${record.commit.hash}, good until block ${record.commit.lastBlock}.\n`;
    case 'committed':
      return record.reveal === undefined
        ? `Committed in block ${committedAt}, hash ${record.hash}${reason === '' ? '' : ` (${reason})`}.\n`
        : `Revealing, extrinsic ${record.reveal.hash}, good until block ${record.reveal.lastBlock}.\n`;
    case 'revealed':
      return `Revealed in block ${revealedAt}.\n`;
    case 'expired':
      return `Expired: ${reason}.\n`;
    case 'failed':
      return `Failed: ${reason}.\n`;
  }
}

/** A commit for programs: without its salt, which is secret until the reveal. */
export function presentRecord(record: CommitRecord) {
  const { netuid, mechanism, hotkey, hash, state, plannedAt, committedAt, revealedAt, reason } = record;
  return { netuid, mechanism, hotkey, hash, state, plannedAt, committedAt, revealedAt, reason };
}

/** Throws when a commit has ended without its reveal. */
export function requireRevealable(record: CommitRecord): void {
  if (!isDone(record) || record.state === 'revealed') return;
  throw new TaoscopeError('rpc-refused', {
    failed: `the commit ${record.hash.slice(0, 18)}… ended without its reveal`,
    got: `${record.state}: ${record.reason ?? 'no reason is known'}`,
    expected: 'revealed',
    todo: 'set the weights again',
  });
}
