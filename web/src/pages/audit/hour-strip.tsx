import { useComputedColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, memo, useEffect, useId, useMemo, useRef, useState } from 'react';
import styles from './audit.module.css';
import { gridOf, type HourGrid, type StripHour, type StripKey, walk } from './hour-grid.ts';
import { HourLine, hourSummary } from './hour-line.tsx';
import { dayText } from './times.ts';
import { LETTER_COLOR, VERDICT_COLORS, VERDICT_LOOKS } from './verdicts.ts';

const KEYS: readonly string[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];
const HEADS = [0, 6, 12, 18];

/**
 * A validator's hours as days by hours of the day, one cell each. Arrow keys walk through them, Enter opens the report of
 * one; a click marks it, and the line beneath says how it came out.
 */
export function HourStrip({
  hours,
  marked,
  label,
  onMark,
}: {
  hours: readonly StripHour[];
  /** End of the hour that the address names. */
  marked: string | undefined;
  label: string;
  onMark: (hour: StripHour) => void;
}) {
  const id = useId();
  const navigate = useNavigate();
  const box = useRef<HTMLTableElement>(null);
  const grid = useMemo(() => gridOf(hours), [hours]);
  const [at, setAt] = useState<string | undefined>(marked);
  const [pointed, setPointed] = useState<number>();
  // An address that names another hour, by a link on the same page, say.
  useEffect(() => {
    if (marked === undefined) return;
    setAt(marked);
    box.current?.scrollIntoView?.({ block: 'nearest' });
  }, [marked]);

  // Hours move on while the page is open: what is marked is an hour, not a place.
  const found = at === undefined ? -1 : hours.findIndex(({ hour }) => sameInstant(hour, at));
  const active = found === -1 ? undefined : found;
  const shown = hours[pointed ?? active ?? -1];
  const open = (hour: StripHour | undefined) => {
    const reportId = hour?.reportId;
    if (typeof reportId === 'string') void navigate({ to: '/audit/reports/$id', params: { id: reportId } });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    if (KEYS.includes(event.key)) {
      event.preventDefault();
      const next = walk(grid, active ?? hours.length, event.key as StripKey);
      setPointed(undefined);
      setAt(hours[next]?.hour);
    } else if (event.key === 'Enter' && active !== undefined) {
      event.preventDefault();
      open(hours[active]);
    }
  };
  return (
    <div className={styles.strip}>
      <table
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are walked with the arrow keys, as a grid's
        role="grid"
        aria-label={`${label}. Arrow keys walk through the hours, Enter opens a report.`}
        aria-activedescendant={active === undefined ? undefined : `${id}-${active}`}
        tabIndex={0}
        className={styles.hours}
        onKeyDown={onKeyDown}
        onPointerLeave={() => setPointed(undefined)}
        onFocus={() => {
          if (active === undefined) setAt(hours.at(-1)?.hour);
        }}
      >
        <thead>
          <tr>
            <th scope="col" aria-label="Day" />
            {HEADS.map((hour) => (
              <th key={hour} scope="colgroup" colSpan={6}>
                {String(hour).padStart(2, '0')}
                {hour === 0 ? ' UTC' : ''}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Cells
            id={id}
            grid={grid}
            active={active}
            onPoint={setPointed}
            onPick={(index) => {
              const hour = hours[index];
              if (hour === undefined) return;
              setAt(hour.hour);
              onMark(hour);
            }}
            onOpen={(index) => open(hours[index])}
          />
        </tbody>
      </table>
      <HourLine hour={shown} />
    </div>
  );
}

/** Drawn again only when the hours or the marked one change, not with each move of the pointer. */
const Cells = memo(
  function Cells({
    id,
    grid,
    active,
    onPoint,
    onPick,
    onOpen,
  }: {
    id: string;
    grid: HourGrid;
    active: number | undefined;
    onPoint: (index: number) => void;
    onPick: (index: number) => void;
    onOpen: (index: number) => void;
  }) {
    const scheme = useComputedColorScheme('light');
    const colors = VERDICT_COLORS[scheme];
    return grid.days.map(({ day, cells }) => (
      <tr key={day}>
        <th scope="row">{dayText(day)}</th>
        {cells.map((cell, column) => {
          // A day's 24 places never change their order.
          if (cell === undefined) return <td key={column} aria-hidden="true" />;
          const verdict = cell.hour.verdict ?? 'none';
          const summary = hourSummary(cell.hour);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid listens to the keys
            <td
              key={column}
              id={`${id}-${cell.index}`}
              aria-label={summary}
              title={summary}
              className={styles.cell}
              data-verdict={verdict}
              data-active={cell.index === active || undefined}
              style={{ background: colors[verdict], color: LETTER_COLOR[scheme] }}
              onPointerEnter={(event) => {
                if (event.pointerType === 'mouse') onPoint(cell.index);
              }}
              onClick={() => onPick(cell.index)}
              onDoubleClick={() => onOpen(cell.index)}
            >
              {VERDICT_LOOKS[verdict].letter}
            </td>
          );
        })}
      </tr>
    ));
  },
  (old, now) => old.id === now.id && old.grid === now.grid && old.active === now.active,
);

function sameInstant(a: string, b: string): boolean {
  return a === b || Date.parse(a) === Date.parse(b);
}
