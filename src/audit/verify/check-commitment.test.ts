import { expect, test } from 'vitest';
import type { Hex } from '../../shared/index.ts';
import type { Commitment } from '../types.ts';
import { type CommitmentContext, checkCommitment } from './check-commitment.ts';
import type { CommitmentReading } from './readings.ts';
import { HOUR, listed, MINUTE, NOON } from './testing/made-up.ts';

const BLOCK = 5_000_000;
const HASH: Hex = `0x${'11'.repeat(32)}`;
const OURS = 'aa'.repeat(32);
const OTHER = 'bb'.repeat(32);
// The named block is made a minute after the report's end.
const BLOCK_MS = (NOON + MINUTE) / 1_000;

function held(own: Partial<Commitment> = {}): CommitmentReading {
  const commitment = {
    at: { number: BLOCK, hash: HASH },
    setAt: BLOCK,
    fields: [{ kind: 'Sha256', hex: OURS }],
    ...own,
  };
  return { outcome: 'read', commitment };
}

const sha = (hex: string) => [{ kind: 'Sha256', hex }];
const NONE: CommitmentReading = { outcome: 'read', commitment: undefined, at: { number: BLOCK, hash: HASH } };
const at = (reading: CommitmentReading, ms: number) => ({ ...reading, setAtMs: ms }) as CommitmentReading;

// Each line of the table of section 4 of the reference, in its last column, and what lies between the lines.
test.each<[string, CommitmentReading, string, string, CommitmentContext?]>([
  ['this digest, set in the named block', held(), 'verified', 'ok'],
  [
    'this digest, set before',
    at(held({ setAt: BLOCK - 2 }), NOON / 1_000 + 10_000),
    'matches-but-older',
    'older-commitment',
  ],
  [
    'this digest, set before, nobody knows when',
    held({ setAt: BLOCK - 2 }),
    'matches-but-older',
    'older-commitment',
  ],
  [
    'this digest, set before the end',
    at(held({ setAt: BLOCK - 9 }), NOON / 1_000 - 1),
    'mismatch',
    'block-time',
  ],
  [
    'this digest, so many blocks before that it was before the end',
    held({ setAt: BLOCK - 300 }),
    'mismatch',
    'block-time',
    { blockMs: BLOCK_MS },
  ],
  ['another digest, set in the named block', held({ fields: sha(OTHER) }), 'mismatch', 'digest'],
  [
    'another digest, set in the named block, made before the end',
    held({ fields: sha(OTHER) }),
    'mismatch',
    'digest',
    { blockMs: NOON / 1_000 - 1 },
  ],
  [
    'another digest, set after the end',
    at(held({ fields: sha(OTHER), setAt: BLOCK - 1 }), NOON / 1_000),
    'mismatch',
    'digest',
  ],
  [
    'another digest, set before the end',
    at(held({ fields: sha(OTHER), setAt: BLOCK - 300 }), (NOON - HOUR) / 1_000),
    'stale',
    'older-commitment',
  ],
  [
    'another digest, 300 slots before',
    held({ fields: sha(OTHER), setAt: BLOCK - 300 }),
    'stale',
    'older-commitment',
    { blockMs: BLOCK_MS },
  ],
  // 4 slots of 12 s before 16:01:00 is 16:00:12; 6 are 15:59:48.
  [
    'another digest, 4 slots before',
    held({ fields: sha(OTHER), setAt: BLOCK - 4 }),
    'mismatch',
    'digest',
    { blockMs: BLOCK_MS },
  ],
  [
    'another digest, 6 slots before',
    held({ fields: sha(OTHER), setAt: BLOCK - 6 }),
    'stale',
    'older-commitment',
    { blockMs: BLOCK_MS },
  ],
  [
    'another digest, nobody knows when',
    held({ fields: sha(OTHER), setAt: BLOCK - 300 }),
    'mismatch',
    'digest',
  ],
  ['several fields, the second of them', held({ fields: [...sha(OTHER), ...sha(OURS)] }), 'verified', 'ok'],
  [
    'several fields, none of them',
    held({ fields: [...sha(OTHER), ...sha('cc'.repeat(32))] }),
    'mismatch',
    'digest',
  ],
  ['the digest in capitals', held({ fields: sha(OURS.toUpperCase()) }), 'verified', 'ok'],
  [
    'our digest in a field that is no SHA-256',
    held({ fields: [{ kind: 'Raw32', hex: OURS }] }),
    'uncommitted',
    'no-digest',
  ],
  ['no field at all', held({ fields: [] }), 'uncommitted', 'no-digest'],
  ['no commitment', NONE, 'uncommitted', 'no-commitment'],
  ['a SHA-256 of 31 bytes', held({ fields: sha('aa'.repeat(31)) }), 'unverifiable', 'rpc'],
  ['set after the block at which it was read', held({ setAt: BLOCK + 1 }), 'unverifiable', 'rpc'],
  ['set at no number', held({ setAt: Number.NaN }), 'unverifiable', 'rpc'],
  ['read at another block', held({ at: { number: BLOCK + 1, hash: HASH } }), 'unverifiable', 'rpc'],
  [
    'none, read at another block',
    { outcome: 'read', commitment: undefined, at: { number: 1, hash: HASH } },
    'unverifiable',
    'rpc',
  ],
  [
    'state discarded',
    { outcome: 'failed', reason: 'pruned', detail: 'State already discarded' },
    'unverifiable',
    'pruned',
  ],
  ['no answer', { outcome: 'failed', reason: 'rpc', detail: 'timeout' }, 'unverifiable', 'rpc'],
  ['a block of the future', { outcome: 'no-block', head: BLOCK - 301 }, 'mismatch', 'block-time'],
  [
    'a block that our node may not have yet',
    { outcome: 'no-block', head: BLOCK - 300 },
    'unverifiable',
    'rpc',
  ],
])('%s', (_name, reading, verdict, reason, context) => {
  for (const role of ['validator', 'miner'] as const) {
    const got = checkCommitment(listed({ role }), OURS, reading, context);
    expect(got).toMatchObject({
      check: 'commitment',
      verdict,
      reason,
      evidence: { role, sha256: OURS, block: BLOCK },
    });
  }
});

test('block 0 is a block', () => {
  const report = listed({ block: 0 });
  const commitment = { at: { number: 0, hash: HASH }, setAt: 0, fields: sha(OURS) };
  expect(checkCommitment(report, OURS, { outcome: 'read', commitment }).verdict).toBe('verified');
});

test('without the bytes nothing matches, and what is missing on the chain is still missing', () => {
  expect(checkCommitment(listed(), undefined, held())).toMatchObject({
    verdict: 'unverifiable',
    reason: 'unread',
  });
  expect(checkCommitment(listed(), undefined, NONE)).toMatchObject({ verdict: 'uncommitted' });
});

test('a publisher that no longer commits is told apart, and excused from nothing', () => {
  const verdict = checkCommitment(listed(), OURS, NONE, { commits: false });
  expect(verdict).toMatchObject({ verdict: 'uncommitted', evidence: { publisherCommits: false } });
  expect(verdict.detail).toContain('no longer commits');
});

test('what a node says is bounded and printable', () => {
  const detail = `\u001b[31m${'x'.repeat(9_000)}`;
  const verdict = checkCommitment(listed(), OURS, { outcome: 'failed', reason: 'rpc', detail });
  expect(verdict.detail).toMatch(/^[ -~…]{1,300}$/);
});
