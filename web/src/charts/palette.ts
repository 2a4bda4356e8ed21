import type { Scheme } from './inks.ts';

/** How one of several series looks. Colour never carries the difference alone. */
export interface SeriesStyle {
  readonly color: string;
  readonly dash: 'solid' | 'dashed' | 'dotted' | readonly number[];
  readonly symbol: 'circle' | 'rect' | 'triangle' | 'diamond' | 'roundRect' | 'pin' | 'arrow';
}

/**
 * Okabe and Ito's eight (2008), told apart by every kind of colour vision; darkened on white and lightened on near-black
 * until each has 3:1 against its ground, with the order changed so that neighbours differ in lightness too.
 */
const HUES: Record<Scheme, readonly string[]> = {
  light: ['#0072b2', '#c25400', '#00795a', '#b0568b', '#a87400', '#2f8fc4', '#1f2630', '#857a00'],
  dark: ['#56b4e9', '#e69f00', '#2bb58a', '#dd93bd', '#f0e442', '#4d8fd6', '#e4e8ed', '#ef7a35'],
};
const DASHES = ['solid', 'dashed', 'dotted', [8, 3, 2, 3], [12, 4], [2, 2, 6, 2], [1, 4]] as const;
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'pin', 'arrow'] as const;

/** The look of the n-th series: eight hues, then the same hues with another dash and symbol, 56 in all. */
export function seriesStyle(index: number, scheme: Scheme): SeriesStyle {
  const hues = HUES[scheme];
  const turn = Math.floor(index / hues.length) % DASHES.length;
  return {
    color: hues[index % hues.length] ?? '',
    dash: DASHES[turn] ?? 'solid',
    symbol: SYMBOLS[turn] ?? 'circle',
  };
}

/** A hue for each key, in the order of their first appearance; beyond `limit` keys all share the last, a neutral. */
export function colorKeys(keys: Iterable<string>, scheme: Scheme, limit = 8): ReadonlyMap<string, string> {
  const colors = new Map<string, string>();
  for (const key of keys) {
    if (colors.has(key)) continue;
    colors.set(key, colors.size < limit ? seriesStyle(colors.size, scheme).color : NEUTRAL[scheme]);
  }
  return colors;
}

export const NEUTRAL: Record<Scheme, string> = { light: '#7b8592', dark: '#77818e' };

/** Blue to orange through violet: lightness rises all the way, so it reads in grey and with any colour vision. */
const SCALE: Record<Scheme, readonly (readonly [number, number, number])[]> = {
  light: [
    [23, 61, 140],
    [92, 84, 158],
    [164, 92, 130],
    [217, 110, 66],
    [240, 150, 10],
  ],
  dark: [
    [62, 116, 219],
    [128, 122, 206],
    [190, 125, 168],
    [236, 146, 100],
    [255, 190, 70],
  ],
};

/** The colour at `share` (0 to 1) of the continuous scale; what lies outside takes the nearer end. */
export function scaleColor(share: number, scheme: Scheme): string {
  const stops = SCALE[scheme];
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(at));
  const low = stops[index] ?? [0, 0, 0];
  const high = stops[index + 1] ?? low;
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(low[channel] + (high[channel] - low[channel]) * (at - index));
  return `rgb(${mix(0)},${mix(1)},${mix(2)})`;
}

/** `steps` colours from one end of the scale to the other: for canvases that must not mix colours 250 times a frame. */
export function scaleSteps(steps: number, scheme: Scheme): readonly string[] {
  return Array.from({ length: steps }, (_, index) => scaleColor(steps < 2 ? 0 : index / (steps - 1), scheme));
}

/** The scale as a CSS gradient, for its legend. */
export function scaleGradient(scheme: Scheme): string {
  return `linear-gradient(to right, ${SCALE[scheme].map((stop) => `rgb(${stop.join(',')})`).join(', ')})`;
}
