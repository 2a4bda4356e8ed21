import type { AuditIncentivesBody } from '../../api/types.ts';
import { integer, signed } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import type { Column } from '../../table/column.ts';
import type { PaidSide } from '../../url/audit-pay-search.ts';
import styles from './incentives.module.css';
import {
  knownSides,
  type PaidMiner,
  rankChange,
  SIDE_NAMES,
  STATE_NAMES,
  stateOn,
} from './incentives-marks.ts';
import { pointsText } from './incentives-option.ts';
import { sharePercent } from './incentives-sentence.ts';

const NOTHING = '–';

/** Owed, and for each side of which something is known: paid, the difference in two measures, and the rank. */
export function incentiveColumns(body: AuditIncentivesBody | undefined, side: PaidSide): Column<PaidMiner>[] {
  const resolution = body?.sides[side].resolution ?? null;
  const sides = body === undefined ? [side] : knownSides(body.sides);
  return [
    { id: 'uid', header: 'UID', width: 64, align: 'end', value: ({ uid }) => uid ?? undefined },
    {
      id: 'hotkey',
      header: 'Hotkey',
      width: 150,
      value: ({ hotkey }) => hotkey,
      cell: ({ hotkey }) => (
        <Account address={hotkey} hotkey {...(body === undefined ? {} : { netuid: body.netuid })} />
      ),
    },
    {
      id: 'state',
      header: 'Standing',
      help: `Against: ${SIDE_NAMES[side].toLowerCase()}`,
      width: 148,
      value: (miner) => STATE_NAMES[stateOn(miner, side, resolution)],
      cell: (miner) => <StateMark state={stateOn(miner, side, resolution)} />,
    },
    {
      id: 'expected',
      header: 'By the rules',
      help: 'What the reports and the rules give it, of all that is paid',
      width: 112,
      align: 'end',
      descFirst: true,
      value: ({ expected }) => expected,
      cell: ({ expected }) => sharePercent(expected),
    },
    ...sides.flatMap((each) => sideColumns(each)),
    {
      id: 'explanation',
      header: 'What may explain it',
      width: 420,
      value: ({ explanations }) => displayText(explanations[0]?.text, 300),
      title: ({ explanations }) =>
        explanations.map(({ text }) => displayText(text, 300)).join('\n') || undefined,
    },
  ];
}

function sideColumns(side: PaidSide): Column<PaidMiner>[] {
  const name = SIDE_NAMES[side];
  return [
    {
      id: side,
      header: name,
      width: 124,
      align: 'end',
      descFirst: true,
      value: (miner) => miner[side].paid ?? undefined,
      cell: (miner) => orNothing(miner[side].paid, sharePercent),
    },
    {
      id: `${side}Delta`,
      header: 'Δ',
      unit: 'pp',
      help: `${name} less what the rules give, percentage points; ordered by size`,
      width: 104,
      align: 'end',
      descFirst: true,
      value: (miner) => sizeOf(miner[side].delta),
      cell: (miner) => <Delta value={miner[side].delta} text={pointsText} />,
    },
    {
      id: `${side}Relative`,
      header: 'Δ',
      unit: 'of owed',
      help: `${name} less what the rules give, as a part of it; ordered by size. None where nothing is owed`,
      width: 108,
      align: 'end',
      descFirst: true,
      value: (miner) => sizeOf(miner[side].relative),
      cell: (miner) => <Delta value={miner[side].relative} text={relativeText} />,
    },
    {
      id: `${side}Rank`,
      header: 'Rank',
      help: `Rank by the rules, and places gained or lost by ${name.toLowerCase()}; ordered by the change`,
      width: 86,
      align: 'end',
      descFirst: true,
      value: (miner) => sizeOf(rankChange(miner, miner[side].rank) ?? null),
      cell: (miner) => rankText(miner, miner[side].rank),
    },
  ];
}

/** How a miner stands: shape, colour and word. */
export function StateMark({ state }: { state: PaidMiner['state'] }) {
  const grave = state === 'owed-unpaid' || state === 'paid-unowed';
  const tone = grave ? 'bad' : state === 'paid-otherwise' ? 'warn' : state === 'agrees' ? 'good' : 'none';
  const sign = { bad: '▲', warn: '◆', good: '✓', none: '·' }[tone];
  return (
    <span className={styles.state} data-tone={tone}>
      <span aria-hidden="true">{sign}</span> {STATE_NAMES[state]}
    </span>
  );
}

function Delta({ value, text }: { value: number | null; text: (value: number) => string }) {
  return value === null ? (
    NOTHING
  ) : (
    <span data-sign={Math.sign(value)}>{text(value).replace(/ pp$/, '')}</span>
  );
}

/** A relative difference in percent with its sign: as many digits as tell something. */
export function relativeText(relative: number): string {
  if (relative !== 0 && Math.abs(relative) < 0.000005) return '≈0';
  return signed(relative, (size) =>
    size >= 100 ? `${integer(size)}×` : `${(size * 100).toFixed(size < 0.1 ? 3 : 1)} %`,
  );
}

function rankText(miner: PaidMiner, paidRank: number | null): string {
  const change = rankChange(miner, paidRank);
  if (change === undefined)
    return miner.rank === null && paidRank === null
      ? NOTHING
      : `${miner.rank ?? NOTHING} → ${paidRank ?? NOTHING}`;
  return change === 0 ? String(miner.rank) : `${miner.rank} → ${paidRank} ${change > 0 ? '↑' : '↓'}`;
}

function orNothing(value: number | null, show: (value: number) => string): string {
  return value === null ? NOTHING : show(value);
}

function sizeOf(value: number | null): number | undefined {
  return value === null ? undefined : Math.abs(value);
}
