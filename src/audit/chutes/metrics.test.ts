import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenedStore } from '../../store/index.ts';
import { openAuditStore } from '../testing/open-audit-store.ts';
import { METRIC_COLUMNS, METRIC_VALUES, METRICS_NEED_EXACT, readMetrics } from './metrics.ts';
import { parsePythonDict } from './python-literal.ts';

type Judged = Record<string, number | boolean | null>;

// testing/python-literals.py, by Python's own ast.literal_eval.
const PYTHON = JSON.parse(
  readFileSync(new URL('./testing/python-literals.json', import.meta.url), 'utf8'),
) as [string, Judged | null][];

/** Literals of Python that our reader leaves as unreadable, and one that was encoded twice, which it reads through. */
const STRICTER = [
  "{'nc': 'a' 'b'}",
  "{'n' 'c': 7}",
  "{'\\N{LATIN SMALL LETTER N}c': 7}",
  "{b'nc': 1}",
  "{u'nc': 1}",
  "{(1,): 2, 'nc': 3}",
  "{'nc': 1_000}",
  "{'nc': 0x10}",
  "{'nc': - 1}",
  "{'nc': 1}#x",
];
const ENCODED_TWICE = "'{\\'nc\\': 1}'";

describe('metrics as Python wrote them', () => {
  test('mean to our reader what they mean to Python', () => {
    for (const [text, judged] of PYTHON) {
      const read = readMetrics(text);
      if (STRICTER.includes(text) || text.includes('[[[[')) expect(read, text).toBeUndefined();
      else if (text === ENCODED_TWICE) expect(read?.nc).toBe(1);
      else if (judged === null) expect(read, text).toBeUndefined();
      else {
        const { p, ...numbers } = judged;
        expect(read, text).toMatchObject({ metrics_state: 'read', private: p ?? false, ...numbers });
      }
    }
  });

  test('are read or refused, and never make the reader throw', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...`{}[]()'":,\\ nc1.5e-NoneTruepxu0\n#+_`) }),
        (text) => {
          readMetrics(text);
          readMetrics(`{${text}}`);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('that are nested without end or endless are refused', () => {
    expect(parsePythonDict('{'.repeat(100_000))).toBeUndefined();
    expect(parsePythonDict(`{'a': ${'['.repeat(60_000)}`)).toBeUndefined();
    expect(parsePythonDict(`{'a': [${'1,'.repeat(20_000)}]}`)).toBeUndefined();
    expect(parsePythonDict(`{'a': '${'x'.repeat(70_000)}'}`)).toBeUndefined();
  });
});

/** Dictionaries of which many are flat, many nearly so. */
const anyValue = fc.oneof(
  { weight: 6, arbitrary: fc.double({ noNaN: true, min: -1e15, max: 1e15 }).map(pythonFloat) },
  { weight: 4, arbitrary: fc.integer({ min: -9_999, max: 2 ** 31 }).map(String) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String) },
  { weight: 3, arbitrary: fc.constantFrom('True', 'False', 'None') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        'nan',
        'inf',
        '1e400',
        '-1e-400',
        "'x'",
        '"nc"',
        "'\\''",
        '[1]',
        '{}',
        "{'nc': 1}",
        '1.',
        '.5',
        '01',
        '-',
        '',
      ],
      ...[
        'true',
        'null',
        '1e5',
        '1e-05',
        '1E-5',
        '0x1',
        '1_0',
        '5e-324',
        '123456789012345',
        '1234567890123456',
        '\0',
      ],
    ),
  },
  { weight: 1, arbitrary: fc.double({ noNaN: true }).map(pythonFloat) },
);
const anyKey = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom("'p'", "'nc'", "'steps'", "'masps'", "'it'", "'ot'", "'maspt'", "'tokens'"),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "'tps'",
      "'ttft'",
      "'mc'",
      "'a'",
      "'A'",
      '"nc"',
      "'n\\x63'",
      "'nc '",
      '1',
      "''",
    ),
  },
);
const flatText = fc
  .array(
    fc.oneof(
      fc.constantFrom('True', 'False', 'None').map((value) => `'p': ${value}`),
      fc
        .tuple(
          fc.constantFrom('nc', 'steps', 'masps', 'it', 'ot', 'maspt', 'tokens', 'tps', 'ttft'),
          fc.oneof(
            fc.integer().map(String),
            fc.double({ noNaN: true, min: -1e14, max: 1e14 }).map(pythonFloat),
          ),
        )
        .map(([key, value]) => `'${key}': ${value}`),
    ),
    { maxLength: 6 },
  )
  .map((entries) => `{${entries.join(', ')}}`);
const anyText = fc.oneof(
  { weight: 6, arbitrary: flatText },
  {
    weight: 12,
    arbitrary: fc
      .array(fc.tuple(anyKey, fc.constantFrom(': ', ': ', ': ', ': ', ':', ':  '), anyValue), {
        maxLength: 7,
      })
      .chain((entries) =>
        fc.constantFrom(', ', ', ', ', ', ', ', ',', ' , ').map((between) => {
          return `{${entries.map((entry) => entry.join('')).join(between)}}`;
        }),
      ),
  },
  { weight: 2, arbitrary: fc.string() },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary' }).map((text) => `{'nc': 1${text.replaceAll('\ud800', '')}}`),
  },
);

/** As Python's repr: an exponent has two digits at least, and a sign; a whole number has its fraction. */
function pythonFloat(value: number): string {
  const text = Object.is(value, -0) ? '-0.0' : String(value);
  const [mantissa, exponent] = text.split('e');
  if (exponent === undefined) return text.includes('.') ? text : `${text}.0`;
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

describe('the engine', () => {
  let store: OpenedStore;
  beforeAll(async () => {
    store = await openAuditStore();
    await store.command('CREATE TABLE texts (n UInt32, metrics String) ENGINE = Memory');
  }, 60_000);
  afterAll(() => store?.close());

  type Row = Record<string, unknown> & { n: number; needs_exact: number };

  async function readByEngine(texts: readonly string[]): Promise<Row[]> {
    await store.command('TRUNCATE TABLE texts');
    await store.insert(
      'texts',
      ['n', 'metrics'],
      texts.map((text, n) => [n, text]),
    );
    const values = METRIC_COLUMNS.map((column) => `${METRIC_VALUES[column]} AS read_${column}`);
    return store.query<Row>(
      `SELECT n, ${METRICS_NEED_EXACT} AS needs_exact, ${values.join(', ')} FROM texts ORDER BY n`,
    );
  }

  /** Answers how many texts the engine took for itself. */
  async function compare(texts: readonly string[]): Promise<number> {
    let taken = 0;
    for (const row of await readByEngine(texts)) {
      const text = texts[row.n] ?? '';
      const own = Object.fromEntries(METRIC_COLUMNS.map((column) => [column, row[`read_${column}`]]));
      if (row.needs_exact === 0 && text !== '') {
        taken++;
        expect(own, text).toEqual({ ...readMetrics(text) });
      } else {
        const nothing = Object.fromEntries(METRIC_COLUMNS.map((column) => [column, null]));
        const state = text === '' ? 'none' : 'unreadable';
        expect(own, text).toEqual({ ...nothing, metrics_state: state, private: false });
      }
    }
    return taken;
  }

  test("reads what Python wrote as Python does, and leaves to our reader what it can't", async () => {
    const taken = await compare(PYTHON.map(([text]) => text));
    expect(taken).toBeGreaterThan(150);
  });

  test('reads any text as our reader does, or leaves it', async () => {
    const texts = fc.sample(anyText, { numRuns: 20_000, seed: 64 });
    expect(await compare(texts)).toBeGreaterThan(2_000);
  }, 60_000);

  test('takes no text for code', async () => {
    const hostile = [
      "'; DROP TABLE texts; --",
      "{'nc': 1}'); DROP TABLE texts; --",
      "\\'",
      '{"$(reboot)": 1}',
      '{{}}',
    ];
    await compare(hostile);
    expect(await store.query('SELECT count() AS n FROM texts')).toEqual([{ n: String(hostile.length) }]);
  });
});
