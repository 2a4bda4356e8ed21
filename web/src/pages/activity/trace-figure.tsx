import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { figureQuery } from '../../api/figures.ts';
import { keyLabel, type Roster } from '../../api/roster.ts';
import { figureState } from '../../charts/figure.tsx';
import { type FigureLine, LineFigure } from '../../charts/line-figure.tsx';
import type { ValueAxis } from '../../charts/line-option.ts';
import { colorKeys } from '../../charts/palette.ts';
import { axisOfUnit } from '../../charts/units.ts';
import { Choice } from '../../parts/choice.tsx';
import { rangeQuery, USUAL } from '../../url/figure-search.ts';
import { formatSelection, isSelected } from '../../url/selection.ts';
import { useNetuid, useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { COLUMN_NAMES, ROLE_COLUMNS, type Role, USUAL_COLUMN } from './measures.ts';

/** The hotkeys of a class with the highest mean of a column, a line each, coloured by coldkey. */
export function TraceFigure({ role, roster, symbol }: { role: Role; roster: Roster; symbol: string }) {
  const netuid = useNetuid();
  const { search, select } = useSubnetSearch();
  const { selected, only, toggle } = useSelection();
  const scheme = useComputedColorScheme('light');
  const column =
    search.trace !== undefined && ROLE_COLUMNS[role].includes(search.trace)
      ? search.trace
      : USUAL_COLUMN[role];
  const top = search.top ?? USUAL.top;
  const query = useQuery(
    figureQuery(netuid, 'traces', {
      ...rangeQuery(search),
      mechanism: search.mechanism,
      role,
      column,
      top,
      select: only ? formatSelection(selected) : undefined,
    }),
  );
  const { data } = query;
  const lines = useMemo(() => {
    const series = data?.series ?? [];
    const colors = colorKeys(
      series.map(({ coldkey }) => coldkey ?? ''),
      scheme,
    );
    return series.map(
      ({ hotkey, coldkey, uid, rank, values, mean }): FigureLine => ({
        key: hotkey,
        name: `${rank}. ${keyLabel(roster, hotkey, 'hotkey')}`,
        title: `${hotkey} (UID ${uid}, rank ${rank}, mean ${mean.toPrecision(6)}, coldkey ${coldkey ?? 'unknown'})`,
        values,
        strong: isSelected(selected, { uid, hotkey, coldkey }),
        color: colors.get(coldkey ?? '') ?? '',
      }),
    );
  }, [data, roster, selected, scheme]);
  const shownColumn = data?.column ?? column;
  const unit = data?.unit ?? '';
  const left = useMemo((): ValueAxis => ({ ...axisOfUnit(unit, symbol), fromZero: true }), [unit, symbol]);
  const pick = useCallback((hotkey: string) => toggle(hotkey), [toggle]);
  const many = role === 'miner' ? 'Miners' : 'Validators';

  return (
    <LineFigure
      title={`${many}: ${COLUMN_NAMES[shownColumn].toLowerCase()} of the top ${top}`}
      help="Hotkeys ranked by their mean over the range, coloured by coldkey. Press a line to select its hotkey."
      tools={
        <Choice
          name="Column"
          value={column}
          choices={ROLE_COLUMNS[role].map((value) => ({ value, label: COLUMN_NAMES[value] }))}
          onChoose={(value) => select({ trace: value === USUAL_COLUMN[role] ? undefined : value })}
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
      fileName={`${column}-top-${role}s-${netuid}`}
      group={`${role}-${netuid}`}
      height="320px"
      onPick={pick}
    />
  );
}
