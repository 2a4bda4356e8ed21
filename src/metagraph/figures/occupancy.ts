import type { Store } from '../../store/index.ts';
import { occupancy } from '../analysis/occupancy.ts';
import { type Smoothing, smooth } from '../analysis/smooth.ts';
import { chooseFrames, type FigureRange, type FrameQuery, rangeOf } from './frames.ts';
import { neuronTable } from './neuron-table.ts';

export interface OccupancyFigure extends FigureRange {
  miners: (number | null)[];
  validators: (number | null)[];
  /** Never smoothed: it is measured against `maxUids`. */
  neurons: number[];
  maxUids: number | null;
}

/** Distinct hotkeys by class over time, smoothed line by line, and the places there are at the end of the range. */
export async function occupancyFigure(
  store: Store,
  query: FrameQuery & { readonly smoothing?: Smoothing | undefined },
  signal?: AbortSignal,
): Promise<OccupancyFigure> {
  const frames = await chooseFrames(store, query, signal);
  const [table, maxUids] = await Promise.all([
    neuronTable(store, frames, { detail: 'hotkey', kinds: true }, signal),
    placesAt(store, frames.netuid, frames.blocks.at(-1), signal),
  ]);
  const counts = occupancy(
    table,
    table.holder.map(({ hotkey }) => hotkey),
    table.kind,
  );
  const { smoothing } = query;
  const line = (values: number[]) => (smoothing === undefined ? values : smooth(values, smoothing));
  return {
    ...rangeOf(frames),
    miners: line(counts.miners),
    validators: line(counts.validators),
    neurons: counts.neurons,
    maxUids,
  };
}

async function placesAt(
  store: Store,
  netuid: number,
  block: number | undefined,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  if (block === undefined) return null;
  const rows = await store.query<{ max_uids: number | null }>(
    `SELECT max_uids FROM (
       SELECT max_uids, block FROM subnets WHERE netuid = {netuid:UInt16} AND block <= {block:UInt32}
       ORDER BY netuid DESC, block DESC LIMIT 1
       UNION ALL
       SELECT max_uids, block FROM subnets_hourly WHERE netuid = {netuid:UInt16} AND block <= {block:UInt32}
       ORDER BY netuid DESC, hour DESC LIMIT 1
     ) ORDER BY block DESC LIMIT 1`,
    { params: { netuid, block }, label: 'read how many uids there may be', signal },
  );
  return rows[0]?.max_uids ?? null;
}
