import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { figureQuery } from '../../api/figures.ts';
import { keyLabel, type Roster, selectedGroups } from '../../api/roster.ts';
import type { ChartHandle } from '../../charts/chart.tsx';
import { Figure, figureState } from '../../charts/figure.tsx';
import { GROUPING_NAMES } from '../../charts/figure-controls.tsx';
import { PlayerBar } from '../../charts/player-bar.tsx';
import { usePlayer } from '../../charts/use-player.ts';
import { integer } from '../../format/numbers.ts';
import { utc } from '../../format/time.ts';
import { Choice } from '../../parts/choice.tsx';
import { rangeQuery, USUAL } from '../../url/figure-search.ts';
import { normalSelected } from '../../url/selection.ts';
import { useNetuid, useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import styles from './activity.module.css';
import { type ActivityFrames, activityCsv, activityFrames, activityJson } from './activity-frames.ts';
import { ActivityKeys, ALL_LEVELS } from './activity-keys.tsx';
import {
  CHANNELS,
  type Channel,
  chosenMeasures,
  type Role,
  roleMeasures,
  USUAL_MEASURES,
} from './measures.ts';
import { ScatterCanvas } from './scatter-canvas.tsx';

/** Frames of an animation at most: more would take longer to load than they are looked at. */
const MAX_FRAMES = 1_000;
const CHANNEL_NAMES: Record<Channel, string> = { x: 'Across', y: 'Up', size: 'Size', color: 'Colour' };

/** The neurons of a class moving through two measures, one point per group, one frame per stored block. */
export function ActivityFigure({ role, roster, symbol }: { role: Role; roster: Roster; symbol: string }) {
  const netuid = useNetuid();
  const { search, select } = useSubnetSearch();
  const { selected, only, toggle } = useSelection();
  const handle = useRef<ChartHandle>(null);
  const [levels, setLevels] = useState(ALL_LEVELS);
  const by = search.by ?? USUAL.by;
  const { x, y, size, color } = chosenMeasures(role, search);
  const measures = useMemo(() => ({ x, y, size, color }), [x, y, size, color]);
  const query = useQuery(
    figureQuery(netuid, 'activity', {
      ...rangeQuery(search),
      mechanism: search.mechanism,
      role,
      by,
      points: MAX_FRAMES,
      measures: [...new Set([x, y, size, color])].sort().join(','),
    }),
  );
  // Until the answer for other measures is there, the old one is drawn as it was asked.
  const shown = useRef<ActivityFrames>(undefined);
  const { activity, fault } = useMemo(() => {
    if (query.data === undefined) return { activity: undefined, fault: null };
    if (query.isPlaceholderData) return { activity: shown.current, fault: null };
    try {
      return { activity: activityFrames(query.data, measures, symbol), fault: null };
    } catch (error) {
      return { activity: undefined, fault: error };
    }
  }, [query.data, query.isPlaceholderData, measures, symbol]);
  shown.current = activity;
  const player = usePlayer(activity?.frames ?? 0);
  const strong = useMemo(() => selectedGroups(roster, selected, by), [roster, selected, by]);
  const labelOf = useCallback((key: string) => keyLabel(roster, key, by), [roster, by]);
  const pick = useCallback(
    (key: string) => {
      if (normalSelected(key) !== undefined) toggle(key);
    },
    [toggle],
  );
  const caption = useCallback(
    (frame: number) => {
      const block = activity?.block[frame];
      if (block === undefined) return '';
      const time = utc(activity?.timestamp[frame] ?? undefined);
      return `block ${integer(block)}${time === undefined ? '' : ` · ${time}`}`;
    },
    [activity],
  );
  const state = figureState(query);
  const title = `${role === 'miner' ? 'Miners' : 'Validators'}: activity`;
  const nothing =
    activity === undefined || activity.groups.length === 0
      ? `No ${role}s are stored in this range.`
      : undefined;

  return (
    <Figure
      title={title}
      help={`One point per ${GROUPING_NAMES[by].toLowerCase()}, one frame per stored block. Press a point to select it.`}
      range={query.data}
      state={fault === null ? state : { ...state, error: fault }}
      empty={state.pending ? undefined : nothing}
      fileName={`activity-${role}s-${netuid}`}
      csv={() => (activity === undefined ? '' : activityCsv(activity, by))}
      json={() => (activity === undefined ? '' : activityJson(activity, by))}
      handle={handle}
      height="clamp(420px, 64dvh, 680px)"
    >
      <div className={styles.channels}>
        {CHANNELS.map((channel) => (
          <Choice
            key={channel}
            name={CHANNEL_NAMES[channel]}
            value={measures[channel]}
            choices={roleMeasures(role)}
            onChoose={(value) => {
              if (channel === 'color') setLevels(ALL_LEVELS);
              select({ [channel]: value === USUAL_MEASURES[role][channel] ? undefined : value });
            }}
          />
        ))}
      </div>
      {activity === undefined ? null : (
        <>
          <ScatterCanvas
            activity={activity}
            player={player}
            label={`${title}, ${activity.groups.length} groups over ${activity.frames} frames`}
            labelOf={labelOf}
            selected={strong}
            only={only}
            opacity={(search.opacity ?? USUAL.opacity) / 100}
            colorLevels={levels}
            onPick={pick}
            handle={handle}
          />
          <PlayerBar player={player} caption={caption} />
          <ActivityKeys activity={activity} levels={levels} onFilter={setLevels} />
        </>
      )}
    </Figure>
  );
}
