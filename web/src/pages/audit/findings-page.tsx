import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { auditQuery, type FindingsFilter, findingsCsvPath, findingsQuery } from '../../api/audit.ts';
import type { AuditFindingsBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { asWords, displayText } from '../../format/text.ts';
import { Choice } from '../../parts/choice.tsx';
import { FileLink } from '../../parts/file-link.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { type AuditSearch, SEVERITIES } from '../../url/page-search.ts';
import { AccountFilter } from './account-filter.tsx';
import styles from './audit.module.css';
import { FindingsList } from './findings-list.tsx';
import { type SelectAudit, useAuditSearch } from './use-audit-search.ts';

const ALL = '';
const WHICH = { open: 'open', resolved: 'resolved', all: 'open or resolved' } as const;
const NO_KINDS: AuditFindingsBody['kinds'] = [];

/** Everything that a person should look at, by how grave it is, whose it is and whether it still holds. */
export function FindingsPage() {
  useTitle('Findings – Audit');
  const { search, select } = useAuditSearch();
  const filter = filterOf(search);
  const query = useInfiniteQuery(findingsQuery(filter));
  const pages = query.data?.pages;
  const first = pages?.[0];
  const findings = pages?.flatMap((page) => page.findings) ?? [];
  const filtered = [search.severity, search.kind, search.hotkey, search.source].some(
    (each) => each !== undefined,
  );
  return (
    <>
      <Filters search={search} select={select} kinds={first?.kinds ?? NO_KINDS} filter={filter} />
      {query.error !== null && pages === undefined ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <section
          className={styles.box}
          aria-busy={query.isPending || query.isPlaceholderData}
          data-stale={query.isPlaceholderData || undefined}
        >
          <p className={styles.boxHead} role="status">
            {first === undefined
              ? ' '
              : `${integer(first.total)} ${first.total === 1 ? 'finding' : 'findings'} ${filtered ? 'fit these choices' : WHICH[search.state ?? 'open']}. Open in all: ${openText(first.open)}.`}
          </p>
          <FindingsList
            findings={findings}
            label="Findings, gravest first"
            pending={query.isPending}
            empty={
              filtered
                ? 'Nothing fits these choices.'
                : search.state === undefined
                  ? 'Nothing is open: no check has come to a finding that still holds.'
                  : 'Nothing was ever found.'
            }
          />
        </section>
      )}
      {query.hasNextPage ? (
        <Button
          size="xs"
          variant="default"
          className={styles.more ?? ''}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          More findings
        </Button>
      ) : null}
    </>
  );
}

/** "1 critical, 2 warnings", without what there is none of; "none". */
export function openText({ critical, warning, info }: AuditFindingsBody['open']): string {
  const parts = [
    critical > 0 ? `${integer(critical)} critical` : '',
    warning > 0 ? `${integer(warning)} ${warning === 1 ? 'warning' : 'warnings'}` : '',
    info > 0 ? `${integer(info)} for information` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function filterOf({ source, kind, severity, hotkey, state }: AuditSearch): FindingsFilter {
  return { source, kind, severity, hotkey, state: state ?? 'open' };
}

function Filters({
  search,
  select,
  kinds,
  filter,
}: {
  search: AuditSearch;
  select: SelectAudit;
  kinds: AuditFindingsBody['kinds'];
  filter: FindingsFilter;
}) {
  const [failure, setFailure] = useState<unknown>();
  const sources = useQuery(auditQuery(search.hours ?? 168)).data?.sources ?? [];
  const { kind } = search;
  const listed = kind === undefined || kinds.some((each) => each.kind === kind);
  return (
    <>
      <div className={styles.toolbar}>
        <Choice
          name="State"
          value={search.state ?? 'open'}
          choices={[
            { value: 'open', label: 'Open' },
            { value: 'resolved', label: 'Resolved' },
            { value: 'all', label: 'Open and resolved' },
          ]}
          onChoose={(state) => select({ state: state === 'open' ? undefined : state })}
        />
        <Choice
          name="Severity"
          value={search.severity ?? ALL}
          choices={[
            { value: ALL, label: 'Any' },
            ...SEVERITIES.map((severity) => ({ value: severity, label: asWords(severity) })),
          ]}
          onChoose={(severity) => select({ severity: severity === ALL ? undefined : severity })}
        />
        <Choice
          name="Kind"
          value={kind ?? ALL}
          choices={[
            { value: ALL, label: 'Any' },
            ...(listed ? [] : [{ value: kind ?? ALL, label: kind ?? '' }]),
            ...kinds.map((each) => ({
              value: each.kind,
              label: `${each.kind} (${integer(each.open)} open)`,
            })),
          ]}
          onChoose={(chosen) => select({ kind: chosen === ALL ? undefined : chosen })}
        />
        {sources.length < 2 && search.source === undefined ? null : (
          <Choice
            name="Source"
            value={search.source ?? ALL}
            choices={[
              { value: ALL, label: 'Any' },
              ...sources.map(({ name }) => ({ value: name, label: displayText(name, 40) ?? name })),
            ]}
            onChoose={(source) => select({ source: source === ALL ? undefined : source })}
          />
        )}
        <AccountFilter list="findings" />
        <FileLink
          path={findingsCsvPath(filter)}
          file="audit-findings.csv"
          className={styles.push}
          onError={setFailure}
        />
      </div>
      {failure === undefined ? null : <Problem error={failure} compact />}
    </>
  );
}
