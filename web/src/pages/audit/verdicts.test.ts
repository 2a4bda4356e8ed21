import { expect, test } from 'vitest';
import { VERDICTS } from '../../../../src/audit/types.ts';
import { INK } from '../../charts/inks.ts';
import {
  countedName,
  LETTER_COLOR,
  reasonText,
  VERDICT_COLORS,
  VERDICT_LOOKS,
  VERDICT_ORDER,
} from './verdicts.ts';

test('every verdict of the audit has its look, in the same order', () => {
  expect(VERDICT_ORDER).toEqual([...VERDICTS, 'none']);
});

test('no verdict but the good one and the absent one is told by colour alone', () => {
  const letters = VERDICT_ORDER.map((verdict) => VERDICT_LOOKS[verdict].letter).filter(
    (letter) => letter !== '',
  );
  expect(new Set(letters).size).toBe(VERDICTS.length - 1);
});

test.each(['light', 'dark'] as const)('cells are seen on the page and letters on the cells: %s', (scheme) => {
  for (const verdict of VERDICTS) {
    const ground = VERDICT_COLORS[scheme][verdict];
    expect(contrast(ground, INK[scheme].surface), verdict).toBeGreaterThanOrEqual(3);
    expect(contrast(ground, LETTER_COLOR[scheme]), verdict).toBeGreaterThanOrEqual(4.5);
  }
});

test('reasons are words, and an unknown one is not invented', () => {
  expect(reasonText('pruned')).toBe('no node has the state any more');
  expect(reasonText('ok')).toBeUndefined();
  expect(reasonText('constructor')).toBeUndefined();
  expect([countedName('mismatch', 1), countedName('mismatch', 0), countedName('stale', 2)]).toEqual([
    'mismatch',
    'mismatches',
    'stale',
  ]);
});

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [a = 0, b = 0] = [luminance(one), luminance(other)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
