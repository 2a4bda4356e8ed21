import type { ActivityBody } from '../../api/types.ts';
import { type CsvCell, toCsv } from '../../charts/csv.ts';
import type { ValueKind } from '../../charts/line-option.ts';
import { ABSENT, levelValue, unpackLevels } from '../../charts/packed-levels.ts';
import { axisOfUnit } from '../../charts/units.ts';
import { CHANNELS, type Channel } from './measures.ts';

/** One measure of every group and frame, as levels from `min` to `max`. */
export interface Track {
  readonly name: string;
  /** As it is shown. */
  readonly unit: string;
  readonly kind: ValueKind;
  readonly min: number;
  readonly max: number;
  /** `group * frames + frame`; `ABSENT` where there is none. */
  readonly levels: Uint16Array;
}

/** An animation, unpacked: what is drawn of it are four tracks. */
export interface ActivityFrames {
  readonly groups: readonly string[];
  readonly frames: number;
  readonly block: readonly number[];
  readonly timestamp: readonly (string | null)[];
  readonly tracks: Readonly<Record<Channel, Track>>;
}

/** Unpacks what the channels show; `symbol` is the subnet's coin. Throws a RangeError when a measure is lacking or its levels do not fit. */
export function activityFrames(
  body: ActivityBody,
  measures: Readonly<Record<Channel, string>>,
  symbol: string,
): ActivityFrames {
  const frames = body.block.length;
  const unpacked = new Map<string, Track>();
  const trackOf = (name: string): Track => {
    const known = unpacked.get(name);
    if (known !== undefined) return known;
    const packed = body.measures.find((measure) => measure.name === name);
    if (packed === undefined) throw new RangeError(`the answer has no measure ${name}`);
    const { min, max } = packed;
    const levels = unpackLevels(packed.levels, body.groups.length * frames);
    const track = { name, ...axisOfUnit(packed.unit, symbol), min, max, levels };
    unpacked.set(name, track);
    return track;
  };
  const [x, y, size, color] = CHANNELS.map((channel) => trackOf(measures[channel])) as [
    Track,
    Track,
    Track,
    Track,
  ];
  const { groups, block, timestamp } = body;
  return { groups, frames, block, timestamp, tracks: { x, y, size, color } };
}

/**
 * The value of a track; `undefined` where the group is not there in the frame. A level knows it to 1/65534 of the track's
 * range: counts are whole again, all else has the digits that it can have.
 */
export function trackValue(frames: number, track: Track, group: number, frame: number): number | undefined {
  const value = levelValue(track.levels[group * frames + frame] ?? ABSENT, track);
  if (value === undefined) return undefined;
  return track.kind === 'count' ? Math.round(value) : Number(value.toPrecision(6));
}

/** The ends of an axis: 10 % below nothing to 110 % of the largest value over all frames. */
export function axisEnds({ max }: Pick<Track, 'max'>): readonly [low: number, high: number] {
  const top = max > 0 ? max : 1;
  return [-0.1 * top, 1.1 * top];
}

/** Every group of every frame as rows; measures that two channels share come once. */
export function activityCsv(activity: ActivityFrames, groupName: string): string {
  const tracks = distinctTracks(activity);
  return toCsv(['block', 'timestamp', groupName, ...tracks.map(({ name }) => name)], rows());

  function* rows(): Generator<readonly CsvCell[]> {
    for (let frame = 0; frame < activity.frames; frame += 1) {
      for (const [group, key] of activity.groups.entries()) {
        const values = tracks.map((track) => trackValue(activity.frames, track, group, frame));
        if (values.some((value) => value !== undefined))
          yield [activity.block[frame], activity.timestamp[frame], key, ...values];
      }
    }
  }
}

/** Columns as JSON: the axis once, and per measure the values of each group. */
export function activityJson(activity: ActivityFrames, groupName: string): string {
  return JSON.stringify({
    block: activity.block,
    timestamp: activity.timestamp,
    groupedBy: groupName,
    groups: activity.groups,
    measures: distinctTracks(activity).map((track) => ({
      name: track.name,
      unit: track.unit,
      values: activity.groups.map((_, group) =>
        activity.block.map((_block, frame) => trackValue(activity.frames, track, group, frame) ?? null),
      ),
    })),
  });
}

function distinctTracks({ tracks }: ActivityFrames): Track[] {
  return [...new Set(CHANNELS.map((channel) => tracks[channel]))];
}
