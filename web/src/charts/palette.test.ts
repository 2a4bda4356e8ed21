import { describe, expect, it } from 'vitest';
import { INK, type Scheme } from './inks.ts';
import { colorKeys, NEUTRAL, scaleColor, scaleSteps, seriesStyle } from './palette.ts';

const SCHEMES: Scheme[] = ['light', 'dark'];

describe.each(SCHEMES)('series on %s', (scheme) => {
  it('are told apart by colour, dash or symbol up to the fiftieth', () => {
    const looks = Array.from({ length: 50 }, (_, index) => JSON.stringify(seriesStyle(index, scheme)));
    expect(new Set(looks).size).toBe(50);
  });

  it('have 3:1 against their ground', () => {
    for (let index = 0; index < 8; index += 1)
      expect(contrast(seriesStyle(index, scheme).color, INK[scheme].surface)).toBeGreaterThanOrEqual(3);
  });

  it('get lighter all along the continuous scale', () => {
    const lights = scaleSteps(30, scheme).map(luminance);
    for (let index = 1; index < lights.length; index += 1)
      expect(lights[index]).toBeGreaterThan(lights[index - 1] ?? 1);
  });

  it('give each key its hue by first appearance, and the rest a neutral', () => {
    const colors = colorKeys(['b', 'a', 'b', ...'cdefghij'], scheme, 3);
    expect(colors.get('b')).toBe(seriesStyle(0, scheme).color);
    expect(colors.get('a')).toBe(seriesStyle(1, scheme).color);
    expect(colors.get('j')).toBe(NEUTRAL[scheme]);
  });
});

it('takes the nearer end outside of the scale', () => {
  expect(scaleColor(-1, 'light')).toBe(scaleColor(0, 'light'));
  expect(scaleColor(7, 'dark')).toBe('rgb(255,190,70)');
  expect(scaleSteps(1, 'light')).toEqual([scaleColor(0, 'light')]);
});

/** WCAG 2.2, relative luminance. */
function luminance(color: string): number {
  const parts = color.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
    : (color.match(/\d+/g) ?? []).map(Number);
  const [red = 0, green = 0, blue = 0] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
