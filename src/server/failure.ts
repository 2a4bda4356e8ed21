import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, TaoscopeError, toTaoscopeError } from '../shared/index.ts';
import type { ErrorBody } from './schemas.ts';

const STATUS: Record<ErrorCode, ContentfulStatusCode> = {
  usage: 400,
  refused: 400,
  'not-found': 404,
  unsupported: 409,
  'state-pruned': 410,
  'response-too-big': 502,
  'rpc-refused': 502,
  falsified: 502,
  undecodable: 502,
  'wrong-chain': 502,
  unreachable: 503,
  'store-owned': 503,
  'store-foreign': 500,
  'store-too-old': 500,
  'store-failed': 500,
  'disk-full': 507,
  timeout: 504,
  aborted: 503,
  internal: 500,
};

/** What was thrown, as an error in four parts; a body that is not what its type says is the client's mistake. */
export function errorOf(caught: unknown): TaoscopeError {
  if (!(caught instanceof HTTPException) || caught.status >= 500) return toTaoscopeError(caught);
  const parts = { failed: 'the request cannot be read', got: caught.message };
  return new TaoscopeError('usage', parts, { cause: caught });
}

/** The status and body that tell a client of an error. What is a defect of ours is told without its inside. */
export function failureOf(caught: unknown): { status: ContentfulStatusCode; body: ErrorBody } {
  const error = errorOf(caught);
  const { failed, got, expected, todo }: TaoscopeError['parts'] =
    error.code === 'internal' ? { failed: 'a defect in Taoscope', todo: 'see its log' } : error.parts;
  return {
    // What passes by itself is not the client's mistake.
    status: error.code === 'refused' && error.retryable ? 503 : STATUS[error.code],
    body: {
      error: {
        code: error.code,
        failed,
        ...(got === undefined ? {} : { got }),
        ...(expected === undefined ? {} : { expected }),
        ...(todo === undefined ? {} : { todo }),
        ...(error.retryable ? { retryable: true } : {}),
      },
    },
  };
}

/** The error that a body of {@link failureOf} tells of, on the client's side. */
export function errorOfBody(body: ErrorBody): TaoscopeError {
  const { code, retryable, ...parts } = body.error;
  const options = retryable === undefined ? {} : { retryable };
  return new TaoscopeError(code in STATUS ? (code as ErrorCode) : 'internal', parts, options);
}
