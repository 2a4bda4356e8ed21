import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TaoscopeError } from '../../shared/index.ts';
import { SECOND } from '../instants.ts';
import type { PaymentReader, PaymentState, StoredRow } from './chain-reader.ts';
import { findBlock } from './find-block.ts';
import { isPaid } from './paid.ts';
import { blockToJudge, readPaid } from './read-paid.ts';

const BLOCK_TIME = 12 * SECOND;

/** A subnet of which each block's state is told by a function; epochs every 360 blocks. */
function chain(
  stateAt: (block: number) => Partial<PaymentState>,
  rowAt: (block: number, uid: number) => Readonly<Record<number, number>> | undefined,
  { head = 1_000, prunedBefore = 0 } = {},
): PaymentReader {
  const check = (block: number) => {
    if (block >= prunedBefore) return;
    throw new TaoscopeError('state-pruned', { failed: `no state of block ${block}` });
  };
  const state = (block: number): PaymentState => ({
    block,
    time: block * BLOCK_TIME,
    miners: ['val', 'ann', 'ben', 'oth'].map((hotkey, uid) => ({ hotkey, uid, coldkey: `k${uid}` })),
    lastUpdate: [700, undefined, undefined, 650],
    incentive: [0, 40_000, 25_535, 0],
    hidden: false,
    lastEpochBlock: Math.floor(block / 360) * 360,
    nextEpochBlock: Math.floor(block / 360) * 360 + 360,
    ...stateAt(block),
  });
  return {
    head: async () => head,
    async state(block) {
      check(block);
      return state(block);
    },
    async rows(block, uids) {
      check(block);
      return uids.map((uid): StoredRow => {
        const row = rowAt(block, uid) ?? {};
        return { uid, targets: Object.keys(row).map(Number), values: Object.values(row) };
      });
    },
    async holders(block, uids) {
      check(block);
      return uids.map((uid) => state(block).miners[uid]?.hotkey);
    },
    async time(block) {
      check(block);
      return block * BLOCK_TIME;
    },
  };
}

const ROWS: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  0: { 1: 65_535, 2: 32_768 },
  3: { 1: 10, 2: 10 },
};
const usual = (_block: number, uid: number) => ROWS[uid];

describe("a validator's own row, and the incentive that came of it", () => {
  test('the block before the newest epoch is judged; its row is a share of its own sum', async () => {
    const reader = chain(() => ({}), usual);
    const block = await blockToJudge(reader);
    expect(block).toBe(719);
    const { weight, incentive } = await readPaid(reader, { validator: 'val', block });
    expect(weight).toMatchObject({ block: 719, setAt: 700, setAtTime: 700 * BLOCK_TIME });
    expect(isPaid(weight) && weight.shares.get('ann')).toBeCloseTo(65_535 / 98_303, 12);
    // Set at 700, so the epoch at 720 was the first to use it.
    expect(incentive).toMatchObject({ block: 720 });
    expect(isPaid(incentive) && incentive.others.map(({ uid }) => uid)).toEqual([3]);
  });

  test('an incentive that is still to come is absent, not zero', async () => {
    const reader = chain(() => ({ lastUpdate: [990] }), usual);
    const { weight, incentive } = await readPaid(reader, { validator: 'val', block: 1_000 });
    expect(isPaid(weight)).toBe(true);
    expect(incentive).toEqual({
      missing: 'not-yet',
      detail: 'The weights of block 990 pay from the next epoch on, at block 1080.',
    });
  });

  test('an epoch that comes earlier or later than foretold is found all the same', async () => {
    const clock = (last: number) => (block: number) => ({
      lastUpdate: [700],
      lastEpochBlock: block >= last ? last : 360,
      nextEpochBlock: block >= last ? last + 360 : 720,
    });
    const paidAt = async (last: number) =>
      (await readPaid(chain(clock(last), usual), { validator: 'val', block: 705 })).incentive;
    expect(await paidAt(710)).toMatchObject({ block: 720 });
    expect(await paidAt(722)).toMatchObject({ block: 722 });
    expect(await paidAt(1_001)).toMatchObject({ missing: 'not-yet' });
  });

  test('weights set in the very block of an epoch come after it', async () => {
    const reader = chain(() => ({ lastUpdate: [720] }), usual, { head: 1_200 });
    const { incentive } = await readPaid(reader, { validator: 'val', block: 800 });
    expect(incentive).toMatchObject({ block: 1_080 });
  });

  test('a uid that another hotkey has taken over: the weight was for the one before', async () => {
    const reader = chain(
      (block) => ({
        miners: ['val', 'ann', block > 705 ? 'new' : 'ben', 'oth'].map((hotkey, uid) => ({
          ...{ hotkey, uid },
          coldkey: '',
        })),
        registeredAt: [0, 0, block > 705 ? 706 : 0, 0],
      }),
      usual,
    );
    const { weight } = await readPaid(reader, { validator: 'val', block: 719 });
    expect(isPaid(weight) && [...weight.shares.keys()]).toEqual(['ann', 'ben']);
    expect(isPaid(weight) && [...weight.movedUids]).toEqual([['new', 2]]);
    // Where that state is pruned, nobody gets it.
    const pruned = chain(() => ({ registeredAt: [0, 0, 706, 0] }), usual, { prunedBefore: 710 });
    const then = (await readPaid(pruned, { validator: 'val', block: 719 })).weight;
    expect(isPaid(then) && [...then.shares.keys()]).toEqual(['ann']);
    expect(isPaid(then) && then.unknownShare).toBeCloseTo(32_768 / 98_303, 12);
    expect(isPaid(then) && then.setAtTime).toBeUndefined();
  });

  test('what is missing says why', async () => {
    const missing = async (reader: PaymentReader, validator = 'val') => {
      const { weight, incentive } = await readPaid(reader, { validator, block: 719 });
      return [weight.missing, incentive.missing];
    };
    expect(await missing(chain(() => ({}), usual, { prunedBefore: 900 }))).toEqual(['pruned', 'pruned']);
    expect(
      await missing(
        chain(() => ({}), usual),
        'nobody',
      ),
    ).toEqual(['unregistered', undefined]);
    expect(
      await missing(
        chain(
          () => ({}),
          () => undefined,
        ),
      ),
    ).toEqual(['none', undefined]);
    expect(await missing(chain(() => ({ incentive: [0, 0, 0, 0] }), usual))).toEqual([undefined, 'none']);
    const broken = chain(() => ({}), usual);
    const failing: PaymentReader = {
      ...broken,
      rows: async () => {
        throw new TaoscopeError('timeout', { failed: 'it took too long' });
      },
    };
    expect(await missing(failing)).toEqual(['rpc', undefined]);
    // A defect of ours is none of the chain's.
    const defect: PaymentReader = {
      ...broken,
      rows: async () => {
        throw new TypeError('x');
      },
    };
    await expect(missing(defect)).rejects.toThrow(TypeError);
  });
});

describe('the block of an instant', () => {
  test('is the last one made by then, however uneven the pace, in few steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 2, maxLength: 300 }),
        fc.nat(1_000_000),
        async (gaps, offset) => {
          const times = [0];
          for (const gap of gaps) times.push((times.at(-1) ?? 0) + gap);
          let asked = 0;
          const reader = {
            ...chain(() => ({}), usual),
            head: async () => times.length - 1,
            async time(block: number) {
              asked++;
              return times[block];
            },
          };
          const instant = offset % ((times.at(-1) ?? 0) + 10);
          expect(await findBlock(reader, instant)).toBe(times.findLastIndex((time) => time <= instant));
          expect(asked).toBeLessThan(40);
        },
      ),
    );
  });

  test('does not touch pruned state for a recent instant, and says so for an old one', async () => {
    const reader = chain(() => ({}), usual, { head: 1_000_000, prunedBefore: 990_000 });
    expect(await findBlock(reader, 999_000 * BLOCK_TIME + 5)).toBe(999_000);
    await expect(findBlock(reader, 5_000 * BLOCK_TIME)).rejects.toMatchObject({ code: 'state-pruned' });
  });

  test('there is none before the first, and none where times run backwards', async () => {
    const reader = chain(() => ({}), usual);
    await expect(findBlock(reader, -1)).rejects.toMatchObject({ code: 'not-found' });
    const lying = { ...reader, time: async (block: number) => -block * BLOCK_TIME };
    await expect(findBlock(lying, -900 * BLOCK_TIME - 13 * BLOCK_TIME * 8)).rejects.toMatchObject({
      code: 'falsified',
    });
  });
});
