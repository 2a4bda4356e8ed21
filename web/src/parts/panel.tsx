import type { ReactNode } from 'react';
import styles from './panel.module.css';

/** A titled box; its content scrolls inside it when it is wider than the page. */
export function Panel({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.panel}>
      <header className={styles.head}>
        <h2>{title}</h2>
        {note === undefined ? null : <span className={styles.note}>{note}</span>}
      </header>
      <div className={styles.body}>{children}</div>
    </section>
  );
}

/** Names and values in two columns. */
export function Facts({
  rows,
}: {
  rows: readonly (readonly [name: string, value: ReactNode, title?: string])[];
}) {
  return (
    <dl className={styles.facts}>
      {rows.map(([name, value, title]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={title}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
