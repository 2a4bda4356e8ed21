import { type ErrorCode, TaoscopeError } from '../../shared/index.ts';
import { type Next, RpcFailure } from './failure.ts';

/** Whom and what a failure is about. `host` is all that is shown of an address; `redact` hides keys in foreign text. */
export interface Asked {
  readonly host: string;
  readonly method: string;
  redact(text: string): string;
}

interface Row {
  readonly codes?: readonly number[];
  readonly text?: RegExp;
  readonly code: ErrorCode;
  readonly next: Next;
  readonly retryable?: boolean;
  readonly todo?: string;
}

/**
 * What a JSON-RPC error means; the first row whose code or text fits decides.
 * Codes: JSON-RPC 2.0 section 5.1; jsonrpsee `types/src/error.rs` (-32000 … -32011, -327xx before 0.21);
 * polkadot-sdk `client/rpc-api` (1010 … 1019 author, 4003 state); texts: reference section 1.2.
 */
const ANSWER_TABLE: readonly Row[] = [
  {
    text: /State already discarded/i,
    code: 'state-pruned',
    next: 'elsewhere',
    todo: 'name an archive node (--archive, or chain.archive in the configuration)',
  },
  { codes: [-32702, -32008], text: /response is too big/i, code: 'response-too-big', next: 'elsewhere' },
  { text: /exported method .* is not found|function .* not found/i, code: 'unsupported', next: 'give-up' },
  {
    text: /unknown ?block|header (was )?not found|unable to find block|block .*not found|expect block/i,
    code: 'not-found',
    next: 'elsewhere',
  },
  {
    codes: [-32601],
    text: /method not found|is unsafe to be called/i,
    code: 'unsupported',
    next: 'elsewhere',
  },
  {
    text: /rate.?limit|too many requests|limit exceeded/i,
    codes: [-32999, -32029],
    code: 'rpc-refused',
    next: 'later',
    retryable: true,
  },
  {
    codes: [-32009, -32006],
    text: /server is (too )?busy/i,
    code: 'rpc-refused',
    next: 'later',
    retryable: true,
  },
  // Our JSON is sound, so a parse error was made on the way.
  { codes: [-32700], code: 'rpc-refused', next: 'later', retryable: true },
  // Invalid request or parameters, an invalid or banned transaction, a trapped runtime call: the same everywhere.
  { codes: [-32600, -32602], code: 'rpc-refused', next: 'give-up' },
  {
    codes: [1010, 1011, 1012, 1013, 1014, 1015, 1016, 1017, 1018, 1019],
    code: 'rpc-refused',
    next: 'give-up',
  },
  { text: /execution (failed|aborted)|wasm trap/i, code: 'rpc-refused', next: 'give-up' },
];

/** Also the internal errors (-32603, -32000): a node says so of what it will never answer, so waiting for it would only delay. */
const ANY_OTHER: Row = { code: 'rpc-refused', next: 'elsewhere' };

/** A JSON-RPC error as it came: nothing in it is sure. */
export interface AnswerError {
  readonly code: number | undefined;
  readonly text: string;
}

/** The failure for a JSON-RPC error. */
export function failureOfAnswer(answer: AnswerError, asked: Asked): RpcFailure {
  const row = ANSWER_TABLE.find((candidate) => fits(candidate, answer)) ?? ANY_OTHER;
  const code = answer.code === undefined ? '' : ` (code ${answer.code})`;
  const error = new TaoscopeError(
    row.code,
    {
      failed: `${asked.host} refuses ${asked.method}`,
      got: `${shownText(answer.text, asked)}${code}`,
      ...(row.todo === undefined ? {} : { todo: row.todo }),
    },
    { fields: fieldsOf(asked), ...(row.retryable === undefined ? {} : { retryable: row.retryable }) },
  );
  return new RpcFailure(error, row.next);
}

/** `true` when an error speaks of the batch, not of a request in it: batches refused, or this one too large. */
export function isBatchRefusal({ code, text }: AnswerError): 'unsupported' | 'too-large' | false {
  if (
    code === -32010 ||
    code === -32011 ||
    /batch (request|response)? ?(was |is )?too (large|big)/i.test(text)
  ) {
    return 'too-large';
  }
  return code === -32005 || code === -32600 || code === -32700 || /batch/i.test(text) ? 'unsupported' : false;
}

/** The failure for an HTTP status other than 2xx, of a post or of a WebSocket's handshake. */
export function failureOfStatus(
  status: number,
  retryAfter: string | null | undefined,
  asked: Asked,
  neverSent = false,
): RpcFailure {
  const limited = status === 429 || status === 503;
  const refused = status === 401 || status === 402 || status === 403 || status === 404 || status === 405;
  const error = new TaoscopeError(
    status === 429 || refused ? 'rpc-refused' : 'unreachable',
    {
      failed: `${asked.host} refuses ${asked.method}`,
      got: `HTTP status ${status}`,
      expected: 'HTTP status 200, or 101 for a WebSocket',
      todo: todoOfStatus(status, refused),
    },
    { fields: { ...fieldsOf(asked), status }, retryable: !refused },
  );
  if (refused) return new RpcFailure(error, 'elsewhere', { neverSent });
  return new RpcFailure(error, 'later', {
    neverSent,
    ...(limited ? { waitMs: parseRetryAfter(retryAfter) } : {}),
  });
}

/** The failure for a connection that could not be opened or was lost. */
export function failureOfConnection(reason: unknown, asked: Asked, neverSent: boolean): RpcFailure {
  const error = new TaoscopeError(
    'unreachable',
    {
      failed: `${asked.host} does not answer ${asked.method}`,
      got: shownText(reasonOf(reason), asked),
      todo: 'check the address and that the node runs, then try again',
    },
    { fields: fieldsOf(asked) },
  );
  return new RpcFailure(error, 'later', { neverSent });
}

/** The failure for an answer that did not come in time. */
export function failureOfTimeout(timeoutMs: number, asked: Asked): RpcFailure {
  const error = new TaoscopeError(
    'timeout',
    {
      failed: `${asked.host} does not answer ${asked.method}`,
      got: 'no answer in time',
      expected: `an answer within ${timeoutMs} ms`,
      todo: 'try again, or name another endpoint',
    },
    { fields: fieldsOf(asked) },
  );
  return new RpcFailure(error, 'later');
}

/** The failure for an answer beyond our own bound. */
export function failureOfSize(
  maxBytes: number,
  asked: Asked,
  next: 'give-up' | 'alone' = 'give-up',
): RpcFailure {
  const error = new TaoscopeError(
    'response-too-big',
    {
      failed: `the answer of ${asked.host} to ${asked.method} is too big`,
      got: `more than ${maxBytes} bytes`,
      expected: `at most ${maxBytes} bytes`,
      todo: 'ask for less at once, or raise chain.maxResponseMegabytes',
    },
    { fields: fieldsOf(asked) },
  );
  return new RpcFailure(error, next);
}

/** The failure for a request whose connection we closed ourselves. */
export function failureOfClosing(asked: Asked): RpcFailure {
  const error = new TaoscopeError('aborted', {
    failed: `${asked.method} was stopped: the connection to ${asked.host} is closed`,
  });
  return new RpcFailure(error, 'give-up');
}

/** `Retry-After` in ms: seconds or an HTTP date (RFC 9110, 10.2.3); at most one minute, one second where it says nothing. */
export function parseRetryAfter(text: string | null | undefined, nowMs = Date.now()): number {
  const seconds = /^\d{1,9}$/.test(text ?? '') ? Number(text) : (Date.parse(text ?? '') - nowMs) / 1000;
  if (!Number.isFinite(seconds)) return 1_000;
  return Math.min(60_000, Math.max(0, seconds * 1000));
}

function fits(row: Row, { code, text }: AnswerError): boolean {
  return (code !== undefined && row.codes?.includes(code) === true) || row.text?.test(text) === true;
}

function fieldsOf({ host, method }: Asked): { host: string; method: string } {
  return { host, method };
}

/** Foreign text for a message: one line, short, without control characters and without our keys. */
function shownText(text: string, asked: Asked): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const line = asked.redact(text.slice(0, 4096)).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function reasonOf(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  // `fetch failed` says nothing; its cause (ECONNREFUSED, a certificate) does. Several addresses give an AggregateError.
  const inner = reason instanceof AggregateError ? reason.errors[0] : reason.cause;
  return inner instanceof Error ? reasonOf(inner) : reason.message;
}

function todoOfStatus(status: number, refused: boolean): string {
  if (status === 429) return 'wait, or use an endpoint with a higher limit';
  return refused
    ? 'check the address, and the key if the endpoint needs one'
    : 'try again later, or name another endpoint';
}
