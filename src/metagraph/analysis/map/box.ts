import { rollText } from './random.ts';

/** A frame as laid out: by uid, in the units of UMAP; `undefined` for a neuron that receives no weights. */
export interface LaidOut {
  readonly hotkeys: readonly string[];
  readonly places: readonly ({ x: number; y: number } | undefined)[];
}

/** The part of the box (from 0 to 1 on both axes, y upwards) in which the map lies; square, so that distances stay true. */
const MAP = { left: 0.06, bottom: 0.12, side: 0.88 };
/** The strip below it for the neurons without weights. */
const STRIP = { left: 0.06, bottom: 0, width: 0.88, height: 0.06 };
/** What the first frame leaves free around itself, so that little of what moves later makes the box grow. */
const MARGIN = 1.15;
/** Half the side of the box at least: a lone neuron then lies in the middle. */
const LEAST_REACH = 1;

/**
 * Fits all frames into one box, which is centred on the first that shows something and just large enough for the
 * others: what stays in place stays there in every frame. A neuron without weights has a place in the strip by its
 * hotkey alone, whoever comes and goes.
 */
export function fitIntoBox(frames: readonly LaidOut[]): { x: number[]; y: number[] }[] {
  const { x: middleX, y: middleY, reach } = boxOf(frames);
  const scale = MAP.side / (2 * reach);
  const centreX = MAP.left + MAP.side / 2;
  const centreY = MAP.bottom + MAP.side / 2;
  return frames.map(({ hotkeys, places }) => ({
    x: places.map((place, uid) =>
      place === undefined
        ? STRIP.left + STRIP.width * rollText(hotkeys[uid] as string, 3)
        : centreX + scale * (place.x - middleX),
    ),
    y: places.map((place, uid) =>
      place === undefined
        ? STRIP.bottom + STRIP.height * rollText(hotkeys[uid] as string, 4)
        : centreY + scale * (place.y - middleY),
    ),
  }));
}

function boxOf(frames: readonly LaidOut[]): { x: number; y: number; reach: number } {
  let box: { x: number; y: number; reach: number } | undefined;
  for (const { places } of frames) {
    const shown = places.filter((place) => place !== undefined);
    if (shown.length === 0) continue;
    if (box === undefined) {
      const [x, y] = [middle(shown.map((place) => place.x)), middle(shown.map((place) => place.y))];
      box = { x, y, reach: Math.max(LEAST_REACH, MARGIN * reachOf(shown, x, y)) };
    } else box.reach = Math.max(box.reach, reachOf(shown, box.x, box.y));
  }
  return box ?? { x: 0, y: 0, reach: LEAST_REACH };
}

function middle(values: readonly number[]): number {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return (low + high) / 2;
}

function reachOf(places: readonly { x: number; y: number }[], x: number, y: number): number {
  return places.reduce((most, place) => Math.max(most, Math.abs(place.x - x), Math.abs(place.y - y)), 0);
}
