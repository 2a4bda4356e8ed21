import { TaoscopeError } from '../../shared/index.ts';
import type { Micros } from '../types.ts';

/** Most rows of one page. */
export const MOST_ROWS = 1_000;

/** Conditions of a statement with the values that they name. Only what is given becomes a condition. */
export function conditions(
  given: readonly (readonly [value: unknown, sql: string])[],
  params: Readonly<Record<string, unknown>>,
): { readonly where: string; readonly params: Record<string, unknown> } {
  const used = given.filter(([value]) => value !== undefined).map(([, sql]) => sql);
  return {
    where: used.length === 0 ? '' : `WHERE ${used.join(' AND ')}`,
    params: Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)),
  };
}

/** A place in a list that is ordered by an instant and an id. */
export interface Place {
  readonly at: Micros;
  readonly id: string;
}

export function placeText({ at, id }: Place): string {
  return `${at}:${id}`;
}

/** Reads the `next` of an answer; `usage` when it is none. */
export function parsePlace(text: string): Place {
  const [, at, id] = /^(-?\d{1,17}):([0-9A-Za-z-]{1,80})$/.exec(text) ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id };
  throw new TaoscopeError('usage', {
    failed: 'this is no place in the list',
    got: JSON.stringify(text.slice(0, 80)),
    expected: 'the `next` of an earlier answer',
    todo: 'begin without `before`',
  });
}
