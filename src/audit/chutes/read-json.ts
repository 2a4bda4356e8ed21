import { TaoscopeError } from '../../shared/index.ts';

export interface JsonDocument {
  readonly value: unknown;
  /** What the bytes had that JSON does not allow, and how it was read. */
  readonly faults: readonly string[];
}

export interface JsonBounds {
  /** Objects and arrays in it. */
  readonly maxContainers: number;
  readonly maxDepth: number;
}

interface Shape {
  readonly depth: number;
  readonly containers: number;
  readonly commas: number;
  /** Where `NaN`, `Infinity` or `-Infinity` stands as a value, in order. */
  readonly notNumbers: readonly (readonly [start: number, end: number])[];
}

// Values per container that a hostile file may average; real rows have 16.
const MAX_VALUES_PER_CONTAINER = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * JSON as Python writes it: also with bare `NaN` and `Infinity`, which become texts, so that no reader takes them for numbers. Of doubled keys
 * the last one counts, as in Python. What it would cost in memory is measured before it is read. Throws `undecodable`.
 */
export function readJson(bytes: Uint8Array, bounds: JsonBounds): JsonDocument {
  const shape = measure(bytes, bounds);
  const faults: string[] = [];
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    faults.push('bytes that are no UTF-8, read as U+FFFD');
    text = new TextDecoder('utf-8').decode(bytes);
  }
  if (shape.notNumbers.length > 0) {
    faults.push(`${shape.notNumbers.length} values of NaN or Infinity, read as none`);
    text = quoteNotNumbers(bytes, shape);
  }
  try {
    return { value: JSON.parse(text), faults };
  } catch (error) {
    throw undecodable('text that is no JSON', 'JSON', error);
  }
}

/** Walks over the bytes once, minding strings only. */
function measure(bytes: Uint8Array, { maxContainers, maxDepth }: JsonBounds): Shape {
  let depth = 0;
  let deepest = 0;
  let containers = 0;
  let commas = 0;
  const notNumbers: [number, number][] = [];
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        containers++;
        depth++;
        if (depth > deepest) deepest = depth;
        if (deepest > maxDepth) throw undecodable(`more than ${maxDepth} levels`, `at most ${maxDepth}`);
        if (containers > maxContainers)
          throw undecodable(`more than ${maxContainers} objects and arrays`, `at most ${maxContainers}`);
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
      case 0x2c:
        commas++;
        break;
      case 0x49: // I
      case 0x4e: {
        const end = endOfWord(bytes, at);
        const start = bytes[at - 1] === 0x2d ? at - 1 : at;
        if (end !== undefined && notNumbers.length < 1_000_000) notNumbers.push([start, end]);
        if (end !== undefined) at = end - 1;
        break;
      }
    }
  }
  const most = MAX_VALUES_PER_CONTAINER * (containers + 1_000);
  if (commas > most) throw undecodable(`${commas} values`, `at most ${most} in so many objects`);
  return { depth: deepest, containers, commas, notNumbers };
}

/** The place of the quote that ends the string which begins there. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(QUOTE, start + 1); end !== -1; end = bytes.indexOf(QUOTE, end + 1)) {
    let backslashes = 0;
    while (bytes[end - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return bytes.length;
}

function endOfWord(bytes: Uint8Array, start: number): number | undefined {
  for (const word of ['NaN', 'Infinity'])
    if (String.fromCharCode(...bytes.subarray(start, start + word.length)) === word)
      return start + word.length;
  return undefined;
}

function quoteNotNumbers(bytes: Uint8Array, { notNumbers }: Shape): string {
  const pieces: Uint8Array[] = [];
  const quote = Uint8Array.of(QUOTE);
  let done = 0;
  for (const [start, end] of notNumbers) {
    pieces.push(bytes.subarray(done, start), quote, bytes.subarray(start, end), quote);
    done = end;
  }
  pieces.push(bytes.subarray(done));
  return Buffer.concat(pieces).toString('utf8');
}

function undecodable(got: string, expected: string, cause?: unknown): TaoscopeError {
  return new TaoscopeError(
    'undecodable',
    { failed: 'cannot read what was published', got, expected },
    cause === undefined ? {} : { cause },
  );
}
