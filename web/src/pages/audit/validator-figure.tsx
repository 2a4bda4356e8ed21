import { useComputedColorScheme } from '@mantine/core';
import { useMemo, useRef } from 'react';
import type { AuditBody } from '../../api/types.ts';
import type { ChartHandle } from '../../charts/chart.tsx';
import { toCsv } from '../../charts/csv.ts';
import { Figure, type FigureState } from '../../charts/figure.tsx';
import { integer } from '../../format/numbers.ts';
import { shortAddress } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import styles from './audit.module.css';
import { Coverage } from './coverage.tsx';
import { gridOf } from './hour-grid.ts';
import { drawHours } from './hour-picture.ts';
import { HourStrip } from './hour-strip.tsx';
import { standingOf } from './standing.ts';
import { spanText } from './times.ts';
import { useAuditSearch } from './use-audit-search.ts';
import { VerdictCounts } from './verdict-counts.tsx';

export type AuditedSource = AuditBody['sources'][number];
export type AuditedValidator = AuditedSource['validators'][number];

/** The hours of one validator: how each came out, how many of each kind, and what no report covers. */
export function ValidatorFigure({
  source,
  validator,
  hours,
  state,
}: {
  source: AuditedSource | undefined;
  validator: AuditedValidator | undefined;
  /** That were asked for: the place of the figure while it loads. */
  hours: number;
  state: FigureState;
}) {
  const { search, select } = useAuditSearch();
  const scheme = useComputedColorScheme('light');
  const list = validator?.hours ?? NONE;
  const counts = validator?.counts ?? NO_COUNTS;
  const handle = useRef<ChartHandle>(null);
  const grid = useMemo(() => gridOf(list), [list]);
  handle.current = { picture: () => drawHours(grid, counts, scheme) };
  const hotkey = validator?.hotkey ?? '';
  return (
    <Figure
      title={`Last ${integer(hours)} hours`}
      help={
        validator === undefined ? (
          ' '
        ) : (
          <>
            Validator{' '}
            <Account address={hotkey} hotkey {...(source === undefined ? {} : { netuid: source.netuid })} />{' '}
            <span className={styles.says}>{standingOf(counts, source?.tablesWaiting).sentence}</span>
          </>
        )
      }
      state={state}
      empty={validator !== undefined && list.length === 0 ? 'No hour has ended in this range.' : undefined}
      notes={[
        validator === undefined ? undefined : `validator ${shortAddress(hotkey)}`,
        validator === undefined ? undefined : spanText(validator.coverage.from, validator.coverage.to),
        'each cell is the worst check of its hour',
      ]}
      fileName={`audit-hours-${hotkey.slice(0, 10)}`}
      csv={() =>
        toCsv(
          ['validator', 'hour_end', 'verdict', 'reason', 'check', 'detail', 'report'],
          list.map((hour) => [
            hotkey,
            hour.hour,
            hour.verdict,
            hour.reason,
            hour.check,
            hour.detail,
            hour.reportId,
          ]),
        )
      }
      json={() => JSON.stringify(validator, null, 2)}
      handle={handle}
      height={`${(Math.ceil(hours / 24) + 2) * 22 + 60}px`}
    >
      <div className={styles.validator}>
        <HourStrip
          hours={list}
          marked={search.validator === hotkey ? search.hour : undefined}
          label={`Hours of validator ${shortAddress(hotkey)}`}
          onMark={({ hour }) => select({ validator: hotkey, hour })}
        />
        <div className={styles.beside}>
          <VerdictCounts counts={counts} />
          {validator === undefined ? null : <Coverage coverage={validator.coverage} />}
        </div>
      </div>
    </Figure>
  );
}

const NONE: AuditedValidator['hours'] = [];
const NO_COUNTS: AuditedValidator['counts'] = {};
