import { TaoscopeError } from '../../shared/index.ts';

/** An endpoint's address, split into what may be shown and what may not. */
export interface EndpointUrl {
  readonly kind: 'ws' | 'http';
  /** Host and port: the only part that is ever shown. */
  readonly host: string;
  /** The address to connect to, without user and password. Secret: its path or query may hold a key. */
  readonly url: string;
  /** `Authorization` made of user and password, if the address has them. Secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text with every part of the address that may be a key replaced by `…`. */
  redact(text: string): string;
}

const KINDS: Readonly<Record<string, 'ws' | 'http'>> = {
  'ws:': 'ws',
  'wss:': 'ws',
  'http:': 'http',
  'https:': 'http',
};

/** Shorter parts of a path or query (`v1`, `rpc`, `443`) are no keys, and hiding them would garble messages. */
const SHORTEST_SECRET = 6;

/** Parses an endpoint's address; throws `usage` without repeating the address, which may hold a key. */
export function parseEndpointUrl(text: string): EndpointUrl {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const kind = parsed && KINDS[parsed.protocol];
  if (parsed === undefined || kind === undefined || parsed.hostname === '') throw notAnEndpoint(text, parsed);
  const user = decode(parsed.username);
  const password = decode(parsed.password);
  const secrets = [
    user,
    password,
    parsed.username,
    parsed.password,
    ...parsed.pathname.split('/').flatMap((part) => [part, decode(part)]),
    ...[...parsed.searchParams].flat(),
    parsed.search.slice(1),
  ].filter((part) => part.length >= SHORTEST_SECRET || (part !== '' && (part === user || part === password)));
  const longestFirst = [...new Set(secrets)].sort((a, b) => b.length - a.length);
  parsed.username = '';
  parsed.password = '';
  parsed.hash = '';
  return {
    kind,
    host: parsed.host,
    url: parsed.href,
    headers:
      user === '' && password === ''
        ? {}
        : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    redact: (message) => longestFirst.reduce((masked, secret) => masked.replaceAll(secret, '…'), message),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function notAnEndpoint(text: string, parsed: URL | undefined): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'this is not the address of an endpoint',
    got:
      parsed === undefined
        ? `${text.length} characters that are no URL`
        : `an address that begins with ${parsed.protocol}`,
    expected: 'ws://, wss://, http:// or https:// and a host, e.g. wss://entrypoint-finney.opentensor.ai:443',
    todo: 'correct the endpoint in the configuration or after --endpoint',
  });
}
