/** What one `name=value` pair of an address may hold. What cannot be understood is `undefined`, never guessed. */

/** A whole number from 0 (or `min`) to `max`. */
export function natural(value: unknown, max: number, min = 0): number | undefined {
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
  if (typeof value !== 'string' || !/^\d{1,10}$/.test(value)) return undefined;
  return natural(Number(value), max, min);
}

/** A text that is not empty, cut at `max` characters. */
export function text(value: unknown, max: number): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, max) : undefined;
}

export function oneOf<T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value);
}

/** `value`, unless it is what an address that does not name it means: equal views have equal addresses. */
export function unless<T>(value: T | undefined, usual: T): T | undefined {
  return value === usual ? undefined : value;
}

/** Without the names whose value is `undefined`, so that equal selections have equal addresses. */
export function compact<T extends Record<string, unknown>>(
  values: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
