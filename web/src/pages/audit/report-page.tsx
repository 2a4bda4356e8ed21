import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { reportQuery } from '../../api/audit.ts';
import { ApiError } from '../../api/errors.ts';
import { figureState } from '../../charts/figure.tsx';
import { shortAddress } from '../../format/text.ts';
import { NextIcon, PreviousIcon } from '../../parts/icons.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import styles from './audit.module.css';
import { BundlePanel } from './bundle-panel.tsx';
import { ChecksPanel } from './checks-panel.tsx';
import { ClaimPanel } from './claim-panel.tsx';
import { DifferencesFigure } from './differences-figure.tsx';
import { FilesPanel } from './files-panel.tsx';
import { FindingsList } from './findings-list.tsx';
import { InstancesFigure } from './instances-figure.tsx';
import { reportSentence } from './report-sentence.ts';
import { hoursToShow, hourText } from './times.ts';
import { VerdictMark } from './verdict-mark.tsx';

/** One report: how each check of it came out and what that rests on. */
export function ReportPage() {
  const { id } = useParams({ from: '/audit/reports/$id' });
  if (/^[0-9a-f]{32}$/.test(id)) return <Report key={id} id={id} />;
  return (
    <Problem
      error={
        new ApiError(400, 'usage', {
          failed: 'this is not the id of a report',
          got: id.slice(0, 80),
          expected: '32 hex digits',
          todo: 'pick a report from the hours or the findings of the audit',
        })
      }
    />
  );
}

function Report({ id }: { id: string }) {
  const query = useQuery(reportQuery(id));
  const { data, error, refetch } = query;
  useTitle(data === undefined ? 'Report – Audit' : `${hourText(data.report.end)} – Audit`);
  if (error !== null && data === undefined) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <header className={styles.reportHead}>
        <h2 className={styles.reportTitle}>
          {data === undefined ? 'Report' : `Report of ${hourText(data.report.end)}`}
        </h2>
        {/* Its place in the row is kept while the report is on its way. */}
        <span>{data === undefined ? null : <VerdictMark verdict={data.report.verdict ?? 'none'} />}</span>
        <nav className={styles.neighbours} aria-label="Reports of the same account">
          <Neighbour id={data?.previous ?? null}>
            <PreviousIcon size={14} /> Before
          </Neighbour>
          <Neighbour id={data?.following ?? null}>
            After <NextIcon size={14} />
          </Neighbour>
        </nav>
        <p className={styles.reportSays}>{data === undefined ? ' ' : reportSentence(data)}</p>
      </header>
      {data === undefined ? (
        <Panel title="Checks">
          <div className={styles.findingsPending} role="status" aria-label="The report is loading">
            <span />
            <span />
            <span />
            <span />
          </div>
        </Panel>
      ) : (
        <>
          {data.findings.length === 0 ? null : (
            <section className={styles.box}>
              <header className={styles.boxHead}>
                <h2>Findings about it</h2>
              </header>
              <FindingsList findings={data.findings} label="Findings about this report" empty="" />
            </section>
          )}
          <ChecksPanel checks={data.checks} />
          <ClaimPanel report={data.report} />
          <FilesPanel files={data.files} isRead={data.report.state === 'loaded'} />
          {data.report.role === 'validator' ? (
            <>
              <DifferencesFigure
                reportId={id}
                differences={data.differences}
                isRead={data.report.state === 'loaded'}
                state={figureState(query)}
              />
              <InstancesFigure reportId={id} total={data.report.instances} />
            </>
          ) : null}
          <BundlePanel reportId={id} bundle={data.bundle} />
          <p className={styles.quiet}>
            <Link
              to="/audit"
              search={{
                validator: data.report.hotkey,
                hour: data.report.end,
                ...hoursOf(data.report.end),
              }}
            >
              To the hours of {shortAddress(data.report.hotkey)}
            </Link>
          </p>
        </>
      )}
    </>
  );
}

function hoursOf(hour: string): { hours?: 720 } {
  const range = hoursToShow(hour, Date.now());
  return range === undefined ? {} : { hours: range };
}

function Neighbour({ id, children }: { id: string | null; children: ReactNode }) {
  if (id === null)
    return (
      <span className={styles.noNeighbour} aria-disabled="true">
        {children}
      </span>
    );
  return (
    <Link to="/audit/reports/$id" params={{ id }}>
      {children}
    </Link>
  );
}
