import type { Store } from '../../store/index.ts';
import { churn } from '../analysis/churn.ts';
import { type Smoothing, smooth } from '../analysis/smooth.ts';
import { chooseFrames, type FigureRange, type FrameQuery, rangeOf } from './frames.ts';
import { neuronTable } from './neuron-table.ts';

export interface ChurnFigure extends FigureRange {
  added: (number | null)[];
  removed: (number | null)[];
  changed: (number | null)[];
}

/** Hotkeys added, removed and changed from one shown snapshot to the next, smoothed line by line. */
export async function churnFigure(
  store: Store,
  query: FrameQuery & { readonly smoothing?: Smoothing | undefined },
  signal?: AbortSignal,
): Promise<ChurnFigure> {
  const frames = await chooseFrames(store, query, signal);
  const table = await neuronTable(store, frames, { detail: 'hotkey' }, signal);
  const { added, removed, changed } = churn(
    table,
    table.holder.map(({ hotkey }) => hotkey),
  );
  const { smoothing } = query;
  const line = (values: (number | null)[]) => (smoothing === undefined ? values : smooth(values, smoothing));
  return { ...rangeOf(frames), added: line(added), removed: line(removed), changed: line(changed) };
}
