import type { JsonValue } from '../../shared/index.ts';
import { isoInstant, readInstant } from '../instants.ts';
import { VERDICTS, type VerdictKind } from '../types.ts';

/** How stored values are told: instants with microseconds and `Z`, empty texts and what is not known as `null`. */

/** A stored instant that is never NULL. */
export function instant(text: string): string {
  return isoInstant(readInstant(text) ?? 0);
}

export function instantOrNull(text: string | null): string | null {
  const at = readInstant(text);
  return at === undefined ? null : isoInstant(at);
}

export function textOrNull(text: string | null): string | null {
  return text === null || text === '' ? null : text;
}

export function verdictOrNull(text: string): VerdictKind | null {
  return VERDICTS.find((kind) => kind === text) ?? null;
}

/** Evidence as it was stored: a JSON object; anything else is an empty one. */
export function evidenceOf(json: string): Record<string, JsonValue> {
  try {
    const value: JsonValue = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

/** Seconds, a count or another figure that the store writes as text when it may be large. */
export function figure(value: string | number | null | undefined): number {
  return Number(value ?? 0);
}
