import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { incentivesQuery, type JudgementFilter } from '../../api/audit-pay.ts';
import type { AuditIncentivesBody } from '../../api/types.ts';
import { figureState } from '../../charts/figure.tsx';
import { integer } from '../../format/numbers.ts';
import { Problem } from '../../parts/problem.tsx';
import { Tile, Tiles } from '../../parts/tile.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { PaidSide } from '../../url/audit-pay-search.ts';
import type { AuditSearch } from '../../url/page-search.ts';
import { formatSort, parseSort } from '../../url/search.ts';
import styles from './incentives.module.css';
import { incentiveColumns } from './incentives-columns.tsx';
import { IncentiveControls } from './incentives-controls.tsx';
import { IncentivesFigure } from './incentives-figure.tsx';
import { orderMiners, type PaidMiner, usualSide } from './incentives-marks.ts';
import { ProfilePanel } from './incentives-profile.tsx';
import { comparisonSentences, distance, sharePercent } from './incentives-sentence.ts';
import { useAuditSearch } from './use-audit-search.ts';
import { WhyPanel } from './why-panel.tsx';

const NO_MINERS: readonly PaidMiner[] = [];

/** What each miner is owed by the validator's own rules, beside what it was paid. */
export function IncentivesPage() {
  useTitle('Incentives – Audit');
  const { search, select } = useAuditSearch();
  const [failure, setFailure] = useState<unknown>();
  const filter = judgementOf(search);
  const query = useQuery(incentivesQuery(filter));
  const { data: body, isPlaceholderData: stale } = query;
  const side = body === undefined ? (search.side ?? 'weight') : usualSide(body.sides, search.side);
  const resolution = body?.sides[side].resolution ?? null;
  const listed = body?.miners ?? NO_MINERS;
  const drawn = useMemo(
    () => orderMiners(listed, side, search.order ?? 'delta', resolution),
    [listed, side, search.order, resolution],
  );
  const worst = useMemo(() => orderMiners(listed, side, 'delta', resolution), [listed, side, resolution]);
  const columns = useMemo(() => incentiveColumns(body, side), [body, side]);
  const sort = useMemo(() => parseSort(search.sort), [search.sort]);

  return (
    <>
      {failure === undefined ? null : <Problem error={failure} compact />}
      <IncentiveControls body={body} filter={filter} onError={setFailure} />
      {query.error !== null && body !== undefined ? (
        <Problem error={query.error} compact onRetry={() => void query.refetch()} />
      ) : null}
      <Summary body={body} side={side} stale={stale} />
      <IncentivesFigure body={body} miners={drawn} side={side} state={figureState(query)} />
      <div className={styles.table} data-stale={stale || undefined} aria-busy={query.isPending || stale}>
        <DataTable
          label="Miners: owed and paid"
          columns={columns}
          rows={worst}
          rowKey={(miner) => miner.hotkey}
          sort={sort}
          onSort={(next) => select({ sort: formatSort(next) })}
          onOpen={(miner) => select({ miner: miner.hotkey }, { push: true })}
          loading={query.isPending}
          empty={query.error === null ? 'Nobody is owed or paid anything.' : 'There is no judgement to show.'}
        />
      </div>
      <ProfilePanel body={body} />
      <WhyPanel
        filter={filter}
        netuid={body?.netuid}
        hotkey={search.miner}
        onClose={() => select({ miner: undefined })}
      />
    </>
  );
}

/** The judgement that an address asks for. */
function judgementOf({ source, validator, at, profile, basis }: AuditSearch): JudgementFilter {
  return { source, validator, at, profile, basis };
}

/** What it came to: in a sentence, then in figures. */
function Summary({
  body,
  side,
  stale,
}: {
  body: AuditIncentivesBody | undefined;
  side: PaidSide;
  stale: boolean;
}) {
  const summary = body?.sides[side];
  const loading = body === undefined;
  const count = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : integer(value);
  return (
    <section className={styles.summary} data-stale={stale || undefined} aria-label="What it came to">
      <p className={styles.sentence} role="status">
        {body === undefined ? ' ' : comparisonSentences(body, side).join(' ')}
      </p>
      <Tiles>
        <Tile
          label="Owed, not paid"
          value={<Count value={summary?.owedUnpaid} isSure={body?.hours.enough} />}
          note="miners"
          loading={loading}
        />
        <Tile
          label="Paid, not owed"
          value={<Count value={summary?.paidUnowed} isSure={body?.hours.enough} />}
          note="miners"
          loading={loading}
        />
        <Tile
          label="Paid otherwise"
          value={count(summary?.paidOtherwise)}
          note="beyond rounding"
          loading={loading}
        />
        <Tile
          label="L1 distance"
          value={summary?.l1 === null || summary === undefined ? '–' : distance(summary.l1)}
          note="of at most 2"
          title="The sum of all absolute differences: what is missing at one and what is too much at another both count."
          loading={loading}
        />
        <Tile
          label="Largest difference"
          value={summary?.largest === null || summary === undefined ? '–' : sharePercent(summary.largest)}
          note="of all, at one miner"
          loading={loading}
        />
        <Tile
          label="Rank changes"
          value={count(summary?.rankChanges)}
          note={body === undefined ? undefined : `of ${integer(body.miners.length)} miners`}
          loading={loading}
        />
        <Tile
          label="Hours that count"
          value={body === undefined ? '–' : `${integer(body.hours.counted)} of ${integer(body.hours.wanted)}`}
          note={body?.basis === 'published' ? 'whatever is not disproved' : 'committed on the chain'}
          loading={loading}
        />
      </Tiles>
    </section>
  );
}

/** A number of wronged miners: alarming where it rests on enough. */
function Count({ value, isSure }: { value: number | null | undefined; isSure: boolean | undefined }) {
  if (value === null || value === undefined) return '–';
  return <span className={value > 0 && isSure === true ? styles.bad : undefined}>{integer(value)}</span>;
}
