import { pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { abortedError } from '../../../shared/index.ts';
import type { Answer } from './exchange.ts';
import { connectionFailure, fetchFailure } from './failure.ts';
import type { Watch } from './watch.ts';

export interface BodyBounds {
  readonly host: string;
  /** Most bytes of this body, decoded. */
  readonly maxBytes: number;
  /** Whether a body in gzip, deflate or br is decoded; else it is refused. */
  readonly decode: boolean;
}

/**
 * Reports and tables of text pack 5 to 40 times. What unpacks to more than this is made to fill memory, not to inform.
 * Short bodies may repeat themselves more.
 */
const MAX_RATIO = 200;
const RATIO_FREE_BYTES = 1_048_576;

/**
 * The body of an answer, piece by piece, decoded. Each bound is checked before a piece is handed on. Throws `response-too-big`, `refused` (a
 * coding we do not take), `timeout` and `aborted` (by the watch), `unreachable` (cut, or an end that cannot be told from a cut).
 */
export async function* readBody(answer: Answer, bounds: BodyBounds, watch: Watch): AsyncGenerator<Buffer> {
  const { host, maxBytes } = bounds;
  const { 'content-encoding': coding = 'identity', 'content-length': declared } = answer.headers;
  const decoder = decoderOf(coding, bounds);
  if (declared !== undefined && Number(declared) > maxBytes)
    throw tooBig(host, `${declared} bytes`, maxBytes);
  if (declared === undefined && answer.headers['transfer-encoding'] === undefined)
    throw fetchFailure('unreachable', host, 'a body that ends with the connection', {
      expected: 'Content-Length or chunks: else a cut body looks whole',
    });

  const wire = { bytes: 0 };
  const pieces =
    decoder === undefined
      ? fromWire(answer, bounds, watch, wire)
      : pipeline(fromWire(answer, bounds, watch, wire), decoder, () => {});
  let bytes = 0;
  try {
    for await (const piece of pieces as AsyncIterable<Buffer>) {
      bytes += piece.byteLength;
      if (bytes > maxBytes) throw tooBig(host, `more than ${maxBytes} bytes`, maxBytes);
      if (decoder !== undefined && bytes > RATIO_FREE_BYTES + MAX_RATIO * wire.bytes)
        throw tooBig(host, `a body packed more than ${MAX_RATIO} times`, maxBytes);
      yield piece;
    }
  } catch (error) {
    throw watch.signal.aborted ? abortedError(watch.signal) : connectionFailure(host, error);
  }
}

async function* fromWire(
  answer: Answer,
  { host, maxBytes }: BodyBounds,
  watch: Watch,
  wire: { bytes: number },
): AsyncGenerator<Buffer> {
  watch.waiting(true);
  for await (const piece of answer.pieces) {
    watch.waiting(false);
    watch.received(piece.byteLength);
    wire.bytes += piece.byteLength;
    if (wire.bytes > maxBytes) throw tooBig(host, `more than ${maxBytes} bytes`, maxBytes);
    yield piece;
    watch.waiting(true);
  }
  watch.waiting(false);
  if (!answer.complete) throw fetchFailure('unreachable', host, 'a body that was cut');
}

function decoderOf(coding: string, { host, decode }: BodyBounds): Transform | undefined {
  const name = coding.trim().toLowerCase();
  if (name === 'identity' || name === '') return undefined;
  if (decode && (name === 'gzip' || name === 'x-gzip')) return createGunzip();
  if (decode && name === 'deflate') return createInflate();
  if (decode && name === 'br') return createBrotliDecompress();
  throw fetchFailure('refused', host, `a body coded as ${name.slice(0, 40)}`, {
    expected: decode ? 'identity, gzip, deflate or br' : 'a body as it is',
  });
}

function tooBig(host: string, got: string, maxBytes: number) {
  return fetchFailure('response-too-big', host, got, {
    expected: `at most ${maxBytes} bytes`,
    todo: 'raise the bound in the configuration if the publisher is right',
  });
}
