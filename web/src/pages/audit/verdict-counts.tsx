import { integer } from '../../format/numbers.ts';
import styles from './audit.module.css';
import { VerdictSquare } from './verdict-mark.tsx';
import { countedName, VERDICT_LOOKS, VERDICT_ORDER } from './verdicts.ts';

/** How many hours came out how; it is the legend of a strip too. */
export function VerdictCounts({ counts }: { counts: Readonly<Record<string, number>> }) {
  return (
    <ul className={styles.counts} aria-label="Hours by verdict">
      {VERDICT_ORDER.map((verdict) => (
        <li
          key={verdict}
          title={VERDICT_LOOKS[verdict].meaning}
          data-none={(counts[verdict] ?? 0) === 0 || undefined}
        >
          <VerdictSquare verdict={verdict} />
          <b>{integer(counts[verdict] ?? 0)}</b> {countedName(verdict, counts[verdict] ?? 0)}
        </li>
      ))}
    </ul>
  );
}
