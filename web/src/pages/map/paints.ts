import type { MapBody } from '../../api/types.ts';
import type { Scheme } from '../../charts/inks.ts';
import type { LegendItem } from '../../charts/legend.tsx';
import { colorKeys, NEUTRAL, type SeriesStyle, seriesStyle } from '../../charts/palette.ts';
import { shortAddress } from '../../format/text.ts';
import type { MapColor } from '../../url/page-search.ts';
import type { MapPoint } from './map-frames.ts';

/** How points are coloured: by classes, each with a place in the legend, or by a figure along a scale. */
export interface Paint {
  readonly of: (point: MapPoint) => string | number;
  /** The class of a point, where there are classes. */
  readonly keyOf?: (point: MapPoint) => string;
  readonly items: readonly LegendItem[];
  /** The figure's ends, where there is a scale. */
  readonly scale?: { readonly low: number; readonly high: number };
}

const OTHERS = 'others';
/** As many hues as can be told apart. */
const MOST_OWNERS = 7;

export function paintOf(by: MapColor, points: MapBody['points'], scheme: Scheme): Paint {
  switch (by) {
    case 'role':
      return byRole(scheme);
    case 'coldkey':
      return byColdkey(points, scheme);
    case 'incentive':
      return byFigure(points, ({ incentive }) => incentive, Math.sqrt);
    case 'stake':
      // Stakes of one subnet span many decades.
      return byFigure(
        points,
        ({ stake }) => stake,
        (share) => Math.sqrt(Math.sqrt(share)),
      );
  }
}

function byRole(scheme: Scheme): Paint {
  const [miner, validator] = [seriesStyle(0, scheme), seriesStyle(1, scheme)];
  const keyOf = ({ validator: is }: MapPoint) => (is ? 'validator' : 'miner');
  return {
    of: (point) => (point.validator ? validator.color : miner.color),
    keyOf,
    items: [
      { key: 'miner', label: 'Miner', style: miner },
      { key: 'validator', label: 'Validator (square)', style: validator },
    ],
  };
}

/** The coldkeys with most neurons, each with a hue; all others share a neutral. */
function byColdkey(points: MapBody['points'], scheme: Scheme): Paint {
  const counts = new Map<string, number>();
  for (const { coldkey } of points) if (coldkey !== null) counts.set(coldkey, (counts.get(coldkey) ?? 0) + 1);
  const largest = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, MOST_OWNERS);
  const colors = colorKeys(
    largest.map(([key]) => key),
    scheme,
    MOST_OWNERS,
  );
  const keyOf = ({ coldkey }: MapPoint) => (coldkey !== null && colors.has(coldkey) ? coldkey : OTHERS);
  const solid = (color: string): SeriesStyle => ({ color, dash: 'solid', symbol: 'circle' });
  return {
    of: (point) => colors.get(keyOf(point)) ?? NEUTRAL[scheme],
    keyOf,
    items: [
      ...largest.map(([key, count]) => ({
        key,
        label: `${shortAddress(key)} (${count})`,
        title: key,
        style: solid(colors.get(key) ?? NEUTRAL[scheme]),
      })),
      ...(counts.size > largest.length
        ? [{ key: OTHERS, label: `${counts.size - largest.length} others`, style: solid(NEUTRAL[scheme]) }]
        : []),
    ],
  };
}

/** `bend` spreads the small figures over more of the scale. */
function byFigure(
  points: MapBody['points'],
  read: (point: MapPoint) => number | null,
  bend: (share: number) => number,
): Paint {
  const high = points.reduce((most, point) => Math.max(most, read(point) ?? 0), 0);
  return {
    of: (point) => {
      const value = read(point);
      return value === null || high <= 0 ? Number.NaN : bend(Math.max(0, value) / high);
    },
    items: [],
    scale: { low: 0, high },
  };
}
