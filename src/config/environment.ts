import { closest, type Mistake, NO_LINE } from './mistakes.ts';
import { configPaths, type Path, setPath } from './paths.ts';

/** Variables that are secrets, and where they go. */
export const SECRETS = {
  TAOSCOPE_SERVER_TOKEN: 'serverToken',
  TAOSCOPE_STORE_PASSWORD: 'storePassword',
  TAOSCOPE_PROBE_KEY: 'probeKey',
  TAOSCOPE_HOTKEY: 'hotkey',
} as const;

/** `TAOSCOPE_CHAIN_ENDPOINTS` is `chain.endpoints`; lists are separated by commas, numbers and booleans are read as such. */
export function applyEnvironment(
  raw: Record<string, unknown>,
  env: Readonly<Record<string, string | undefined>>,
  origins: Map<string, string>,
  mistakes: Mistake[],
): void {
  const known = new Map<string, Path>();
  for (const path of configPaths())
    known.set(`TAOSCOPE_${path.map((part) => snake(String(part))).join('_')}`, path);
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('TAOSCOPE_') || text === undefined || name in SECRETS || OTHER_VARIABLES.has(name))
      continue;
    const path = known.get(name);
    if (path === undefined) {
      const hint = closest(name, [...known.keys(), ...Object.keys(SECRETS)]);
      mistakes.push({ place: 'the environment', line: NO_LINE, text: `${name}: no such setting${hint}` });
      continue;
    }
    const dotted = path.join('.');
    setPath(raw, path, readVariable(dotted, text));
    origins.set(dotted, `the environment (${name})`);
  }
}

/** Variables of ours that are no settings. */
const OTHER_VARIABLES = new Set(['TAOSCOPE_SHARED', 'TAOSCOPE_CONFIG']);

const LISTS = new Set(['chain.endpoints', 'chain.archive', 'collect.netuids']);

function readVariable(dotted: string, text: string): unknown {
  if (LISTS.has(dotted) && text !== 'all') {
    const parts = text.split(',').map((part) => part.trim());
    return dotted === 'collect.netuids'
      ? parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))
      : parts;
  }
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function snake(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
