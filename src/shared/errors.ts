/** Who has to act so that the failed thing can work. */
export type Fault = 'user' | 'peer' | 'machine' | 'us';

/**
 * Every code that Taoscope's errors carry. Callers switch on the code, never on the text.
 *
 * - `usage`            the command line, the configuration or a request is wrong
 * - `not-found`        the chain or the store has no such thing (a netuid, a block, a hotkey)
 * - `unreachable`      no endpoint answers
 * - `wrong-chain`      an endpoint serves another chain than the one expected
 * - `state-pruned`     the node no longer has the state of that block
 * - `response-too-big` the node or our own bound refused an answer for its size
 * - `rpc-refused`      the node answered with an error that is none of the above
 * - `falsified`        an answer contradicts itself or another answer: it is not believed
 * - `undecodable`      bytes do not fit the metadata of their runtime
 * - `unsupported`      the runtime at that block does not offer what is asked
 * - `store-owned`      another process owns the embedded store
 * - `store-foreign`    the data folder was made by something else, or by a newer Taoscope
 * - `store-too-old`    the ClickHouse server cannot hold the schema
 * - `store-failed`     the store refused a statement
 * - `disk-full`        there is no room left to write
 * - `refused`          a rule of safety forbids it (an unbounded query, an open bind without token)
 * - `timeout`          it took longer than it may
 * - `aborted`          somebody asked for it to stop
 * - `internal`         a defect of Taoscope
 */
export type ErrorCode =
  | 'usage'
  | 'not-found'
  | 'unreachable'
  | 'wrong-chain'
  | 'state-pruned'
  | 'response-too-big'
  | 'rpc-refused'
  | 'falsified'
  | 'undecodable'
  | 'unsupported'
  | 'store-owned'
  | 'store-foreign'
  | 'store-too-old'
  | 'store-failed'
  | 'disk-full'
  | 'refused'
  | 'timeout'
  | 'aborted'
  | 'internal';

const CLASSES: Record<ErrorCode, { fault: Fault; retryable: boolean }> = {
  usage: { fault: 'user', retryable: false },
  'not-found': { fault: 'user', retryable: false },
  unreachable: { fault: 'peer', retryable: true },
  'wrong-chain': { fault: 'user', retryable: false },
  'state-pruned': { fault: 'peer', retryable: false },
  'response-too-big': { fault: 'peer', retryable: false },
  'rpc-refused': { fault: 'peer', retryable: false },
  falsified: { fault: 'peer', retryable: true },
  undecodable: { fault: 'peer', retryable: false },
  unsupported: { fault: 'user', retryable: false },
  'store-owned': { fault: 'user', retryable: true },
  'store-foreign': { fault: 'user', retryable: false },
  'store-too-old': { fault: 'user', retryable: false },
  'store-failed': { fault: 'machine', retryable: false },
  'disk-full': { fault: 'machine', retryable: true },
  refused: { fault: 'user', retryable: false },
  timeout: { fault: 'peer', retryable: true },
  aborted: { fault: 'user', retryable: false },
  internal: { fault: 'us', retryable: false },
};

/** The four parts of a message. `failed` is required; the others where they are known. */
export interface ErrorParts {
  /** What failed, as a clause: "cannot read the metagraph of netuid 64 at block 100". */
  failed: string;
  /** What we got. */
  got?: string | undefined;
  /** What was expected; the choices, if there are few. */
  expected?: string | undefined;
  /** What to do now. */
  todo?: string | undefined;
}

export interface ErrorOptions {
  cause?: unknown;
  /** Structured fields for logs and API answers. Never a secret, never a URL with a key. */
  fields?: Readonly<Record<string, string | number | boolean>>;
  /** Overrides the class's answer where the occasion knows better. */
  retryable?: boolean;
}

/** The one error of Taoscope: a code, a message in four parts, whose fault it is and whether a retry may help. */
export class TaoscopeError extends Error {
  readonly code: ErrorCode;
  readonly parts: ErrorParts;
  readonly fault: Fault;
  readonly retryable: boolean;
  readonly fields: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, parts: ErrorParts, options: ErrorOptions = {}) {
    super(formatParts(parts), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TaoscopeError';
    this.code = code;
    this.parts = parts;
    this.fault = CLASSES[code].fault;
    this.retryable = options.retryable ?? CLASSES[code].retryable;
    this.fields = options.fields ?? {};
  }
}

function formatParts({ failed, got, expected, todo }: ErrorParts): string {
  const lines = [failed];
  if (got !== undefined) lines.push(`  got:      ${got}`);
  if (expected !== undefined) lines.push(`  expected: ${expected}`);
  if (todo !== undefined) lines.push(`  to do:    ${todo}`);
  return lines.join('\n');
}

/** `true` for a {@link TaoscopeError}, of the given code if one is given. */
export function isTaoscopeError(error: unknown, code?: ErrorCode): error is TaoscopeError {
  return error instanceof TaoscopeError && (code === undefined || error.code === code);
}

/** Any thrown value as a {@link TaoscopeError}; what is not one becomes `aborted`, `disk-full` or `internal`. */
export function toTaoscopeError(error: unknown): TaoscopeError {
  if (error instanceof TaoscopeError) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new TaoscopeError('aborted', { failed: 'stopped before it was done' }, { cause: error });
  }
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return new TaoscopeError(
      'disk-full',
      {
        failed: 'there is no room left on the disk',
        got: error.message,
        todo: 'free some space, then start again; nothing stored is lost',
      },
      { cause: error },
    );
  }
  const text = error instanceof Error ? error.message : String(error);
  return new TaoscopeError(
    'internal',
    {
      failed: `a defect in Taoscope: ${text}`,
      todo: 'run it again with LOG_LEVEL=debug and report what it prints',
    },
    { cause: error },
  );
}

/**
 * The exit code of a command that ends with this error: 2 for usage and configuration, 75 (EX_TEMPFAIL) where
 * trying again later may help, else 1.
 */
export function exitCodeOf(error: TaoscopeError): 1 | 2 | 75 {
  if (error.retryable) return 75;
  switch (error.code) {
    case 'usage':
    case 'wrong-chain':
    case 'store-foreign':
    case 'store-too-old':
    case 'refused':
      return 2;
    default:
      return 1;
  }
}
