import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { memo, useId } from 'react';
import { auditQuery } from '../../api/audit.ts';
import type { FindingJson } from '../../api/types.ts';
import { asWords, displayText } from '../../format/text.ts';
import { utc } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import styles from './audit.module.css';
import { Evidence } from './evidence.tsx';
import { type FindingPage, pageOf } from './finding-page.ts';
import { SeverityMark } from './severity-mark.tsx';
import { hoursToShow, isFullHour, whenText } from './times.ts';
import { useAuditSearch } from './use-audit-search.ts';

/** One line of the findings; unfolded it shows what was seen, what it rests on, and where to look further. */
export const FindingItem = memo(function FindingItem({
  finding,
  open,
  onToggle,
}: {
  finding: FindingJson;
  open: boolean;
  onToggle: (id: string) => void;
}) {
  const id = useId();
  const { severity, title, kind, hour, resolvedAt } = finding;
  return (
    <li className={styles.finding} data-resolved={resolvedAt === null ? undefined : true}>
      <button
        type="button"
        className={styles.findingLine}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => onToggle(finding.id)}
      >
        <SeverityMark severity={severity} />
        <span className={styles.findingTitle}>
          {displayText(title, 240) ?? asWords(kind.replaceAll('-', '_'))}
          {resolvedAt === null ? null : <span className={styles.tag}>resolved</span>}
        </span>
        <span className={styles.findingHour}>{whenText(hour)}</span>
        <span className={styles.caret} aria-hidden="true">
          {open ? '▾' : '▸'}
        </span>
      </button>
      {open ? <Details id={id} finding={finding} /> : null}
    </li>
  );
});

function Details({ id, finding }: { id: string; finding: FindingJson }) {
  const { hour, hotkey, reportId, kind, detail, firstSeen, lastSeen, resolvedAt } = finding;
  const range = hoursToShow(hour, Date.now());
  const look = pageOf(kind);
  const { search } = useAuditSearch();
  const sources = useQuery(auditQuery(search.hours ?? 168)).data?.sources ?? [];
  const isValidator =
    hotkey !== null &&
    isFullHour(hour) &&
    sources.some(({ validators }) => validators.some((each) => each.hotkey === hotkey));
  return (
    <div id={id} className={styles.findingBody}>
      <p className={styles.detail}>{displayText(detail, 2_000) ?? 'Nothing more is said of it.'}</p>
      <dl className={styles.facts}>
        <div>
          <dt>Kind</dt>
          <dd>
            <Link to="/audit/findings" search={{ kind, state: 'all' }}>
              {kind}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Source</dt>
          <dd>{displayText(finding.source, 40)}</dd>
        </div>
        {hotkey === null ? null : (
          <div>
            <dt>Account</dt>
            <dd>
              <Account address={hotkey} hotkey />
            </dd>
          </div>
        )}
        {reportId === null ? null : (
          <div>
            <dt>Report</dt>
            <dd>
              <Link to="/audit/reports/$id" params={{ id: reportId }} className={styles.hash}>
                {reportId.slice(0, 12)}…
              </Link>
            </dd>
          </div>
        )}
        <div>
          <dt>{isFullHour(hour) ? 'Hour' : 'When'}</dt>
          <dd>
            {isValidator ? (
              <Link
                to="/audit"
                search={{
                  hour,
                  validator: hotkey,
                  ...(range === undefined ? {} : { hours: range }),
                }}
              >
                {whenText(hour)}
              </Link>
            ) : (
              whenText(hour)
            )}
          </dd>
        </div>
        {look === undefined ? null : (
          <div>
            <dt>Look at</dt>
            <dd>
              <Elsewhere look={look} finding={finding} />
            </dd>
          </div>
        )}
        <div>
          <dt>First seen</dt>
          <dd>{utc(firstSeen) ?? '–'}</dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd>{utc(lastSeen) ?? '–'}</dd>
        </div>
        {resolvedAt === null ? null : (
          <div>
            <dt>Resolved</dt>
            <dd>{utc(resolvedAt) ?? '–'}</dd>
          </div>
        )}
        <div>
          <dt>About</dt>
          <dd className={styles.hash}>{displayText(finding.subject, 160)}</dd>
        </div>
      </dl>
      <Evidence evidence={finding.evidence} />
    </div>
  );
}

/** The page that shows what a finding is about beside everything like it. */
function Elsewhere({ look, finding }: { look: FindingPage; finding: FindingJson }) {
  const { hotkey, hour, subject } = finding;
  const validator = /@([1-9A-HJ-NP-Za-km-z]{46,50})$/.exec(subject)?.[1];
  switch (look) {
    case 'incentives':
      return (
        <Link
          to="/audit/incentives"
          search={{
            at: hour,
            ...(hotkey === null ? {} : { miner: hotkey }),
            ...(validator === undefined ? {} : { validator }),
          }}
        >
          what was owed and paid then
        </Link>
      );
    case 'miners':
      return <Link to="/audit/miners">what miners say of themselves</Link>;
    case 'probes':
      return (
        <Link to="/audit/probes" search={hotkey === null ? {} : { hotkey }}>
          requests of our own
        </Link>
      );
  }
}
