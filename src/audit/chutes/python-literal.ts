/** What a dictionary held under one key. `nested` stands for a list, tuple or dictionary, which is checked and skipped. */
export type LiteralValue = number | string | boolean | null | typeof NESTED;

export const NESTED: unique symbol = Symbol('nested');

/** Texts longer than this, and deeper or larger structures, are refused. */
export const MAX_LITERAL = 65_536;
const MAX_DEPTH = 16;
const MAX_VALUES = 10_000;

const NUMBER = /[+-]?(?:(?:0+|[1-9]\d*)(?:\.\d*)?|\.\d+|\d+\.\d*)(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_]+/y;
const SPACE = /[ \t\r\n\f]*/y;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['None', null],
  ['True', true],
  ['False', false],
  // JSON's, which some rows were written in.
  ['null', null],
  ['true', true],
  ['false', false],
]);
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};
// Digits of an escape by its letter.
const CODE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The dictionary that Python wrote as text (`{'p': True, 'nc': 1e-05}`), by its text keys; of doubled keys the last one counts. Nothing is ever
 * evaluated: whatever is not a plain literal (a name, a call, an expression, `nan`, `inf`, a number beyond a double) makes it `undefined`.
 */
export function parsePythonDict(text: string): ReadonlyMap<string, LiteralValue> | undefined {
  if (text.length > MAX_LITERAL) return undefined;
  const reader = createReader(text);
  try {
    const value = reader.dictionary();
    reader.end();
    return value;
  } catch (error) {
    if (error === NO_LITERAL) return undefined;
    throw error;
  }
}

/** The text that a Python string literal holds, alone in its text; `undefined` for anything else. */
export function parsePythonString(text: string): string | undefined {
  if (text.length > MAX_LITERAL || !/^\s*['"]/.test(text)) return undefined;
  const reader = createReader(text);
  try {
    const value = reader.value(0);
    reader.end();
    return typeof value === 'string' ? value : undefined;
  } catch (error) {
    if (error === NO_LITERAL) return undefined;
    throw error;
  }
}

const NO_LITERAL = new Error('no literal');

function createReader(text: string) {
  let at = 0;
  let values = 0;

  function fail(): never {
    throw NO_LITERAL;
  }

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined) at += found.length;
    return found;
  }

  /** Skips space, then takes the character if it is the next one. */
  function take(character: string): boolean {
    match(SPACE);
    if (text[at] !== character) return false;
    at++;
    return true;
  }

  function value(depth: number): LiteralValue {
    match(SPACE);
    if (++values > MAX_VALUES || depth > MAX_DEPTH) fail();
    const first = text[at] ?? fail();
    if (first === "'" || first === '"') return string();
    if (first === '{') {
      entries(depth, () => {});
      return NESTED;
    }
    if (first === '[') return list(']', depth);
    if (first === '(') return list(')', depth);
    if (/[A-Za-z_]/.test(first)) {
      const word = WORDS.get(match(WORD) ?? '');
      return word === undefined ? fail() : word;
    }
    const number = Number(match(NUMBER) ?? fail());
    // What follows a number may only end its value: `1_000`, `0x10`, `1j` and `012` are not for us.
    if (!Number.isFinite(number) || /[\w.]/.test(text[at] ?? '')) fail();
    return number;
  }

  function list(close: string, depth: number): typeof NESTED {
    at++;
    while (!take(close)) {
      value(depth + 1);
      if (take(',')) continue;
      if (take(close)) break;
      fail();
    }
    return NESTED;
  }

  function entries(depth: number, each: (key: LiteralValue, value: LiteralValue) => void): void {
    if (!take('{')) fail();
    while (!take('}')) {
      const key = value(depth + 1);
      if (key === NESTED || !take(':')) fail();
      each(key, value(depth + 1));
      if (take(',')) continue;
      if (take('}')) break;
      fail();
    }
  }

  function string(): string {
    const quote = text[at++];
    let held = '';
    for (;;) {
      const character = text[at++] ?? fail();
      if (character === quote) return held;
      if (character === '\n' || character === '\r') fail();
      held += character === '\\' ? escaped() : character;
    }
  }

  function escaped(): string {
    const letter = text[at++] ?? fail();
    const simple = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (simple !== undefined) return simple;
    const octal = /^[0-7]{1,3}/.exec(text.slice(at - 1, at + 2))?.[0];
    if (octal !== undefined) {
      at += octal.length - 1;
      return String.fromCodePoint(Number.parseInt(octal, 8));
    }
    const digits = Object.hasOwn(CODE_DIGITS, letter) ? CODE_DIGITS[letter] : undefined;
    // Python keeps the backslash of an escape that it does not know.
    if (digits === undefined) return letter === 'N' ? fail() : `\\${letter}`;
    const code = text.slice(at, at + digits);
    if (code.length !== digits || !/^[0-9a-fA-F]+$/.test(code)) fail();
    at += digits;
    const point = Number.parseInt(code, 16);
    return point > 0x10ffff ? fail() : String.fromCodePoint(point);
  }

  return {
    value,
    dictionary(): ReadonlyMap<string, LiteralValue> {
      const map = new Map<string, LiteralValue>();
      match(SPACE);
      entries(0, (key, held) => {
        if (typeof key === 'string') map.set(key, held);
      });
      return map;
    },
    end(): void {
      match(SPACE);
      if (at !== text.length) fail();
    },
  };
}
