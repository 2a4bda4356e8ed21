import { Link } from '@tanstack/react-router';
import { displayText } from '../../format/text.ts';
import styles from './audit.module.css';
import { checkName } from './check-names.ts';
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
  const why = whyText(hour);
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
        {why}
        {hour.check === null || isPlain(hour) ? null : (
          <span className={styles.quiet}> Check: {displayText(checkName(hour.check), 60)}.</span>
        )}
      </span>
    </p>
  );
}

/** The same in one line of plain text. */
export function hourSummary(hour: StripHour): string {
  return `${hourText(hour.hour)}: ${VERDICT_LOOKS[hour.verdict ?? 'none'].name}. ${whyText(hour)}`;
}

function whyText(hour: StripHour): string {
  if (hour.verdict === null) return 'Nothing was due yet, or nothing is recorded.';
  // Which of many checks that agree is told would only puzzle.
  if (isPlain(hour)) return 'Every check of it agrees.';
  return displayText(hour.detail ?? undefined, 300) ?? reasonText(hour.reason) ?? 'No reason is recorded.';
}

function isPlain({ verdict, reason }: StripHour): boolean {
  return verdict === 'verified' && (reason === 'ok' || reason === null);
}
