import { describe, expect, it } from 'vitest';
import { amount, bytes, coins, fraction, percent, price, signed, tick, u16Fraction } from './numbers.ts';
import { ago, duration, utc } from './time.ts';

describe('coins', () => {
  it('prefers the decimal text of the API', () => {
    expect(coins('1.5', 9)).toBe(1.5);
  });

  it('reads rao beyond 2^53, which come as text', () => {
    expect(coins(undefined, '21000000000000000')).toBe(21_000_000);
    expect(coins(undefined, 500_000)).toBe(0.0005);
  });

  it('answers nothing for what is absent or no number, and zero for zero', () => {
    expect(coins(undefined, undefined)).toBeUndefined();
    expect(coins('x')).toBeUndefined();
    expect(coins(undefined, '1e9')).toBeUndefined();
    expect(coins(undefined, 0)).toBe(0);
  });
});

it('shows amounts at a length a person reads at a glance', () => {
  expect([0, 0.000000001, 0.00012, 0.5, 1234.5, 56_789.4, 2_345_678, 21e9].map(amount)).toEqual([
    '0',
    '0.000000001',
    '0.0001',
    '0.5000',
    '1,234.50',
    '56,789',
    '2.35M',
    '21.00B',
  ]);
});

it('shows prices below 1 with five decimals', () => {
  expect([0.002, 0.33416, 1.5].map(price)).toEqual(['0.00200', '0.33416', '1.50']);
});

it('keeps axis ticks short', () => {
  expect([0, 0.25, 8_000, 1_500_000].map(tick)).toEqual(['0', '0.25', '8,000', '1.5M']);
});

it('shows fractions so that one step of a u16 is seen', () => {
  expect(fraction(1 / 65_535)).toBe('0.00002');
  expect(fraction(0)).toBe('0');
  expect(fraction(1)).toBe('1');
});

it('falls back to the raw u16 where the API sends no fraction', () => {
  expect(u16Fraction(undefined, 65_535)).toBe(1);
  expect(u16Fraction(0.25, 1)).toBe(0.25);
  expect(u16Fraction(undefined, undefined)).toBeUndefined();
});

it('signs changes', () => {
  expect([3, -2, 0].map((value) => signed(value))).toEqual(['+3', '−2', '±0']);
});

it('shows shares and sizes with their unit', () => {
  expect(percent(0.1234)).toBe('12.34 %');
  expect(bytes(734_003_200)).toBe('700 MiB');
  expect(bytes(512)).toBe('512 B');
});

it('shows time as people say it', () => {
  expect([0, 59, 60, 3_725, 97_200].map(duration)).toEqual(['0 s', '59 s', '1 min', '1 h 02 min', '1 d 3 h']);
  expect(ago(1_000, 1_500)).toBe('just now');
  expect(ago(0, 90_000)).toBe('2 min ago');
  expect(utc('2026-11-21T23:20:05.123Z')).toBe('2026-11-21 23:20:05 UTC');
  expect(utc('yesterday')).toBeUndefined();
});
