import { SegmentedControl, Switch } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { auditQuery, findingsQuery } from '../../api/audit.ts';
import type { AuditBody } from '../../api/types.ts';
import { figureState } from '../../charts/figure.tsx';
import { integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { Notice } from '../../parts/notice.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { AUDIT_HOURS } from '../../url/page-search.ts';
import styles from './audit.module.css';
import { FindingsList } from './findings-list.tsx';
import { openText } from './findings-page.tsx';
import { OverviewTiles } from './overview-tiles.tsx';
import { standingOf } from './standing.ts';
import { useAuditSearch } from './use-audit-search.ts';
import { ValidatorFigure } from './validator-figure.tsx';

const SHOWN_FINDINGS = 10;

/** How the audit stands: what was found first, then how each hour of each validator came out. */
export function AuditOverviewPage() {
  useTitle('Audit');
  const { search, select } = useAuditSearch();
  const hours = search.hours ?? 168;
  const query = useQuery(auditQuery(hours));
  const { data } = query;
  const state = figureState(query);
  const counts = sumOf(data?.sources.flatMap(({ validators }) => validators) ?? []);
  const waiting = data?.sources.reduce((sum, { tablesWaiting }) => sum + tablesWaiting, 0) ?? 0;
  const standing = standingOf(counts, waiting);
  return (
    <>
      {data?.pass?.error === undefined ? null : (
        <Notice tone="warning">
          <strong>The last look at the lists ended early.</strong> {displayText(data.pass.error, 300)}
        </Notice>
      )}
      {data?.on === false ? (
        <Notice tone="info">
          This process does not audit; what is shown was recorded by another, or earlier.
        </Notice>
      ) : null}
      <p className={styles.standing} data-tone={data === undefined ? 'quiet' : standing.tone}>
        {data === undefined ? ' ' : standing.sentence}
      </p>
      <Findings open={data?.findings} />
      <OverviewTiles body={data} hours={hours} counts={counts} />
      <div className={styles.toolbar}>
        <SegmentedControl
          size="xs"
          aria-label="Hours shown"
          value={String(hours)}
          onChange={(value) =>
            select({ hours: value === '24' ? 24 : value === '720' ? 720 : undefined }, { push: true })
          }
          data={AUDIT_HOURS.map((each) => ({ value: String(each), label: `${each} h` }))}
        />
        <span className={styles.quiet}>24 h, a week or 30 days</span>
      </div>
      {data === undefined ? (
        <ValidatorFigure source={undefined} validator={undefined} hours={hours} state={state} />
      ) : (
        data.sources.map((source) => (
          <section key={source.name} className={styles.source}>
            <h2 className={styles.sourceName}>
              {displayText(source.name, 40)}{' '}
              <small>
                <Link to="/subnets/$netuid" params={{ netuid: String(source.netuid) }}>
                  subnet {source.netuid}
                </Link>{' '}
                · {displayText(source.host, 80)} · {integer(source.reports.validator)} reports of validators,{' '}
                {integer(source.reports.miner)} of miners
              </small>
            </h2>
            {source.validators.map((validator) => (
              <ValidatorFigure
                key={validator.hotkey}
                source={source}
                validator={validator}
                hours={hours}
                state={state}
              />
            ))}
            {source.validators.length === 0 ? (
              <p className={styles.nothing}>No validator of this source is configured.</p>
            ) : null}
          </section>
        ))
      )}
    </>
  );
}

/** The gravest of what is open; the page of findings has the rest. */
function Findings({ open }: { open: AuditBody['findings'] | undefined }) {
  const { search, select } = useAuditSearch();
  const all = search.state === 'all';
  const query = useInfiniteQuery(findingsQuery({ state: all ? 'all' : 'open' }, SHOWN_FINDINGS));
  const first = query.data?.pages[0];
  const more = (first?.total ?? 0) - (first?.findings.length ?? 0);
  return (
    <section
      className={styles.box}
      aria-busy={query.isPending}
      data-stale={query.isPlaceholderData || undefined}
    >
      <header className={styles.boxHead}>
        <h2>Findings</h2>
        <span className={styles.quiet}>{first === undefined ? ' ' : `Open: ${openText(first.open)}`}</span>
        <Switch
          size="xs"
          className={styles.push ?? ''}
          label="Resolved ones too"
          checked={all}
          onChange={(event) => select({ state: event.currentTarget.checked ? 'all' : undefined })}
        />
      </header>
      {query.error !== null && first === undefined ? (
        <Problem error={query.error} compact onRetry={() => void query.refetch()} />
      ) : (
        <FindingsList
          findings={first?.findings ?? []}
          label="Findings, gravest first"
          pending={query.isPending}
          expected={
            open === undefined ? 3 : Math.min(SHOWN_FINDINGS, open.critical + open.warning + open.info)
          }
          empty={
            all
              ? 'Nothing was ever found.'
              : 'Nothing is open: no check has come to a finding that still holds.'
          }
        />
      )}
      {more > 0 ? (
        <p className={styles.boxFoot}>
          <Link to="/audit/findings" search={all ? { state: 'all' } : {}}>
            {integer(more)} more {more === 1 ? 'finding' : 'findings'}
          </Link>
        </p>
      ) : null}
    </section>
  );
}

function sumOf(validators: readonly { counts: Readonly<Record<string, number>> }[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { counts } of validators)
    for (const [verdict, count] of Object.entries(counts)) sum[verdict] = (sum[verdict] ?? 0) + count;
  return sum;
}
