import { consensusOf } from '../consensus.ts';
import type { SparseRow, WeightAction, WeightEpoch, WeightHistory } from '../types.ts';
import { createRandom, type Random } from './random.ts';

/**
 * What kind of subnet it is. In the degenerate ones nobody can be told from anybody:
 * `constant` everybody's rows stay as they are; `burn` all give everything to the owner's uid; `winner` all give all but
 * a sliver to the best miner, by the same public rule.
 */
export type Regime = 'drift' | 'long-tail' | 'top-heavy' | 'constant' | 'burn' | 'winner';

export interface SubnetOptions {
  readonly seed: number;
  readonly neurons: number;
  readonly validators: number;
  readonly epochs: number;
  readonly regime: Regime;
  /** Blocks from one epoch to the next. */
  readonly period: number;
  /** Epochs a row stays hidden; 0 without commit-reveal. */
  readonly revealEpochs: number;
  /** Of the validators, 0 to 1. */
  readonly copierShare: number;
  /** How much the miners' qualities move in an epoch, standard deviation of their logarithm. */
  readonly volatility: number;
  /** The largest measurement noise a validator may have, standard deviation of a logarithm. */
  readonly noise: number;
}

export interface CopierTruth {
  readonly kind: 'copier';
  /** The hotkey copied, or `consensus`. */
  readonly source: string;
  /** How many epochs its stored row is behind the source's stored row. */
  readonly lag: number;
  /** Share of the row that is copied; the rest it measures itself. */
  readonly mix: number;
  /** Noise put on top to hide it, standard deviation of a logarithm. */
  readonly disguise: number;
}
export type Truth = { readonly kind: 'honest' } | CopierTruth;

export interface GeneratedSubnet {
  readonly options: SubnetOptions;
  readonly history: WeightHistory;
  /** What each validator really does, by hotkey. */
  readonly truth: ReadonlyMap<string, Truth>;
}

/** A subnet drawn from a seed: sizes, regime, moods of its miners and habits of its validators. */
export function randomSubnet(seed: number): GeneratedSubnet {
  const random = createRandom(seed ^ 0x5eed);
  return generateSubnet({
    seed,
    neurons: random.integer(64, 256),
    validators: random.integer(5, 30),
    epochs: random.integer(24, 60),
    regime: drawRegime(random),
    period: random.pick([73, 100, 361]),
    revealEpochs: random.chance(0.25) ? 1 : 0,
    copierShare: random.chance(0.15) ? 0 : random.uniform(0, 0.4),
    volatility: Math.exp(random.uniform(Math.log(0.01), Math.log(0.3))),
    noise: Math.exp(random.uniform(Math.log(0.03), Math.log(0.4))),
  });
}

function drawRegime(random: Random): Regime {
  const draw = random.uniform();
  if (draw < 0.35) return 'drift';
  if (draw < 0.6) return 'long-tail';
  if (draw < 0.85) return 'top-heavy';
  if (draw < 0.9) return 'constant';
  return draw < 0.95 ? 'burn' : 'winner';
}

/** Plays the subnet epoch by epoch. The same options give the same subnet. */
export function generateSubnet(options: SubnetOptions): GeneratedSubnet {
  const random = createRandom(options.seed);
  const miners = createMiners(options, random);
  const validators = createValidators(options, random);
  const hotkeys = Array.from({ length: options.neurons }, (_, uid) => `hotkey-${uid}`);
  const epochs: WeightEpoch[] = [];
  const actions: WeightAction[] = [];
  const pending: { epoch: number; row: SparseRow; hotkey: string }[] = [];
  const stored = new Map<number, SparseRow>();
  const lastUpdates = Array.from({ length: options.neurons }, () => 0);
  const firstBlock = 1_000_000;

  for (let t = 0; t < options.epochs; t++) {
    const block = firstBlock + t * options.period;
    miners.advance(hotkeys);
    const acting = validators.filter((validator) => validator.acts(t));
    const moments = new Map(acting.map((validator) => [validator, validator.moment(t)]));
    acting.sort((a, b) => moments.get(a)! - moments.get(b)!);
    for (const validator of acting) {
      const moment = moments.get(validator)!;
      const row = validator.row(t, miners.at(moment), epochs);
      const hotkey = hotkeys[validator.uid]!;
      const at = block - options.period + Math.max(1, Math.round(moment * (options.period - 1)));
      lastUpdates[validator.uid] = at;
      if (options.revealEpochs === 0) {
        stored.set(validator.uid, row);
        actions.push({ block: at, hotkey, kind: 'set' });
      } else {
        pending.push({ epoch: t + options.revealEpochs, row, hotkey });
        actions.push({ block: at, hotkey, kind: 'commit' });
      }
    }
    for (const due of pending.filter(({ epoch }) => epoch === t)) {
      stored.set(due.row.uid, due.row);
      actions.push({ block: block - options.period + 3, hotkey: due.hotkey, kind: 'reveal' });
    }
    const stakes = Array.from({ length: options.neurons }, () => 0);
    for (const { uid, stake } of validators) stakes[uid] = stake;
    const rows = [...stored.values()].sort((a, b) => a.uid - b.uid);
    const bare = {
      block,
      n: options.neurons,
      hotkeys: [...hotkeys],
      stakes,
      rows,
      lastUpdates: [...lastUpdates],
    };
    epochs.push({ ...bare, consensus: toConsensusU16(consensusOf(bare)) });
  }
  actions.sort((a, b) => a.block - b.block);
  return {
    options,
    history: { epochs, actions, commitReveal: options.revealEpochs > 0 },
    truth: new Map(validators.map(({ uid, truth }) => [hotkeys[uid]!, truth])),
  };
}

interface Miners {
  /** Goes one epoch on: qualities drift, some miners fail, recover, or are replaced (their uid gets a new hotkey). */
  advance(hotkeys: string[]): void;
  /** What each uid deserves at a moment within the epoch, 0 its begin, 1 its end. */
  at(moment: number): Float64Array;
}

function createMiners(options: SubnetOptions, random: Random): Miners {
  const { neurons, validators, regime, volatility } = options;
  const spread = regime === 'top-heavy' ? 2.5 : regime === 'long-tail' ? 1.3 : 0.5;
  const failing = random.pick([0, 0.002, 0.01]);
  const replaced = random.pick([0, 0.002, 0.008]);
  const quality = Float64Array.from({ length: neurons }, () => spread * random.normal());
  const down = new Int32Array(neurons);
  let before = new Float64Array(neurons);
  let after = new Float64Array(neurons);
  let arrivals = 0;
  const current = () =>
    Float64Array.from({ length: neurons }, (_, uid) =>
      uid < validators || down[uid]! > 0 ? 0 : Math.exp(quality[uid]!),
    );
  const step = (hotkeys: string[] | undefined): void => {
    for (let uid = validators; uid < neurons; uid++) {
      // A pull to the middle keeps the spread what it is.
      quality[uid] = quality[uid]! * (1 - (volatility / spread) ** 2 / 2) + volatility * random.normal();
      if (down[uid]! > 0) down[uid] = down[uid]! - 1;
      else if (random.chance(failing)) down[uid] = random.integer(1, 8);
      if (random.chance(replaced) && hotkeys !== undefined) {
        hotkeys[uid] = `newcomer-${arrivals++}`;
        quality[uid] = spread * random.normal() - 0.5;
        down[uid] = 0;
      }
    }
  };
  after = current();
  return {
    advance: (hotkeys) => {
      if (regime !== 'constant') step(hotkeys);
      before = after;
      after = current();
    },
    at: (moment) => after.map((value, uid) => (1 - moment) * before[uid]! + moment * value),
  };
}

interface Validator {
  readonly uid: number;
  readonly stake: number;
  readonly truth: Truth;
  acts(t: number): boolean;
  /** When within the epoch it measures and acts, 0 to 1. */
  moment(t: number): number;
  row(t: number, qualities: Float64Array, past: readonly WeightEpoch[]): SparseRow;
}

function createValidators(options: SubnetOptions, random: Random): Validator[] {
  const { validators, copierShare, regime, revealEpochs } = options;
  const copiers = Math.min(validators - 3, Math.floor(copierShare * validators));
  const pareto = random.uniform(0.8, 2.5);
  const tastes = Array.from({ length: 3 }, () => createTaste(options, random));
  const degenerate = regime === 'burn' || regime === 'winner' || regime === 'constant';
  const list: Validator[] = [];
  for (let uid = 0; uid < validators; uid++) {
    const copies = uid >= validators - copiers;
    const stake = (copies ? 400 : 1000) * (1 - random.uniform(0, copies ? 0.9 : 0.999)) ** (-1 / pareto);
    const own = createMeasure(uid, options, random, tastes);
    const habit = createHabit(random);
    if (uid < validators - copiers || degenerate) {
      const row = regime === 'burn' ? () => oneHot(uid, options.neurons - 1) : own;
      list.push({ uid, stake, truth: { kind: 'honest' }, ...habit, row });
      continue;
    }
    const behind = random.integer(1, 3);
    const mix = random.chance(0.5) ? 1 : random.uniform(0.5, 1);
    const disguise = random.chance(0.5) ? 0 : random.uniform(0.005, 0.15);
    // One in five copies whoever came before it, which may be another copier.
    const leader = random.chance(0.2) ? uid - 1 : random.integer(0, validators - copiers - 1);
    const source = random.chance(0.5) ? undefined : leader;
    const copy = createCopy({ uid, source, behind, mix, disguise, own, random });
    list.push({
      uid,
      stake,
      truth: {
        kind: 'copier',
        source: source === undefined ? 'consensus' : `hotkey-${source}`,
        lag: behind + revealEpochs,
        mix,
        disguise,
      },
      ...habit,
      row: copy,
    });
  }
  return list;
}

/** How often and when in the epoch a validator acts. Most act each epoch, some every 2 to 4. */
function createHabit(random: Random): Pick<Validator, 'acts' | 'moment'> {
  const every = random.chance(0.7) ? 1 : random.integer(2, 4);
  const offset = random.integer(0, 3);
  const usual = random.uniform(0.05, 0.95);
  const jitter = random.pick([0, 0.02, 0.3]);
  return {
    acts: (t) => t === 0 || (t + offset) % every === 0,
    moment: () => Math.min(1, Math.max(0, usual + jitter * random.normal())),
  };
}

/** A persistent opinion of miners that several validators share, and noise they share because they run the same tests. */
interface Taste {
  readonly opinion: Float64Array;
  readonly shared: (t: number) => Float64Array;
}

function createTaste({ neurons, noise }: SubnetOptions, random: Random): Taste {
  const strength = random.uniform(0, 0.5);
  const opinion = Float64Array.from({ length: neurons }, () => strength * random.normal());
  const common = random.pick([0, 0, 0.5 * noise]);
  const drawn: Float64Array[] = [];
  const shared = (t: number): Float64Array => {
    while (drawn.length <= t)
      drawn.push(Float64Array.from({ length: neurons }, () => common * random.normal()));
    return drawn[t]!;
  };
  return { opinion, shared };
}

type RowOf = Validator['row'];

/** An honest validator: its own noisy, perhaps partial, perhaps smoothed measure of the miners. */
function createMeasure(uid: number, options: SubnetOptions, random: Random, tastes: readonly Taste[]): RowOf {
  const { neurons, validators, regime } = options;
  const noise = options.noise * Math.exp(random.uniform(Math.log(0.1), 0));
  const memory = random.pick([0, 0, 0.5, 0.9]);
  const smoothing = random.pick([1, 1, 0.5, 0.2, 0.1]);
  const coverage = random.pick([1, 1, 1, 0.9, 0.6]);
  const sharpness = random.uniform(0.9, 1.4);
  const taste = random.chance(0.5) ? random.pick(tastes) : createTaste(options, random);
  const least = random.pick([1, 8, 32]);
  const cut = random.pick([0, 0, 0.02, 0.2]);
  const lingering = new Float64Array(neurons);
  const score = new Float64Array(neurons);
  let known = false;
  return (t, qualities) => {
    if (regime === 'winner') return winnerRow(uid, qualities);
    const shared = taste.shared(t);
    for (let j = validators; j < neurons; j++) {
      // Lingering noise of constant size: an autoregression of order one.
      lingering[j] = memory * lingering[j]! + Math.sqrt(1 - memory ** 2) * noise * random.normal();
      if (coverage < 1 && known && !random.chance(coverage)) continue;
      const measured = qualities[j]! ** sharpness * Math.exp(taste.opinion[j]! + shared[j]! + lingering[j]!);
      score[j] =
        known && regime !== 'constant'
          ? (1 - smoothing) * score[j]! + smoothing * measured
          : score[j] || measured;
    }
    known = true;
    return storedRow(uid, withoutTail(score, cut, least));
  };
}

interface Copy {
  readonly uid: number;
  /** Uid, or the consensus. */
  readonly source: number | undefined;
  /** Epochs between what it sees and when it acts, 1 the newest. */
  readonly behind: number;
  readonly mix: number;
  readonly disguise: number;
  readonly own: RowOf;
  readonly random: Random;
}

function createCopy({ uid, source, behind, mix, disguise, own, random }: Copy): RowOf {
  return (t, qualities, past) => {
    const measured = own(t, qualities, past);
    const seen = past[t - behind];
    if (seen === undefined) return measured;
    const copied =
      source === undefined
        ? consensusOf(seen)
        : fractions(
            seen.rows.find((row) => row.uid === source),
            seen.n,
          );
    if (copied.every((weight) => weight === 0)) return measured;
    const mine = fractions(measured, seen.n);
    return storedRow(
      uid,
      copied.map((weight, j) => (mix * weight + (1 - mix) * mine[j]!) * Math.exp(disguise * random.normal())),
    );
  };
}

function fractions(row: SparseRow | undefined, n: number): Float64Array {
  const dense = new Float64Array(n);
  const sum = row?.values.reduce((total, value) => total + value, 0) ?? 0;
  row?.targets.forEach((target, index) => {
    dense[target] = row.values[index]! / sum;
  });
  return dense;
}

/** Scores below a share of the largest are set to zero, but never leaving fewer than the subnet's least number of weights. */
function withoutTail(score: Float64Array, cut: number, least: number): Float64Array {
  if (cut === 0) return score;
  const sorted = [...score].sort((a, b) => b - a);
  const floor = Math.min(cut * sorted[0]!, sorted[least - 1] ?? 0);
  return score.map((value) => (value >= floor ? value : 0));
}

function winnerRow(uid: number, qualities: Float64Array): SparseRow {
  let best = 0;
  qualities.forEach((value, j) => {
    if (value > qualities[best]!) best = j;
  });
  return oneHot(uid, best);
}

function oneHot(uid: number, target: number): SparseRow {
  return { uid, targets: [target], values: [65535] };
}

/** As the chain stores it: u16, the largest at 65535, no zeros. */
function storedRow(uid: number, weights: Float64Array): SparseRow {
  const largest = Math.max(...weights);
  const targets: number[] = [];
  const values: number[] = [];
  weights.forEach((weight, j) => {
    const value = largest > 0 ? Math.round((weight / largest) * 65535) : 0;
    if (value > 0 && j !== uid) {
      targets.push(j);
      values.push(value);
    }
  });
  return { uid, targets, values };
}

function toConsensusU16(consensus: Float64Array): number[] {
  return [...consensus].map((share) => Math.floor(share * 65535));
}
