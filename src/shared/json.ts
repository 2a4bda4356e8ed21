/** What {@link toJsonValue} makes of chain values: integers beyond 2^53 are decimal strings. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** A bigint as JSON shows it: a number up to 2^53 - 1, else a decimal string. */
export function integerToJson(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : value.toString();
}

/** JSON text of a value that may hold bigints; `undefined` fields are left out. */
export function stringifyJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, item) => (typeof item === 'bigint' ? integerToJson(item) : item),
    indent,
  );
}

/** Whether a value that was read is an object with fields: no list, no null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
