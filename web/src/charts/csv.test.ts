import { expect, it } from 'vitest';
import { columnsToCsv, toCsv } from './csv.ts';

it('quotes what CSV would misread, and leaves absent cells empty', () => {
  expect(
    toCsv(
      ['a', 'b,c'],
      [
        ['x "y"', null],
        ['line\nbreak', 0],
        [undefined, Number.NaN],
      ],
    ),
  ).toBe('a,"b,c"\r\n"x ""y""",\r\n"line\nbreak",0\r\n,\r\n');
});

it('disarms formulas in texts, not in numbers', () => {
  expect(toCsv(['name', 'value'], [['=HYPERLINK("http://x")', -1.5]])).toBe(
    `name,value\r\n"'=HYPERLINK(""http://x"")",-1.5\r\n`,
  );
  expect(toCsv(['@name'], [['+1']])).toBe("'@name\r\n'+1\r\n");
});

it('writes columns as rows', () => {
  expect(
    columnsToCsv([
      ['block', [10, 20]],
      ['miners', [null, 3]],
    ]),
  ).toBe('block,miners\r\n10,\r\n20,3\r\n');
  expect(columnsToCsv([['block', []]])).toBe('block\r\n');
});
