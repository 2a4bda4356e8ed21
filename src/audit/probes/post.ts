import * as http from 'node:http';
import * as https from 'node:https';
import { abortedError, TaoscopeError } from '../../shared/index.ts';
import { isPrivateAddress, isPublicAddress } from '../collect/fetch/address.ts';
import {
  judgeDestination,
  parseTarget,
  type Resolver,
  systemResolver,
} from '../collect/fetch/destination.ts';
import { connectionFailure, MAX_HEADER_BYTES } from '../collect/fetch/failure.ts';
import type { ProbeRequest } from './types.ts';

/** An answer whose body comes in pieces. */
export interface ProbeAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface PostOptions {
  readonly allowPrivate: boolean;
  readonly userAgent: string;
  /** Given to the host of the request alone; redirects are not followed. */
  readonly key: string;
  readonly resolve?: Resolver | undefined;
}

/**
 * Sends one request with the key, to the very address that was judged, and answers the head of the answer. Errors: `refused` (a private
 * address, another scheme), `unreachable`, `aborted`. No redirect is followed: the key goes to the configured host or nowhere.
 */
export async function postProbe(
  request: ProbeRequest,
  { allowPrivate, userAgent, key, resolve = systemResolver }: PostOptions,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const { url } = parseTarget(request.url);
  const address = await judgeDestination(url, {
    mayConnect: (to) => isPublicAddress(to) || (allowPrivate && isPrivateAddress(to)),
    resolve,
    signal,
  });
  const { promise, resolve: settle, reject } = Promise.withResolvers<http.IncomingMessage>();
  const body = JSON.stringify(request.body);
  const isSecure = url.protocol === 'https:';
  const sent = (isSecure ? https : http).request({
    method: 'POST',
    host: address,
    port: url.port === '' ? (isSecure ? 443 : 80) : url.port,
    path: url.pathname + url.search,
    headers: {
      host: url.host,
      'user-agent': userAgent,
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
      'content-length': Buffer.byteLength(body),
      ...request.headers,
      authorization: `Bearer ${key}`,
    },
    agent: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
  });
  sent.once('response', settle);
  sent.on('error', (error) =>
    reject(signal.aborted ? abortedError(signal) : withoutKey(connectionFailure(url.host, error), key)),
  );
  sent.end(body);
  const answer = await promise;
  return {
    status: answer.statusCode ?? 0,
    header(name) {
      const value = answer.headers[name];
      return typeof value === 'string' ? value : undefined;
    },
    body: (async function* () {
      try {
        yield* answer as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw signal.aborted ? abortedError(signal) : connectionFailure(url.host, error);
      } finally {
        answer.destroy();
      }
    })(),
  };
}

/** A text with the key taken out, wherever it may have come from: some servers echo what they were sent. */
export function redactKey(text: string, key: string): string {
  return key.length < 6 ? text : text.replaceAll(key, '[key]');
}

/** A cause can hold the whole request; with the key in it it must not travel on. */
function withoutKey(error: TaoscopeError, key: string): TaoscopeError {
  const { failed, got, expected, todo } = error.parts;
  return new TaoscopeError(
    error.code,
    { failed, got: got === undefined ? undefined : redactKey(got, key), expected, todo },
    { fields: error.fields, retryable: error.retryable },
  );
}
