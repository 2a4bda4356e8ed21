import type { ReactNode } from 'react';
import styles from './tile.module.css';

/** A figure with its name, and beneath it what it is compared with. Tiles stand in a {@link Tiles} row. */
export function Tile({
  label,
  value,
  unit,
  note,
  title,
  loading = false,
}: {
  label: string;
  value: ReactNode;
  unit?: string | undefined;
  note?: ReactNode;
  title?: string | undefined;
  loading?: boolean;
}) {
  return (
    <div className={styles.tile} title={title} aria-busy={loading}>
      <dt className={styles.label}>{label}</dt>
      <dd className={styles.value}>
        {loading ? <span className={styles.skeleton} /> : value}
        {unit === undefined || loading ? null : <span className={styles.unit}> {unit}</span>}
      </dd>
      <dd className={styles.note}>{loading ? ' ' : (note ?? ' ')}</dd>
    </div>
  );
}

export function Tiles({ children }: { children: ReactNode }) {
  return <dl className={styles.tiles}>{children}</dl>;
}

/** A change over 24 h: sign, colour and word, so that colour alone carries nothing. */
export function Change({ value, text, since }: { value: number; text: string; since?: string | undefined }) {
  return (
    <span className={styles.change} title={since}>
      <span data-sign={Math.sign(value)}>{text}</span> in 24 h
    </span>
  );
}
