import type { Store } from '../../store/index.ts';
import { type Smoothing, smooth } from '../analysis/smooth.ts';
import { chooseFrames, type FigureRange, type FrameQuery, rangeOf, SUBNET_FRAMES } from './frames.ts';

const COLUMNS = {
  price: 'price_rao',
  emission: 'emission',
  burn: 'burn',
  taoIn: 'tao_in',
  alphaIn: 'alpha_in',
  alphaOut: 'alpha_out',
} as const;

type EconomyColumn = keyof typeof COLUMNS;

/** Price in TAO per alpha, emission in TAO per block, burn and `taoIn` in TAO, `alphaIn` and `alphaOut` in alpha. */
export interface EconomyFigure extends FigureRange, Record<EconomyColumn, (number | null)[]> {}

/** Price, emission, cost to register and the pool of a subnet over time; `null` where the era has none. */
export async function economyFigure(
  store: Store,
  query: FrameQuery & { readonly smoothing?: Smoothing | undefined },
  signal?: AbortSignal,
): Promise<EconomyFigure> {
  const frames = await chooseFrames(store, query, signal, SUBNET_FRAMES);
  const { netuid, table, blocks } = frames;
  const list = Object.entries(COLUMNS).map(([name, column]) => `toFloat64(${column}) / 1e9 AS ${name}`);
  const rows =
    blocks.length === 0
      ? []
      : await store.query<Record<EconomyColumn, number | null> & { at: number }>(
          `SELECT facts.block AS at, ${list.map((one) => one.replace('(', '(facts.')).join(', ')}
           FROM ${table} AS facts FINAL
           WHERE facts.netuid = {netuid:UInt16} AND facts.block IN {blocks:Array(UInt32)}`,
          { params: { netuid, blocks }, label: 'read the economy of a subnet', signal },
        );
  const byBlock = new Map(rows.map((row) => [row.at, row]));
  const { smoothing } = query;
  const line = (name: EconomyColumn) => {
    const values = blocks.map((block) => byBlock.get(block)?.[name] ?? null);
    return smoothing === undefined ? values : smooth(values, smoothing);
  };
  return {
    ...rangeOf(frames),
    price: line('price'),
    emission: line('emission'),
    burn: line('burn'),
    taoIn: line('taoIn'),
    alphaIn: line('alphaIn'),
    alphaOut: line('alphaOut'),
  };
}
