import { ApiError, errorOfAnswer } from './errors.ts';
import { demandToken, readToken } from './token.ts';

const BASE = '/api/v1';

export interface RequestOptions {
  /** Sent as JSON; its presence makes the request a POST. */
  body?: unknown;
  method?: 'GET' | 'POST';
  signal?: AbortSignal | undefined;
}

/** A JSON answer of the API. Throws {@link ApiError}; a 401 also makes the page ask for the token. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options, 'application/json');
  const body: unknown = await response.json().catch(() => undefined);
  if (body === undefined) throw errorOfAnswer(response.status, body);
  return body as T;
}

/** The answer itself, for streams and downloads; already checked to be a success. */
export async function send(path: string, options: RequestOptions, accept: string): Promise<Response> {
  const token = readToken();
  const headers: Record<string, string> = { accept };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const init: RequestInit = {
    headers,
    method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
  };
  if (options.signal !== undefined) init.signal = options.signal;
  if (options.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(apiUrl(path), init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, 'unreachable', {
      failed: 'the Taoscope server does not answer',
      got: 'no connection',
      expected: 'a running server at the address of this page',
      todo: 'check that `taoscope up` is running; this page tries again by itself',
    });
  }
  if (response.ok) return response;
  if (response.status === 401) demandToken();
  throw errorOfAnswer(response.status, await response.json().catch(() => undefined));
}

/** The address of an API path, for links. */
export function apiUrl(path: string): string {
  return `${BASE}${path}`;
}

/** `?a=1&b=2` of the values that are there. */
export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Saves an answer as a file. A plain link cannot carry the token, so the bytes come through fetch. */
export async function download(path: string, fileName: string): Promise<void> {
  const response = await send(path, {}, '*/*');
  saveAs(await response.blob(), fileName);
}

/** Hands bytes to the browser's download. */
export function saveAs(content: Blob, fileName: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has begun by then; a URL kept for ever would keep the bytes too.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
