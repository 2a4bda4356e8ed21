import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson } from './read-json.ts';

const bounds = { maxContainers: 1_000, maxDepth: 16 };
const bytes = (text: string) => new TextEncoder().encode(text);

test('what JSON.stringify writes is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value);
      expect(readJson(bytes(text), bounds)).toEqual({ value: JSON.parse(text), faults: [] });
    }),
  );
});

test('NaN and Infinity, as Python writes them, become texts; in texts they stay', () => {
  const text = '{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN \\"Infinity\\" \\\\", "NaN": 1}';
  const { value, faults } = readJson(bytes(text), bounds);
  expect(value).toEqual({ a: 'NaN', b: ['-Infinity', 'Infinity'], c: 'NaN "Infinity" \\', NaN: 1 });
  expect(faults).toEqual(['3 values of NaN or Infinity, read as none']);
});

test('of doubled keys the last one counts, and none reaches the prototype', () => {
  const { value } = readJson(bytes('{"a": 1, "a": 2, "__proto__": {"b": 3}}'), bounds);
  expect((value as { a: number }).a).toBe(2);
  expect((value as { b?: number }).b).toBeUndefined();
});

test('bytes that are no UTF-8 are told, and the rest is read', () => {
  const { value, faults } = readJson(Uint8Array.of(...bytes('["a'), 0xff, ...bytes('", 1]')), bounds);
  expect(value).toEqual(['a\ufffd', 1]);
  expect(faults).toHaveLength(1);
});

describe('no JSON is', () => {
  test.each([
    '',
    '{',
    'NaN NaN',
    '{"a": nan}',
    '[1,]',
    "{'a': 1}",
    '<html>',
    '"',
    '"\\',
    'Infinit',
    '[NaNa]',
  ])('%j', (text) =>
    expect(() => readJson(bytes(text), bounds)).toThrow(expect.objectContaining({ code: 'undecodable' })),
  );

  test('what would fill memory', () => {
    const flat = { maxContainers: 10_000_000, maxDepth: 16 };
    const bombs = [
      '['.repeat(1_000_000),
      '{"a":'.repeat(100_000),
      `[${'[],'.repeat(2_000)}[]]`,
      `[${'1,'.repeat(500_000)}1]`,
    ];
    for (const [n, bomb] of bombs.entries())
      expect(() => readJson(bytes(bomb), n < 3 ? bounds : flat)).toThrow(
        expect.objectContaining({ code: 'undecodable' }),
      );
  });
});
