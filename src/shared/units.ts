/** rao of one TAO, and of one alpha: both have nine decimals. */
export const RAO_PER_TAO = 1_000_000_000n;

/** The largest value of the chain's u16 fractions: 65535 means 1. */
export const U16_ONE = 65_535;

/** Blocks of 12 s in a day. */
export const BLOCKS_PER_DAY = 7_200;

/** Rao as TAO (or alpha), exactly, without trailing zeros: `1500000000n` is `"1.5"`. */
export function raoToDecimal(rao: bigint): string {
  const sign = rao < 0n ? '-' : '';
  const magnitude = rao < 0n ? -rao : rao;
  const fraction = (magnitude % RAO_PER_TAO).toString().padStart(9, '0').replace(/0+$/, '');
  return `${sign}${magnitude / RAO_PER_TAO}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Rao as a number of TAO (or alpha). For display and ordering only: a double keeps about 16 digits. */
export function raoToNumber(rao: bigint): number {
  return Number(rao / RAO_PER_TAO) + Number(rao % RAO_PER_TAO) / 1e9;
}

/** A u16 fraction of the chain as a number from 0 to 1. */
export function u16ToFraction(value: number): number {
  return value / U16_ONE;
}
