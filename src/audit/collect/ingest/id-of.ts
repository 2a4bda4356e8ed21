/**
 * SQL: the id of a text in a UUID column. A UUID is itself, in whatever case; any other text becomes its SipHash-128, so that no
 * id is refused and two texts meet only by accident. `text` is an expression of ours, of type String.
 */
export function idOf(text: string): string {
  return `ifNull(toUUIDOrNull(${text}), reinterpretAsUUID(sipHash128(${text})))`;
}
