import { MAX_LITERAL, parsePythonDict, parsePythonString } from './python-literal.ts';

/*
 * The column `metrics` of an export: a Python dictionary as text. Two readers, which must agree on every text that the first one accepts:
 * expressions of the engine for the flat form that upstream writes, and our own reader, exact and slow, for all else.
 */

/** Keys that scores are made of, by the column that takes them. */
const NUMBERS = ['nc', 'steps', 'masps', 'it', 'ot', 'maspt', 'tokens'] as const;

type NumberName = (typeof NUMBERS)[number];

/** What a row's metrics say, in columns of ours. */
export interface Metrics extends Readonly<Record<NumberName, number | null>> {
  readonly metrics_state: 'read';
  readonly private: boolean;
}

export const METRIC_COLUMNS: readonly string[] = ['metrics_state', 'private', ...NUMBERS];

// Seconds, steps and tokens of one request; sums of a week of them stay exact to a millionth.
const LARGEST = 1e15;

/**
 * The metrics that a text tells; `undefined` when it is no dictionary literal, or tells one of our keys as something that it cannot be. Metrics that
 * were encoded twice, as early rows were, are read through.
 */
export function readMetrics(text: string): Metrics | undefined {
  const dictionary = parsePythonDict(text) ?? parsePythonDict(parsePythonString(text) ?? '');
  if (dictionary === undefined) return undefined;
  const p = dictionary.get('p') ?? null;
  if (p !== null && typeof p !== 'boolean') return undefined;
  const numbers = {} as Record<NumberName, number | null>;
  for (const name of NUMBERS) {
    const value = dictionary.get(name) ?? null;
    if (value !== null && (typeof value !== 'number' || Math.abs(value) >= LARGEST)) return undefined;
    numbers[name] = value;
  }
  return { metrics_state: 'read', private: p ?? false, ...numbers };
}

const KEYS: readonly string[] = ['p', ...NUMBERS];

// Below LARGEST by its digits. Python writes small numbers with an exponent, large ones are for the other reader.
const NUMBER = String.raw`-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,20})?(?:e-[0-9]{1,3})?`;
const ENTRY = `(?:'p': (?:True|False|None)|'[a-z_]{2,16}': (?:None|${NUMBER}))`;
const FLAT = String.raw`^\{${ENTRY}(?:, ${ENTRY})*\}$`;

const TEXT = "ifNull(metrics, '')";

/** A dictionary as upstream writes it, each of our keys at most once: JSON takes the first of two, Python the last. */
const IS_FLAT = `(match(${TEXT}, ${sqlText(FLAT)}) AND ${KEYS.map(
  (key) => `countSubstrings(${TEXT}, ${sqlText(`'${key}': `)}) <= 1`,
).join(' AND ')})`;

// Only letters of values are upper-case in a flat dictionary, and only keys are quoted.
const AS_JSON = [
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'null'],
].reduce(
  (sql, [python, json]) => `replaceAll(${sql}, '${python}', '${json}')`,
  `translate(${TEXT}, '''', '"')`,
);

const TUPLE = `JSONExtract(if(${IS_FLAT}, ${AS_JSON}, '{}'), 'Tuple(p Nullable(Bool), ${NUMBERS.map(
  (name) => `${name} Nullable(Float64)`,
).join(', ')})')`;

/** Column of ours -> expression over the text column `metrics`; right for all texts but those of {@link METRICS_NEED_EXACT}. */
export const METRIC_VALUES: Readonly<Record<string, string>> = {
  metrics_state: `multiIf(${TEXT} = '', 'none', ${IS_FLAT}, 'read', 'unreadable')`,
  private: `ifNull(tupleElement(${TUPLE}, 'p'), false)`,
  ...Object.fromEntries(NUMBERS.map((name) => [name, `tupleElement(${TUPLE}, '${name}')`])),
};

/** Texts for {@link readMetrics}. Longer ones than it takes are unreadable. */
export const METRICS_NEED_EXACT = `(${TEXT} != '' AND length(${TEXT}) <= ${MAX_LITERAL} AND NOT ${IS_FLAT})`;

function sqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
