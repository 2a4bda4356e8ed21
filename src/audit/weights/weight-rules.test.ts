import { describe, expect, test } from 'vitest';
import type { BlockView } from '../../chain/index.ts';
import { toHex } from '../../shared/index.ts';
import { indexOf, readWeightRules } from './weight-rules.ts';

const ANN = new Uint8Array(32).fill(1);
const BEN = new Uint8Array(32).fill(2);

type Items = Readonly<Record<string, unknown>>;

/** A view of a runtime that has these items; `keys` are told apart where the test says so. */
function viewOf(
  items: Items,
  { calls = ['set_weights', 'commit_weights'], asked = [] as unknown[][] } = {},
): BlockView {
  const names = new Set(Object.keys(items));
  return {
    block: { number: 500, hash: `0x${'00'.repeat(32)}` },
    runtime: {
      specName: 'x',
      specVersion: 1,
      transactionVersion: 1,
      metadataHash: '0x',
      metadataVersion: 15,
    },
    format: { hasCall: (_pallet: string, name: string) => calls.includes(name) },
    hasStorage: (pallet: string, item: string) => pallet === 'SubtensorModule' && names.has(item),
    storageDefault: (_pallet: string, item: string) => (item === 'WeightsSetRateLimit' ? 100n : undefined),
    storageMany: async (requests: readonly { item: string; keys: readonly unknown[] }[]) =>
      requests.map(({ item, keys }) => {
        asked.push([item, ...keys]);
        return items[item];
      }),
    async *entries() {},
  } as unknown as BlockView;
}

const OLD: Items = {
  NetworksAdded: true,
  SubnetworkN: 3,
  WeightsSetRateLimit: undefined,
  WeightsVersionKey: 7n,
  MinAllowedWeights: 2,
  MaxWeightsLimit: 655,
  WeightsMinStake: 9n,
  LastUpdate: [4n, 5n, 6n],
  ValidatorPermit: [false, true],
  Rank: [],
};

test('parameters are the node’s own, with the chain’s default where one is not set', async () => {
  expect(await readWeightRules(viewOf(OLD), { netuid: 3 })).toMatchObject({
    exists: true,
    mechanisms: 1,
    n: 3,
    uid: undefined,
    permit: undefined,
    lastUpdate: undefined,
    rateLimitBlocks: 100,
    versionKey: 7n,
    minAllowedWeights: 2,
    maxWeightLimit: 655,
    stakeThresholdRao: 9n,
    way: 'plain',
    waiting: 0,
  });
});

test('a limit that the chain does not look at is none', async () => {
  const { Rank: _rank, ...withoutRank } = OLD;
  expect(
    (await readWeightRules(viewOf({ ...OLD, SubnetTaoFlow: 0n }), { netuid: 3 })).maxWeightLimit,
  ).toBeUndefined();
  expect((await readWeightRules(viewOf(withoutRank), { netuid: 3 })).maxWeightLimit).toBeUndefined();
});

describe('which way weights go', () => {
  const on = { ...OLD, CommitRevealWeightsEnabled: true, WeightCommits: undefined };
  test.each<[string, Items, string[], string, boolean]>([
    ['off', { ...OLD, CommitRevealWeightsEnabled: false }, ['commit_weights'], 'plain', true],
    ['salted', on, ['commit_weights'], 'salted', true],
    ['an older version', { ...on, CommitRevealWeightsVersion: 3 }, ['commit_weights'], 'salted', true],
    [
      'timelock, though salted would do',
      { ...on, CommitRevealWeightsVersion: 4 },
      ['commit_weights'],
      'timelock',
      true,
    ],
    ['timelock only', { ...on, CommitRevealWeightsVersion: 4 }, [], 'timelock', false],
    ['drand before there was a version', on, [], 'timelock', false],
  ])('%s', async (_name, items, calls, way, takesSalted) => {
    expect(await readWeightRules(viewOf(items, { calls }), { netuid: 3 })).toMatchObject({
      way,
      takesSalted,
    });
  });
});

test('a mechanism has its own clock and commits, and the subnet’s other parameters', async () => {
  const asked: unknown[][] = [];
  const view = viewOf({ ...OLD, MechanismCountCurrent: 2 }, { calls: ['commit_mechanism_weights'], asked });
  expect(await readWeightRules(view, { netuid: 3, mechanism: 1 })).toMatchObject({
    mechanisms: 2,
    takesSalted: true,
  });
  expect(asked).toContainEqual(['LastUpdate', 4_099]);
  expect(asked).toContainEqual(['ValidatorPermit', 3]);
  expect(indexOf(3, 1)).toBe(4_099);
  await expect(readWeightRules(viewOf(OLD), { netuid: 3, mechanism: 1 })).rejects.toMatchObject({
    code: 'unsupported',
  });
});

test('the owner’s hotkey is excused since Rank is gone', async () => {
  const { Rank: _rank, ...rest } = OLD;
  const now: Items = { ...rest, SubnetOwnerHotkey: ANN };
  const excused = async (items: Items, hotkey: Uint8Array) =>
    (await readWeightRules(viewOf(items), { netuid: 3, hotkey })).excused;
  expect(await excused(now, ANN)).toBe(true);
  expect(await excused(now, BEN)).toBe(false);
  expect(await excused({ ...OLD, SubnetOwnerHotkey: ANN }, ANN)).toBe(false);
  expect(toHex(ANN)).not.toBe(toHex(BEN));
});
