const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Longest text of the chain that is passed on; identities allow 1024 bytes and less. */
const MAX_CHARACTERS = 1_024;

/**
 * Text that anybody could put on the chain, as a string that does no harm: invalid UTF-8 replaced, control and
 * direction-changing characters removed, bounded. It is still hostile as to its content: show it as text only.
 * Bytes come as a Uint8Array or, from `Vec<Compact<u8>>`, as numbers.
 */
export function chainText(value: unknown): string {
  const bytes =
    value instanceof Uint8Array
      ? value
      : Array.isArray(value)
        ? Uint8Array.from(value as number[])
        : undefined;
  if (bytes === undefined) return '';
  return utf8
    .decode(bytes.subarray(0, MAX_CHARACTERS * 4))
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, '')
    .slice(0, MAX_CHARACTERS)
    .trim();
}
