export type AxisKind = 'block' | 'time';

/** Where snapshots lie: columns of equal length, ascending by block. */
export interface Snapshots {
  readonly block: readonly number[];
  readonly timestamp: readonly (string | null)[];
  /** Where a line is one neuron's: the same hotkey under another uid is another registration. */
  readonly uid?: readonly number[];
}

export type Point = readonly [x: number, y: number | null];

/**
 * Points of a line over the block or the time. It breaks where the uid changes and where samples are missing: a line
 * across would claim that nothing happened between.
 */
export function linePoints(
  snapshots: Snapshots,
  values: readonly (number | null)[],
  axis: AxisKind,
): [number, number | null][] {
  const longestStep = usualStep(snapshots.block) * 3;
  const points: [number, number | null][] = [];
  for (const [index, block] of snapshots.block.entries()) {
    const x = axisValue(snapshots, index, axis);
    if (x === undefined) continue;
    const previous = snapshots.block[index - 1];
    const broken =
      previous !== undefined &&
      (snapshots.uid?.[index] !== snapshots.uid?.[index - 1] || block - previous > longestStep);
    if (broken) points.push([x, null]);
    points.push([x, values[index] ?? null]);
  }
  return points;
}

/** The place of a snapshot on the axis: its block, or ms since the epoch; `undefined` when its time is not known. */
export function axisValue(snapshots: Snapshots, index: number, axis: AxisKind): number | undefined {
  if (axis === 'block') return snapshots.block[index];
  const stamp = snapshots.timestamp[index];
  const time = stamp == null ? Number.NaN : Date.parse(stamp);
  return Number.isNaN(time) ? undefined : time;
}

/** The distance that nine of ten neighbours keep, blocks: snapshots come at steps and at epochs, so not at even distances. */
function usualStep(blocks: readonly number[]): number {
  const steps = blocks.slice(1).map((block, index) => block - (blocks[index] ?? block));
  return steps.sort((a, b) => a - b)[Math.floor((steps.length - 1) * 0.9)] ?? 0;
}
