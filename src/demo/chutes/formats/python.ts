/** A number that Python holds as a float: `3.0`, not `3`. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Text that goes into JSON as it is: what no `json.dumps` would write. */
export class PyRaw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What Python can hold, as far as reports need it. Whole numbers are ints, others and {@link PyFloat} are floats. */
export type Py =
  | null
  | boolean
  | number
  | string
  | PyFloat
  | PyRaw
  | readonly Py[]
  | { readonly [key: string]: Py | undefined };

/** `json.dumps(value)`: `", "` and `": "` between, everything beyond ASCII escaped, `NaN` and `Infinity` as they are. */
export function pythonJson(value: Py): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' || value instanceof PyFloat) return numberText(value, JSON_SPECIALS);
  if (value instanceof PyRaw) return value.text;
  if (typeof value === 'string') return asciiJson(value);
  if (isList(value)) return `[${value.map(pythonJson).join(', ')}]`;
  return `{${entriesOf(value)
    .map(([key, one]) => `${asciiJson(key)}: ${pythonJson(one)}`)
    .join(', ')}}`;
}

/** `repr(value)`: the literal by which Python writes it, e.g. `{'p': True, 'nc': 1e-05}`. */
export function pythonRepr(value: Py): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || value instanceof PyFloat) return numberText(value, REPR_SPECIALS);
  if (value instanceof PyRaw) return value.text;
  if (typeof value === 'string') return stringRepr(value);
  if (isList(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  return `{${entriesOf(value)
    .map(([key, one]) => `${stringRepr(key)}: ${pythonRepr(one)}`)
    .join(', ')}}`;
}

/** `csv.writer(…).writerows(rows)` with its defaults: quotes where needed, CRLF, nothing for `None`. */
export function pythonCsv(rows: readonly (readonly Py[])[]): string {
  return rows.map((row) => `${row.length === 1 ? onlyCell(row[0]) : row.map(cell).join(',')}\r\n`).join('');
}

/** The shortest text that reads back as the same float, with an exponent below 1e-4 and from 1e16 on. */
export function floatRepr(value: number): string {
  if (!Number.isFinite(value)) return specialText(value, REPR_SPECIALS);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const text = exponent < 0 ? value.toFixed(digitsAfter(mantissa) - exponent) : String(value);
  return text.includes('.') ? text : `${text}.0`;
}

type Specials = readonly [nan: string, infinity: string];

const JSON_SPECIALS: Specials = ['NaN', 'Infinity'];
const REPR_SPECIALS: Specials = ['nan', 'inf'];

function numberText(value: number | PyFloat, specials: Specials): string {
  const number = value instanceof PyFloat ? value.value : value;
  if (!Number.isFinite(number)) return specialText(number, specials);
  return typeof value === 'number' && Number.isInteger(value) ? String(value) : floatRepr(number);
}

function specialText(value: number, [nan, infinity]: Specials): string {
  if (Number.isNaN(value)) return nan;
  return value < 0 ? `-${infinity}` : infinity;
}

function digitsAfter(mantissa: string): number {
  return mantissa.replace('-', '').replace('.', '').length - 1;
}

/** JavaScript escapes what is below the blank in the same way; Python also what is above the tilde. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, unicodeEscape);
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};

function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped.
  const escaped = text.replaceAll(/[\u0000-\u001f\\\u007f-\u00a0\u00ad]/g, (char) => {
    return SHORT_ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `${quote}${escaped.replaceAll(quote, `\\${quote}`)}${quote}`;
}

function cell(value: Py | undefined): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : pythonRepr(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A row of one empty cell would read as no row at all. */
function onlyCell(value: Py | undefined): string {
  return cell(value) === '' ? '""' : cell(value);
}

function isList(value: Py): value is readonly Py[] {
  return Array.isArray(value);
}

function entriesOf(value: { readonly [key: string]: Py | undefined }): [string, Py][] {
  return Object.entries(value).filter((entry): entry is [string, Py] => entry[1] !== undefined);
}
