import { useComputedColorScheme } from '@mantine/core';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { ChartHandle } from '../../charts/chart.tsx';
import { INK } from '../../charts/inks.ts';
import { valueText } from '../../charts/line-option.ts';
import { PICTURE_SCALE } from '../../charts/picture.ts';
import type { Player } from '../../charts/player.ts';
import { playerKeys } from '../../charts/player-keys.ts';
import styles from './activity.module.css';
import { type ActivityFrames, type Track, trackValue } from './activity-frames.ts';
import { CHANNELS, measureName } from './measures.ts';
import { createScatter, drawKeys, type ScatterScene } from './scatter.ts';

/** Keys of the picture below the drawing. */
const KEYS_HEIGHT = 26;

/** The drawing of an animation: hover tells, a click selects, keys play. React renders when the scene changes, not with frames. */
export function ScatterCanvas({
  activity,
  player,
  label,
  labelOf,
  selected,
  only,
  opacity,
  colorLevels,
  onPick,
  handle,
}: {
  activity: ActivityFrames;
  player: Player;
  label: string;
  labelOf: (key: string) => string;
  /** Keys of groups that stand out. */
  selected: ReadonlySet<string>;
  only: boolean;
  opacity: number;
  colorLevels: readonly [number, number];
  onPick: (key: string) => void;
  handle: RefObject<ChartHandle | null>;
}) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const { width, height } = useSize(box);
  const scene = useMemo((): ScatterScene => {
    const strong = activity.groups.flatMap((key, group) =>
      selected.has(key) ? [[group, labelOf(key)] as const] : [],
    );
    return {
      activity,
      scheme,
      width,
      height,
      scale: Math.min(2, globalThis.devicePixelRatio || 1),
      opacity,
      selected: new Map(strong),
      only,
      colorLevels,
    };
  }, [activity, scheme, width, height, opacity, selected, only, colorLevels, labelOf]);

  useEffect(() => {
    const pen = canvas.current?.getContext('2d', { alpha: false });
    const host = box.current;
    if (pen == null || host === null || canvas.current === null || scene.width === 0) return;
    canvas.current.width = Math.round(scene.width * scene.scale);
    canvas.current.height = Math.round(scene.height * scene.scale);
    const scatter = createScatter(scene);
    let drawn = -1;
    let pointer: { x: number; y: number } | undefined;
    const hovered = () => (pointer === undefined ? undefined : scatter.groupAt(pointer.x, pointer.y, drawn));
    const tell = () => {
      const group = hovered();
      host.style.cursor = group === undefined ? '' : 'pointer';
      showTip(tip.current, scene, group, drawn, pointer, labelOf);
    };
    const stop = player.onMove((position) => {
      const frame = Math.min(scene.activity.frames - 1, Math.floor(position));
      if (frame === drawn) return;
      drawn = frame;
      scatter.draw(pen, frame);
      if (pointer !== undefined) tell();
    });
    const listening = new AbortController();
    const { signal } = listening;
    const place = (event: PointerEvent) => {
      const { left, top } = host.getBoundingClientRect();
      pointer = { x: event.clientX - left, y: event.clientY - top };
      tell();
    };
    host.addEventListener('pointermove', place, { signal });
    host.addEventListener('pointerdown', place, { signal });
    host.addEventListener(
      'pointerleave',
      () => {
        pointer = undefined;
        tell();
      },
      { signal },
    );
    host.addEventListener(
      'click',
      () => {
        const key = scene.activity.groups[hovered() ?? -1];
        if (key !== undefined) onPick(key);
      },
      { signal },
    );
    handle.current = { picture: () => pictureOf(scene, drawn) };
    return () => {
      stop();
      listening.abort();
      handle.current = null;
    };
  }, [scene, player, handle, onPick, labelOf]);

  return (
    <div
      ref={box}
      className={styles.canvasBox}
      role="application"
      aria-label={`${label}. Space plays and pauses, arrow keys step, L loops.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys that it takes are those of a player
      tabIndex={0}
      onKeyDown={playerKeys(player)}
    >
      <canvas ref={canvas} className={styles.canvas} role="img" aria-label={label} />
      <div ref={tip} className={styles.tip} hidden />
    </div>
  );
}

/** Width and height of an element, pixels; 0 before it is laid out. */
function useSize(element: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const host = element.current;
    if (host === null) return;
    const watcher = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize({ width: Math.round(width), height: Math.round(height) });
    });
    watcher.observe(host);
    return () => watcher.disconnect();
  }, [element]);
  return size;
}

/** Writes as text, never as markup: keys and names come from the chain. */
function showTip(
  tip: HTMLDivElement | null,
  { activity, width }: ScatterScene,
  group: number | undefined,
  frame: number,
  pointer: { x: number; y: number } | undefined,
  labelOf: (key: string) => string,
): void {
  if (tip === null) return;
  const key = activity.groups[group ?? -1];
  tip.hidden = group === undefined || pointer === undefined || key === undefined;
  if (group === undefined || pointer === undefined || key === undefined) return;
  const head = document.createElement('b');
  head.textContent = labelOf(key);
  const rows = [...new Set(CHANNELS.map((channel) => activity.tracks[channel]))].map((track) => {
    const row = document.createElement('div');
    const name = document.createElement('span');
    name.textContent = measureName(track.name);
    const value = document.createElement('span');
    const figure = trackValue(activity.frames, track, group, frame);
    value.textContent = figure === undefined ? '–' : trackText(track, figure);
    row.append(name, value);
    return row;
  });
  tip.replaceChildren(head, ...rows);
  const left = pointer.x > width / 2;
  tip.style.left = left ? '' : `${pointer.x + 14}px`;
  tip.style.right = left ? `${width - pointer.x + 14}px` : '';
  tip.style.top = `${pointer.y + 10}px`;
}

/** A measure's value with its unit. */
export function trackText({ unit, kind }: Pick<Track, 'unit' | 'kind'>, value: number): string {
  return valueText(value, { unit, kind });
}

function pictureOf(scene: ScatterScene, frame: number): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = scene.width * PICTURE_SCALE;
  canvas.height = (scene.height + KEYS_HEIGHT) * PICTURE_SCALE;
  const pen = canvas.getContext('2d');
  if (pen === null) return undefined;
  pen.fillStyle = INK[scene.scheme].surface;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  createScatter({ ...scene, scale: PICTURE_SCALE }).draw(pen, frame);
  drawKeys(pen, scene.activity, scene.scheme, scene.height + KEYS_HEIGHT / 2 - 2);
  return canvas;
}
