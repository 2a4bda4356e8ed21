import { type CSSProperties, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { ChartHandle } from '../../charts/chart.tsx';
import { PICTURE_SCALE } from '../../charts/picture.ts';
import type { Player } from '../../charts/player.ts';
import { playerKeys } from '../../charts/player-keys.ts';
import { amount, fraction } from '../../format/numbers.ts';
import { shortAddress } from '../../format/text.ts';
import { useWidth } from '../weights/use-width.ts';
import styles from './map.module.css';
import { createMapDrawing, type MapScene } from './map-drawing.ts';
import type { MapPoint } from './map-frames.ts';

/** The canvas of the map: it follows the player, and says what is under the pointer. */
export function MapStage({
  scene,
  player,
  handle,
  coin,
  onPick,
}: {
  scene: Omit<MapScene, 'width' | 'height' | 'scale'>;
  player: Player;
  handle: RefObject<ChartHandle | null>;
  coin: string;
  onPick: (hotkey: string) => void;
}) {
  const [frame, width] = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [over, setOver] = useState<{ index: number; x: number; y: number }>();
  const height = Math.round(Math.max(300, Math.min(620, width * 0.62)));
  const scale = Math.min(2, globalThis.devicePixelRatio || 1);
  const drawing = useMemo(
    () => createMapDrawing({ ...scene, width: Math.max(200, width), height, scale }),
    [scene, width, height, scale],
  );
  const keys = useMemo(() => playerKeys(player), [player]);

  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (element === null || pen === null || pen === undefined || width === 0) return;
    element.width = Math.round(width * scale);
    element.height = Math.round(height * scale);
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    // Positions between frames are shown only while it plays, and not to who asked for less motion.
    return player.onMove((position) => {
      const between = player.getState().playing && !still;
      drawing.draw(
        pen,
        between ? Math.min(position, player.frames - 1) : Math.min(Math.floor(position), player.frames - 1),
      );
    });
  }, [drawing, player, width, height, scale]);

  useEffect(() => {
    handle.current = {
      picture: () => {
        const sheet = document.createElement('canvas');
        sheet.width = Math.round(width * PICTURE_SCALE);
        sheet.height = Math.round(height * PICTURE_SCALE);
        const pen = sheet.getContext('2d');
        if (pen === null) return undefined;
        createMapDrawing({ ...scene, width, height, scale: PICTURE_SCALE }).draw(pen, player.frame());
        return sheet;
      },
    };
    return () => {
      handle.current = null;
    };
  }, [scene, width, height, player, handle]);

  const at = (event: { clientX: number; clientY: number }) => {
    const place = canvas.current?.getBoundingClientRect();
    if (place === undefined) return undefined;
    const [x, y] = [event.clientX - place.left, event.clientY - place.top];
    const index = drawing.pointAt(x, y, player.frame());
    return index === undefined ? undefined : { index, x, y };
  };
  const point = over === undefined ? undefined : scene.points[over.index];
  return (
    <div className={styles.stage}>
      <div
        ref={frame}
        className={styles.focus}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the animation is played and stepped with keys
        tabIndex={0}
        role="application"
        aria-label={`Map of ${scene.points.length} neurons; space plays, arrows step. The table below lists those that moved most.`}
        onKeyDown={keys}
      >
        <canvas
          ref={canvas}
          style={{ width, height }}
          onPointerMove={(event) => setOver(at(event))}
          onPointerLeave={() => setOver(undefined)}
          onClick={(event) => {
            const hit = at(event);
            const hotkey = hit === undefined ? undefined : scene.points[hit.index]?.hotkey;
            if (hotkey !== undefined) onPick(hotkey);
          }}
        />
      </div>
      {over === undefined || point === undefined ? null : (
        <Tip
          point={point}
          coin={coin}
          frame={player.frame()}
          style={{
            top: over.y + 16,
            ...(over.x > width * 0.6 ? { right: width - over.x + 16 } : { left: over.x + 16 }),
          }}
        />
      )}
    </div>
  );
}

function Tip({
  point,
  coin,
  frame,
  style,
}: {
  point: MapPoint;
  coin: string;
  frame: number;
  style: CSSProperties;
}) {
  const moved = point.moved[frame];
  const rows: (readonly [string, string])[] = [
    ['Coldkey', point.coldkey === null ? 'not known' : shortAddress(point.coldkey)],
    ['Stake', point.stake === null ? '–' : `${amount(point.stake)} ${coin}`],
    ['Incentive', point.incentive === null ? '–' : fraction(point.incentive)],
    ['Moved since the frame before', moved === null || moved === undefined ? '–' : fraction(moved)],
  ];
  return (
    <div className={styles.tip} style={style}>
      <b>
        UID {point.uid} · {shortAddress(point.hotkey)}
      </b>{' '}
      {point.validator ? 'validator' : 'miner'}
      {point.weighted[frame] === false ? ', receives no weight' : ''}
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
