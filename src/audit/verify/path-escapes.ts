/** Ways in which a path tries to lead out of its place. */
export type PathEscape =
  | 'dot-dot'
  | 'encoded'
  | 'absolute'
  | 'scheme'
  | 'backslash'
  | 'control'
  | 'empty-segment'
  | 'too-long';

const LONGEST_PATH = 1_024;

/**
 * What in a remote path could lead elsewhere, were it ever used as one (it never is): `..` and `.` segments, also percent-encoded,
 * again and again; absolute paths, drive letters and URLs; backslashes; NUL and other controls. Empty for an honest path.
 */
export function pathEscapes(path: string): PathEscape[] {
  if (path.length > LONGEST_PATH) return ['too-long'];
  const found = new Set<PathEscape>();
  let text = path;
  // Each layer that is taken off shortens the text, so this ends; three layers are as many as any server takes off.
  for (let layer = 0; layer < 4; layer++) {
    for (const kind of plainEscapes(text)) found.add(kind);
    const decoded = decodeOnce(text);
    if (decoded === text) break;
    found.add('encoded');
    text = decoded;
  }
  return [...found];
}

function plainEscapes(path: string): PathEscape[] {
  const found: PathEscape[] = [];
  const segments = path.split(/[/\\]/);
  if (segments.some((segment) => /^\.{1,2}$/.test(segment.trim()))) found.push('dot-dot');
  if (/^[/\\~]/.test(path) || /^[A-Za-z]:/.test(path)) found.push('absolute');
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(path)) found.push('scheme');
  if (path.includes('\\')) found.push('backslash');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) found.push('control');
  if (segments.slice(1).includes('')) found.push('empty-segment');
  return found;
}

/** One layer of percent-encoding taken off; also of overlong forms, which decoders of old took. */
function decodeOnce(text: string): string {
  return text
    .replace(/%c0%ae/gi, '.')
    .replace(/%c0%af/gi, '/')
    .replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
