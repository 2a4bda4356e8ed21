import { integer, percent } from '../../format/numbers.ts';
import { duration } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import type { Column } from '../../table/column.ts';
import styles from './miners.module.css';
import {
  AGREEMENT_NAMES,
  type AgreementState,
  coveredShare,
  gapMarks,
  type ReportingMiner,
  ratioText,
  worseState,
} from './miners-words.ts';

const NOTHING = '–';

/** What a miner reports of itself, and how far the validator says the same. */
export function minerColumns(netuid: number | undefined): Column<ReportingMiner>[] {
  return [
    { id: 'uid', header: 'UID', width: 64, align: 'end', value: ({ uid }) => uid ?? undefined },
    {
      id: 'hotkey',
      header: 'Hotkey',
      width: 150,
      value: ({ hotkey }) => hotkey,
      cell: ({ hotkey }) => <Account address={hotkey} hotkey {...(netuid === undefined ? {} : { netuid })} />,
    },
    {
      id: 'state',
      header: 'In all',
      help: 'The worse of what counts and instances say',
      width: 132,
      value: (miner) => AGREEMENT_NAMES[worseState(miner)],
      cell: (miner) => <AgreementMark state={worseState(miner)} />,
    },
    {
      id: 'coverage',
      header: 'Coverage',
      help: 'Time that its reports cover; what is left out is marked',
      width: 240,
      descFirst: false,
      value: coveredShare,
      cell: (miner) => <CoverageStrip miner={miner} />,
      title: ({ coverage, reports }) =>
        `${integer(coverage.seconds)} s of ${integer(coverage.wantedSeconds)} s in ${integer(reports)} reports; ${
          coverage.gaps.length === 0 ? 'no gaps' : `${integer(coverage.gaps.length)} gaps`
        }`,
    },
    {
      id: 'gaps',
      header: 'Gaps',
      help: 'Time that no report of it covers',
      width: 104,
      align: 'end',
      descFirst: true,
      value: ({ coverage }) => coverage.wantedSeconds - coverage.seconds,
      cell: ({ coverage }) =>
        coverage.gaps.length === 0 ? 'none' : duration(coverage.wantedSeconds - coverage.seconds),
    },
    {
      id: 'own',
      header: 'Own count',
      help: 'Requests that it says it served, in the hours that both cover',
      width: 100,
      align: 'end',
      descFirst: true,
      value: ({ counts }) => counts.own,
      cell: ({ counts }) => integer(counts.own),
    },
    {
      id: 'validator',
      header: 'Validator’s',
      help: 'Requests that the validator says it served, in the same hours',
      width: 104,
      align: 'end',
      descFirst: true,
      value: ({ counts }) => counts.validator,
      cell: ({ counts }) => integer(counts.validator),
    },
    {
      id: 'ratio',
      header: 'Ratio',
      help: 'The smaller count by the larger, with its 95 % interval',
      width: 196,
      align: 'end',
      value: ({ counts }) => counts.ratio ?? undefined,
      cell: ({ counts }) =>
        counts.ratio === null ? (
          NOTHING
        ) : (
          <>
            <b className={styles.ratio} data-state={counts.state}>
              {ratioText(counts.ratio)}
            </b>{' '}
            <span className={styles.quiet}>
              {ratioText(counts.low)}–{ratioText(counts.high)}
            </span>
          </>
        ),
    },
    {
      id: 'hours',
      header: 'Hours of both',
      help: 'Hours whose counts could be compared; incomplete ones are left out',
      width: 112,
      align: 'end',
      descFirst: true,
      value: ({ commonHours }) => commonHours,
      cell: ({ commonHours }) => integer(commonHours),
      title: ({ incompleteHours }) =>
        incompleteHours === 0
          ? undefined
          : `${integer(incompleteHours)} more are incomplete: its monitoring had run for less than the hour`,
    },
    {
      id: 'matched',
      header: 'Instances',
      help: 'That both sides have, of all that either has',
      width: 110,
      align: 'end',
      descFirst: true,
      value: ({ instances }) => instances.matched,
      cell: ({ instances: { matched, ownOnly, validatorOnly } }) =>
        `${integer(matched)} of ${integer(matched + ownOnly + validatorOnly)}`,
    },
    {
      id: 'ownOnly',
      header: 'Only its own',
      width: 104,
      align: 'end',
      descFirst: true,
      value: ({ instances }) => instances.ownOnly,
      cell: ({ instances }) => integer(instances.ownOnly),
    },
    {
      id: 'validatorOnly',
      header: 'Only validator’s',
      width: 120,
      align: 'end',
      descFirst: true,
      value: ({ instances }) => instances.validatorOnly,
      cell: ({ instances }) => integer(instances.validatorOnly),
    },
    {
      id: 'differing',
      header: 'Other times',
      help: 'Instances of both whose times differ by more than five minutes',
      width: 104,
      align: 'end',
      descFirst: true,
      value: ({ instances }) => instances.differing,
      cell: ({ instances }) => integer(instances.differing),
    },
    {
      id: 'seconds',
      header: 'Alive',
      help: 'Seconds that the instances of both were alive: the smaller sum by the larger',
      width: 84,
      align: 'end',
      value: ({ instances }) => instances.secondsRatio ?? undefined,
      cell: ({ instances }) => ratioText(instances.secondsRatio),
    },
  ];
}

/** How far two sides agree: shape, colour and word. */
export function AgreementMark({ state }: { state: AgreementState }) {
  const sign = { agrees: '✓', disagrees: '▲', 'too-few': '○', nothing: '·' }[state];
  return (
    <span className={styles.mark} data-state={state}>
      <span aria-hidden="true">{sign}</span> {AGREEMENT_NAMES[state]}
    </span>
  );
}

/** The range as a strip, gaps cut out of it, and the covered part in percent. */
function CoverageStrip({ miner }: { miner: ReportingMiner }) {
  const { coverage } = miner;
  const gaps = gapMarks(coverage);
  return (
    <span className={styles.coverage}>
      <span className={styles.strip} data-none={coverage.seconds === 0 || undefined} aria-hidden="true">
        {gaps.map(({ left, width }) => (
          <span key={left} style={{ left: `${left * 100}%`, width: `${width * 100}%` }} />
        ))}
      </span>
      <span>{percent(coveredShare(miner), coveredShare(miner) === 1 ? 0 : 1)}</span>
    </span>
  );
}
