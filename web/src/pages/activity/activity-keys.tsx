import { RangeSlider, useComputedColorScheme } from '@mantine/core';
import { ABSENT, levelValue } from '../../charts/packed-levels.ts';
import { scaleGradient } from '../../charts/palette.ts';
import styles from './activity.module.css';
import type { ActivityFrames, Track } from './activity-frames.ts';
import { measureName } from './measures.ts';
import { radiusOfShare } from './scatter.ts';
import { trackText } from './scatter-canvas.tsx';

/** Every level that a value may have. */
export const ALL_LEVELS: readonly [number, number] = [0, ABSENT - 1];

/** What colour and size mean. The scale of colours is a filter too: points outside of its two thumbs are not drawn. */
export function ActivityKeys({
  activity: { tracks },
  levels,
  onFilter,
}: {
  activity: ActivityFrames;
  levels: readonly [number, number];
  onFilter: (levels: readonly [number, number]) => void;
}) {
  const scheme = useComputedColorScheme('light');
  const { color, size } = tracks;
  const step = (ABSENT - 1) / 100;
  const end = (level: number) => textOf(color, level);
  return (
    <div className={styles.keys}>
      <span className={styles.key}>
        <span>Colour: {measureName(color.name)}</span>
        <span>{end(levels[0])}</span>
        <span className={styles.scale}>
          <span
            className={styles.gradient}
            style={{ display: 'block', background: scaleGradient(scheme) }}
            aria-hidden="true"
          />
          <RangeSlider
            size={2}
            thumbSize={12}
            min={0}
            max={100}
            minRange={0}
            value={[Math.round(levels[0] / step), Math.round(levels[1] / step)]}
            label={(at) => end(at * step)}
            thumbFromLabel={`Least ${measureName(color.name)} shown`}
            thumbToLabel={`Most ${measureName(color.name)} shown`}
            onChange={([low, high]) => onFilter([Math.round(low * step), Math.round(high * step)])}
          />
        </span>
        <span>{end(levels[1])}</span>
      </span>
      <span className={styles.key}>
        <span>Size: {measureName(size.name)}</span>
        {size.min === size.max ? null : (
          <span className={styles.dots}>
            <Dot share={size.max > 0 ? Math.max(0, size.min) / size.max : 0} />
            {trackText(size, size.min)}
          </span>
        )}
        <span className={styles.dots}>
          <Dot share={1} />
          {trackText(size, size.max)}
        </span>
      </span>
    </div>
  );
}

function Dot({ share }: { share: number }) {
  const radius = radiusOfShare(share);
  return (
    <svg width={radius * 2 + 2} height={radius * 2 + 2} aria-hidden="true">
      <circle cx={radius + 1} cy={radius + 1} r={radius} fill="none" stroke="currentColor" />
    </svg>
  );
}

function textOf(track: Track, level: number): string {
  const value = levelValue(Math.min(ABSENT - 1, level), track);
  return value === undefined ? '–' : trackText(track, value);
}
