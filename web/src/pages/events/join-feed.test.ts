import { expect, test } from 'vitest';
import type { EventJson } from '../../api/types.ts';
import { eventKey, joinFeed } from './join-feed.ts';

const at = (block: number, index = 0): EventJson => ({
  netuid: 1,
  block,
  index,
  timestamp: null,
  kind: 'epoch',
  name: 'Epoch',
});
const blocks = (events: readonly EventJson[]) => events.map(({ block }) => block);

test('new events come before those that are there, each once', () => {
  const joined = joinFeed([at(3), at(2), at(1)], [at(5), at(4), at(3)], true);
  expect(blocks(joined.events)).toEqual([5, 4, 3, 2, 1]);
  expect(joined.gap).toBe(false);
});

test('two events of one block are two', () => {
  const joined = joinFeed([at(3, 1), at(3, 0)], [at(3, 4), at(3, 1)], true);
  expect(joined.events.map(eventKey)).toEqual(['3:4:1', '3:1:1', '3:0:1']);
});

test('a newest page that does not reach the known ones leaves a gap', () => {
  expect(joinFeed([at(3)], [at(9), at(8)], true).gap).toBe(true);
  // With nothing behind it, it is everything.
  expect(joinFeed([at(3)], [at(9), at(8)], false).gap).toBe(false);
});

test('what a reorganisation took back is not shown any longer', () => {
  const joined = joinFeed([at(5), at(4), at(3), at(2)], [at(6), at(4), at(3)], true);
  expect(blocks(joined.events)).toEqual([6, 4, 3, 2]);
});

test('an empty feed joins with an empty one', () => {
  expect(joinFeed([], [], false)).toEqual({ events: [], gap: false });
});
