import { isTaoscopeError, TaoscopeError } from '../shared/index.ts';

/** What the statement was for: an error's words depend on who wrote it. */
export interface Occasion {
  /** Completes "the store cannot …", e.g. `insert into neurons`. */
  label: string;
  /** A person wrote the statement: its mistakes are theirs, not ours. */
  fromUser?: boolean;
}

// ClickHouse's error codes, src/Common/ErrorCodes.cpp. Texts change between versions, numbers do not.
const NOT_ENOUGH_SPACE = 243;
const TIMEOUT_EXCEEDED = 159;
const TOO_SLOW = 160;
const MEMORY_LIMIT_EXCEEDED = 241;
const AUTHENTICATION_FAILED = 516;
const WRITING = new Set([75, 76, 1001]); // cannot write to a descriptor, cannot open a file, a std::exception
const NETWORK = new Set([209, 210]); // socket timeout, network error
const BUSY = new Set([202, 242, 252, 319]); // too many queries, table read-only, too many parts, unknown insert status
const USER_MISTAKES = new Set([
  6, 27, 36, 38, 41, 42, 43, 44, 46, 47, 53, 60, 62, 69, 70, 72, 81, 153, 179, 184, 207, 215, 386, 395, 403,
  456,
]);
const LIMITS = new Set([158, 161, 167, 168, 191, 306, 307, 396]); // rows, columns, depth, size
const FORBIDDEN = new Set([164, 291, 452, 497]); // read-only, database access, setting constraint, access denied

const ENOSPC = 28;
const SQLITE_FULL = 13;

/** An error of `@clickhouse/client`, of chDB or of Node as one of ours, told apart by its number wherever it has one. */
export function storeFailure(error: unknown, occasion: Occasion): TaoscopeError {
  if (isTaoscopeError(error)) return error;
  const failed = `the store cannot ${occasion.label}`;
  const got = firstLine(error);
  const code = clickhouseCode(error);
  const options = { cause: error, ...(code === undefined ? {} : { fields: { clickhouseCode: code } }) };

  if (isDiskFull(error, code)) {
    return new TaoscopeError(
      'disk-full',
      {
        failed,
        got: 'there is no room left on the disk',
        todo: 'free some space, then start again; nothing stored is lost',
      },
      options,
    );
  }
  if (code === undefined) return withoutNumber(error, failed, got, options);
  if (code === TIMEOUT_EXCEEDED || code === TOO_SLOW) {
    const todo = occasion.fromUser ? 'ask for less: name a netuid and a range of blocks' : 'try again later';
    return new TaoscopeError('timeout', { failed, got, todo }, options);
  }
  if (NETWORK.has(code)) return new TaoscopeError('unreachable', { failed, got }, options);
  if (code === AUTHENTICATION_FAILED) {
    return new TaoscopeError(
      'store-failed',
      {
        failed,
        got: 'the server did not accept the name and password',
        todo: 'check store.username and its password',
      },
      options,
    );
  }
  if (BUSY.has(code))
    return new TaoscopeError('store-failed', { failed, got }, { ...options, retryable: true });
  if (occasion.fromUser) {
    if (code === MEMORY_LIMIT_EXCEEDED || LIMITS.has(code)) {
      return new TaoscopeError(
        'refused',
        { failed, got, todo: 'ask for less: name a netuid and a range of blocks' },
        options,
      );
    }
    if (FORBIDDEN.has(code))
      return new TaoscopeError('refused', { failed, got, expected: 'a statement that only reads' }, options);
    if (USER_MISTAKES.has(code))
      return new TaoscopeError('usage', { failed, got, todo: 'mend the statement' }, options);
  }
  return new TaoscopeError('store-failed', { failed, got }, options);
}

/** ClickHouse's number of an error, from its fields or from the `Code: N.` that every ClickHouse message opens with. */
export function clickhouseCode(error: unknown): number | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    if ('clickhouseCode' in at && typeof at.clickhouseCode === 'number') return at.clickhouseCode;
    if ('code' in at && typeof at.code === 'string' && /^\d+$/.test(at.code)) return Number(at.code);
    const match = /\bCode: (\d+)\. DB::/.exec(at.message);
    if (match !== null) return Number(match[1]);
  }
  return undefined;
}

function isDiskFull(error: unknown, code: number | undefined): boolean {
  if (code === NOT_ENOUGH_SPACE) return true;
  const message = error instanceof Error ? error.message : String(error);
  // The system's own number stands only in the text of these.
  if (code !== undefined && WRITING.has(code)) {
    return message.includes(`errno: ${ENOSPC},`) || message.includes('No space left on device');
  }
  if (sqliteCode(error) === SQLITE_FULL) return true;
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** The primary result code of an error of `node:sqlite` (the low byte of the extended one). */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return undefined;
  return error.errcode & 0xff;
}

function withoutNumber(
  error: unknown,
  failed: string,
  got: string,
  options: { cause: unknown },
): TaoscopeError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const name = error instanceof Error ? error.name : '';
  if (name === 'AbortError' || name === 'ChdbAbortError' || got.includes('user aborted')) {
    return new TaoscopeError('aborted', { failed }, options);
  }
  if (typeof code === 'string' && /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT)/.test(code)) {
    return new TaoscopeError(
      'unreachable',
      {
        failed,
        got: `the server does not answer (${code})`,
        todo: 'check that it runs and that store.url is right',
      },
      options,
    );
  }
  if (/^Timeout/i.test(got)) return new TaoscopeError('timeout', { failed, got }, options);
  return new TaoscopeError('store-failed', { failed, got }, options);
}

function firstLine(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  const plain = text
    .replace(/^(?:Code: \d+\. DB::\w+: )+/, '')
    .replace(/ \(version [^)]*\)/g, '')
    .trim();
  return plain.length > 500 ? `${plain.slice(0, 500)}…` : plain;
}
