import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome, SignedExtrinsic } from '../../chain/index.ts';
import { type Hex, TaoscopeError } from '../../shared/index.ts';
import { advanceCommit, type CommitPort } from './advance-commit.ts';
import { type CommitRecord, isDone, recordFromJson, recordToJson } from './commit-record.ts';
import { type RevealClock, revealWindow } from './reveal-window.ts';

const HASH: Hex = `0x${'cd'.repeat(32)}`;
const PLAN: CommitRecord = {
  genesisHash: `0x${'ab'.repeat(32)}`,
  netuid: 3,
  mechanism: 0,
  uids: [1, 2],
  values: [65_535, 7],
  salt: [1, 2, 3, 4, 5, 6, 7, 8],
  versionKey: 2n ** 64n - 1n,
  hotkey: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
  hash: HASH,
  state: 'planned',
  plannedAt: 100,
};

class Crash extends Error {}

interface World {
  readonly tempo: number;
  readonly epochs: number;
  /** Length of an extrinsic's era, blocks. */
  readonly era: number;
  /** What goes wrong at each deed, used up one by one; nothing when it is empty. */
  readonly trouble: readonly ('fine' | 'crash before' | 'crash behind' | 'lost' | 'unknown' | 'refused')[];
  /** Blocks that go by at each deed. */
  readonly pace: number;
}

/**
 * A chain of one hotkey as `do_commit_weights` and `do_reveal_weights` have it: one nonce, a queue of commits, reveals in one epoch only.
 * An extrinsic that reaches the pool is in the next block, unless its nonce is used or its era over.
 */
function simulate({ tempo, epochs, era, trouble, pace }: World) {
  const clock: RevealClock = { kind: 'reckoned', tempo, epochs, index: 3 };
  let head = 100;
  let nonce = 0;
  let deeds = 0;
  let disk = recordToJson(PLAN);
  let signatures = 0;
  let commits: { block: number }[] = [];
  const included = new Map<Hex, Outcome>();
  const kinds = new Map<Hex, 'commit' | 'reveal'>();
  const counts = { commit: 0, reveal: 0 };

  const expire = () => {
    commits = commits.filter(({ block }) => revealWindow(clock, { block }, head).standing !== 'over');
  };
  /** What the chain does with an extrinsic in its next block. */
  const include = (extrinsic: SignedExtrinsic): void => {
    if (included.has(extrinsic.hash) || extrinsic.nonce !== nonce || head + 1 > extrinsic.lastBlock) return;
    head++;
    nonce++;
    const block = { number: head, hash: HASH };
    const ok: Outcome = { status: 'included', hash: extrinsic.hash, block, index: 1, events: [] };
    const bad = (name: string): Outcome => ({
      status: 'failed',
      hash: extrinsic.hash,
      block,
      index: 1,
      error: { pallet: 'SubtensorModule', name, docs: '' },
    });
    const kind = kinds.get(extrinsic.hash)!;
    if (kind === 'commit') {
      commits.push({ block: head });
      counts.commit++;
      included.set(extrinsic.hash, ok);
      return;
    }
    const [commit] = commits;
    if (commit === undefined) included.set(extrinsic.hash, bad('NoWeightsCommitFound'));
    else {
      const { standing } = revealWindow(clock, commit, head);
      if (standing === 'open') {
        commits = [];
        counts.reveal++;
        included.set(extrinsic.hash, ok);
      } else
        included.set(extrinsic.hash, bad(standing === 'early' ? 'RevealTooEarly' : 'ExpiredWeightCommit'));
    }
    expire();
  };

  /** One deed of the process on the world; it may die before or behind it. */
  async function deed<T>(action: (event: World['trouble'][number]) => T): Promise<T> {
    const event = trouble[deeds++] ?? 'fine';
    head += pace;
    if (event === 'crash before') throw new Crash();
    const result = action(event);
    if (event === 'crash behind') throw new Crash();
    return result;
  }
  const outcomeOf = (extrinsic: SignedExtrinsic): Outcome => {
    const found = included.get(extrinsic.hash);
    if (found !== undefined) return found;
    // Watching ends with the era.
    head = Math.max(head, extrinsic.lastBlock);
    return { status: 'expired', hash: extrinsic.hash, lastBlock: extrinsic.lastBlock };
  };

  const port: CommitPort = {
    look: () =>
      deed(() => {
        expire();
        const at = head;
        return {
          block: at,
          waiting: commits[0],
          window: (commit) => revealWindow(clock, commit, at + 1),
        };
      }),
    sign: (_record, what) =>
      deed(() => {
        const hash: Hex = `0x${(++signatures).toString(16).padStart(64, '0')}`;
        kinds.set(hash, what);
        const from = { number: head, hash: HASH };
        return { bytes: Uint8Array.of(signatures), hash, nonce, from, lastBlock: head + era - 1 };
      }),
    send: (extrinsic) =>
      deed((event): Outcome => {
        const { hash } = extrinsic;
        if (event === 'refused' && !included.has(hash)) {
          return { status: 'refused', hash, refusal: { name: 'RateLimitExceeded', meaning: 'x', said: 'x' } };
        }
        if (event !== 'lost') include(extrinsic);
        if (event === 'unknown') return { status: 'unknown', hash, reason: 'the connection broke' };
        return outcomeOf(extrinsic);
      }),
    watch: (extrinsic) => deed(() => outcomeOf(extrinsic)),
    reach: (block) =>
      deed(() => {
        head = Math.max(head, block);
      }),
    save: (record) =>
      deed(() => {
        disk = recordToJson(record);
      }),
  };
  return { port, counts, disk: () => recordFromJson(disk, 'disk'), waiting: () => commits.length };
}

/** Runs, and runs again from the disk after whatever ended it. */
async function runToTheEnd(world: World) {
  const chain = simulate(world);
  for (let run = 0; run < 60; run++) {
    try {
      const record = await advanceCommit(chain.disk(), chain.port, { wait: true });
      return { ...chain, record };
    } catch (error) {
      if (!(error instanceof Crash) && !(error instanceof TaoscopeError)) throw error;
    }
  }
  throw new Error('it never ends');
}

const CALM: World = { tempo: 20, epochs: 1, era: 8, trouble: [], pace: 0 };

describe('a commit and its reveal', () => {
  test('without trouble', async () => {
    const steps: string[] = [];
    const chain = simulate(CALM);
    const record = await advanceCommit(chain.disk(), chain.port, {
      wait: true,
      onStep: ({ state }) => steps.push(state),
    });
    expect(steps).toEqual(['planned', 'committed', 'committed', 'revealed']);
    expect(chain.counts).toEqual({ commit: 1, reveal: 1 });
    expect(chain.disk()).toEqual(record);
    // Committed at 101: (101 + 4) / 21 is epoch 5, revealed in epoch 6, whose first block is 6 x 21 - 4 = 122.
    expect(record).toMatchObject({ state: 'revealed', committedAt: 101, revealedAt: 122 });
  });

  test('not waited for, it is left committed', async () => {
    const chain = simulate(CALM);
    expect(await advanceCommit(chain.disk(), chain.port, { wait: false })).toMatchObject({
      state: 'committed',
      committedAt: 101,
    });
    expect(chain.counts).toEqual({ commit: 1, reveal: 0 });
  });

  test('a plan that nobody sent grows too old', async () => {
    const chain = simulate({ ...CALM, pace: 400 });
    expect(await advanceCommit(chain.disk(), chain.port, { wait: true })).toMatchObject({ state: 'expired' });
    expect(chain.counts).toEqual({ commit: 0, reveal: 0 });
  });

  test('a refused commit has failed', async () => {
    const chain = simulate({ ...CALM, trouble: ['fine', 'fine', 'fine', 'fine', 'refused'] });
    expect(await advanceCommit(chain.disk(), chain.port, { wait: true })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('RateLimitExceeded'),
    });
  });

  test('one that landed while the file said planned is found by its hash', async () => {
    // Look, sign, save, look, send: it dies behind the send.
    const { record, counts } = await runToTheEnd({
      ...CALM,
      trouble: ['fine', 'fine', 'fine', 'fine', 'crash behind'],
    });
    expect(record.state).toBe('revealed');
    expect(counts).toEqual({ commit: 1, reveal: 1 });
  });

  const trouble = fc.array(
    fc.constantFrom(
      'fine',
      'fine',
      'crash before',
      'crash behind',
      'lost',
      'unknown',
      'refused',
    ) as fc.Arbitrary<World['trouble'][number]>,
    { maxLength: 40 },
  );
  const world = fc.record({
    tempo: fc.integer({ min: 1, max: 60 }),
    epochs: fc.integer({ min: 1, max: 3 }),
    era: fc.constantFrom(4, 8, 64),
    trouble,
    pace: fc.integer({ min: 0, max: 6 }),
  });

  test('whatever goes wrong, whenever it dies: one commit and one reveal, or an honest end', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (one) => {
        const { record, counts, disk } = await runToTheEnd(one);
        expect(isDone(record)).toBe(true);
        expect(disk()).toEqual(record);
        expect(counts.commit).toBeLessThanOrEqual(1);
        expect(counts.reveal).toBe(record.state === 'revealed' ? 1 : 0);
        if (record.state === 'failed') expect(counts.commit).toBe(0);
      }),
      { numRuns: 600 },
    );
  });

  test('where only crashes go wrong and time is long, it is revealed', async () => {
    const crashes = fc.array(
      fc.constantFrom('fine', 'crash before', 'crash behind') as fc.Arbitrary<World['trouble'][number]>,
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(crashes, async (list) => {
        const { record, counts } = await runToTheEnd({
          tempo: 360,
          epochs: 1,
          era: 64,
          trouble: list,
          pace: 1,
        });
        expect(record.state).toBe('revealed');
        expect(counts).toEqual({ commit: 1, reveal: 1 });
      }),
      { numRuns: 300 },
    );
  });
});

test('a record is on the disk as it is in memory, extrinsics too', () => {
  const extrinsic = {
    bytes: Uint8Array.of(1, 2),
    hash: HASH,
    nonce: 7,
    from: { number: 9, hash: HASH },
    lastBlock: 72,
  };
  const record: CommitRecord = {
    ...PLAN,
    state: 'committed',
    commit: extrinsic,
    committedAt: 10,
    committedEpoch: 2,
    reason: 'x',
  };
  expect(recordFromJson(recordToJson(record), 'x')).toEqual(record);
  for (const text of [
    '',
    '{}',
    recordToJson(record).replace('"netuid": 3', '"netuid": -3'),
    recordToJson(record).replace('planned', 'lost'),
  ])
    if (text !== recordToJson(record))
      expect(() => recordFromJson(text, 'x')).toThrow(/cannot read the commit/);
});
