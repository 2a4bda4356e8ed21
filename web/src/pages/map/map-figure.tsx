import { useComputedColorScheme } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MapBody } from '../../api/types.ts';
import type { ChartHandle } from '../../charts/chart.tsx';
import { toCsv } from '../../charts/csv.ts';
import { Figure, type FigureState } from '../../charts/figure.tsx';
import { Legend, useHidden } from '../../charts/legend.tsx';
import { scaleGradient } from '../../charts/palette.ts';
import { PlayerBar } from '../../charts/player-bar.tsx';
import { usePlayer } from '../../charts/use-player.ts';
import { amount, fraction, integer } from '../../format/numbers.ts';
import { utc } from '../../format/time.ts';
import { Choice } from '../../parts/choice.tsx';
import { MAP_FRAMES, type MapColor } from '../../url/page-search.ts';
import { isSelected } from '../../url/selection.ts';
import { useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import styles from './map.module.css';
import type { MapScene } from './map-drawing.ts';
import type { MapPoint } from './map-frames.ts';
import { MapStage } from './map-stage.tsx';
import { paintOf } from './paints.ts';

const PAINTS = [
  { value: 'role', label: 'Role' },
  { value: 'coldkey', label: 'Coldkey' },
  { value: 'incentive', label: 'Incentive' },
  { value: 'stake', label: 'Stake' },
] as const;
const AREAS = [
  { value: 'stake', label: 'Stake' },
  { value: 'incentive', label: 'Incentive' },
  { value: 'none', label: 'All equal' },
] as const;
const EPOCHS_A_SECOND = 2;

/** The map, frame by frame: a moving point is a neuron whose weights change. */
export function MapFigure({
  body,
  coin,
  state,
}: {
  body: MapBody | undefined;
  coin: string;
  state: FigureState;
}) {
  const { search, select } = useSubnetSearch();
  const { selected, only, toggle } = useSelection();
  const scheme = useComputedColorScheme('light');
  const hidden = useHidden();
  const handle = useRef<ChartHandle>(null);
  const player = usePlayer(body?.block.length ?? 0);
  // Frames are epochs: at the speed of other animations they would be over in a second.
  const [first] = useState(player);
  useEffect(() => first.setSpeed(EPOCHS_A_SECOND), [first]);
  const paintBy = search.paint ?? 'role';
  const area = search.area ?? 'stake';
  const points = body?.points ?? NONE;
  const paint = useMemo(() => paintOf(paintBy, points, scheme), [paintBy, points, scheme]);
  const scene = useMemo((): Omit<MapScene, 'width' | 'height' | 'scale'> => {
    const marked = new Map<number, string>();
    for (const [index, point] of points.entries())
      if (isSelected(selected, point)) marked.set(index, `UID ${point.uid}`);
    const { keyOf } = paint;
    return {
      points,
      block: body?.block ?? [],
      timestamp: body?.timestamp ?? [],
      scheme,
      paint: paint.of,
      area:
        area === 'none' ? undefined : (point: MapPoint) => (area === 'stake' ? point.stake : point.incentive),
      hidden: keyOf === undefined ? () => false : (point: MapPoint) => hidden.has(keyOf(point)),
      selected: marked,
      only: only && marked.size > 0,
    };
  }, [points, body?.block, body?.timestamp, scheme, paint, area, hidden, selected, only]);
  const caption = useCallback(
    (frame: number) => {
      const block = body?.block[frame];
      if (block === undefined) return '';
      const time = utc(body?.timestamp[frame] ?? undefined);
      return `block ${integer(block)}${time === undefined ? '' : ` · ${time}`}`;
    },
    [body],
  );

  return (
    <Figure
      title="Map of neurons"
      help="Near means alike: two neurons that the same validators give like parts of their weight lie close together. The axes have no meaning, nor has the distance between far groups. All frames are aligned, so a point that moves is a neuron whose weights change."
      tools={
        <>
          <Choice
            name="Colour"
            value={paintBy}
            choices={PAINTS}
            onChoose={(value) => select({ paint: value === 'role' ? undefined : value })}
          />
          <Choice
            name="Size"
            value={area}
            choices={AREAS}
            onChoose={(value) => select({ area: value === 'stake' ? undefined : value })}
          />
          <Choice
            name="Frames"
            value={String(search.frames ?? 30)}
            choices={MAP_FRAMES.map((each) => ({ value: String(each), label: String(each) }))}
            onChoose={(value) => select({ frames: value === '30' ? undefined : (Number(value) as 12 | 60) })}
          />
        </>
      }
      notes={
        body === undefined
          ? []
          : [
              `${integer(body.block.length)} ${body.block.length === 1 ? 'frame' : 'frames'}`,
              body.block[0] === undefined
                ? undefined
                : `blocks ${integer(body.block[0])}–${integer(body.block.at(-1) ?? 0)}`,
              `UMAP, seed ${body.seed}`,
              paint.scale === undefined
                ? undefined
                : `colour: ${paintBy} from 0 to ${highest(paintBy, paint.scale.high, coin)}`,
              'sizes and colours are those of the last frame a neuron is in',
            ]
      }
      state={state}
      empty={
        body !== undefined && (body.block.length === 0 || body.points.length === 0)
          ? 'No weights are stored in this range.'
          : undefined
      }
      legend={
        paint.scale === undefined ? (
          <Legend items={paint.items} hidden={hidden} />
        ) : (
          <div className={styles.keys}>
            <span className={styles.key}>
              {PAINTS.find(({ value }) => value === paintBy)?.label}: 0
              <span className={styles.gradient} style={{ background: scaleGradient(scheme) }} />
              {highest(paintBy, paint.scale.high, coin)}
            </span>
            <span className={styles.key}>squares are validators</span>
          </div>
        )
      }
      legendItems={paint.items.filter(({ key }) => !hidden.has(key))}
      fileName={`map-${body?.netuid ?? ''}`}
      csv={() => mapCsv(body)}
      handle={handle}
      height="440px"
    >
      <MapStage scene={scene} player={player} handle={handle} coin={coin} onPick={toggle} />
      <PlayerBar player={player} caption={caption} />
    </Figure>
  );
}

function highest(by: MapColor, value: number, coin: string): string {
  return by === 'stake' ? `${amount(value)} ${coin}` : fraction(value);
}

function mapCsv(body: MapBody | undefined): string {
  const lines = function* () {
    for (const [frame, block] of (body?.block ?? []).entries()) {
      for (const point of body?.points ?? []) {
        if (point.x[frame] === null || point.x[frame] === undefined) continue;
        yield [
          block,
          body?.timestamp[frame],
          point.uid,
          point.hotkey,
          point.coldkey,
          point.x[frame],
          point.y[frame],
          point.moved[frame],
          point.weighted[frame] === null ? null : String(point.weighted[frame]),
        ];
      }
    }
  };
  return toCsv(['block', 'timestamp', 'uid', 'hotkey', 'coldkey', 'x', 'y', 'moved', 'weighted'], lines());
}

const NONE: MapBody['points'] = [];
