import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { withAbort } from '../../../shared/index.ts';
import { connectionFailure, fetchFailure } from './failure.ts';

/** All addresses of a host name, in the order in which they should be tried. */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

/** Where one request goes: the URL without credentials, and the very address that was judged. */
export interface Destination {
  readonly url: URL;
  readonly address: string;
  /** `Authorization` that the URL carried: meant for its origin alone. */
  readonly authorization: string | undefined;
}

export const systemResolver: Resolver = async (hostname) =>
  (await lookup(hostname, { all: true, order: 'verbatim' })).map(({ address }) => address);

/** The URL of a caller, without credentials in it. Throws `refused` for what is no http(s) URL. */
export function parseTarget(text: string): { readonly url: URL; readonly authorization: string | undefined } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw fetchFailure('refused', 'an unnamed host', 'a text that is no URL');
  demandHttp(url);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  if (username === '' && password === '') return { url, authorization: undefined };
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return { url, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/**
 * The URL that a redirect leads to. Credentials that it brings are dropped: who redirects us does not say who we are.
 * Throws `refused` for another scheme, and for a step from https down to http.
 */
export function redirectTarget(from: URL, location: string | undefined): URL {
  if (location === undefined || location.length > 8_192 || !URL.canParse(location, from.href))
    throw fetchFailure('refused', from.host, 'a redirect to nowhere', { expected: 'a Location with a URL' });
  const url = new URL(location, from.href);
  demandHttp(url);
  if (from.protocol === 'https:' && url.protocol === 'http:')
    throw fetchFailure('refused', from.host, 'a redirect from https to http', {
      expected: 'https throughout',
    });
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

/**
 * Resolves the host and picks the first address that we may connect to. Throws `refused` when there is none, `unreachable` when the
 * name has no address at all.
 */
export async function judgeDestination(
  url: URL,
  options: {
    readonly mayConnect: (address: string) => boolean;
    readonly resolve: Resolver;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  // URL has already turned every spelling of an IPv4 address into the usual one, and IPv6 into brackets.
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(hostname) === 0 ? await resolveName(url.host, hostname, options) : [hostname];
  const allowed = addresses.find((address) => isIP(address) !== 0 && options.mayConnect(address));
  if (allowed !== undefined) return allowed;
  throw fetchFailure('refused', url.host, `it is at ${addresses.slice(0, 3).join(', ').slice(0, 150)}`, {
    expected: 'an address of the public internet',
    todo: 'if this host is yours, set audit.allowPrivate',
  });
}

async function resolveName(
  host: string,
  hostname: string,
  { resolve, signal }: { readonly resolve: Resolver; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  try {
    const addresses = await withAbort(resolve(hostname), signal);
    if (addresses.length > 0) return addresses;
  } catch (error) {
    throw connectionFailure(host, error);
  }
  throw fetchFailure('unreachable', host, 'its name has no address');
}

/** Percent-decoded; as it stands where it is no such text. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function demandHttp(url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw fetchFailure('refused', url.host || 'an unnamed host', `the scheme ${url.protocol.slice(0, 20)}`, {
      expected: 'http or https',
    });
}
