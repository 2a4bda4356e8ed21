import type { FigureRange } from '../api/types.ts';
import { integer } from '../format/numbers.ts';

const NAMES: Record<FigureRange['resolution'], readonly [one: string, many: string]> = {
  raw: ['stored snapshot', 'stored snapshots'],
  hourly: ['hourly roll-up', 'hourly roll-ups'],
  epoch: ['epoch roll-up', 'epoch roll-ups'],
};

/** Which resolution a figure shows and how many of what is stored: `400 of 8,640 stored snapshots, blocks 1 to 9`. */
export function resolutionNote(
  range: Pick<FigureRange, 'resolution' | 'from' | 'to' | 'stored' | 'shown'>,
): string {
  const [one, many] = NAMES[range.resolution];
  if (range.stored === 0 || range.from === undefined || range.to === undefined) return 'nothing stored';
  const shown = range.shown < range.stored ? `${integer(range.shown)} of ` : '';
  const what = range.stored === 1 ? one : many;
  const where =
    range.from === range.to
      ? `block ${integer(range.from)}`
      : `blocks ${integer(range.from)}–${integer(range.to)}`;
  return `${shown}${integer(range.stored)} ${what} · ${where}`;
}
