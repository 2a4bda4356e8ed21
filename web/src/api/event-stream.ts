/** One server-sent event. `data` is the text of its data lines. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** No honest event of ours is longer; a stream that sends more without an end is cut. */
const MAX_EVENT_CHARS = 1_000_000;

/**
 * Splits text chunks of a `text/event-stream` into events (WHATWG HTML, 9.2.6: lines end with CR, LF or both; an empty
 * line dispatches; a line that starts with a colon is a comment). `id` and `retry` are not used here.
 */
export function createEventParser(): (chunk: string) => ServerEvent[] {
  let buffer = '';
  let event = '';
  let data: string[] = [];
  let size = 0;

  return (chunk) => {
    buffer += chunk;
    const events: ServerEvent[] = [];
    for (;;) {
      const end = buffer.search(/[\r\n]/);
      // A CR at the very end may be half of CRLF: wait for the next chunk.
      if (end === -1 || (buffer[end] === '\r' && end === buffer.length - 1)) break;
      const line = buffer.slice(0, end);
      buffer = buffer.slice(buffer.startsWith('\r\n', end) ? end + 2 : end + 1);
      if (line === '') {
        if (data.length > 0) events.push({ event: event === '' ? 'message' : event, data: data.join('\n') });
        event = '';
        data = [];
        size = 0;
        continue;
      }
      size += line.length;
      const colon = line.indexOf(':');
      const name = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (name === 'event') event = value;
      else if (name === 'data') data.push(value);
    }
    if (size + buffer.length > MAX_EVENT_CHARS) throw new Error('an event of the live stream does not end');
    return events;
  };
}

/** The events of an open response, until it ends or is aborted. `onChunk` hears every sign of life, comments included. */
export async function* readEvents(
  response: Response,
  onChunk: () => void = () => {},
): AsyncGenerator<ServerEvent> {
  if (response.body === null) return;
  const parse = createEventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onChunk();
      yield* parse(value);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
