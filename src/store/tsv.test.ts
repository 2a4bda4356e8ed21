import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeTsv } from './tsv.ts';

test('writes ClickHouse TabSeparated', () => {
  // Escapes as in ClickHouse's documentation of the format.
  expect(
    encodeTsv([[1, 'a\tb\\c\nd', null, undefined, true, false, 18446744073709551615n, -1.5]]).toString(),
  ).toBe('1\ta\\tb\\\\c\\nd\t\\N\t\\N\t1\t0\t18446744073709551615\t-1.5\n');
  expect(encodeTsv([]).length).toBe(0);
  expect(encodeTsv([[Uint8Array.of(0, 9, 10, 13, 92, 255)]])).toEqual(
    Buffer.from([0, 0x5c, 0x74, 0x5c, 0x6e, 0x5c, 0x72, 0x5c, 0x5c, 255, 10]),
  );
});

test('writes every integer as its decimal digits', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(encodeTsv([[value]]).toString()).toBe(`${value}\n`);
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 127n), max: 2n ** 128n - 1n }), (value) => {
      expect(encodeTsv([[value]]).toString()).toBe(`${value}\n`);
    }),
  );
  for (const edge of [
    0,
    9,
    10,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    Number.MAX_SAFE_INTEGER,
    -Number.MAX_SAFE_INTEGER,
  ]) {
    expect(encodeTsv([[edge]]).toString()).toBe(`${edge}\n`);
  }
});

test('has one line per row and one tab between cells, whatever the cells hold', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 64 }), fc.integer()), {
        maxLength: 20,
      }),
      (rows) => {
        const bytes = encodeTsv(rows);
        expect(bytes.filter((byte) => byte === 10)).toHaveLength(rows.length);
        expect(bytes.filter((byte) => byte === 9)).toHaveLength(rows.length * 2);
      },
    ),
  );
});

test('grows for cells of any length', () => {
  const long = 'x'.repeat(1_000_000);
  expect(encodeTsv([[long, long]]).length).toBe(2_000_002);
});

test('refuses what no cell can hold', () => {
  expect(() => encodeTsv([[{ a: 1 }]])).toThrow('a cell cannot hold [object Object]');
});
