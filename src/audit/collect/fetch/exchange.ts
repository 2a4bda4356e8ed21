import * as http from 'node:http';
import * as https from 'node:https';
import { abortedError } from '../../../shared/index.ts';
import type { Destination } from './destination.ts';
import { connectionFailure, MAX_HEADER_BYTES } from './failure.ts';
import { arrivedPieces } from './pieces.ts';

/** The head of an answer, and its body still to come. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The bytes as they come over the wire. */
  readonly pieces: AsyncIterable<Buffer>;
  /** Whether all of the body came. */
  readonly complete: boolean;
  /** Ends it; the connection serves again when the body was read whole. */
  close(): void;
}

/** One GET; resolves with the head of the answer, whatever its status. */
export interface Exchanger {
  get(
    destination: Destination,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Answer>;
}

// Idle connections are kept this long for the next file of the same host; they do not keep the process alive.
const IDLE_MS = 5_000;

/** Connects to the address that was judged, and nowhere else: the name is not resolved again. */
export function createExchanger({ ca }: { readonly ca?: string | undefined } = {}): Exchanger {
  const plain = new http.Agent({ keepAlive: true, timeout: IDLE_MS });
  const secure = new https.Agent({ keepAlive: true, timeout: IDLE_MS });

  return {
    get({ url, address, authorization }, headers, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const isSecure = url.protocol === 'https:';
      const options: https.RequestOptions = {
        method: 'GET',
        host: address,
        port: url.port === '' ? (isSecure ? 443 : 80) : url.port,
        path: url.pathname + url.search,
        // The agent takes the name for TLS from this header.
        headers: { host: url.host, ...headers, ...(authorization === undefined ? {} : { authorization }) },
        agent: isSecure ? secure : plain,
        maxHeaderSize: MAX_HEADER_BYTES,
        signal,
        ...(isSecure && ca !== undefined ? { ca } : {}),
      };
      const request = (isSecure ? https : http).request(options);
      request.once('response', (response) => resolve(answerOf(response)));
      // Stays for the whole exchange: an error after the head also reaches the body's reader, and must not be unheard here.
      request.on('error', (error) =>
        reject(signal.aborted ? abortedError(signal) : connectionFailure(url.host, error)),
      );
      request.end();
      return promise;
    },
  };
}

function answerOf(response: http.IncomingMessage): Answer {
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    pieces: arrivedPieces(response),
    get complete() {
      return response.complete;
    },
    close() {
      response.destroy();
    },
  };
}
