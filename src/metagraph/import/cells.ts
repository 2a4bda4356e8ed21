import { isIP } from 'node:net';
import { type AccountId, type Hex, parseAccount, RAO_PER_TAO, U16_ONE } from '../../shared/index.ts';

/** A cell that cannot be what its column says. */
export class BadCell extends Error {
  readonly expected: string;

  constructor(expected: string) {
    super(expected);
    this.name = 'BadCell';
    this.expected = expected;
  }
}

/** Turns what a file holds (number, bigint, boolean, text, Date) into a value; throws {@link BadCell}. Never gets an empty cell. */
export type ParseCell<T> = (cell: unknown) => T;

/** Nothing: NULL, an empty text, or the NaN that stands for it in pandas. */
export function isEmpty(cell: unknown): boolean {
  return (
    cell === undefined || cell === null || cell === '' || (typeof cell === 'number' && Number.isNaN(cell))
  );
}

/** A whole number from 0 to `max`; pandas makes doubles of columns with gaps. */
export function whole(max: number): ParseCell<number> {
  return (cell) => {
    const value = typeof cell === 'string' && /^\d{1,16}(\.0)?$/.test(cell) ? Number(cell) : cell;
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 && number <= max)
      return number;
    throw new BadCell(`a whole number from 0 to ${max}`);
  };
}

/** A block number as the tables keep it where it is no key: u64 on the chain, exact in a double here. */
export const blockNumber = whole(Number.MAX_SAFE_INTEGER);

/** An unsigned integer of so many bits. A double is taken while it is exact. */
export function unsigned(bits: 64 | 128): ParseCell<bigint> {
  const max = (1n << BigInt(bits)) - 1n;
  return (cell) => {
    let value: bigint | undefined;
    if (typeof cell === 'bigint') value = cell;
    else if (typeof cell === 'number' && Number.isSafeInteger(cell)) value = BigInt(cell);
    else if (typeof cell === 'string' && /^\d{1,39}$/.test(cell)) value = BigInt(cell);
    if (value !== undefined && value >= 0n && value <= max) return value;
    throw new BadCell(`a whole number of at most ${bits} bits`);
  };
}

export const bool: ParseCell<boolean> = (cell) => {
  if (typeof cell === 'boolean') return cell;
  const text = String(cell).toLowerCase();
  if (text === '1' || text === 'true' || text === '1.0') return true;
  if (text === '0' || text === 'false' || text === '0.0') return false;
  throw new BadCell('true or false');
};

export const double: ParseCell<number> = (cell) => {
  const value = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint') return Number(value);
  throw new BadCell('a number');
};

/** Text of at most so many characters. An apostrophe that our CSV puts before what looks like a formula is taken off. */
export function text(most: number): ParseCell<string> {
  return (cell) => {
    if (typeof cell === 'string' && cell.length <= most) return cell.replace(/^'(?=[\s=+\-@])/, '');
    throw new BadCell(`a text of at most ${most} characters`);
  };
}

export function oneOf<const T extends string>(choices: readonly T[]): ParseCell<T> {
  return (cell) => {
    const choice = choices.find((one) => one === cell);
    if (choice !== undefined) return choice;
    throw new BadCell(choices.join(', '));
  };
}

/** The 32 bytes of an ss58 address or of hex. */
export function createAccountParser(): ParseCell<AccountId> {
  // The same few thousand come again in every snapshot, and the checksum is slow.
  const known = new Map<string, AccountId>();
  return (cell) => {
    if (typeof cell !== 'string') throw new BadCell('an ss58 address');
    let account = known.get(cell);
    if (account !== undefined) return account;
    try {
      account = parseAccount(cell);
    } catch {
      throw new BadCell('an ss58 address');
    }
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(cell, account);
    return account;
  };
}

const MOST_KNOWN = 200_000;

export const hash: ParseCell<Hex> = (cell) => {
  if (typeof cell === 'string' && /^0x[0-9a-f]{64}$/i.test(cell)) return cell.toLowerCase() as Hex;
  throw new BadCell('0x and 64 hex digits');
};

export const ip: ParseCell<string> = (cell) => {
  if (typeof cell === 'string' && isIP(cell) !== 0) return cell;
  throw new BadCell('an IPv4 or IPv6 address');
};

/** An instant, as ms since the epoch: a timestamp of Parquet, or text in UTC (`2025-01-01 00:00:00.000`, ISO 8601). */
export const instant: ParseCell<number> = (cell) => {
  let ms = Number.NaN;
  if (cell instanceof Date) ms = cell.getTime();
  else if (typeof cell === 'string' && cell.length <= 40) {
    const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|\+00:?00)?$/.exec(cell);
    if (match !== null) ms = Date.parse(`${match[1]}T${match[2]}${(match[3] ?? '').slice(0, 4)}Z`);
  }
  // ClickHouse's DateTime begins in 1970 and ends in 2106.
  if (ms >= 0 && ms < 4_294_967_296_000) return ms;
  throw new BadCell('an instant in UTC from 1970 to 2106');
};

/** A fraction of 1, as the chain's u16. Rounded: it was a u16 before somebody divided it. */
export const fractionToU16: ParseCell<number> = (cell) => {
  const value = double(cell);
  if (value >= 0 && value <= 1 + 1e-6) return Math.min(U16_ONE, Math.round(value * U16_ONE));
  throw new BadCell('a fraction from 0 to 1');
};

/** An amount of TAO, as rao. */
export const coinsToRao: ParseCell<bigint> = (cell) => {
  const value = double(cell);
  // More than will ever be issued is a sign of rao in the place of TAO.
  if (value < 0 || value > MOST_TAO) throw new BadCell(`an amount from 0 to ${MOST_TAO} TAO`);
  const coins = Math.trunc(value);
  return BigInt(coins) * RAO_PER_TAO + BigInt(Math.round((value - coins) * 1e9));
};

const MOST_TAO = 21_000_000;
