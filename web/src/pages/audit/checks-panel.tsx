import { useId, useState } from 'react';
import type { AuditReportBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { utc } from '../../format/time.ts';
import { Panel } from '../../parts/panel.tsx';
import styles from './audit.module.css';
import { checkName } from './check-names.ts';
import { Evidence } from './evidence.tsx';
import { VerdictMark } from './verdict-mark.tsx';
import { reasonText } from './verdicts.ts';

export type CheckJson = AuditReportBody['checks'][number];

/** Every check of a report, the worst first: how it came out, why, and what that rests on. */
export function ChecksPanel({ checks }: { checks: readonly CheckJson[] }) {
  const verified = checks.filter(({ verdict }) => verdict === 'verified').length;
  return (
    <Panel
      title="Checks"
      note={
        checks.length === 0
          ? undefined
          : `${integer(verified)} of ${integer(checks.length)} verified, the worst first`
      }
    >
      {checks.length === 0 ? (
        <p className={styles.nothing}>It is not judged yet.</p>
      ) : (
        <ol className={styles.checks} aria-label="Checks, the worst first">
          {checks.map((check) => (
            <Check key={`${check.subjectType} ${check.file} ${check.check}`} check={check} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Check({ check }: { check: CheckJson }) {
  const { verdict, reason, detail, file, at, history, evidence } = check;
  const id = useId();
  // What failed shows at once what that rests on.
  const [open, setOpen] = useState(verdict !== 'verified');
  const name = checkName(check.check);
  const why = reasonText(reason);
  return (
    <li className={styles.check} data-verdict={verdict}>
      <button
        type="button"
        className={styles.checkLine}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <VerdictMark verdict={verdict} />
        <span className={styles.checkName}>
          {displayText(name, 60)}
          {file === null ? null : (
            <span className={styles.quiet}> of the {displayText(file, 40)} export</span>
          )}
        </span>
        <span className={styles.checkSays}>
          {displayText(detail, 600)}
          {why === undefined || verdict === 'verified' ? null : (
            <span className={styles.quiet}> Reason: {why}.</span>
          )}
        </span>
        <span className={styles.caret} aria-hidden="true">
          {open ? '▾' : '▸'}
        </span>
      </button>
      {open ? (
        <div id={id} className={styles.checkBody}>
          <Evidence evidence={evidence} />
          <p className={styles.quiet}>Since {utc(at) ?? 'a time that cannot be read'}.</p>
          {history.length === 0 ? null : (
            <ol className={styles.history} aria-label="What it said before, newest first">
              {history.map((old) => (
                <li key={`${old.at} ${old.verdict} ${old.reason}`}>
                  <span className={styles.quiet}>{utc(old.at) ?? '–'}</span>{' '}
                  <VerdictMark verdict={old.verdict} /> <span>{displayText(old.detail, 300)}</span>
                </li>
              ))}
            </ol>
          )}
        </div>
      ) : null}
    </li>
  );
}
