import { expect, test } from 'vitest';
import type { OpenedStore } from '../store/index.ts';
import { createDataVersions } from './data-versions.ts';

const store = (insert: () => Promise<void>) =>
  ({ insert, command: async () => {} }) as unknown as OpenedStore;

test('rows of a subnet change its version and the network’s, not another’s', async () => {
  const versions = createDataVersions();
  const watched = versions.watch(store(async () => {}));
  const before = [versions.of(7), versions.of(8), versions.of(0), versions.of(undefined)];
  await watched.insert(
    'neurons',
    ['uid', 'netuid'],
    [
      [0, 7],
      [1, 7],
      [0, 0],
    ],
  );
  expect(versions.of(7)).not.toBe(before[0]);
  expect(versions.of(8)).toBe(before[1]);
  expect(versions.of(0)).not.toBe(before[2]);
  expect(versions.of(undefined)).not.toBe(before[3]);
});

test('rows of no subnet change the network’s alone; a command changes all', async () => {
  const versions = createDataVersions();
  const watched = versions.watch(store(async () => {}));
  const [subnet, network] = [versions.of(7), versions.of(undefined)];
  await watched.insert('blocks', ['block'], [[7]]);
  expect(versions.of(7)).toBe(subnet);
  expect(versions.of(undefined)).not.toBe(network);
  await watched.command('ALTER TABLE events DELETE WHERE block = 7');
  expect(versions.of(7)).not.toBe(subnet);
});

test('an insert that failed may have written', async () => {
  const versions = createDataVersions();
  const watched = versions.watch(
    store(async () => {
      throw new Error('the disk is full');
    }),
  );
  const before = versions.of(7);
  await expect(watched.insert('neurons', ['netuid'], [[7]])).rejects.toThrow('full');
  expect(versions.of(7)).not.toBe(before);
});

test('a version ends with the hour, in which rows go; sooner where others write too', () => {
  let at = 0;
  const own = createDataVersions({ now: () => at });
  const shared = createDataVersions({ externalMs: 15_000, now: () => at });
  const [first, second] = [own.of(7), shared.of(7)];
  at = 15_000;
  expect(own.of(7)).toBe(first);
  expect(shared.of(7)).not.toBe(second);
  at = 3_600_000;
  expect(own.of(7)).not.toBe(first);
});
