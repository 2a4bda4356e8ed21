import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BlockView, StorageRequest } from '../../chain/index.ts';
import { TaoscopeError } from '../../shared/index.ts';
import { openStore } from '../../store/index.ts';
import { migrations } from '../schema.ts';
import { saveWeights } from '../weight-rows.ts';
import { collectWeights } from './weights.ts';

const BLOCK = 5_000;
const account = (letter: string) => new Uint8Array(32).fill(letter.charCodeAt(0));

/** A view whose storage is a table of `Item/key/key`; an error stands for a read that fails. */
function viewOf(values: Readonly<Record<string, unknown>>): BlockView {
  const items = new Set(Object.keys(values).map((key) => key.split('/', 1)[0]));
  const stored = (item: string, keys: readonly unknown[]) => {
    const value = values[[item, ...keys].join('/')];
    if (value instanceof Error) throw value;
    return value;
  };
  return {
    block: { number: BLOCK, hash: `0x${'11'.repeat(32)}` },
    hasStorage: (_: string, item: string) => items.has(item),
    storageDefault: (_: string, item: string) => item === 'CommitRevealWeightsEnabled',
    timestamp: async () => 1_700_000_000_000,
    storageMany: async (requests: readonly StorageRequest[]) =>
      requests.map(({ item, keys, check }) => {
        const value = stored(item, keys);
        check?.(value);
        return value;
      }),
    async *entries(_: string, item: string, [index]: readonly unknown[]) {
      for (const [key, value] of Object.entries(values)) {
        const [name, netuid] = key.split('/');
        if (name === item && netuid === String(index)) yield { keys: [index, account('a')], value };
      }
    },
  } as unknown as BlockView;
}

const NETWORK = {
  'SubnetworkN/7': 3,
  'Keys/7/0': account('a'),
  'Keys/7/1': account('b'),
  'Keys/7/2': account('c'),
  'LastUpdate/7': [4_900n, 4_950n, 9_999n],
  'Weights/7/0': [
    [1, 65_535],
    [2, 100],
  ],
  'Weights/7/2': [[1, 5]],
  'Bonds/7/0': [[2, 77]],
};
const EPOCH = { epochs: [{ netuid: 7, mechanism: 0, n: 3 }] };

describe('what is read of weights', () => {
  test('at an epoch the rows that are not empty, each with who set it and when', async () => {
    const { readings, failures } = await collectWeights(viewOf(NETWORK), EPOCH);
    expect(failures).toEqual([]);
    expect(readings).toEqual([
      {
        netuid: 7,
        mechanism: 0,
        block: { number: BLOCK, hash: `0x${'11'.repeat(32)}` },
        timestampMs: 1_700_000_000_000,
        // The runtime has no such switch.
        commitReveal: undefined,
        commits: [],
        n: 3,
        whole: true,
        weights: [
          { uid: 0, targets: [1, 2], values: [65_535, 100], hotkey: account('a'), lastUpdate: 4_900 },
          // 9,999 lies ahead of the block: not believed.
          { uid: 2, targets: [1], values: [5], hotkey: account('c'), lastUpdate: undefined },
        ],
        bonds: [{ uid: 0, targets: [2], values: [77], hotkey: account('a'), lastUpdate: 4_900 }],
      },
    ]);
  });

  test('between epochs the rows asked for, once each, and the empty ones too', async () => {
    const { readings } = await collectWeights(viewOf(NETWORK), {
      epochs: [],
      changed: [{ netuid: 7, mechanism: 0, uids: [1, 0, 1] }],
    });
    expect(readings[0]).toMatchObject({ whole: false, n: 3, bonds: [] });
    expect(readings[0]?.weights.map(({ uid, targets }) => [uid, targets])).toEqual([
      [1, []],
      [0, [1, 2]],
    ]);
  });

  test('what is wanted both ways is read once, whole', async () => {
    const { readings } = await collectWeights(viewOf(NETWORK), {
      ...EPOCH,
      changed: [{ netuid: 7, mechanism: 0, uids: [0] }],
    });
    expect(readings.map(({ whole }) => whole)).toEqual([true]);
  });

  test('a further mechanism has its own rows and updates, of the same hotkeys', async () => {
    const view = viewOf({
      ...NETWORK,
      MechanismCountCurrent: 2,
      // 4,096 + 7.
      'LastUpdate/4103': [10n, 20n, 30n],
      'Weights/4103/1': [[0, 9]],
    });
    const { readings } = await collectWeights(view, { epochs: [{ netuid: 7, mechanism: 1, n: 3 }] });
    expect(readings[0]?.weights).toEqual([
      { uid: 1, targets: [0], values: [9], hotkey: account('b'), lastUpdate: 20 },
    ]);
  });

  test('what waits to be revealed, where weights are hidden', async () => {
    const commit = { 'WeightCommits/7': [[new Uint8Array(32).fill(0xab), 4_990n, 5_040n, 5_399n]] };
    const hidden = await collectWeights(
      viewOf({ ...NETWORK, ...commit, 'CommitRevealWeightsEnabled/7': true }),
      { epochs: [], changed: [{ netuid: 7, mechanism: 0, uids: [] }] },
    );
    expect(hidden.readings[0]).toMatchObject({
      commitReveal: true,
      commits: [{ hotkey: account('a'), kind: 'hash', commitBlock: 4_990, firstReveal: 5_040 }],
      weights: [],
    });
    const open = await collectWeights(
      viewOf({ ...NETWORK, ...commit, 'CommitRevealWeightsEnabled/7': false }),
      EPOCH,
    );
    expect(open.readings[0]).toMatchObject({ commitReveal: false, commits: [] });
  });

  test.each([
    ['an update less than there are neurons', { 'LastUpdate/7': [4_900n, 4_950n] }],
    ['another number of neurons than the subnet has', { 'SubnetworkN/7': 4 }],
    ['nobody behind a uid that weights', { 'Keys/7/2': undefined }],
  ])('%s: not believed, and said of this subnet', async (_, lie) => {
    const { readings, failures } = await collectWeights(viewOf({ ...NETWORK, ...lie }), EPOCH);
    expect(readings).toEqual([]);
    expect(failures).toMatchObject([{ netuid: 7, error: { code: 'falsified' } }]);
  });

  test('one subnet that cannot be decoded does not hold up the next; a node that fails does', async () => {
    const undecodable = new TaoscopeError('undecodable', { failed: 'no' });
    const network = { ...NETWORK, 'SubnetworkN/8': 1 };
    const two = { epochs: [{ netuid: 8, mechanism: 0, n: 1 }, ...EPOCH.epochs] };
    const { readings, failures } = await collectWeights(
      viewOf({ ...network, 'Weights/8/0': undecodable }),
      two,
    );
    expect(readings.map(({ netuid }) => netuid)).toEqual([7]);
    expect(failures).toEqual([{ netuid: 8, error: undecodable }]);
    const pruned = new TaoscopeError('state-pruned', { failed: 'gone' });
    await expect(collectWeights(viewOf({ ...network, 'Weights/8/0': pruned }), two)).rejects.toBe(pruned);
  });
});

test('what is stored is what was read, however often', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-weights-'));
  const store = await openStore({ path: join(folder, 'data') }, { migrations });
  try {
    const view = viewOf({
      ...NETWORK,
      'CommitRevealWeightsEnabled/7': true,
      'WeightCommits/7': [[new Uint8Array(32).fill(0xab), 4_990n, 5_040n, 5_399n]],
    });
    const { readings } = await collectWeights(view, EPOCH);
    const cleared = await collectWeights(view, {
      epochs: [],
      changed: [{ netuid: 7, mechanism: 0, uids: [1] }],
    });
    const waiting = await collectWeights(view, {
      epochs: [],
      changed: [{ netuid: 7, mechanism: 0, uids: [] }],
    });
    for (let time = 0; time < 2; time++)
      await saveWeights(
        store,
        [...readings, ...cleared.readings, ...waiting.readings],
        () => '2100-01-01 00:00:00',
      );
    expect(
      await store.query(
        'SELECT uid, block, substring(hotkey, 1, 2) AS key, last_update, targets, values FROM weights FINAL ORDER BY uid',
      ),
    ).toEqual([
      { uid: 0, block: BLOCK, key: 'aa', last_update: '4900', targets: [1, 2], values: [65_535, 100] },
      { uid: 1, block: BLOCK, key: 'bb', last_update: '4950', targets: [], values: [] },
      { uid: 2, block: BLOCK, key: 'cc', last_update: null, targets: [1], values: [5] },
    ]);
    expect(await store.query('SELECT uid, targets, values FROM bonds FINAL')).toEqual([
      { uid: 0, targets: [2], values: [77] },
    ]);
    // Seeing that a commit waits announces no rows.
    expect(
      await store.query(
        'SELECT whole, n, row_count, commit_reveal FROM weight_readings FINAL ORDER BY whole',
      ),
    ).toEqual([
      { whole: false, n: 3, row_count: 1, commit_reveal: true },
      { whole: true, n: 3, row_count: 2, commit_reveal: true },
    ]);
    expect(
      await store.query(
        `SELECT substring(hotkey, 1, 1) AS key, commit_block, hash, kind, first_reveal, last_reveal, first_seen, last_seen
         FROM weight_commits FINAL`,
      ),
    ).toEqual([
      {
        key: 'a',
        commit_block: '4990',
        hash: `0x${'ab'.repeat(32)}`,
        kind: 'hash',
        first_reveal: '5040',
        last_reveal: '5399',
        first_seen: BLOCK,
        last_seen: BLOCK,
      },
    ]);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
