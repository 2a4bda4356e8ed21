/** Marks an absent value among the levels. */
export const ABSENT = 65_535;
/** Steps from the smallest value to the largest. */
const STEPS = 65_534;

/** A measure of an animation: its levels as the server packed them, group by group. */
export interface PackedMeasure {
  readonly name: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly levels: string;
}

/**
 * The levels of every group and frame: little-endian u16 in base64, `group * frames + frame`. Throws a RangeError when the
 * text is not base64 or has not `count` levels: half an animation would be a wrong one.
 */
export function unpackLevels(packed: string, count: number): Uint16Array {
  let bytes: string;
  try {
    bytes = atob(packed);
  } catch {
    throw new RangeError('packed levels are not base64');
  }
  if (bytes.length !== count * 2)
    throw new RangeError(`packed levels have ${bytes.length} bytes, expected ${count * 2}`);
  const levels = new Uint16Array(count);
  for (let index = 0; index < count; index += 1)
    levels[index] = bytes.charCodeAt(index * 2) | (bytes.charCodeAt(index * 2 + 1) << 8);
  return levels;
}

/** The value of a level; `undefined` where it is absent. */
export function levelValue(level: number, { min, max }: { min: number; max: number }): number | undefined {
  return level === ABSENT ? undefined : min + (level / STEPS) * (max - min);
}
