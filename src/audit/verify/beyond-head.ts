import type { ListedReport } from '../types.ts';
import type { Outcome } from './verdict.ts';

// An hour of blocks: further behind than this no node is that answers at all.
const NODE_LAG_BLOCKS = 300;

/**
 * What an entry is that names a block behind the newest we know: `mismatch` when nobody can have committed in it yet; `unverifiable`
 * when our node may only be late, which the next look will tell.
 */
export function beyondHead({ block }: ListedReport, head: number): Outcome {
  const evidence = { head };
  if (block - head <= NODE_LAG_BLOCKS) {
    const detail = `The entry names block ${block}, and our node has come to ${head}: it may be behind.`;
    return { verdict: 'unverifiable', reason: 'rpc', detail, evidence };
  }
  const detail = `The entry names block ${block}, but the chain ends at ${head}.`;
  return { verdict: 'mismatch', reason: 'block-time', detail, evidence };
}
