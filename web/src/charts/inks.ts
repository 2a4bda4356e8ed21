export type Scheme = 'light' | 'dark';

/** Inks of drawings, the same as in global.css; a canvas cannot read names of colours. */
export const INK = {
  light: {
    text: '#4d5866',
    strong: '#171c24',
    quiet: '#667180',
    line: '#e1e5ea',
    lineStrong: '#c9d0d9',
    surface: '#ffffff',
    raised: '#ffffff',
    accent: '#0f766e',
  },
  dark: {
    text: '#a3adba',
    strong: '#e4e8ed',
    quiet: '#8692a1',
    line: '#242b34',
    lineStrong: '#3a434f',
    surface: '#14181e',
    raised: '#1a1f27',
    accent: '#4fbdb3',
  },
} as const satisfies Record<Scheme, Record<string, string>>;
