import { mediaTypeOf } from '../../probes/media-type.ts';
import type { ProbeOutput } from '../../probes/types.ts';
import type { TraceResult } from './trace.ts';

/** Gathers what a request gave. */
export interface OutputReader {
  /** Takes a piece of the answer; answers the text that it adds, for showing it as it comes. */
  take(result: TraceResult): string;
  /** `undefined` when nothing came. */
  output(): ProbeOutput | undefined;
}

/** Most of an output that is kept. */
export const MAX_OUTPUT_BYTES = 4 * 2 ** 20;

/**
 * Reads results of the trace stream: inner server-sent lines of a streamed answer (chat and completion deltas), or an object
 * `{content_type, json | bytes | text}`. Never throws; what is of no known shape is passed over.
 */
export function createOutputReader(maxBytes: number = MAX_OUTPUT_BYTES): OutputReader {
  let text = '';
  let textBytes = 0;
  let cut = false;
  let whole: ProbeOutput | undefined;
  /** An inner line may come in several results. */
  let rest = '';

  function add(piece: string): string {
    if (piece === '' || cut) return '';
    const bytes = Buffer.byteLength(piece);
    if (textBytes + bytes > maxBytes) {
      cut = true;
      return '';
    }
    text += piece;
    textBytes += bytes;
    return piece;
  }

  function innerLines(chunk: string): string {
    const lines = (rest + chunk).split(/\r\n|\n|\r/);
    // A result is one line, with or without its end; without one it is whole all the same when it parses.
    rest = lines.pop() ?? '';
    if (rest.length > maxBytes) rest = '';
    let added = '';
    for (const line of lines) added += add(deltaOf(line) ?? '');
    const last = deltaOf(rest);
    if (last !== undefined) {
      added += add(last);
      rest = '';
    }
    return added;
  }

  return {
    take(result) {
      if (result.type === 'line') return innerLines(result.text);
      whole ??= readWhole(result.value, maxBytes);
      if (whole?.mediaType.startsWith('text/') && text === '')
        return Buffer.from(whole.bytes).toString('utf8');
      return '';
    },
    output() {
      if (whole !== undefined) return whole;
      if (text === '') return undefined;
      return { mediaType: 'text/plain', bytes: Buffer.from(text), cut };
    },
  };
}

/** The text that one inner line adds; `''` for a line without text, `undefined` for one that is not whole. */
function deltaOf(line: string): string | undefined {
  if (line === '' || line.startsWith(':')) return '';
  const data = /^data: ?([\s\S]*)$/.exec(line)?.[1];
  if (data === undefined) return /^(event|id|retry):/.test(line) ? '' : undefined;
  if (data === '[DONE]') return '';
  try {
    const value = JSON.parse(data) as { choices?: { delta?: { content?: unknown }; text?: unknown }[] };
    const choice = value?.choices?.[0];
    const piece = choice?.delta?.content ?? choice?.text;
    return typeof piece === 'string' ? piece : '';
  } catch {
    return undefined;
  }
}

function readWhole(value: Readonly<Record<string, unknown>>, maxBytes: number): ProbeOutput | undefined {
  const { content_type: contentType, json, bytes, text } = value;
  if (typeof bytes === 'string') {
    const wanted = Math.ceil(maxBytes / 3) * 4;
    const decoded = Buffer.from(bytes.slice(0, wanted), 'base64');
    return { mediaType: mediaTypeOf(decoded), bytes: decoded, cut: bytes.length > wanted };
  }
  const body = typeof text === 'string' ? text : json === undefined ? undefined : JSON.stringify(json);
  if (body === undefined) return undefined;
  const encoded = Buffer.from(body);
  const mediaType = json === undefined || typeof contentType !== 'string' ? 'text/plain' : 'application/json';
  return { mediaType, bytes: encoded.subarray(0, maxBytes), cut: encoded.length > maxBytes };
}
