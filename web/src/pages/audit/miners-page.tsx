import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { auditQuery } from '../../api/audit.ts';
import { type AgreementFilter, agreementCsvPath, agreementQuery } from '../../api/audit-pay.ts';
import controls from '../../charts/controls.module.css';
import { figureState } from '../../charts/figure.tsx';
import { FileLink } from '../../parts/file-link.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { DataTable } from '../../table/data-table.tsx';
import { formatSort, parseSort } from '../../url/search.ts';
import { ValidatorChoice } from './incentives-validator.tsx';
import styles from './miners.module.css';
import { minerColumns } from './miners-columns.tsx';
import { MinersFigure } from './miners-figure.tsx';
import { MinerPanel } from './miners-panel.tsx';
import { agreementSentence, type ReportingMiner, worstFirst } from './miners-words.ts';
import { useAuditSearch } from './use-audit-search.ts';

const NONE: readonly ReportingMiner[] = [];

/** What miners say of themselves, beside what the validator says of them. */
export function MinersPage() {
  useTitle('Miners – Audit');
  const { search, select } = useAuditSearch();
  const [failure, setFailure] = useState<unknown>();
  const hours = search.hours ?? 168;
  const filter: AgreementFilter = { source: search.source, validator: search.validator, hours };
  const query = useQuery(agreementQuery(filter));
  const { data: body, isPlaceholderData: stale } = query;
  const overview = useQuery(auditQuery(hours)).data;
  const netuid = overview?.sources.find(({ name }) => name === body?.source)?.netuid;
  const miners = useMemo(() => worstFirst(body?.miners ?? NONE), [body]);
  const columns = useMemo(() => minerColumns(netuid), [netuid]);
  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const open = ({ hotkey }: ReportingMiner) => select({ miner: hotkey }, { push: true });

  return (
    <>
      {failure === undefined ? null : <Problem error={failure} compact />}
      <div className={controls.controls}>
        <ValidatorChoice validator={body?.validator} />
        <SegmentedControl
          size="xs"
          aria-label="How far back"
          value={String(hours)}
          onChange={(value) => select({ hours: value === '24' ? 24 : value === '720' ? 720 : undefined })}
          data={[
            { value: '24', label: '24 h' },
            { value: '168', label: '7 d' },
            { value: '720', label: '30 d' },
          ]}
        />
        <FileLink path={agreementCsvPath(filter)} file="audit-miners.csv" onError={setFailure} />
      </div>
      {query.error !== null && body !== undefined ? (
        <Problem error={query.error} compact onRetry={() => void query.refetch()} />
      ) : null}
      <p className={styles.sentence} role="status" data-stale={stale || undefined}>
        {body === undefined ? ' ' : agreementSentence(body)}
      </p>
      <MinersFigure body={body} miners={miners} state={figureState(query)} onOpen={open} />
      <div className={styles.table} data-stale={stale || undefined} aria-busy={query.isPending || stale}>
        <DataTable
          label="Miners that report about themselves"
          columns={columns}
          rows={miners}
          rowKey={({ hotkey }) => hotkey}
          sort={sort}
          onSort={(next) => select({ sort: formatSort(next) })}
          onOpen={open}
          loading={query.isPending}
          empty={
            query.error === null
              ? 'No miner publishes reports about itself in this range. They are fetched unless minerReports of the source is off.'
              : 'There is no answer to show.'
          }
        />
      </div>
      <MinerPanel
        miner={miners.find(({ hotkey }) => hotkey === search.miner)}
        netuid={netuid}
        onClose={() => select({ miner: undefined })}
      />
    </>
  );
}
