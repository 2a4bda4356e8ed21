import type { EnumValue, Runtime } from './codec/index.ts';

/** The fields of a call or event by name; by position (`"0"`, `"1"` …) where the metadata has no names. */
export function namedFields(
  runtime: Runtime,
  kind: 'calls' | 'events',
  pallet: string,
  { type, value }: EnumValue,
): Readonly<Record<string, unknown>> {
  const names = runtime.fieldNames(kind, pallet, type);
  if (names.length === 0) return {};
  if (names[0] !== undefined) return value as Record<string, unknown>;
  // One unnamed field was unwrapped by its codec, several came as an array.
  const values = names.length === 1 ? [value] : (value as unknown[]);
  return Object.fromEntries(values.map((item, i) => [String(i), item]));
}
