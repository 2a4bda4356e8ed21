import type { z } from 'zod';
import { ConfigSchema } from './schema.ts';

/** Where a setting stands: `['chain', 'endpoints', 0]`. */
export type Path = readonly (string | number)[];

/** All settings as paths, from the schema itself. */
export function configPaths(): Path[] {
  return Object.entries(ConfigSchema.shape).flatMap(([section, schema]) =>
    Object.keys((schema.unwrap() as z.ZodObject).shape).map((key) => [section, key]),
  );
}

/** The path as people write it: `chain.endpoints[0]`. */
export function showPath(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

/** Puts a value at a path, making the sections on the way. */
export function setPath(target: Record<string, unknown>, path: Path, value: unknown): void {
  let here = target;
  for (const part of path.slice(0, -1)) {
    const next = here[part];
    if (typeof next !== 'object' || next === null) here[part] = {};
    here = here[part] as Record<string, unknown>;
  }
  here[String(path.at(-1))] = value;
}
