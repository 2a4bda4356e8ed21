import { expect, it } from 'vitest';
import { valueText } from './line-option.ts';
import { axisOfUnit } from './units.ts';

it('writes each unit of the API in its way', () => {
  const text = (unit: string, value: number) => valueText(value, axisOfUnit(unit, 'β'));
  expect(text('alpha', 12.345)).toBe('12.35 β');
  expect(text('tao', 1_234_567)).toBe('1.23M τ');
  expect(text('fraction', 0.5)).toBe('0.50000');
  expect(text('count', 12)).toBe('12');
  // A deviation of counts is no whole number.
  expect(text('count', 1.5)).toBe('1.50');
});
