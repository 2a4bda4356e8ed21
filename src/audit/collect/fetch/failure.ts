import { type ErrorOptions, TaoscopeError, toTaoscopeError } from '../../../shared/index.ts';

/** Failures name the host alone: paths and queries of publishers may carry keys. */
export type FailureCode =
  | 'not-found'
  | 'response-too-big'
  | 'timeout'
  | 'refused'
  | 'unreachable'
  | 'rpc-refused'
  | 'falsified';

export function fetchFailure(
  code: FailureCode,
  host: string,
  got: string,
  rest: { readonly expected?: string; readonly todo?: string } & ErrorOptions = {},
): TaoscopeError {
  const { expected, todo, fields, ...options } = rest;
  return new TaoscopeError(
    code,
    { failed: `cannot download from ${host}`, got, expected, todo },
    { ...options, fields: { host, ...fields } },
  );
}

/** What a connection, a resolver or a parser of node threw, as a failure of ours. */
export function connectionFailure(host: string, error: unknown): TaoscopeError {
  if (error instanceof TaoscopeError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT' || (error instanceof Error && error.name === 'AbortError'))
    return toTaoscopeError(error);
  if (code === 'HPE_HEADER_OVERFLOW')
    return fetchFailure('response-too-big', host, `headers of more than ${MAX_HEADER_BYTES} bytes`, {
      cause: error,
    });
  return fetchFailure('unreachable', host, describe(code, error), {
    expected: 'a whole answer over HTTP',
    todo: 'look at the network and at the publisher; it is tried again',
    cause: error,
  });
}

/** Longest head of an answer, bytes. */
export const MAX_HEADER_BYTES = 16_384;

function describe(code: string, error: unknown): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ENODATA':
      return `its name has no address (${code})`;
    case 'ECONNREFUSED':
      return 'the connection was refused';
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
    case 'EPIPE':
      return 'the connection was cut';
    default:
      // Texts of OpenSSL and of the HTTP parser: no URL is in them, and nothing that the other side chose.
      return code !== ''
        ? `the connection failed (${code})`
        : error instanceof Error
          ? error.name
          : 'no answer';
  }
}
