import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { TaoscopeError } from '../shared/index.ts';

/** `true` for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Throws `refused` for a bind that would show the server to others without a token. */
export function assertSafeBind(host: string, token: string | undefined): void {
  if (isLoopback(host)) {
    return;
  }
  if (token === undefined) {
    throw new TaoscopeError('refused', {
      failed: `the server does not listen on ${host} without a token`,
      got: 'an address that others can reach, and no token',
      expected: 'a loopback address (127.0.0.1, ::1), or a token',
      todo: 'set TAOSCOPE_SERVER_TOKEN to a long random text, or name a file of it as server.tokenFile',
    });
  }
  if (token.length < 16) {
    throw new TaoscopeError('refused', {
      failed: `the server does not listen on ${host} with this token`,
      got: `a token of ${token.length} characters`,
      expected: 'at least 16 characters',
      todo: 'take a longer one, e.g. of `openssl rand -hex 24`',
    });
  }
}

/** Headers that keep a page from loading or sending anything elsewhere, or being framed. */
export const pageHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    // Mantine sets its variables in style elements and attributes.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    // With a token the page fetches the sound of a probe itself: an element cannot send one.
    mediaSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  // Reached over plain HTTP on loopback, where these two would only break it.
  strictTransportSecurity: false,
  originAgentCluster: false,
});

/**
 * Refuses requests that a foreign page made a browser send: a `Host` that is not ours (DNS rebinding, on loopback binds)
 * and an `Origin` that is not the host (cross-site requests).
 */
export function ownOriginOnly(loopback: boolean): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    if (loopback && !isLoopback(host.replace(/:\d+$/, ''))) return context.text('unknown host', 421);
    const origin = context.req.header('origin');
    if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host)
      return context.text('foreign origin', 403);
    await next();
  };
}

/** Demands `Authorization: Bearer <token>`; compares in constant time. */
export function bearer(token: string): MiddlewareHandler {
  const expected = digest(token);
  return async (context, next) => {
    const given = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    if (given === undefined || !timingSafeEqual(digest(given), expected)) {
      context.header('WWW-Authenticate', 'Bearer');
      return context.json(
        {
          error: {
            code: 'refused',
            failed: 'this server asks for its token',
            got: given === undefined ? 'no token' : 'another token',
            expected: 'Authorization: Bearer <token>',
            todo: 'ask the operator for the token',
          },
        },
        401,
      );
    }
    await next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
