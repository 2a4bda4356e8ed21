import type { JsonValue } from '../../shared/index.ts';

/** Largest evidence of one verdict or finding, bytes of JSON. */
export const MOST_EVIDENCE = 16_384;

const LARGEST_VALUE = 2_048;
const ROOM_FOR_NAMES = 512;

/**
 * Evidence as it is stored: JSON of at most {@link MOST_EVIDENCE} bytes. Of what is larger the small values stay, digests among them,
 * in their order; lists are cut behind the elements that fit, and `omitted` names what was left out or cut.
 */
export function boundedEvidence(evidence: Readonly<Record<string, JsonValue>>): string {
  const whole = JSON.stringify(evidence);
  if (bytesOf(whole) <= MOST_EVIDENCE) return whole;
  const kept: Record<string, JsonValue> = {};
  const omitted: string[] = [];
  let room = MOST_EVIDENCE - ROOM_FOR_NAMES;
  for (const [name, value] of Object.entries(evidence)) {
    const fitting = cut(value, Math.min(LARGEST_VALUE, room - 2 * name.length - 16));
    const size =
      fitting === undefined ? 0 : bytesOf(JSON.stringify(fitting)) + bytesOf(JSON.stringify(name)) + 2;
    if (fitting !== undefined && size <= room) {
      kept[name] = fitting;
      room -= size;
    }
    if (fitting !== value && omitted.length < 8) omitted.push(name.slice(0, 40));
  }
  return JSON.stringify({ ...kept, omitted });
}

/** The value itself when it fits, a list's beginning, or nothing. */
function cut(value: JsonValue, room: number): JsonValue | undefined {
  if (bytesOf(JSON.stringify(value)) <= room) return value;
  if (!Array.isArray(value)) return undefined;
  const elements: JsonValue[] = [];
  let size = 2;
  for (const element of value) {
    size += bytesOf(JSON.stringify(element)) + 1;
    if (size > room) break;
    elements.push(element);
  }
  return elements.length === 0 ? undefined : elements;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
