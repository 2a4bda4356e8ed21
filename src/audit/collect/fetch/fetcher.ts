import { createHash } from 'node:crypto';
import type { open } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { backoffMs, type Logger, silentLogger, sleep, type TaoscopeError } from '../../../shared/index.ts';
import type { FetchBounds, Fetcher } from '../../adapter.ts';
import { isPrivateAddress, isPublicAddress } from './address.ts';
import { type BodyBounds, readBody } from './body.ts';
import {
  judgeDestination,
  parseTarget,
  type Resolver,
  redirectTarget,
  systemResolver,
} from './destination.ts';
import { type Answer, createExchanger } from './exchange.ts';
import { connectionFailure, fetchFailure } from './failure.ts';
import { createHostQueue } from './host-queue.ts';
import { openPartFile, type PartFile } from './part-file.ts';
import { acceptRange, demandStatus, versionOf } from './status.ts';
import { createWatch, type Watch } from './watch.ts';

export interface FetcherOptions {
  /** `taoscope/<version>`. */
  readonly userAgent: string;
  /** Lets URLs and redirects lead to private addresses, though never to link-local ones. Default false. */
  readonly allowPrivate?: boolean | undefined;
  /** Which addresses may be connected to. Default: those of the public internet, and with `allowPrivate` those of own networks. */
  readonly mayConnect?: ((address: string) => boolean) | undefined;
  /** Downloads at a time from one host. Default 2. */
  readonly perHost?: number | undefined;
  /** Largest body whatever the caller allows, bytes. Default 64 GiB. */
  readonly maxBytes?: number | undefined;
  /** A body slower than this for `paceWindowMs` is given up. Default 16 000. */
  readonly minBytesPerSecond?: number | undefined;
  /** Default 30 s. */
  readonly paceWindowMs?: number | undefined;
  /** From the start of a request to the end of its answer's head, DNS and TLS included. Default 30 s. */
  readonly headersMs?: number | undefined;
  /** One download in all, without the time in the queue. Default 1 h. */
  readonly totalMs?: number | undefined;
  /** Default 4. */
  readonly tries?: number | undefined;
  /** Wait before the second try; doubles. Default 500 ms. */
  readonly firstWaitMs?: number | undefined;
  /** Longest wait between tries, and longest Retry-After that is waited for. Default 60 s. */
  readonly maxWaitMs?: number | undefined;
  /** Whether bodies that come in gzip, deflate or br, which we never ask for, are decoded; else they are refused. Default true. */
  readonly decode?: boolean | undefined;
  readonly resolve?: Resolver | undefined;
  /** Certificate authority to trust instead of the system's, PEM. */
  readonly ca?: string | undefined;
  readonly openFile?: typeof open | undefined;
  readonly log?: Logger | undefined;
}

const MAX_REDIRECTS = 5;

/**
 * Downloads over http and https that trust nobody on the way: each address is judged before it is connected to and after each
 * redirect, each body is bounded in size, time, pace and packing. What is cut is tried again and, for files, continued.
 */
export function createFetcher(options: FetcherOptions): Fetcher {
  const {
    userAgent,
    allowPrivate = false,
    mayConnect = (address) => isPublicAddress(address) || (allowPrivate && isPrivateAddress(address)),
    perHost = 2,
    maxBytes: ownMaxBytes = 64 * 2 ** 30,
    minBytesPerSecond = 16_000,
    paceWindowMs = 30_000,
    headersMs = 30_000,
    totalMs = 3_600_000,
    tries = 4,
    firstWaitMs = 500,
    maxWaitMs = 60_000,
    decode = true,
    resolve = systemResolver,
    log = silentLogger,
  } = options;
  const queue = createHostQueue({ perHost });
  // Two downloads to one path would write into one part.
  const targets = createHostQueue({ perHost: 1 });
  const exchanger = createExchanger({ ca: options.ca });
  const endless = new AbortController().signal;

  /** Runs `take` on the answer that the URL at last leads to, in a turn at its host. */
  async function visit<T>(
    text: string,
    headers: Readonly<Record<string, string>>,
    spent: { ms: number },
    signal: AbortSignal,
    take: (answer: Answer, watch: Watch, host: string) => Promise<T>,
  ): Promise<T> {
    let { url, authorization } = parseTarget(text);
    for (let redirects = 0; ; redirects++) {
      const { host, origin } = url;
      if (redirects > MAX_REDIRECTS)
        throw fetchFailure('refused', host, `more than ${MAX_REDIRECTS} redirects`);
      const endTurn = await queue.turn(host, signal);
      const startedMs = performance.now();
      try {
        const limits = {
          headersMs,
          minBytesPerSecond,
          paceWindowMs,
          totalMs: Math.max(1, totalMs - spent.ms),
        };
        using watch = createWatch(host, limits, signal);
        const address = await judgeDestination(url, { mayConnect, resolve, signal: watch.signal });
        const answer = await exchanger.get({ url, address, authorization }, headers, watch.signal);
        try {
          watch.headReceived();
          if (!isRedirect(answer)) return await take(answer, watch, host);
          url = redirectTarget(url, answer.headers.location);
          if (url.origin !== origin) authorization = undefined;
        } finally {
          answer.close();
        }
      } finally {
        spent.ms += performance.now() - startedMs;
        endTurn();
      }
    }
  }

  /** Tries again what was cut or turned away for now; nothing else. */
  async function withTries<T>(host: string, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await action();
      } catch (caught) {
        const error = connectionFailure(host, caught);
        const askedMs = Number(error.fields.retryAfterMs ?? 0);
        if (error.code !== 'unreachable' || attempt >= tries || askedMs > maxWaitMs) throw error;
        const waitMs = Math.max(askedMs, backoffMs(attempt, firstWaitMs, maxWaitMs));
        log.debug({ host, attempt, waitMs: Math.round(waitMs) }, 'download cut or turned away; trying again');
        if (askedMs > 0) queue.rest(host, askedMs);
        await sleep(waitMs, signal);
      }
    }
  }

  async function download(
    url: string,
    part: PartFile,
    sha256: string | undefined,
    maxBytes: number,
    spent: { ms: number },
    signal: AbortSignal,
  ): Promise<void> {
    await visit(url, rangeOf(part), spent, signal, async (answer, watch, host) => {
      const continues = await acceptRange(answer, part, host);
      if (continues) part.resume();
      else {
        demandStatus(answer, host);
        await part.restart(versionOf(answer));
      }
      const bounds: BodyBounds = { host, maxBytes: maxBytes - part.size, decode: decode && !continues };
      for await (const piece of readBody(answer, bounds, watch)) await part.append(piece);
      if (sha256 === undefined || part.sha256() === sha256) return;
      // Parts of two versions that carry one name: ours to find out, not the publisher's fault yet.
      if (part.resumed) {
        await part.restart(undefined);
        throw fetchFailure('unreachable', host, 'a continued body with another digest');
      }
      throw fetchFailure('falsified', host, `SHA-256 ${part.sha256()} of ${part.size} bytes`, {
        expected: `SHA-256 ${sha256}`,
        fields: { sha256: part.sha256(), bytes: part.size },
      });
    });
  }

  function rangeOf(part: PartFile): Record<string, string> {
    const headers = { ...plainHeaders };
    return part.size > 0 && part.version !== undefined
      ? { ...headers, range: `bytes=${part.size}-`, 'if-range': part.version }
      : headers;
  }

  const plainHeaders = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': userAgent };

  return {
    async bytes(url, bounds, signal = endless) {
      const spent = { ms: 0 };
      const maxBytes = Math.min(bounds.maxBytes, ownMaxBytes);
      return withTries(hostOf(url), signal, () =>
        visit(url, plainHeaders, spent, signal, async (answer, watch, host) => {
          demandStatus(answer, host);
          const hash = createHash('sha256');
          const pieces: Buffer[] = [];
          for await (const piece of readBody(answer, { host, maxBytes, decode }, watch)) {
            hash.update(piece);
            pieces.push(piece);
          }
          return {
            bytes: new Uint8Array(Buffer.concat(pieces)),
            status: answer.status,
            contentType: (answer.headers['content-type'] ?? '').slice(0, 200),
            sha256: hash.digest('hex'),
          };
        }),
      );
    },

    async file(url, target, bounds: FetchBounds, signal = endless) {
      const spent = { ms: 0 };
      const maxBytes = Math.min(bounds.maxBytes, ownMaxBytes);
      const host = hostOf(url);
      const path = resolvePath(target.path);
      const endTurn = await targets.turn(path, signal);
      try {
        const part = await openPartFile({
          target: path,
          key: url,
          mayContinue: target.sha256 !== undefined,
          maxBytes,
          openFile: options.openFile,
        });
        try {
          await withTries(host, signal, () => download(url, part, target.sha256, maxBytes, spent, signal));
          const whole = { sha256: part.sha256(), bytes: part.size };
          await part.finish();
          return whole;
        } catch (caught) {
          const error = connectionFailure(host, caught);
          await (mayGoOn(error) ? part.keep() : part.discard());
          throw error;
        }
      } catch (error) {
        throw connectionFailure(host, error);
      } finally {
        endTurn();
      }
    },
  };

  function hostOf(text: string): string {
    return parseTarget(text).url.host;
  }
}

function isRedirect({ status }: Answer): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** Whether what came so far may be of use to a later try. */
function mayGoOn(error: TaoscopeError): boolean {
  return error.code === 'unreachable' || error.code === 'timeout' || error.code === 'aborted';
}
