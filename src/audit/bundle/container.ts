import { createHash } from 'node:crypto';
import { TaoscopeError } from '../../shared/index.ts';
import { createByteReader } from './byte-reader.ts';

/**
 * The file of a bundle: a line that names the format, one line of JSON (the manifest), the parts as they are, one after the other, and a
 * last line with the SHA-256 of everything before it. A text editor shows it; nothing in it is packed.
 *
 *     taoscope-bundle/1
 *     {"format":"taoscope-bundle/1", … ,"parts":[{"name":"report","bytes":5,"sha256":"…"}]}
 *     hello
 *     sha256 0f…
 */
export const FORMAT = 'taoscope-bundle/1';

/** A part as the manifest announces it. */
export interface PartHead {
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A part to be written. `read` gives exactly the bytes announced. */
export interface Part extends PartHead {
  read(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** What was read of a file, be it whole or not. */
export interface Unpacked {
  /** The JSON of the second line; `undefined` when there is none. */
  readonly manifest: unknown;
  /** SHA-256 of each part that could be read, by its name. */
  readonly digests: ReadonlyMap<string, string>;
  /** The parts that were asked for. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
  /** Why the file is not what was written, the first reason; `undefined` when it is. */
  readonly fault: string | undefined;
}

export interface UnpackOptions {
  /** Parses the manifest's JSON into its parts; throws or answers `undefined` when it is none. */
  readonly partsOf: (manifest: unknown) => readonly PartHead[] | undefined;
  /** Whether a part's bytes are wanted, not only its digest. */
  readonly keep: (part: PartHead) => boolean;
}

/** Longest manifest, bytes. One of a report with a thousand verdicts has about 1 MB. */
export const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

/** Evidence of a verdict is the deepest thing in it. */
const MAX_DEPTH = 64;

const TRAILER = /^sha256 [0-9a-f]{64}$/;

/** Writes a file as chunks. The manifest is JSON without a line feed and lists the parts in this order. Throws `internal` for a part that is not as announced. */
export async function* pack(manifest: string, parts: readonly Part[]): AsyncGenerator<Uint8Array> {
  const whole = createHash('sha256');
  const passed = (chunk: Uint8Array): Uint8Array => {
    whole.update(chunk);
    return chunk;
  };
  yield passed(Buffer.from(`${FORMAT}\n${manifest}\n`));
  for (const part of parts) {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of part.read()) {
      hash.update(chunk);
      bytes += chunk.length;
      yield passed(chunk);
    }
    if (bytes !== part.bytes || hash.digest('hex') !== part.sha256) throw changedMeanwhile(part);
  }
  yield passed(Buffer.from('\n'));
  yield Buffer.from(`sha256 ${whole.digest('hex')}\n`);
}

/**
 * Reads a file to its end and says the first thing that is wrong with it. Throws only what the source throws: any bytes at all are an
 * answer, not an error.
 */
export async function unpack(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { partsOf, keep }: UnpackOptions,
): Promise<Unpacked> {
  const digests = new Map<string, string>();
  const kept = new Map<string, Uint8Array>();
  let manifest: unknown;
  const result = (fault: string | undefined): Unpacked => ({ manifest, digests, kept, fault });

  const whole = createHash('sha256');
  const reader = createByteReader(source, (chunk) => whole.update(chunk));
  if ((await reader.line(FORMAT.length)) !== FORMAT) return result(`it does not begin with ${FORMAT}`);
  const line = await reader.line(MAX_MANIFEST_BYTES);
  if (line === undefined) return result('its manifest does not end');
  if (nestsDeeper(line, MAX_DEPTH)) return result('its manifest is nested too deeply');
  try {
    manifest = JSON.parse(line);
  } catch {
    return result('its manifest is no JSON');
  }
  const parts = partsOf(manifest);
  if (parts === undefined) return result('its manifest is none of this format');

  for (const part of parts) {
    const hash = createHash('sha256');
    const chunks: Uint8Array[] = [];
    const wanted = keep(part);
    const read = await reader.take(part.bytes, (chunk) => {
      hash.update(chunk);
      if (wanted) chunks.push(chunk);
    });
    if (read !== part.bytes) return result(`it is cut off inside the part "${part.name}"`);
    const digest = hash.digest('hex');
    digests.set(part.name, digest);
    if (digest !== part.sha256) return result(`the part "${part.name}" is not the one of its digest`);
    if (wanted) kept.set(part.name, Buffer.concat(chunks));
  }
  if ((await reader.line(0)) !== '') return result('something else follows its last part');
  // Of what was read so far: the reader goes on to feed the hash with the last line.
  const digest = whole.copy().digest('hex');
  const trailer = await reader.line(71);
  if (trailer === undefined || !TRAILER.test(trailer)) return result('it does not end with its digest');
  if (trailer !== `sha256 ${digest}`) return result('it is not the file of its own digest');
  if (!(await reader.atEnd())) return result('something follows its end');
  return result(undefined);
}

/** Whether arrays and objects nest deeper than that: such JSON can be parsed, but whoever walks it runs out of stack. */
function nestsDeeper(json: string, most: number): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') inText = !inText;
    else if (inText && character === '\\') i++;
    else if (!inText && (character === '[' || character === '{')) depth++;
    else if (!inText && (character === ']' || character === '}')) depth--;
    if (depth > most) return true;
  }
  return false;
}

function changedMeanwhile({ name }: PartHead): TaoscopeError {
  return new TaoscopeError('internal', {
    failed: `the part "${name}" of a bundle changed while it was written`,
    todo: 'make the bundle again',
  });
}
