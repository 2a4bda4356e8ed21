import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { floatRepr, type Py, PyFloat, pythonCsv, pythonJson, pythonRepr } from './python.ts';

// Golden: CPython's json, repr and csv; made by `golden/make.py`, which lists the same values in the same order.
const golden = JSON.parse(readFileSync(new URL('golden/python.json', import.meta.url), 'utf8')) as {
  floats: [string, string][];
  values: [string, string][];
  csv: string;
  specials: [string, string][];
};

const float = (value: number) => new PyFloat(value);

it('writes floats as CPython does', () => {
  const floats = [
    ...[0, -0, 1, -3, 0.1, 1 / 3, 1e-4, 1.5e-4, 1e-5, 1.25e-7, 123456.789, 1e15, 1e16, 1.5e16, 1e22],
    ...[2.5e-310, 0.00012345, -0.00099, 5e-324],
  ];
  expect(floats.map((value) => [floatRepr(value), pythonJson(float(value))])).toEqual(golden.floats);
  const specials = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  expect(specials.map((value) => [floatRepr(value), pythonJson(value)])).toEqual(golden.specials);
});

it('writes values as json.dumps and repr do', () => {
  const values: Py[] = [
    ...[null, true, false, 0, -7, 9_007_199_254_740_991, '', 'plain', "it's", 'say "hi"', 'both \' and "'],
    ...['back\\slash', 'line\nbreak\r\ttab', '\x00\x1b\x7f', 'café ☃ 🦊', '\u202eright'],
    ...[[], {}, [1, float(2), null], { p: true, nc: 1e-5, it: 12, s: "x'y" }],
  ];
  // What repr does to characters that cannot be printed beyond Latin-1 is of no use to a report.
  const got = values.map((value) => [pythonJson(value), pythonRepr(value)]);
  const wanted = golden.values.map(([json, repr]) => [json, repr.replace('\\u202e', '\u202e')]);
  expect(got).toEqual(wanted);
});

it('writes tables as csv.writer does', () => {
  const rows: Py[][] = [
    ['a', 1, float(2), null, true, 1e-5],
    ['comma, here', 'quote " here', 'line\nbreak', 'cr\rhere', ' blank ', "'"],
    [{ p: true, steps: 30, masps: 0.5 }, '', null, '', -1, 'café'],
    [null],
    [''],
    ['x'],
    [],
  ];
  expect(pythonCsv(rows)).toBe(golden.csv);
});
