import { INK, type Scheme } from '../../charts/inks.ts';
import { ABSENT } from '../../charts/packed-levels.ts';
import { NEUTRAL, scaleColor, scaleSteps } from '../../charts/palette.ts';
import { integer, tick } from '../../format/numbers.ts';
import { utc } from '../../format/time.ts';
import { type ActivityFrames, axisEnds, type Track } from './activity-frames.ts';
import { measureName } from './measures.ts';

/** All that decides how frames are drawn, but for the frame. */
export interface ScatterScene {
  readonly activity: ActivityFrames;
  readonly scheme: Scheme;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Canvas pixels for one of CSS. */
  readonly scale: number;
  /** Of the points, 0 to 1. */
  readonly opacity: number;
  /** Groups that stand out, with what is written beside them. */
  readonly selected: ReadonlyMap<number, string>;
  /** Only those are drawn. */
  readonly only: boolean;
  /** Levels of colour that are drawn. */
  readonly colorLevels: readonly [low: number, high: number];
}

export interface Scatter {
  readonly draw: (pen: CanvasRenderingContext2D, frame: number) => void;
  /** The group whose point lies at CSS pixels (x, y) of a frame, the smallest if several. */
  readonly groupAt: (x: number, y: number, frame: number) => number | undefined;
}

const MARGIN = { left: 58, right: 18, top: 30, bottom: 46 };
const SMALLEST = 3.5;
const LARGEST = 16;
/** Narrower than this, the caption and the name of the upright axis have a line each above the plot. */
const NARROW = 560;
const LINE = 18;
const FONT = 'Inter, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';
const COLORS = 64;

/**
 * Draws the frames of an animation on a canvas. Everything that is the same in all frames is made once: the axes on a
 * canvas of their own, and for each channel what a level means in pixels or colour. A frame then costs a copy and one
 * circle per group.
 */
export function createScatter(scene: ScatterScene): Scatter {
  const { activity, scheme, scale: s, opacity, selected, only } = scene;
  const { frames, groups, tracks } = activity;
  const ink = INK[scheme];
  const narrow = scene.width < NARROW;
  const top = MARGIN.top + (narrow ? LINE : 0);
  const plot = {
    x: MARGIN.left,
    y: top,
    width: Math.max(40, scene.width - MARGIN.left - MARGIN.right),
    height: Math.max(40, scene.height - top - MARGIN.bottom),
  };
  const across = pixels(tracks.x, plot.x, plot.x + plot.width);
  const up = pixels(tracks.y, plot.y + plot.height, plot.y);
  const radii = levelRadii(tracks.size);
  const colors = scaleSteps(COLORS, scheme);
  const ground = drawGround(scene, plot);
  const order = Uint16Array.from(groups.keys());
  const [lowest, highest] = scene.colorLevels;
  const filtered = lowest > 0 || highest < ABSENT - 1;

  return { draw, groupAt };

  function draw(pen: CanvasRenderingContext2D, frame: number): void {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    if (ground !== undefined) pen.drawImage(ground, 0, 0);
    pen.setTransform(s, 0, 0, s, 0, 0);
    caption(pen, frame);
    const { levels: sizes } = tracks.size;
    // Large points first, so that small ones lie on them.
    order.sort((a, b) => (sizes[b * frames + frame] ?? 0) - (sizes[a * frames + frame] ?? 0) || a - b);
    pen.lineWidth = 1;
    pen.strokeStyle = ink.surface;
    pen.globalAlpha = opacity * (selected.size > 0 ? 0.35 : 1);
    if (!only) {
      for (const group of order) if (!selected.has(group)) point(pen, group, frame);
    }
    pen.globalAlpha = 1;
    pen.font = `600 12px ${FONT}`;
    pen.textBaseline = 'middle';
    for (const group of order) {
      const label = selected.get(group);
      if (label === undefined || !visible(group, frame)) continue;
      pen.strokeStyle = ink.strong;
      pen.lineWidth = 2;
      point(pen, group, frame);
      name(pen, label, group, frame);
    }
  }

  function point(pen: CanvasRenderingContext2D, group: number, frame: number): void {
    if (!visible(group, frame)) return;
    const at = group * frames + frame;
    const level = tracks.color.levels[at] ?? ABSENT;
    pen.fillStyle =
      level === ABSENT ? NEUTRAL[scheme] : (colors[Math.floor((level * COLORS) / ABSENT)] ?? NEUTRAL[scheme]);
    pen.beginPath();
    pen.arc(xOf(at), yOf(at), radiusOf(at), 0, Math.PI * 2);
    pen.fill();
    pen.stroke();
  }

  function name(pen: CanvasRenderingContext2D, label: string, group: number, frame: number): void {
    const at = group * frames + frame;
    const x = xOf(at);
    const right = x < plot.x + plot.width * 0.75;
    pen.textAlign = right ? 'left' : 'right';
    const from = x + (right ? 1 : -1) * (radiusOf(at) + 5);
    pen.lineWidth = 3;
    pen.strokeStyle = ink.surface;
    pen.strokeText(label, from, yOf(at));
    pen.fillStyle = ink.strong;
    pen.fillText(label, from, yOf(at));
    pen.textAlign = 'left';
  }

  function caption(pen: CanvasRenderingContext2D, frame: number): void {
    const block = activity.block[frame];
    if (block === undefined) return;
    pen.font = `600 ${narrow ? 11 : 13}px ${FONT}`;
    pen.textBaseline = 'alphabetic';
    pen.textAlign = 'right';
    pen.fillStyle = ink.quiet;
    const time = utc(activity.timestamp[frame] ?? undefined);
    const text = `block ${integer(block)}${time === undefined ? '' : ` · ${time}`}`;
    pen.fillText(text, plot.x + plot.width, plot.y - 11 - (narrow ? LINE : 0));
    pen.textAlign = 'left';
  }

  function groupAt(x: number, y: number, frame: number): number | undefined {
    let best: number | undefined;
    let bestRadius = Number.POSITIVE_INFINITY;
    for (const group of groups.keys()) {
      if ((only && !selected.has(group)) || !visible(group, frame)) continue;
      const at = group * frames + frame;
      const radius = radiusOf(at);
      if (radius < bestRadius && Math.hypot(xOf(at) - x, yOf(at) - y) <= radius + 3) {
        best = group;
        bestRadius = radius;
      }
    }
    return best;
  }

  function visible(group: number, frame: number): boolean {
    const at = group * frames + frame;
    if (tracks.x.levels[at] === ABSENT || tracks.y.levels[at] === ABSENT) return false;
    if (!filtered) return true;
    const level = tracks.color.levels[at] ?? ABSENT;
    return level !== ABSENT && level >= lowest && level <= highest;
  }

  function xOf(at: number): number {
    return across.offset + across.perLevel * (tracks.x.levels[at] ?? 0);
  }

  function yOf(at: number): number {
    return up.offset + up.perLevel * (tracks.y.levels[at] ?? 0);
  }

  function radiusOf(at: number): number {
    const level = tracks.size.levels[at] ?? ABSENT;
    return level === ABSENT ? SMALLEST : (radii[level >> 8] ?? SMALLEST);
  }
}

/** Where level 0 lies, and how far each further level. */
function pixels(track: Track, from: number, to: number): { offset: number; perLevel: number } {
  const [low, high] = axisEnds(track);
  const perUnit = (to - from) / (high - low);
  return {
    offset: from + (track.min - low) * perUnit,
    perLevel: ((track.max - track.min) / (ABSENT - 1)) * perUnit,
  };
}

/** Radii of 256 steps of level: the area grows with the value. */
function levelRadii({ min, max }: Track): Float32Array {
  return Float32Array.from({ length: 256 }, (_, step) => {
    const value = min + (step / 255) * (max - min);
    return radiusOfShare(max > 0 ? value / max : 0);
  });
}

export function radiusOfShare(share: number): number {
  return SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.min(1, Math.max(0, share)));
}

/** Ground, grid, axes and their names, on a canvas of its own. */
function drawGround(
  { activity, scheme, scale, width, height }: ScatterScene,
  plot: { x: number; y: number; width: number; height: number },
): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext('2d');
  if (pen === null) return undefined;
  const ink = INK[scheme];
  pen.scale(scale, scale);
  pen.fillStyle = ink.surface;
  pen.fillRect(0, 0, width, height);
  pen.font = `11px ${FONT}`;
  pen.fillStyle = ink.text;
  pen.strokeStyle = ink.line;
  const { x, y } = activity.tracks;
  const [xLow, xHigh] = axisEnds(x);
  const [yLow, yHigh] = axisEnds(y);
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  for (const value of roundTicks(xHigh, plot.width < 420 ? 4 : 7)) {
    const at = plot.x + ((value - xLow) / (xHigh - xLow)) * plot.width;
    line(pen, at, plot.y, at, plot.y + plot.height);
    pen.fillText(tick(value), at, plot.y + plot.height + 7);
  }
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  for (const value of roundTicks(yHigh, 6)) {
    const at = plot.y + plot.height - ((value - yLow) / (yHigh - yLow)) * plot.height;
    line(pen, plot.x, at, plot.x + plot.width, at);
    pen.fillText(tick(value), plot.x - 8, at);
  }
  pen.strokeStyle = ink.lineStrong;
  pen.strokeRect(plot.x + 0.5, plot.y + 0.5, plot.width - 1, plot.height - 1);
  pen.fillStyle = ink.strong;
  pen.font = `600 12px ${FONT}`;
  pen.textBaseline = 'alphabetic';
  pen.textAlign = 'right';
  pen.fillText(`${withUnit(x)} →`, plot.x + plot.width, height - 10);
  pen.textAlign = 'left';
  pen.fillText(`↑ ${withUnit(y)}`, 10, plot.y - 11);
  return canvas;
}

/** `Emission, mean (α)`. */
export function withUnit({ name, unit }: Pick<Track, 'name' | 'unit'>): string {
  return unit === '' ? measureName(name) : `${measureName(name)} (${unit})`;
}

/** Round values from 0 to `high`, about `count` of them. */
export function roundTicks(high: number, count: number): number[] {
  const rough = high / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let index = 0; index * step <= high; index += 1) ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}

function line(pen: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  pen.beginPath();
  pen.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  pen.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  pen.stroke();
}

/** The colours and sizes of a scene as a strip for its picture. */
export function drawKeys(
  pen: CanvasRenderingContext2D,
  { tracks }: ActivityFrames,
  scheme: Scheme,
  top: number,
): void {
  const ink = INK[scheme];
  pen.font = `12px ${FONT}`;
  pen.textBaseline = 'middle';
  pen.textAlign = 'left';
  pen.fillStyle = ink.text;
  const left = `Colour: ${withUnit(tracks.color)}  ${tick(Number(tracks.color.min.toPrecision(3)))}`;
  pen.fillText(left, 14, top);
  const from = 22 + pen.measureText(left).width;
  for (let x = 0; x < 110; x += 1) {
    pen.fillStyle = scaleColor(x / 109, scheme);
    pen.fillRect(from + x, top - 5, 1.5, 10);
  }
  pen.fillStyle = ink.text;
  const right = `${tick(Number(tracks.color.max.toPrecision(3)))}     Size: ${withUnit(tracks.size)}, largest ${tick(Number(tracks.size.max.toPrecision(3)))}`;
  pen.fillText(right, from + 118, top);
}
