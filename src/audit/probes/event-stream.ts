/** What a server-sent stream held, piece by piece. */
export type StreamPiece =
  /** The data of one event: its `data:` lines joined by LF. */
  | { readonly type: 'data'; readonly data: string }
  /** An event whose data went beyond the bound; its text is gone, the stream goes on behind it. */
  | { readonly type: 'too-large'; readonly bytes: number };

/** Reads a server-sent stream that arrives in any pieces. */
export interface EventStreamReader {
  /** The events that these bytes complete. */
  push(bytes: Uint8Array): StreamPiece[];
  /** The stream has ended: an event without its blank line is not one (it may be cut short), and is told as `cut`. */
  end(): { readonly cut: boolean };
}

/** One image is one line of base64. */
const MAX_EVENT_BYTES = 64 * 2 ** 20;

const LF = 10;
const CR = 13;

/**
 * Reads `text/event-stream` (WHATWG HTML, "Interpreting an event stream"): lines end in LF, CR or CRLF, wherever the bytes are split;
 * comments and fields other than `data` are passed over. Never throws; memory is bounded by `maxEventBytes` of undecoded line and data.
 */
export function createEventStreamReader(maxEventBytes: number = MAX_EVENT_BYTES): EventStreamReader {
  // Pieces of a line that has not ended. Joined once, when it ends: a long line in a thousand pieces costs no thousand copies.
  let line: Uint8Array[] = [];
  let lineBytes = 0;
  let data: string[] = [];
  let dataBytes = 0;
  /** Bytes of the event so far when it is beyond the bound; else 0. */
  let overflow = 0;
  let afterCr = false;
  let first = true;

  function take(piece: Uint8Array): void {
    if (piece.length === 0) return;
    lineBytes += piece.length;
    if (overflow > 0 || lineBytes + dataBytes > maxEventBytes) {
      overflow = lineBytes + dataBytes;
      line = [];
      data = [];
    } else line.push(piece);
  }

  function endLine(): StreamPiece | undefined {
    const length = lineBytes;
    lineBytes = 0;
    if (overflow > 0) {
      if (length > 0) {
        dataBytes += length;
        return undefined;
      }
      const bytes = overflow;
      overflow = 0;
      dataBytes = 0;
      return { type: 'too-large', bytes };
    }
    if (length === 0) {
      if (data.length === 0) return undefined;
      const event = data.join('\n');
      data = [];
      dataBytes = 0;
      return { type: 'data', data: event };
    }
    let text = Buffer.concat(line).toString('utf8');
    line = [];
    if (first && text.startsWith('\uFEFF')) text = text.slice(1);
    first = false;
    const colon = text.indexOf(':');
    const field = colon === -1 ? text : text.slice(0, colon);
    if (field === 'data') {
      const value = colon === -1 ? '' : text.slice(colon + 1);
      data.push(value.startsWith(' ') ? value.slice(1) : value);
      dataBytes += length;
    }
    return undefined;
  }

  return {
    push(bytes) {
      const pieces: StreamPiece[] = [];
      let from = 0;
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at];
        if (afterCr) {
          afterCr = false;
          if (byte === LF) {
            from = at + 1;
            continue;
          }
        }
        if (byte !== LF && byte !== CR) continue;
        take(bytes.subarray(from, at));
        from = at + 1;
        afterCr = byte === CR;
        const piece = endLine();
        if (piece !== undefined) pieces.push(piece);
      }
      // A copy: the caller may use its buffer again.
      take(bytes.slice(from));
      return pieces;
    },
    end() {
      return { cut: lineBytes > 0 || data.length > 0 || overflow > 0 };
    },
  };
}
