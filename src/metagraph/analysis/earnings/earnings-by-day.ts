import { raoToNumber } from '../../../shared/index.ts';

/** What one epoch of a subnet paid to the neurons in question. */
export interface EpochPay {
  readonly netuid: number;
  readonly block: number;
  readonly timeMs: number;
  readonly unit: 'alpha' | 'tao';
  /** In rao of the unit. */
  readonly amount: bigint;
  /** TAO per alpha at that block, or shortly before; `undefined` where it is not known. */
  readonly price?: number | undefined;
}

/** A stretch of blocks in which one of the neurons was registered, both included. */
export interface Presence {
  readonly netuid: number;
  readonly first: number;
  readonly last: number;
}

/** How the blocks of a subnet lie in time and between epochs. */
export interface SubnetClock {
  readonly block: number;
  readonly timeMs: number;
  readonly msPerBlock: number;
  /** Blocks from epoch to epoch; `undefined` where it is not known. */
  readonly periodBlocks: number | undefined;
}

/** One subnet's pay, a value per day. */
export interface SubnetEarnings {
  readonly netuid: number;
  readonly unit: 'alpha' | 'tao';
  /** In the unit; `null` where nothing was seen. */
  readonly amount: (number | null)[];
  /** TAO at the price of each epoch; `null` where nothing was seen, or the price of an epoch that paid is not known. */
  readonly tao: (number | null)[];
  readonly epochs: number[];
  /** Epochs that ran while a neuron was there; more than seen: the amount is a lower bound. `null`: none there, or not known. */
  readonly expected: (number | null)[];
}

const DAY_MS = 86_400_000;

/**
 * Pay by UTC day and subnet (before alpha and since, apart). `days` are their starts in ms, ascending and a day apart;
 * what lies outside is left out. Ascending by netuid.
 */
export function earningsByDay(
  days: readonly number[],
  pays: readonly EpochPay[],
  presence: readonly Presence[],
  clocks: ReadonlyMap<number, SubnetClock>,
): SubnetEarnings[] {
  const lines = new Map<string, Line>();
  for (const pay of pays) {
    const day = Math.floor((pay.timeMs - (days[0] ?? 0)) / DAY_MS);
    if (day < 0 || day >= days.length) continue;
    const key = `${pay.netuid}/${pay.unit}`;
    const line = lines.get(key) ?? emptyLine(pay, days.length);
    lines.set(key, line);
    addTo(line, day, pay);
  }
  const stretches = Map.groupBy(presence, ({ netuid }) => netuid);
  return [...lines.values()]
    .sort((a, b) => a.netuid - b.netuid || (a.unit === b.unit ? 0 : a.unit === 'tao' ? -1 : 1))
    .map(({ netuid, unit, rao, tao, epochs, lastDay, firstDay }) => ({
      netuid,
      unit,
      amount: rao.map((value, day) => (epochs[day] === 0 ? null : raoToNumber(value))),
      tao: tao.map((value, day) => (epochs[day] === 0 ? null : value)),
      epochs,
      expected: days.map((start, day) => {
        // Where both units are, each is expected only where it is paid.
        const alone = !lines.has(`${netuid}/${unit === 'alpha' ? 'tao' : 'alpha'}`);
        if (!alone && (day < firstDay || day > lastDay)) return null;
        const expected = expectedEpochs(start, clocks.get(netuid), stretches.get(netuid) ?? []);
        return expected === null ? null : Math.max(expected, epochs[day] ?? 0);
      }),
    }));
}

interface Line {
  readonly netuid: number;
  readonly unit: 'alpha' | 'tao';
  readonly rao: bigint[];
  readonly tao: (number | null)[];
  readonly epochs: number[];
  firstDay: number;
  lastDay: number;
}

function emptyLine({ netuid, unit }: EpochPay, days: number): Line {
  const each = <T>(value: T): T[] => new Array<T>(days).fill(value);
  return {
    netuid,
    unit,
    rao: each(0n),
    tao: each<number | null>(0),
    epochs: each(0),
    firstDay: days,
    lastDay: -1,
  };
}

function addTo(line: Line, day: number, { unit, amount, price }: EpochPay): void {
  line.epochs[day] = (line.epochs[day] ?? 0) + 1;
  line.rao[day] = (line.rao[day] ?? 0n) + amount;
  line.firstDay = Math.min(line.firstDay, day);
  line.lastDay = Math.max(line.lastDay, day);
  const rate = unit === 'tao' ? 1 : price;
  const before = line.tao[day] ?? null;
  if (before === null || amount === 0n) return;
  line.tao[day] = rate === undefined ? null : before + raoToNumber(amount) * rate;
}

/** Whole periods in the blocks of a day at which a neuron was there: an epoch more may fall into it, never one less. */
function expectedEpochs(
  dayStart: number,
  clock: SubnetClock | undefined,
  stretches: readonly Presence[],
): number | null {
  if (clock?.periodBlocks === undefined || clock.periodBlocks <= 0) return null;
  const { block, timeMs, msPerBlock, periodBlocks } = clock;
  const blockAt = (ms: number) => block + (ms - timeMs) / msPerBlock;
  const from = Math.ceil(blockAt(dayStart));
  const to = Math.ceil(blockAt(dayStart + DAY_MS)) - 1;
  const covered = coveredBlocks(stretches, from, to);
  return covered === 0 ? null : Math.floor(covered / periodBlocks);
}

/** Blocks of a range, both ends included, that lie in any of the stretches. */
function coveredBlocks(stretches: readonly Presence[], from: number, to: number): number {
  let covered = 0;
  let reached = from - 1;
  for (const { first, last } of stretches.toSorted((a, b) => a.first - b.first)) {
    const begin = Math.max(first, reached + 1);
    const end = Math.min(last, to);
    if (end < begin) continue;
    covered += end - begin + 1;
    reached = end;
  }
  return covered;
}
