import { raoToNumber, U16_ONE } from '../../../src/shared/units.ts';

/** A raw chain integer as the API writes it: a number up to 2^53, else decimal text. */
export type RawInteger = number | string;

// One locale for all: figures that are compared, copied and quoted must read the same for everyone.
const LOCALE = 'en-US';
/** Coins have nine decimals, so even the smallest amount is short in plain digits. */
const tiny = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 2 });
const formats = new Map<string, Intl.NumberFormat>();

function withDecimals(min: number, max: number): Intl.NumberFormat {
  const key = `${min}-${max}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: min, maximumFractionDigits: max });
    formats.set(key, format);
  }
  return format;
}

/** A count or block number with thousands separators. */
export function integer(value: number): string {
  return withDecimals(0, 0).format(value);
}

/** Whole coins from the API's decimal text, or rao where only the raw integer is there. For showing and ordering only. */
export function coins(decimal: string | undefined, rao?: RawInteger): number | undefined {
  if (decimal !== undefined) {
    const value = Number(decimal);
    return Number.isFinite(value) ? value : undefined;
  }
  if (rao === undefined) return undefined;
  return typeof rao === 'number' ? rao / 1e9 : /^-?\d+$/.test(rao) ? raoToNumber(BigInt(rao)) : undefined;
}

/** An amount of coins: as many digits as a person reads at a glance, `1.23M` from a million on. */
export function amount(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e9) return `${withDecimals(2, 2).format(value / 1e9)}B`;
  if (size >= 1e6) return `${withDecimals(2, 2).format(value / 1e6)}M`;
  if (size >= 10_000) return withDecimals(0, 0).format(value);
  if (size >= 1) return withDecimals(2, 2).format(value);
  if (size >= 0.0001) return withDecimals(4, 4).format(value);
  return tiny.format(value);
}

/** A price in TAO: one digit more than an amount below 1, since most prices are. */
export function price(value: number): string {
  return value > 0 && value < 1 ? withDecimals(5, 5).format(value) : amount(value);
}

/** A tick of an axis: as short as it can be. */
export function tick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${withDecimals(0, 3).format(value / 1e9)}B`;
  if (size >= 1e6) return `${withDecimals(0, 3).format(value / 1e6)}M`;
  return withDecimals(0, 9).format(value);
}

/** A fraction of 1 with five decimals: a u16 step is 0.000015. */
export function fraction(value: number): string {
  if (value === 0) return '0';
  if (value === 1) return '1';
  return value.toFixed(5);
}

/** A share of 1 as percent. */
export function percent(share: number, decimals = 2): string {
  return `${withDecimals(decimals, decimals).format(share * 100)} %`;
}

/** A change with its sign; no sign at zero. */
export function signed(value: number, format: (size: number) => string = integer): string {
  if (value === 0) return '±0';
  return `${value > 0 ? '+' : '−'}${format(Math.abs(value))}`;
}

/** The API's fraction, or the raw u16 divided by 65535 where an older server sends only that. */
export function u16Fraction(given: number | undefined, raw: number | undefined): number | undefined {
  return given ?? (raw === undefined ? undefined : raw / U16_ONE);
}

/** Bytes in binary units. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${withDecimals(0, unit === 0 ? 0 : 1).format(size)} ${units[unit]}`;
}
