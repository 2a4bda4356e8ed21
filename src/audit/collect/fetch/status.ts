import type { Answer } from './exchange.ts';
import { fetchFailure } from './failure.ts';
import type { PartFile } from './part-file.ts';

/** Longest time that a host's Retry-After is believed: a day. */
const MAX_REST_MS = 86_400_000;

/** Throws unless the answer is 200: `not-found` (404, 410), `unreachable` (429, 5xx), `rpc-refused` (anything else). */
export function demandStatus(answer: Answer, host: string): void {
  const { status } = answer;
  if (status === 200) return;
  const fields = { status };
  if (status === 404 || status === 410)
    throw fetchFailure('not-found', host, `HTTP ${status}`, { expected: 'HTTP 200', fields });
  if (status === 429 || status >= 500)
    throw fetchFailure('unreachable', host, `HTTP ${status}`, {
      expected: 'HTTP 200',
      fields: { ...fields, retryAfterMs: restMsOf(answer.headers['retry-after']) },
    });
  throw fetchFailure('rpc-refused', host, `HTTP ${status}`, { expected: 'HTTP 200', fields });
}

/** Milliseconds of a Retry-After (seconds, or a date); 0 without one that can be read. */
export function restMsOf(header: string | undefined, nowMs = Date.now()): number {
  if (header === undefined) return 0;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.min(MAX_REST_MS, Math.max(0, ms)) : 0;
}

/**
 * What names the version of a body so that If-Range may be asked with it: a strong ETag, else its date of change. `undefined` where the server
 * does not offer ranges, or the body is coded, whose bytes we do not count.
 */
export function versionOf({ headers }: Answer): string | undefined {
  if (headers['accept-ranges'] !== 'bytes' || headers['content-encoding'] !== undefined) return undefined;
  const version = headers.etag?.startsWith('"') ? headers.etag : headers['last-modified'];
  // It goes back in a header and into a file of ours.
  return version !== undefined && /^[\x20-\x7e]{1,256}$/.test(version) ? version : undefined;
}

/**
 * Whether a 206 or 416 is what we asked for: from our last byte on, of the version that we hold. `false` when no part was asked for;
 * when it is another part, what we hold is forgotten, and it is to be asked again (`unreachable`).
 */
export async function acceptRange(answer: Answer, part: PartFile, host: string): Promise<boolean> {
  if (part.size === 0 || part.version === undefined || ![206, 416].includes(answer.status)) return false;
  const [, start] = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(answer.headers['content-range'] ?? '') ?? [];
  const { etag } = answer.headers;
  const other = part.version.startsWith('"') && etag !== undefined && etag !== part.version;
  const coded = answer.headers['content-encoding'] !== undefined;
  if (start !== undefined && Number(start) === part.size && !other && !coded) return true;
  await part.restart(undefined);
  throw fetchFailure('unreachable', host, 'another range than was asked for');
}
