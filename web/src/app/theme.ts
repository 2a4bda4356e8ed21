import { Button, createTheme, type MantineColorsTuple, SegmentedControl } from '@mantine/core';

/** The one accent: a teal that keeps 4.5:1 on both grounds (shade 7 on white, shade 4 on near-black). */
const teal: MantineColorsTuple = [
  '#effaf8',
  '#d6f2ee',
  '#ade4dd',
  '#7fd3ca',
  '#4fbdb3',
  '#2aa398',
  '#14897f',
  '#0f766e',
  '#0c5f59',
  '#084843',
];

/** Neutrals with a trace of blue; Mantine draws its dark surfaces from here. */
const dark: MantineColorsTuple = [
  '#d5d9e0',
  '#a9b1bd',
  '#8a94a3',
  '#5f6978',
  '#39414d',
  '#2a313b',
  '#1b2028',
  '#14181f',
  '#0f1217',
  '#0a0c10',
];

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 6 },
  colors: { teal, dark },
  fontFamily: 'Inter, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", "Liberation Mono", Menlo, monospace',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  components: {
    // Semibold labels shout beside dense figures.
    Button: Button.extend({ styles: { label: { fontWeight: 500 } } }),
    SegmentedControl: SegmentedControl.extend({ styles: { label: { fontWeight: 500 } } }),
  },
});
