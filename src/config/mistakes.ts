import { isMap, isScalar, type LineCounter, type Node } from 'yaml';
import type { z } from 'zod';
import { TaoscopeError } from '../shared/index.ts';
import { configPaths, type Path } from './paths.ts';
import { ConfigSchema } from './schema.ts';

/** One mistake, with its place. */
export interface Mistake {
  place: string;
  line: number;
  text: string;
}

/** The line of what does not come from the file: such mistakes are listed last. */
export const NO_LINE = Number.MAX_SAFE_INTEGER;

/** A zod issue as what we got, what was expected and, for an unknown key, what was probably meant. */
export function explain(issue: z.core.$ZodIssue): { path: Path; text: string }[] {
  const path = issue.path as Path;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const choices = keysAt(path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        text: SECRET_KEYS.has(key)
          ? 'a secret does not belong into this file; give it in the environment or in a file of its own (…File)'
          : `no such setting${closest(key, choices)}; the choices are ${choices.join(', ')}`,
      }));
    }
    case 'invalid_value':
      return [{ path, text: `expected one of ${issue.values.map(String).join(', ')}${gotOf(issue)}` }];
    case 'invalid_type':
      return [{ path, text: `expected ${article(issue.expected)}${gotOf(issue)}` }];
    case 'too_small':
      return [
        { path, text: `expected at least ${issue.minimum}${SIZED[issue.origin] ?? ''}${gotOf(issue)}` },
      ];
    case 'too_big':
      return [{ path, text: `expected at most ${issue.maximum}${SIZED[issue.origin] ?? ''}${gotOf(issue)}` }];
    case 'invalid_union': {
      const inner = issue.errors.flat();
      const deeper = inner.find((error) => error.path.length > 0);
      if (deeper !== undefined)
        return explain({ ...deeper, path: [...path, ...deeper.path] } as z.core.$ZodIssue);
      return [
        {
          path,
          text: `expected ${path.at(-1) === 'netuids' ? 'all, or a list of netuids' : 'another value'}${gotOf(issue)}`,
        },
      ];
    }
    default:
      return [{ path, text: `${issue.message}${gotOf(issue)}` }];
  }
}

/** What the limit of a size counts. */
const SIZED: Record<string, string> = { array: ' in the list', string: ' characters' };

const SECRET_KEYS = new Set(['token', 'password', 'secret', 'apiKey', 'key', 'mnemonic', 'seed']);

function gotOf(issue: z.core.$ZodIssue): string {
  if (!('input' in issue) || issue.input === undefined) return '';
  // The URL of an endpoint or a server may carry a key; it is never printed.
  if (/^(chain\.(endpoints|archive)|store\.url)/.test(issue.path.join('.'))) return '';
  const shown = JSON.stringify(issue.input) ?? String(issue.input);
  return `, got ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}`;
}

function article(type: string): string {
  const names: Record<string, string> = {
    int: 'a whole number',
    number: 'a number',
    string: 'text',
    array: 'a list',
    object: 'a mapping',
    boolean: 'true or false',
  };
  return names[type] ?? type;
}

function keysAt(path: Path): string[] {
  if (path.length === 0) return Object.keys(ConfigSchema.shape);
  return configPaths()
    .filter(([section]) => section === path[0])
    .map(([, key]) => String(key));
}

/** "; did you mean x?" when something known is within two edits. */
export function closest(text: string, choices: readonly string[]): string {
  const best = choices
    .map((choice) => ({ choice, distance: editDistance(text.toLowerCase(), choice.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= 2 ? `; did you mean ${best.choice}?` : '';
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The line of the deepest node on the path that exists; for an unknown or wrong key, the line of the key. */
export function lineOf(root: Node | null, path: Path, lines: LineCounter): number {
  let node: Node | null = root;
  let offset = 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (node !== null && 'items' in node && typeof part === 'number') {
      node = (node.items as Node[])[part] ?? null;
      offset = node?.range?.[0] ?? offset;
    } else break;
  }
  return lines.linePos(offset).line || 1;
}

export function mistakesError(mistakes: Mistake[], name: string | undefined): TaoscopeError {
  const sorted = [...mistakes].sort((a, b) => a.line - b.line);
  const count = sorted.length === 1 ? 'a mistake' : `${sorted.length} mistakes`;
  return new TaoscopeError(
    'usage',
    {
      failed: `the configuration has ${count}`,
      got: sorted.map((mistake) => `\n    ${mistake.place}  ${mistake.text}`).join(''),
      expected: 'settings as `taoscope config schema` describes them',
      todo: `correct ${name ?? 'them'} and run \`taoscope config check\``,
    },
    { fields: { mistakes: sorted.length } },
  );
}
