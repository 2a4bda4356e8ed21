import type { AuditBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { duration } from '../../format/time.ts';
import styles from './audit.module.css';
import { coverageText } from './standing.ts';
import { spanText } from './times.ts';

type CoverageJson = AuditBody['sources'][number]['validators'][number]['coverage'];

const SHOWN_GAPS = 12;

/** How much of a range reports cover, as a bar of its gaps and in words. */
export function Coverage({ coverage }: { coverage: CoverageJson }) {
  const { from, to, seconds, wantedSeconds, gaps } = coverage;
  const startMs = Date.parse(from);
  const lengthMs = Date.parse(to) - startMs;
  return (
    <div className={styles.coverage}>
      <span>
        <b>Coverage</b> {coverageText(seconds, wantedSeconds)}
      </span>
      <div className={styles.bar} data-whole={seconds >= wantedSeconds || undefined} aria-hidden="true">
        {lengthMs > 0
          ? gaps.map((gap) => (
              <span
                key={gap.from}
                style={{
                  left: `${((Date.parse(gap.from) - startMs) / lengthMs) * 100}%`,
                  width: `${((gap.seconds * 1000) / lengthMs) * 100}%`,
                }}
              />
            ))
          : null}
      </div>
      {gaps.length === 0 ? null : (
        <details className={styles.gaps}>
          <summary>
            {integer(gaps.length)} {gaps.length === 1 ? 'gap' : 'gaps'}:{' '}
            {duration(gaps.reduce((sum, gap) => sum + gap.seconds, 0))} that no report covers
          </summary>
          <ul>
            {gaps.slice(-SHOWN_GAPS).map((gap) => (
              <li key={gap.from}>
                {spanText(gap.from, gap.to)} <span className={styles.quiet}>({integer(gap.seconds)} s)</span>
              </li>
            ))}
            {gaps.length > SHOWN_GAPS ? (
              <li className={styles.quiet}>and {integer(gaps.length - SHOWN_GAPS)} before these</li>
            ) : null}
          </ul>
        </details>
      )}
    </div>
  );
}
