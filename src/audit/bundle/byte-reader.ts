/** Reads a stream of chunks by lines and counts, holding no more than a line and a chunk. */
export interface ByteReader {
  /** The next line without its line feed, UTF-8; `undefined` when none ends within `max` bytes, or its bytes are no UTF-8. */
  line(max: number): Promise<string | undefined>;
  /** Hands on the next `count` bytes; answers how many there were. */
  take(count: number, use: (chunk: Uint8Array) => void): Promise<number>;
  /** Whether there is nothing left. */
  atEnd(): Promise<boolean>;
}

const LINE_FEED = 10;

/** `passed` sees every byte when it has been read, in order. */
export function createByteReader(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  passed: (chunk: Uint8Array) => void,
): ByteReader {
  const chunks = chunksOf(source);
  let rest: Uint8Array = new Uint8Array();

  /** At least one byte in `rest`, unless the stream has ended. */
  const fill = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next = await chunks.next();
      if (next.done === true) return false;
      rest = next.value;
    }
    return true;
  };
  const pull = (count: number): Uint8Array => {
    const chunk = rest.subarray(0, count);
    rest = rest.subarray(chunk.length);
    passed(chunk);
    return chunk;
  };

  return {
    async line(max) {
      const parts: Uint8Array[] = [];
      let length = 0;
      while (await fill()) {
        const end = rest.indexOf(LINE_FEED);
        const count = end === -1 ? rest.length : end;
        length += count;
        if (length > max) return undefined;
        parts.push(pull(count));
        if (end === -1) continue;
        pull(1);
        return textOf(Buffer.concat(parts));
      }
      return undefined;
    },
    async take(count, use) {
      let left = count;
      while (left > 0 && (await fill())) {
        const chunk = pull(left);
        left -= chunk.length;
        use(chunk);
      }
      return count - left;
    },
    async atEnd() {
      return !(await fill());
    },
  };
}

async function* chunksOf(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield* source;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
