import type { ReactNode } from 'react';
import type { AuditWhyBody } from '../../api/types.ts';
import { amount, integer, percent } from '../../format/numbers.ts';
import { asWords, displayText } from '../../format/text.ts';
import { duration, utc } from '../../format/time.ts';
import { sharePercent } from './incentives-sentence.ts';
import styles from './why.module.css';

/** Where a score comes from, in figures: features, instances, chutes, and rows that do not count. */
export function WhyTables({ body }: { body: AuditWhyBody }) {
  const { features, instances, chutes, counted, notCounted } = body;
  const left = notCounted.reduce((sum, { rows }) => sum + rows, 0);
  return (
    <>
      <Table
        title="Features"
        empty="It has no figure in any feature of these rules."
        heads={['Feature', 'Its own', 'Of all', 'Share', 'Weight', 'Brings']}
        rows={features.map((one) => [
          asWords(one.name),
          `${figure(one.raw)} ${one.unit}`,
          figure(one.total),
          percent(one.share, 4),
          one.weight === null ? '–' : String(one.weight),
          sharePercent(one.contribution),
        ])}
      />
      <Table
        title="Instances that count most"
        empty="No instance of it counts by itself under these rules."
        heads={['Instance', 'Chute', 'Alive', 'Multiplier', 'Units', 'Brings', 'End']}
        rows={instances.map((one) => [
          <Id key="instance" text={one.instanceId} />,
          <Id key="chute" text={one.chuteId} />,
          <span
            key="alive"
            title={`${utc(one.from ?? undefined) ?? '?'} – ${utc(one.to ?? undefined) ?? '?'}`}
          >
            {duration(one.seconds)}
          </span>,
          one.multiplier === null ? '–' : amount(one.multiplier),
          amount(one.units),
          sharePercent(one.share),
          <span key="note" title={displayText(one.note, 300)}>
            {endText(one.note)}
          </span>,
        ])}
      />
      <Table
        title="Chutes that count most"
        empty="No request of it counts under these rules."
        heads={['Chute', 'Requests', 'Units']}
        rows={chutes.map((one) => [
          <Id key="chute" text={one.chuteId} />,
          integer(one.requests),
          amount(one.units),
        ])}
      />
      <Table
        title="Rows of requests"
        empty="Requests are no part of these rules, or none was exported of it."
        heads={['What became of them', 'Rows']}
        rows={
          counted + left === 0
            ? []
            : [
                ['counted', integer(counted)],
                ...notCounted.map(({ why, rows }) => [
                  `not counted: ${displayText(why, 80) ?? '?'}`,
                  integer(rows),
                ]),
              ]
        }
      />
    </>
  );
}

function Table({
  title,
  heads,
  rows,
  empty,
}: {
  title: string;
  heads: readonly string[];
  rows: readonly (readonly ReactNode[])[];
  empty: string;
}) {
  return (
    <section>
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p className={styles.quiet}>{empty}</p>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((cells, at) => (
                // The rows of one answer never change their order.
                <tr key={at}>
                  {cells.map((cell, column) => (
                    <td key={heads[column]}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** A count is whole, a sum of seconds is not. */
function figure(value: number): string {
  return Number.isInteger(value) ? integer(value) : amount(value);
}

/** How an instance ended, without the microseconds that the hover has. */
function endText(note: string): string | undefined {
  return displayText(note.replace(/(T\d\d:\d\d):\d\d(\.\d+)?Z/, '$1Z').replace('T', ' '), 60);
}

/** An id that a publisher gave: its beginning, whole on hover. */
function Id({ text }: { text: string }) {
  return (
    <code className={styles.id} title={displayText(text, 100)}>
      {displayText(text, 100)?.slice(0, 8)}
    </code>
  );
}
