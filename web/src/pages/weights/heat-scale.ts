import type { Scheme } from '../../charts/inks.ts';

/**
 * Cividis (Nuñez, Anderton and Renslow 2018) at five stops, which reads the same with any colour vision. Lightness goes
 * one way all along, and more weight lies further from the ground: on white the scale is turned round and begins with a
 * pale sand in place of its yellow, which would draw the eye to the least; on black it begins where it can be seen.
 */
const STOPS: Record<Scheme, readonly (readonly [number, number, number])[]> = {
  light: [
    [236, 226, 186],
    [188, 175, 111],
    [124, 123, 120],
    [65, 77, 107],
    [0, 34, 78],
  ],
  dark: [
    [38, 58, 96],
    [78, 88, 112],
    [124, 123, 120],
    [188, 175, 111],
    [254, 232, 56],
  ],
};

/** Red, green and blue, 0 to 255, of a level from 0 to 1; what lies outside takes the nearer end. */
export function heatColor(level: number, scheme: Scheme): readonly [number, number, number] {
  const stops = STOPS[scheme];
  const at = Math.min(1, Math.max(0, level)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(at));
  const low = stops[index] ?? [0, 0, 0];
  const high = stops[index + 1] ?? low;
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(low[channel] + (high[channel] - low[channel]) * (at - index));
  return [mix(0), mix(1), mix(2)];
}

export function heatGradient(scheme: Scheme): string {
  const stops = [0, 0.25, 0.5, 0.75, 1].map((level) => `rgb(${heatColor(level, scheme).join(',')})`);
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
