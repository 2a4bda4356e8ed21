import { useQuery } from '@tanstack/react-query';
import { Fragment, useMemo } from 'react';
import { useRoster } from '../../api/roster.ts';
import type { CopiersBody } from '../../api/types.ts';
import { weightQuery } from '../../api/weights.ts';
import { toCsv } from '../../charts/csv.ts';
import { Figure, FigureGrid, figureState } from '../../charts/figure.tsx';
import { type FigureLine, LineFigure } from '../../charts/line-figure.tsx';
import type { ValueAxis } from '../../charts/line-option.ts';
import type { TableContent } from '../../charts/table-picture.ts';
import { amount, integer } from '../../format/numbers.ts';
import { displayText, shortAddress } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import { isSelected } from '../../url/selection.ts';
import { useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { evidenceColumns, evidenceFacts } from './copier-evidence.ts';
import { CopiersMethod } from './copiers-method.tsx';
import { NONE_SELECTED } from './names.ts';
import styles from './weights.module.css';

type Suspect = CopiersBody['validators'][number];

const STATES: Record<Suspect['state'], string> = {
  suspected: 'suspected',
  clear: 'clear',
  insufficient: 'insufficient evidence',
};
const DISTANCE: ValueAxis = { unit: '', kind: 'share', fromZero: true };
const SETTLED = { pending: false, stale: false, error: null, retry: () => undefined };

/** Who may be copying: a score with the rows behind it. A suspicion, not a verdict. */
export function CopiersPanel({
  netuid,
  mechanism,
  range,
  symbol,
}: {
  netuid: number;
  mechanism: number;
  range: { from?: number; to?: number };
  symbol: string;
}) {
  const query = useQuery(weightQuery(netuid, 'copiers', { mechanism, ...range }));
  const roster = useRoster(netuid, mechanism);
  const { search, select } = useSubnetSearch();
  const { selected, only } = useSelection();
  const body = query.data;
  const all = body?.validators ?? [];
  const shown = only ? all.filter((each) => isSelected(selected, each)) : all;
  const count = (state: Suspect['state']) => all.filter((each) => each.state === state).length;
  return (
    <Figure
      title="Weight copiers"
      unit="a suspicion, not a verdict"
      help="Does a validator’s new row follow what others gave an epoch or more ago, rather than what the subnet does now? Press a validator to see the rows."
      notes={
        body === undefined
          ? []
          : [
              `${integer(body.epochs)} epochs`,
              body.from === undefined || body.to === undefined
                ? undefined
                : `blocks ${integer(body.from)}–${integer(body.to)}`,
              `suspected from a score of ${body.threshold} on`,
              body.commitReveal ? 'commit-reveal was on' : 'commit-reveal was off',
              `${count('suspected')} suspected, ${count('clear')} clear, ${count('insufficient')} with insufficient evidence`,
            ]
      }
      state={figureState(query)}
      empty={
        body === undefined || shown.length > 0
          ? undefined
          : all.length > 0
            ? NONE_SELECTED
            : (displayText(body.note, 400) ?? 'No validator is stored in this range.')
      }
      fileName={`copiers-${netuid}`}
      csv={() => copiersCsv(body)}
      table={() => copiersTable(shown)}
      height="200px"
    >
      <CopiersMethod commitReveal={body?.commitReveal ?? false} />
      {body?.note === undefined ? null : (
        <p className={styles.prose} role="status">
          <strong>{displayText(body.note, 400)}</strong>
        </p>
      )}
      <ol className={styles.copiers}>
        {shown.map((suspect) => {
          const open = search.copier === suspect.hotkey;
          const name = displayText(roster.byHotkey.get(suspect.hotkey)?.identityName, 22);
          return (
            <li key={suspect.hotkey}>
              <button
                type="button"
                className={styles.copier}
                aria-expanded={open}
                data-strong={isSelected(selected, suspect) || undefined}
                onClick={() => select({ copier: open ? undefined : suspect.hotkey })}
              >
                <span aria-hidden="true">{open ? '▾' : '▸'}</span>
                <span>
                  <span className={styles.suspicion} data-state={suspect.state}>
                    {STATES[suspect.state]}
                  </span>
                </span>
                <span>
                  UID {suspect.uid} · <bdi>{name ?? shortAddress(suspect.hotkey)}</bdi>
                </span>
                <Score suspect={suspect} threshold={body?.threshold ?? 1} />
                <span className={styles.first}>{displayText(suspect.explanation[0], 200)}</span>
              </button>
              {open ? <Evidence suspect={suspect} netuid={netuid} symbol={symbol} /> : null}
            </li>
          );
        })}
      </ol>
    </Figure>
  );
}

function Score({ suspect: { score }, threshold }: { suspect: Suspect; threshold: number }) {
  if (score === null) return <span className={styles.score}>no score</span>;
  return (
    <span className={styles.score} title={`Score ${score.toFixed(3)} of 1`}>
      {score.toFixed(2)}
      <span className={styles.meter} data-high={score >= threshold || undefined}>
        <span style={{ width: `${Math.min(1, Math.max(0, score)) * 100}%` }} />
      </span>
    </span>
  );
}

/** The rows that prove it, epoch by epoch. */
function Evidence({ suspect, netuid, symbol }: { suspect: Suspect; netuid: number; symbol: string }) {
  const columns = useMemo(() => evidenceColumns(suspect.epochs), [suspect.epochs]);
  const facts = useMemo(() => evidenceFacts(suspect.evidence), [suspect.evidence]);
  const toConsensus = useMemo(
    (): readonly FigureLine[] => [
      { key: 'before', name: 'to the previous consensus', values: columns.previousConsensus },
      { key: 'now', name: 'to the present consensus', values: columns.presentConsensus },
    ],
    [columns],
  );
  const toSource = useMemo(
    (): readonly FigureLine[] =>
      columns.sourceBefore.some((value) => value !== null)
        ? [
            { key: 'before', name: 'to the source’s older row', values: columns.sourceBefore },
            { key: 'now', name: 'to the source’s present row', values: columns.sourceNow },
          ]
        : [],
    [columns],
  );
  const shared = {
    snapshots: columns,
    axis: 'block',
    left: DISTANCE,
    state: SETTLED,
    height: '200px',
    group: `copier-${suspect.hotkey}`,
    empty: 'There are no such rows.',
  } as const;
  return (
    <div className={styles.evidence}>
      <div className={styles.clusterHead}>
        <Account address={suspect.hotkey} hotkey netuid={netuid} />
        {suspect.coldkey === null ? null : (
          <span>
            of <Account address={suspect.coldkey} coldkey />
          </span>
        )}
        {suspect.stake === null ? null : (
          <span className={styles.quiet}>
            stake {amount(suspect.stake)} {symbol}
          </span>
        )}
      </div>
      <ul>
        {suspect.explanation.map((sentence) => (
          <li key={sentence}>{displayText(sentence, 400)}</li>
        ))}
      </ul>
      {facts.length === 0 ? null : (
        <dl className={styles.evidenceFacts}>
          {facts.map(({ name, value, title }) => (
            <Fragment key={`${name}${value}`}>
              <div title={title}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            </Fragment>
          ))}
        </dl>
      )}
      {columns.block.length === 0 ? null : (
        <FigureGrid>
          <LineFigure
            {...shared}
            title="Distance of each new row"
            help="A copier’s row lies near the consensus of the epoch before, and further from that of its own."
            lines={toConsensus}
            fileName={`copier-consensus-${suspect.hotkey.slice(0, 10)}`}
          />
          {toSource.length === 0 ? null : (
            <LineFigure
              {...shared}
              title="Distance from its likeliest source"
              lines={toSource}
              fileName={`copier-source-${suspect.hotkey.slice(0, 10)}`}
            />
          )}
        </FigureGrid>
      )}
    </div>
  );
}

/** One row per validator, with the sentence that says why; the rows behind it are in the CSV. */
function copiersTable(shown: readonly Suspect[]): TableContent {
  return {
    header: ['State', 'Score', 'UID', 'Hotkey', 'Epochs', 'Why'],
    rows: shown.map(({ state, score, uid, hotkey, epochs, explanation }) => [
      STATES[state],
      score,
      uid,
      hotkey,
      evidenceColumns(epochs).block.length,
      explanation[0],
    ]),
  };
}

function copiersCsv(body: CopiersBody | undefined): string {
  return toCsv(
    [
      'uid',
      'hotkey',
      'coldkey',
      'state',
      'score',
      'block',
      'toPreviousConsensus',
      'toPresentConsensus',
      'toSourceBefore',
      'toSourceNow',
    ],
    (body?.validators ?? []).flatMap(({ uid, hotkey, coldkey, state, score, epochs }) => {
      const columns = evidenceColumns(epochs);
      const head = [uid, hotkey, coldkey, state, score] as const;
      if (columns.block.length === 0) return [[...head, null, null, null, null, null]];
      return columns.block.map((block, at) => [
        ...head,
        block,
        columns.previousConsensus[at],
        columns.presentConsensus[at],
        columns.sourceBefore[at],
        columns.sourceNow[at],
      ]);
    }),
  );
}
