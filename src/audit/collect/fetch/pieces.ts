import type { Readable } from 'node:stream';

// What waits here before the sender is told to pause.
const MAX_WAITING_BYTES = 262_144;

/**
 * The pieces of a stream, collected from this call on and each handed on as soon as it arrived. The stream's own iterator drops what it holds when the connection is cut; here what
 * arrived is handed on first, so that a continued download makes progress however short the connection lives.
 */
export function arrivedPieces(stream: Readable): AsyncGenerator<Buffer> {
  const pieces: Buffer[] = [];
  let waitingBytes = 0;
  let outcome: { readonly error?: unknown } | undefined;
  let wake = () => {};

  stream.on('data', (piece: Buffer) => {
    pieces.push(piece);
    waitingBytes += piece.byteLength;
    if (waitingBytes > MAX_WAITING_BYTES) stream.pause();
    wake();
  });
  stream.once('end', () => settle({}));
  stream.once('error', (error) => settle({ error }));
  stream.once('close', () => settle({}));
  function settle(how: { readonly error?: unknown }): void {
    outcome ??= how;
    wake();
  }

  async function* handOn(): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = pieces.shift();
      if (piece !== undefined) {
        waitingBytes -= piece.byteLength;
        yield piece;
      } else if (outcome === undefined) {
        stream.resume();
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      } else if (outcome.error !== undefined) throw outcome.error;
      else return;
    }
  }
  return handOn();
}
