import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { figureQuery } from '../../api/figures.ts';
import { keyLabel, type Roster, selectedGroups } from '../../api/roster.ts';
import { figureState } from '../../charts/figure.tsx';
import { GROUPING_NAMES } from '../../charts/figure-controls.tsx';
import { type FigureLine, LineFigure } from '../../charts/line-figure.tsx';
import type { ValueAxis } from '../../charts/line-option.ts';
import { integer } from '../../format/numbers.ts';
import { Choice } from '../../parts/choice.tsx';
import { type Grouping, rangeQuery, USUAL } from '../../url/figure-search.ts';
import { formatSelection, normalSelected } from '../../url/selection.ts';
import { useNetuid, useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import type { Role } from './measures.ts';

const PLURALS: Record<Grouping, string> = {
  coldkey: 'coldkeys',
  hotkey: 'hotkeys',
  ip: 'IP addresses',
  subnet24: 'networks (/24)',
};
const COUNTED: readonly Grouping[] = ['hotkey', 'coldkey', 'ip'];

/** The largest groups of a class, and how many hotkeys, coldkeys or addresses each has: who runs many neurons. */
export function GroupsFigure({ role, roster }: { role: Role; roster: Roster }) {
  const netuid = useNetuid();
  const { search, select } = useSubnetSearch();
  const { selected, only, toggle } = useSelection();
  const by = search.by ?? USUAL.by;
  const counted = COUNTED.filter((each) => each !== by);
  const usual = counted[0] ?? 'hotkey';
  const count = counted.find((each) => each === search.count) ?? usual;
  const top = search.top ?? USUAL.top;
  const query = useQuery(
    figureQuery(netuid, 'groups', {
      ...rangeQuery(search),
      mechanism: search.mechanism,
      role,
      by,
      count,
      top,
      select: only ? formatSelection(selected) : undefined,
    }),
  );
  const { data } = query;
  const lines = useMemo(() => {
    if (data === undefined) return [];
    const strong = selectedGroups(roster, selected, data.by);
    return data.groups.map(
      ({ key, rows, values }): FigureLine => ({
        key,
        name: keyLabel(roster, key, data.by),
        title: `${key === '' ? 'none' : key} (${integer(rows)} neurons × snapshots)`,
        values,
        step: true,
        strong: strong.has(key),
      }),
    );
  }, [data, roster, selected]);
  const shownCount = data?.count ?? count;
  const left = useMemo(
    (): ValueAxis => ({ unit: PLURALS[shownCount], kind: 'count', fromZero: true }),
    [shownCount],
  );
  const pick = useCallback(
    (key: string) => {
      if (normalSelected(key) !== undefined) toggle(key);
    },
    [toggle],
  );
  const many = role === 'miner' ? 'Miners' : 'Validators';

  return (
    <LineFigure
      title={`${many}: ${PLURALS[shownCount]} of the largest ${PLURALS[data?.by ?? by]}`}
      help={`The ${top} with the most neurons over the range.`}
      tools={
        <Choice
          name="Count"
          value={count}
          choices={counted.map((value) => ({ value, label: GROUPING_NAMES[value] }))}
          onChoose={(value) => select({ count: value === usual ? undefined : value })}
        />
      }
      range={data}
      snapshots={data}
      lines={lines}
      axis={search.axis ?? 'time'}
      left={left}
      smoothing={{ window: search.window ?? USUAL.window, by: search.smooth ?? USUAL.smooth }}
      opacity={(search.opacity ?? USUAL.opacity) / 100}
      state={figureState(query)}
      empty={only ? 'Nothing selected is stored in this range.' : `No ${role}s are stored in this range.`}
      fileName={`groups-${by}-${role}s-${netuid}`}
      group={`${role}-${netuid}`}
      height="320px"
      onPick={pick}
    />
  );
}
