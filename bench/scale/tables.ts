import {
  BLOCK_SECONDS,
  type Clock,
  DAY_BLOCKS,
  EPOCH_BLOCKS,
  HOUR_BLOCKS,
  STEP_BLOCKS,
  WEEK_BLOCKS,
} from './clock.ts';
import { account, epochOffset, NEURON_ALIASES, NEURON_CELLS, NEURONS, VALIDATORS } from './population.ts';

/** Subnets `first` to `first + count - 1`. */
export interface Subnets {
  readonly first: number;
  readonly count: number;
}

/** How far back each table goes. */
export interface Span {
  readonly rawHours: number;
  readonly hourlyDays: number;
  readonly epochDays: number;
  readonly weightDays: number;
}

/** The issue's amounts; weights for a month, to be multiplied. */
export const SPAN: Span = { rawHours: 48, hourlyDays: 90, epochDays: 365, weightDays: 30 };

/** One INSERT … SELECT, small enough to be made in memory. */
export interface Step {
  readonly table: string;
  readonly sql: string;
}

/** Every statement that fills the tables of some subnets as a live collector would have left them, in blocks of a week. */
export function* steps(subnets: Subnets, clock: Clock, span: Span): Generator<Step> {
  const { head } = clock;
  const rawFrom = head - (span.rawHours * 3600) / BLOCK_SECONDS + STEP_BLOCKS;
  const hourlyFrom = head - span.hourlyDays * DAY_BLOCKS + HOUR_BLOCKS;
  const epochFrom = head - span.epochDays * DAY_BLOCKS + EPOCH_BLOCKS;
  const weightsFrom = head - span.weightDays * DAY_BLOCKS + EPOCH_BLOCKS;

  for (const range of weeks(rawFrom, head)) {
    const raw = every(STEP_BLOCKS, range);
    yield neurons('neurons', subnets, raw, clock);
    yield facts('subnets', subnets, raw, clock);
  }
  for (const range of weeks(hourlyFrom, head)) {
    const hourly = lastOfHours(range, head);
    yield neurons('neurons_hourly', subnets, hourly, clock);
    yield facts('subnets_hourly', subnets, hourly, clock);
    // A snapshot is announced as long as its hour may still be shown.
    yield announcements(subnets, every(STEP_BLOCKS, range), clock, false);
  }
  for (const range of weeks(epochFrom, head)) {
    const epochs = atEpochs(range);
    yield neurons('neurons_epoch', subnets, epochs, clock);
    yield facts('subnets_epoch', subnets, epochs, clock);
    yield announcements(subnets, atEpochs(range), clock, true);
    yield tenures(subnets, range, clock);
    yield* events(subnets, range, clock);
  }
  for (const range of weeks(weightsFrom, head)) yield* weights(subnets, atEpochs(range), clock);
  yield newest(subnets, clock);
}

/** What belongs to no single subnet: the chain, its runtime, its blocks. */
export function* commonSteps(clock: Clock, span: Span): Generator<Step> {
  const from = clock.head - span.epochDays * DAY_BLOCKS;
  const hash = (block: string) => account(`toUInt64(${block}) + 77000000000`);
  yield {
    table: 'blocks',
    sql: `INSERT INTO blocks (block, hash, parent_hash, timestamp, spec_version, expires, events_read)
      SELECT ${from} + number AS b, ${hash('b')}, ${hash('b - 1')}, ${instant64(clock)}, 425, ${dies(clock, 1825)}, true
      FROM numbers(${clock.head - from + 1})`,
  };
  yield {
    table: 'runtimes',
    sql: `INSERT INTO runtimes (spec_name, spec_version, transaction_version, code_hash, metadata_hash, metadata_version, first_block, last_block)
      SELECT 'node-subtensor', 425, 1, '', ${account('425')}, 15, ${from}, ${clock.head}`,
  };
  yield {
    table: 'chain',
    sql: `INSERT INTO chain (genesis_hash, name, bound_at) SELECT ${account('1')}, 'Scale', now()`,
  };
}

/** A sequence of blocks as SQL over `i`, a number below `count`. */
interface Blocks {
  readonly count: number;
  readonly block: string;
}

function every(step: number, { from, to }: Range): Blocks {
  const first = Math.ceil(from / step) * step;
  return { count: Math.floor((to - first) / step) + 1, block: `${first} + i * ${step}` };
}

/** The last snapshot of each hour that has one in the range; of the running hour the newest. */
function lastOfHours({ from, to }: Range, head: number): Blocks {
  const first = Math.floor(from / HOUR_BLOCKS);
  return {
    count: Math.floor(to / HOUR_BLOCKS) - first + 1,
    block: `least(${head}, (${first} + i) * ${HOUR_BLOCKS} + ${HOUR_BLOCKS - STEP_BLOCKS})`,
  };
}

/** Epochs of the subnet `s`; the last may lie behind the head. */
function atEpochs({ from, to }: Range): Blocks {
  const first = Math.ceil(from / EPOCH_BLOCKS);
  return {
    count: Math.max(0, Math.floor(to / EPOCH_BLOCKS) - first + 1),
    block: `${first * EPOCH_BLOCKS} + i * ${EPOCH_BLOCKS} + ${epochOffset('s')}`,
  };
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The range in weeks of the tables' partitions. */
function* weeks(from: number, to: number): Generator<Range> {
  for (let start = from; start <= to; ) {
    const end = Math.min(to, (Math.floor(start / WEEK_BLOCKS) + 1) * WEEK_BLOCKS - 1);
    yield { from: start, to: end };
    start = end + 1;
  }
}

/** Rows `s`, `i` (and `u`) in the order of the tables' keys; threads take ascending pieces, so each writes sorted parts. */
function grid({ first, count }: Subnets, blocks: number, uids?: number): string {
  if (uids === undefined)
    return `(SELECT toUInt16(${first} + intDiv(number, ${blocks})) AS s, number % ${blocks} AS i FROM numbers(${count * blocks}))`;
  const each = uids * blocks;
  return `(SELECT toUInt16(${first} + intDiv(number, ${each})) AS s, toUInt16(intDiv(number, ${blocks}) % ${uids}) AS u,
      number % ${blocks} AS i FROM numbers(${count * each}))`;
}

function neurons(table: string, subnets: Subnets, blocks: Blocks, clock: Clock): Step {
  const raw = table === 'neurons';
  const cells: Record<string, string> = {
    ...(table === 'neurons_hourly' ? { hour: 'toStartOfHour(instant)' } : {}),
    ...NEURON_CELLS,
    rollup_expires: dies(clock, table === 'neurons_epoch' ? 1825 : 90),
    ...(raw
      ? {
          epoch: `b % ${EPOCH_BLOCKS} = ${epochOffset('s')}`,
          expires: dies(clock, 2),
          epoch_expires: dies(clock, 1825),
        }
      : {}),
  };
  return {
    table,
    sql: insertInto(table, cells, {
      aliases: `toUInt32(${blocks.block}) AS b, ${instant(clock)} AS instant, ${NEURON_ALIASES}`,
      from: grid(subnets, blocks.count, NEURONS),
      where: `b <= ${clock.head}`,
    }),
  };
}

function newest(subnets: Subnets, clock: Clock): Step {
  return {
    table: 'neurons_latest',
    sql: insertInto(
      'neurons_latest',
      { ...NEURON_CELLS, rollup_expires: dies(clock, 90) },
      {
        aliases: `toUInt32(${clock.head}) AS b, ${instant(clock)} AS instant, ${NEURON_ALIASES}`,
        from: grid(subnets, 1, NEURONS),
      },
    ),
  };
}

const HYPERPARAMETERS = JSON.stringify({
  rho: 10,
  kappa: 32767,
  immunityPeriod: 7200,
  minAllowedWeights: 1,
  maxWeightsLimit: 65535,
  tempo: EPOCH_BLOCKS,
  minDifficulty: '18446744073709551615',
  weightsVersion: 800,
  weightsRateLimit: 100,
  adjustmentInterval: 360,
  activityCutoff: 5000,
  registrationAllowed: true,
  targetRegistrationsPerInterval: 1,
  minBurn: 500000,
  maxBurn: 100000000000,
  bondsMovingAverage: 900000,
  maxRegistrationsPerBlock: 1,
  servingRateLimit: 50,
  maxValidators: 64,
  adjustmentAlpha: '14757395258967641292',
  commitRevealPeriod: 1,
  commitRevealWeightsEnabled: true,
  alphaHigh: 58982,
  alphaLow: 45875,
  liquidAlphaEnabled: false,
});

function facts(table: string, subnets: Subnets, blocks: Blocks, clock: Clock): Step {
  const cells: Record<string, string> = {
    ...(table === 'subnets_hourly' ? { hour: 'toStartOfHour(instant)' } : {}),
    netuid: 's',
    block: 'b',
    block_hash: account('toUInt64(b) + 77000000000'),
    timestamp: instant64(clock),
    name: "concat('Subnet ', toString(s))",
    symbol: "'α'",
    owner_coldkey: account('toUInt64(s) + 3000000000'),
    owner_hotkey: account('toUInt64(s) + 4000000000'),
    registered_at: '4500000 + toUInt64(s) * 7200',
    n: `${NEURONS}`,
    max_uids: `${NEURONS}`,
    max_validators: '64',
    mechanisms: '1',
    tempo: `${EPOCH_BLOCKS}`,
    last_epoch_block: 'last',
    blocks_since_epoch: 'b - last',
    next_epoch_block: `last + ${EPOCH_BLOCKS}`,
    burn: 'toUInt64(500000000 + intHash64(intDiv(b, 360) + s) % 200000000)',
    difficulty: '10000000',
    registration_allowed: 'true',
    immunity_period: '7200',
    hyperparameters: `'${HYPERPARAMETERS}'`,
    tao_in: 'toUInt64(2e13 * (1 + s / 20) + drift * 100)',
    alpha_in: 'toUInt64(2e15 + toUInt64(b) * 500000000 - drift * 1000)',
    alpha_out: 'toUInt64(2.5e15 + toUInt64(b) * 500000000 + drift * 1000)',
    volume: 'toUInt128(toUInt64(b) * 90000000000 + drift)',
    price_rao: 'toUInt64(1e7 * (1 + s / 20) * (1 + 0.3 * sin(b / 90000 + s)) + drift % 1000)',
    moving_price: '0.01 * (1 + s / 20) * (1 + 0.3 * sin(b / 90000 + s))',
    emission: 'toUInt64(1e9 / 128 * (1 + 0.3 * sin(b / 90000 + s)))',
    rollup_expires: dies(clock, table === 'subnets_epoch' ? 1825 : 90),
    ...(table === 'subnets' ? { expires: dies(clock, 2), epoch_expires: dies(clock, 1825) } : {}),
  };
  return {
    table,
    sql: insertInto(table, cells, {
      aliases: `toUInt32(${blocks.block}) AS b, ${instant(clock)} AS instant,
        b - (b - ${epochOffset('s')}) % ${EPOCH_BLOCKS} AS last,
        toUInt64(intHash32(toUInt32(b) + s)) AS drift`,
      from: grid(subnets, blocks.count),
      where: `b <= ${clock.head}`,
    }),
  };
}

function announcements(subnets: Subnets, blocks: Blocks, clock: Clock, epochs: boolean): Step {
  const cells: Record<string, string> = {
    netuid: 's',
    mechanism: '0',
    block: 'b',
    block_hash: account('toUInt64(b) + 77000000000'),
    timestamp: instant64(clock),
    n: `${NEURONS}`,
    source: "'metagraph'",
    unit: "'alpha'",
    spec_name: "'node-subtensor'",
    spec_version: '425',
    metadata_hash: account('425'),
    epoch: `b % ${EPOCH_BLOCKS} = ${epochOffset('s')}`,
    validators: `${VALIDATORS}`,
    miners: `${NEURONS - VALIDATORS - 59}`,
    origin: "'follow'",
    expires: dies(clock, 2),
    rollup_expires: dies(clock, 90),
    epoch_expires: dies(clock, 1825),
  };
  return {
    table: 'snapshots',
    sql: insertInto('snapshots', cells, {
      aliases: `toUInt32(${blocks.block}) AS b`,
      from: grid(subnets, blocks.count),
      where: epochs ? `b <= ${clock.head - 90 * DAY_BLOCKS}` : '',
    }),
  };
}

/** One row per day, uid and holder; a day in which a uid changes hands has two. */
function tenures({ first, count }: Subnets, range: Range, clock: Clock): Step {
  const from = Math.floor(range.from / DAY_BLOCKS);
  const days = Math.floor(range.to / DAY_BLOCKS) - from + 1;
  const each = days * NEURONS * 2;
  const cells: Record<string, string> = {
    netuid: 's',
    day: 'day',
    uid: 'u',
    hotkey: NEURON_CELLS.hotkey as string,
    registered_at: NEURON_CELLS.registered_at as string,
    coldkey: `toString(${NEURON_CELLS.coldkey})`,
    axon_ip: NEURON_CELLS.axon_ip as string,
    first_block: 'opened',
    last_block: 'closed',
    expires: dies(clock, 1825),
  };
  return {
    table: 'tenures',
    sql: insertInto('tenures', cells, {
      aliases: `
  greatest(day * ${DAY_BLOCKS}, ${range.from}) AS begins, least(day * ${DAY_BLOCKS} + ${DAY_BLOCKS - STEP_BLOCKS}, ${range.to}) AS ends,
  intHash64(toUInt64(s) * 1000 + u) AS seat0, if(u < ${VALIDATORS}, 40000000, 240000 + seat0 % 960000) AS period0, intHash64(seat0) % period0 AS phase0,
  intDiv(begins + phase0, period0) + second AS turn0,
  toUInt32(greatest(begins, intDiv(greatest(turn0 * period0, phase0) - phase0 + ${STEP_BLOCKS - 1}, ${STEP_BLOCKS}) * ${STEP_BLOCKS})) AS opened,
  toUInt32(least(ends, intDiv((turn0 + 1) * period0 - phase0 - 1, ${STEP_BLOCKS}) * ${STEP_BLOCKS})) AS closed,
  opened AS b, ${NEURON_ALIASES}`,
      from: `(SELECT toUInt16(${first} + intDiv(number, ${each})) AS s, toUInt32(${from} + intDiv(number, ${NEURONS * 2}) % ${days}) AS day,
        toUInt16(intDiv(number, 2) % ${NEURONS}) AS u, number % 2 AS second FROM numbers(${count * each}))`,
      where: 'opened <= closed',
    }),
  };
}

// Of 1,000 events; registrations come in pairs with the deregistration of whoever sat there.
const KINDS = `multiIf(roll < 780, 'weights-set', roll < 820, 'epoch', roll < 880, 'stake-added', roll < 930, 'stake-removed',
  roll < 950, 'stake-moved', roll < 965, 'axon-served', roll < 978, 'registered', roll < 991, 'deregistered', roll < 996, 'take', 'hyperparameter')`;

/** About 500 events a day and subnet, most of them validators that set weights. */
function* events(subnets: Subnets, range: Range, clock: Clock): Generator<Step> {
  const step = 14;
  const blocks = every(step, range);
  const cells: Record<string, string> = {
    netuid: 's',
    block: 'b',
    place: 'toUInt32(4 * (dice % 200))',
    timestamp: instant64(clock),
    kind: 'what',
    name: `multiIf(what = 'weights-set', 'WeightsSet', what = 'hyperparameter', 'tempo', what = 'axon-served', 'AxonServed', 'StakeAdded')`,
    mechanism: '0',
    uid: "if(what = 'epoch', NULL, u)",
    hotkey: `if(what = 'epoch', NULL, ${NEURON_CELLS.hotkey})`,
    coldkey: `if(what = 'epoch', NULL, ${NEURON_CELLS.coldkey})`,
    tao: "if(startsWith(what, 'stake'), toUInt64(1e9 + dice % 1000000000000), NULL)",
    alpha: "if(startsWith(what, 'stake'), toUInt64(1e10 + dice % 1000000000000), NULL)",
    old_value: "if(what = 'hyperparameter', '99', NULL)",
    new_value: "if(what = 'hyperparameter', '360', NULL)",
    actor: `if(what = 'epoch', NULL, ${NEURON_CELLS.coldkey})`,
    actor_kind: "if(what = 'epoch', 'chain', 'account')",
    via: "''",
    extrinsic: "if(what = 'epoch', NULL, toUInt32(dice % 200))",
    expires: dies(clock, 1825),
  };
  yield {
    table: 'events',
    sql: insertInto('events', cells, {
      aliases: `toUInt32(${blocks.block} + intHash32(s + toUInt32(i)) % ${step}) AS b, intHash64(toUInt64(b) * 512 + s) AS dice, dice % 1000 AS roll, ${KINDS} AS what,
        toUInt16(if(what = 'weights-set', bitShiftRight(dice, 20) % ${VALIDATORS}, bitShiftRight(dice, 20) % ${NEURONS})) AS u, ${NEURON_ALIASES}`,
      from: grid(subnets, blocks.count),
      where: `b <= ${clock.head}`,
    }),
  };
}

/**
 * Rows of all validators at each epoch: each weighs four of five miners about by their quality, and every fifth weight
 * differs from the last epoch's. Bonds follow slowly, so nearly all of them differ.
 */
function* weights(subnets: Subnets, blocks: Blocks, clock: Clock): Generator<Step> {
  const miners = NEURONS - VALIDATORS;
  const taste = (salt: string) =>
    `pow(intHash64(toUInt64(s) * 1000 + t + intDiv(e, 2000)) % 65536 / 65536, 3) * (0.8 + 0.4 * (intHash64(${salt}) % 65536) / 65536)`;
  const shared: Record<string, string> = {
    netuid: 's',
    mechanism: '0',
    uid: 'u',
    block: 'b',
    hotkey: NEURON_CELLS.hotkey as string,
    last_update: NEURON_CELLS.last_update as string,
    targets: 'chosen',
  };
  const from = grid(subnets, blocks.count, VALIDATORS);
  const aliases = (
    every: number,
  ) => `toUInt32(${blocks.block}) AS b, ${instant(clock)} AS instant, ${NEURON_ALIASES},
    arrayFilter(t -> intHash64(id + t) % 10 < 8, arrayMap(t -> toUInt16(t + ${VALIDATORS}), range(${miners}))) AS chosen,
    arrayMap(t -> toUInt16(1 + 65534 * least(1, ${taste(`id + t * 100000 + intDiv(e + t, ${every})`)})), chosen) AS weighed`;
  for (const [table, change] of [
    ['weights', 5],
    ['bonds', 1],
  ] as const) {
    yield {
      table,
      sql: insertInto(
        table,
        { ...shared, values: 'weighed', expires: dies(clock, 365) },
        { aliases: aliases(change), from, where: `b <= ${clock.head}` },
      ),
    };
  }
  yield {
    table: 'weight_readings',
    sql: insertInto(
      'weight_readings',
      {
        netuid: 's',
        mechanism: '0',
        block: 'b',
        block_hash: account('toUInt64(b) + 77000000000'),
        timestamp: instant64(clock),
        n: `${NEURONS}`,
        whole: 'true',
        row_count: `${VALIDATORS}`,
        commit_reveal: 'false',
        expires: dies(clock, 365),
      },
      {
        aliases: `toUInt32(${blocks.block}) AS b`,
        from: grid(subnets, blocks.count),
        where: `b <= ${clock.head}`,
      },
    ),
  };
}

function insertInto(
  table: string,
  cells: Readonly<Record<string, string>>,
  { aliases, from, where = '' }: { aliases: string; from: string; where?: string },
): string {
  // Columns of tables have the names of some aliases' sources: the aliases are made in a level of their own.
  return `INSERT INTO ${table} (${Object.keys(cells).join(', ')})
SELECT ${Object.values(cells)
    .map((cell, index) => `${cell} AS c${index}`)
    .join(',\n  ')}
FROM (SELECT *, ${aliases} FROM ${from})${where === '' ? '' : `\nWHERE ${where}`}`;
}

function seconds(clock: Clock): string {
  return `toUInt32(${clock.genesis} + toUInt64(b) * ${BLOCK_SECONDS})`;
}

function instant(clock: Clock): string {
  return `toDateTime(${seconds(clock)}, 'UTC')`;
}

function instant64(clock: Clock): string {
  return `fromUnixTimestamp64Milli(toInt64(${seconds(clock)}) * 1000, 'UTC')`;
}

/** Whole hours after the block, as the collector counts the lives of rows. */
function dies(clock: Clock, days: number): string {
  return `toDateTime(intDiv(${seconds(clock)} + 3599, 3600) * 3600 + ${days * 86_400}, 'UTC')`;
}
