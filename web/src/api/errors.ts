import type { ErrorBody } from './types.ts';

/** The four parts of a message: what failed, what was got, what was expected, what to do. */
export type ErrorParts = Omit<ErrorBody['error'], 'code'>;

/** An answer that is not the one asked for. `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly parts: ErrorParts;

  constructor(status: number, code: string, parts: ErrorParts) {
    super(parts.failed);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.parts = parts;
  }

  /** Nothing answered, or a proxy or the server asks to come back later. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

/** The error of a body that should be an {@link ErrorBody}; another shape (a proxy's page, say) is named as such. */
export function errorOfAnswer(status: number, body: unknown): ApiError {
  const error = field(body, 'error');
  const failed = field(error, 'failed');
  if (typeof failed !== 'string') {
    return new ApiError(status, 'unreachable', {
      failed: 'the answer did not come from Taoscope',
      got: `HTTP status ${status} without an error of ours`,
      todo: 'look at the proxy between this browser and the server',
    });
  }
  const code = field(error, 'code');
  const parts: ErrorParts = { failed };
  for (const name of ['got', 'expected', 'todo'] as const) {
    const part = field(error, name);
    if (typeof part === 'string') parts[name] = part;
  }
  return new ApiError(status, typeof code === 'string' ? code : 'internal', parts);
}

/** Any thrown value as an {@link ApiError}, for showing. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(-1, 'internal', {
    failed: `a defect in this page: ${error instanceof Error ? error.message : String(error)}`,
    todo: 'reload the page; if it happens again, report it with the address of the page',
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
