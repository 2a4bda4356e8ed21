import { type Hex, TaoscopeError } from '../shared/index.ts';

/** `true` for `0x` and 64 hex digits: a block hash, a state root. */
export function isHash(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value);
}

/** An answer that must be a hash, in lower case; `falsified` when it is none. */
export function parseHash(value: unknown, what: string): Hex {
  if (isHash(value)) return value.toLowerCase() as Hex;
  const got = JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
  throw new TaoscopeError('falsified', {
    failed: `${what} is not a hash`,
    got,
    expected: '0x and 64 hex digits',
  });
}
