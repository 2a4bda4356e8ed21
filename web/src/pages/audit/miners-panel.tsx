import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { duration } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { minerName } from './incentives-marks.ts';
import styles from './miners.module.css';
import { AgreementMark } from './miners-columns.tsx';
import { type ReportingMiner, ratioText, worseState } from './miners-words.ts';
import { spanText } from './times.ts';

const SHOWN_GAPS = 40;

/** One miner: what its reports leave out, which counts disagree most, which instances only one side has. */
export function MinerPanel({
  miner,
  netuid,
  onClose,
}: {
  /** Nobody is shown while it is absent. */
  miner: ReportingMiner | undefined;
  netuid: number | undefined;
  onClose: () => void;
}) {
  return (
    <Drawer
      opened={miner !== undefined}
      onClose={onClose}
      position="right"
      size="min(760px, 100vw)"
      title={<b>Own word and validator’s</b>}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {miner === undefined ? null : <Details miner={miner} netuid={netuid} />}
    </Drawer>
  );
}

function Details({ miner, netuid }: { miner: ReportingMiner; netuid: number | undefined }) {
  const { coverage, counts, chutes, instances } = miner;
  return (
    <div className={styles.details}>
      <header className={styles.head}>
        <h2>{minerName(miner)}</h2>
        <Account address={miner.hotkey} hotkey {...(netuid === undefined ? {} : { netuid })} />
        <AgreementMark state={worseState(miner)} />
      </header>
      <p className={styles.line}>
        <code>{displayText(miner.line, 600)}</code>
        <CopyButton text={displayText(miner.line, 600) ?? ''} label="Copy the line" />
      </p>
      <section>
        <h3>
          Counts <AgreementMark state={counts.state} />
        </h3>
        <p className={styles.quiet}>
          Over {integer(miner.commonHours)} hours that both cover
          {miner.incompleteHours === 0
            ? '.'
            : `; ${integer(miner.incompleteHours)} more are left out, in which its monitoring had run for less than the hour.`}
        </p>
        <Table
          heads={['Chute', 'Function', 'Own', 'Validator’s', 'Ratio', '95 % interval', '']}
          empty="No request was counted by either side."
          rows={chutes.map((one) => ({
            key: `${one.chuteId} ${one.function}`,
            cells: [
              <code key="chute" title={displayText(one.chuteId, 100)}>
                {displayText(one.chuteId, 100)?.slice(0, 8)}
              </code>,
              displayText(one.function, 40),
              integer(one.own),
              integer(one.validator),
              ratioText(one.ratio),
              one.low === null ? '–' : `${ratioText(one.low)}–${ratioText(one.high)}`,
              <AgreementMark key="state" state={one.state} />,
            ],
          }))}
        />
      </section>
      <section>
        <h3>
          Instances <AgreementMark state={instances.state} />
        </h3>
        <p className={styles.quiet}>
          {integer(instances.matched)} of both, {integer(instances.ownOnly)} only by itself,{' '}
          {integer(instances.validatorOnly)} only by the validator; {integer(instances.differing)} of both
          with times more than five minutes apart.
        </p>
        <Table
          heads={['Instance', 'What differs']}
          empty="Nothing differs."
          rows={instances.examples.map((one) => ({
            key: `${one.instanceId} ${one.note}`,
            cells: [<code key="id">{displayText(one.instanceId, 60)}</code>, displayText(one.note, 200)],
          }))}
        />
      </section>
      <section>
        <h3>Coverage</h3>
        <p className={styles.quiet}>
          {integer(coverage.seconds)} s of {integer(coverage.wantedSeconds)} s, in {integer(miner.reports)}{' '}
          reports.
        </p>
        {coverage.gaps.length === 0 ? (
          <p className={styles.quiet}>There are no gaps.</p>
        ) : (
          <ul className={styles.gaps}>
            {coverage.gaps.slice(-SHOWN_GAPS).map((gap) => (
              <li key={gap.from}>
                {spanText(gap.from, gap.to)} <span className={styles.quiet}>({duration(gap.seconds)})</span>
              </li>
            ))}
            {coverage.gaps.length > SHOWN_GAPS ? (
              <li className={styles.quiet}>and {integer(coverage.gaps.length - SHOWN_GAPS)} before these</li>
            ) : null}
          </ul>
        )}
      </section>
    </div>
  );
}

function Table({
  heads,
  rows,
  empty,
}: {
  heads: readonly string[];
  rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  empty: string;
}) {
  if (rows.length === 0) return <p className={styles.quiet}>{empty}</p>;
  return (
    <div className={styles.scroll}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, column) => (
                <td key={heads[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
