/** Numbers packed for the wire: 65,535 levels between the smallest and the largest, 65535 for absent. */
export interface Levels {
  min: number;
  max: number;
  /** Little-endian u16 in base64, in the order of the values. */
  levels: string;
}

const ABSENT = 65_535;
const TOP = 65_534;

/** Packs values: a level is 1/65,534 of their span, far below a pixel of any screen. All absent: min and max are 0. */
export function packLevels(values: readonly (number | null)[]): Levels {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) [min, max] = [0, 0];
  const span = max - min;
  const bytes = Buffer.alloc(values.length * 2);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? null;
    bytes.writeUInt16LE(value === null ? ABSENT : levelOf(value - min, span), at * 2);
  }
  return { min, max, levels: bytes.toString('base64') };
}

// The share first: it is never above 1, however small the span.
function levelOf(above: number, span: number): number {
  return span === 0 ? 0 : Math.round((above / span) * TOP);
}

/** The values again, each within half a level. */
export function unpackLevels({ min, max, levels }: Levels): (number | null)[] {
  const bytes = Buffer.from(levels, 'base64');
  return Array.from({ length: bytes.length / 2 }, (_, at) => {
    const level = bytes.readUInt16LE(at * 2);
    return level === ABSENT ? null : min + (level / TOP) * (max - min);
  });
}
