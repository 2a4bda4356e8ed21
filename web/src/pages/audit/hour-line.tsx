import { Link } from '@tanstack/react-router';
import { displayText } from '../../format/text.ts';
import styles from './audit.module.css';
import type { StripHour } from './hour-grid.ts';
import { hourText } from './times.ts';
import { VerdictMark } from './verdict-mark.tsx';
import { reasonText, VERDICT_LOOKS } from './verdicts.ts';

/** How one hour came out and why, with the way to its report. Its place is kept while no hour is shown. */
export function HourLine({ hour }: { hour: StripHour | undefined }) {
  if (hour === undefined)
    return (
      <p className={styles.hourLine}>
        <span className={styles.quiet}>
          Point at an hour, or walk with the arrow keys, to see why it came out so.
        </span>
      </p>
    );
  const detail = displayText(hour.detail ?? undefined, 300);
  const reason = reasonText(hour.reason);
  return (
    <p className={styles.hourLine} role="status">
      <span className={styles.hourHead}>
        <b>{hourText(hour.hour)}</b> <VerdictMark verdict={hour.verdict ?? 'none'} />
        {hour.reportId === null ? null : (
          <Link to="/audit/reports/$id" params={{ id: hour.reportId }} className={styles.hourLink}>
            Report
          </Link>
        )}
      </span>
      <span className={styles.hourWhy}>
        {detail ?? (hour.verdict === null ? 'Nothing was due, or nothing is recorded.' : reason)}
        {hour.check === null ? null : (
          <span className={styles.quiet}> Check: {displayText(hour.check, 40)}.</span>
        )}
      </span>
    </p>
  );
}

/** The same in one line of plain text. */
export function hourSummary(hour: StripHour): string {
  const reason = reasonText(hour.reason);
  const why = displayText(hour.detail ?? undefined, 200) ?? reason;
  const verdict = VERDICT_LOOKS[hour.verdict ?? 'none'].name;
  return `${hourText(hour.hour)}: ${verdict}${why === undefined ? '' : `. ${why}`}`;
}
