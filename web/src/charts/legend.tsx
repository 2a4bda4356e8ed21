import { useCallback, useMemo, useState } from 'react';
import styles from './figure.module.css';
import type { SeriesStyle } from './palette.ts';
import { dashPattern } from './picture.ts';

export interface LegendItem {
  readonly key: string;
  readonly label: string;
  readonly style: SeriesStyle;
  /** The whole of what `label` shortens. */
  readonly title?: string | undefined;
  /** Selected by the reader. */
  readonly strong?: boolean | undefined;
}

/** Which series the reader has hidden. */
export interface Hidden {
  readonly has: (key: string) => boolean;
  readonly toggle: (key: string) => void;
  /** Hides all others; once more shows them again. */
  readonly showOnly: (key: string, keys: readonly string[]) => void;
}

export function useHidden(): Hidden {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (key: string) =>
      setHidden((old) => {
        const next = new Set(old);
        if (!next.delete(key)) next.add(key);
        return next;
      }),
    [],
  );
  const showOnly = useCallback(
    (key: string, keys: readonly string[]) =>
      setHidden((old) => {
        const others = keys.filter((each) => each !== key);
        const alone = !old.has(key) && others.every((each) => old.has(each));
        return new Set(alone ? [] : others);
      }),
    [],
  );
  return useMemo(() => ({ has: (key) => hidden.has(key), toggle, showOnly }), [hidden, toggle, showOnly]);
}

/** The names of a figure's series; pressing one hides it or shows it again. A single series needs no legend. */
export function Legend({ items, hidden }: { items: readonly LegendItem[]; hidden: Hidden }) {
  if (items.length < 2) return null;
  const keys = items.map(({ key }) => key);
  return (
    <fieldset className={styles.legend} aria-label="Series shown">
      {items.map(({ key, label, style, title, strong }) => (
        <button
          key={key}
          type="button"
          className={styles.legendItem}
          aria-pressed={!hidden.has(key)}
          data-strong={strong || undefined}
          title={`${title ?? label}\nPress to hide or show, double-click to show alone`}
          onClick={() => hidden.toggle(key)}
          onDoubleClick={() => hidden.showOnly(key, keys)}
        >
          <Swatch style={style} />
          <bdi>{label}</bdi>
        </button>
      ))}
    </fieldset>
  );
}

/** A bit of the line as it is drawn. */
export function Swatch({ style }: { style: SeriesStyle }) {
  return (
    <svg width="20" height="8" viewBox="0 0 20 8" aria-hidden="true">
      <line
        x1="0"
        x2="20"
        y1="4"
        y2="4"
        stroke={style.color}
        strokeWidth="2.5"
        strokeDasharray={dashPattern(style).join(' ')}
      />
    </svg>
  );
}
