import { openConfiguredStore } from '../app.ts';
import { ErrorBody, errorOfBody } from '../server/index.ts';
import { isTaoscopeError, TaoscopeError, throwIfAborted } from '../shared/index.ts';
import type { OpenedStore } from '../store/index.ts';
import type { Context } from './context.ts';

/** Asks a running server's API. */
export interface Served {
  readonly url: string;
  json<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>;
  bytes(path: string): Promise<AsyncIterable<Uint8Array>>;
}

/** The store itself, or, where another process owns it, the server that this process runs. */
export async function openOrServed(context: Context): Promise<{ store: OpenedStore } | { served: Served }> {
  try {
    return { store: await openConfiguredStore(context.config, context.logger, context.effects.signal) };
  } catch (error) {
    const url = isTaoscopeError(error, 'store-owned') ? error.fields.url : undefined;
    if (typeof url !== 'string') throw error;
    return { served: connectServed(url, context) };
  }
}

/** Asks the server at a URL. */
export function connectServed(url: string, { config, effects }: Context): Served {
  const token = config.secrets.serverToken;
  const noAnswer = (cause: unknown): TaoscopeError => {
    throwIfAborted(effects.signal);
    return new TaoscopeError(
      'unreachable',
      {
        failed: `the server at ${url}, which owns the data folder, does not answer to the end`,
        got: String((cause as Error).message),
        expected: 'a whole answer',
        todo: 'look at its log, or stop it',
      },
      { cause },
    );
  };
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    let response: Response;
    try {
      response = await fetch(new URL(`/api/v1${path}`, url), {
        ...init,
        headers: {
          ...(init.headers as Record<string, string>),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        signal: effects.signal,
      });
    } catch (cause) {
      throw noAnswer(cause);
    }
    if (response.ok) return response;
    const body = ErrorBody.safeParse(await response.json().catch(() => undefined));
    if (body.success) throw errorOfBody(body.data);
    throw new TaoscopeError('unreachable', {
      failed: `the server at ${url} refused`,
      got: `HTTP ${response.status}`,
    });
  };
  return {
    url,
    async json(method, path, body) {
      const init =
        body === undefined
          ? { method }
          : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      return (await (await ask(path, init)).json()) as never;
    },
    async bytes(path) {
      const { body } = await ask(path, {});
      if (body === null)
        throw new TaoscopeError('unreachable', { failed: `the server at ${url} sent nothing` });
      return (async function* () {
        try {
          yield* body as unknown as AsyncIterable<Uint8Array>;
        } catch (cause) {
          throw noAnswer(cause);
        }
      })();
    },
  };
}

/** A path of the API with its query; what is left out of it is not sent. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) params.set(key, String(value));
  return params.size === 0 ? path : `${path}?${params}`;
}
