import { expect, test } from 'vitest';
import { diffFields, diffMetagraphs } from './diff-metagraphs.ts';

const neuron = (uid: number, hotkey: string, fields: Record<string, unknown> = {}) => ({
  uid,
  hotkey,
  fields,
});

test('a replaced uid is one removed and one added; a moved hotkey changed its uid', () => {
  const before = [neuron(0, 'a', { stake: 1 }), neuron(1, 'b'), neuron(2, 'c', { trust: 0 })];
  const after = [neuron(0, 'a', { stake: 2 }), neuron(1, 'd'), neuron(3, 'c', { trust: 0, ip: '1' })];
  expect(diffMetagraphs(before, after)).toEqual({
    added: [{ uid: 1, hotkey: 'd' }],
    removed: [{ uid: 1, hotkey: 'b' }],
    changed: [
      { uid: 0, hotkey: 'a', fields: [{ name: 'stake', before: 1, after: 2 }] },
      {
        uid: 3,
        hotkey: 'c',
        fields: [
          { name: 'uid', before: 2, after: 3 },
          { name: 'ip', before: null, after: '1' },
        ],
      },
    ],
  });
  expect(diffMetagraphs(before, before)).toEqual({ added: [], removed: [], changed: [] });
  expect(diffMetagraphs([], after).added).toHaveLength(3);
});

test('values are compared as JSON: lists and records too, false is not absent', () => {
  expect(diffFields({ a: [1], b: { c: 1 }, d: false }, { a: [1], b: { c: 2 } })).toEqual([
    { name: 'b', before: { c: 1 }, after: { c: 2 } },
    { name: 'd', before: false, after: null },
  ]);
});
