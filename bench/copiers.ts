import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copiers } from '../src/metagraph/analysis/weights/copiers/copiers.ts';
import {
  randomSubnet,
  type SubnetOptions,
  type Truth,
} from '../src/metagraph/analysis/weights/testing/generate-subnet.ts';
import { machine, timing } from './measure.ts';

/**
 * How well copiers are told from honest validators on generated subnets: `node bench/copiers.ts [--seed 80000] [--subnets 200]
 * [--seconds 55] [--write]`. Stops at the time limit; `--write` draws the curve into `docs/copiers.svg`.
 */

interface Judged {
  readonly truth: Truth;
  readonly options: SubnetOptions;
  readonly score: number;
  readonly state: string;
}

interface Rates {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly falseAlarms: number;
}

const THRESHOLDS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

export function benchCopiers({ seed = 80_000, subnets = 200, seconds = 55, write = false } = {}): void {
  const judged: Judged[] = [];
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  let done = 0;
  while (done < subnets && performance.now() < end) {
    const { history, truth, options } = randomSubnet(seed + done);
    const started = performance.now();
    const findings = copiers(history);
    times.push(performance.now() - started);
    for (const { hotkey, score, state } of findings)
      judged.push({ truth: truth.get(hotkey)!, options, score, state });
    done++;
  }
  const all = judged.filter(({ truth }) => truth.kind === 'copier');
  const honest = judged.filter(({ truth }) => truth.kind === 'honest');
  const t = timing(times);
  console.log(
    `${done} subnets, seeds ${seed} to ${seed + done - 1}: ${all.length} copiers, ${honest.length} honest validators`,
  );
  console.log(`states: ${tally(judged.map(({ truth, state }) => `${truth.kind} ${state}`))}`);
  console.log(`time per subnet: median ${t.median.toFixed(0)} ms, max ${t.max.toFixed(0)} ms\n`);

  const rates = THRESHOLDS.map((threshold) => ratesAt(judged, threshold));
  console.log('| Threshold | Precision | Recall | Honest suspected |\n|---|---|---|---|');
  for (const { threshold, precision, recall, falseAlarms } of rates)
    console.log(
      `| ${threshold} | ${precision.toFixed(3)} | ${recall.toFixed(3)} | ${falseAlarms} of ${honest.length} |`,
    );

  console.log('\n| At 0.5, of the copiers | Found |\n|---|---|');
  const by: [string, (truth: Truth & { kind: 'copier' }, judged: Judged) => string][] = [
    ['copy', ({ source }) => (source === 'consensus' ? 'the consensus' : 'a validator')],
    [
      'lag',
      ({ lag }, { options }) =>
        `${lag - options.revealEpochs}, ${options.revealEpochs > 0 ? 'rows hidden an epoch' : 'rows in the open'}`,
    ],
    ['mix', ({ mix }) => (mix === 1 ? 'all' : mix >= 0.75 ? '0.75 to 1' : '0.5 to 0.75')],
    ['disguise', ({ disguise }) => (disguise === 0 ? 'none' : disguise < 0.05 ? 'up to 5 %' : '5 to 15 %')],
    ['subnet', (_, { options }) => options.regime],
    [
      'validators',
      (_, { options }) =>
        options.validators < 12 ? '5 to 11' : options.validators < 22 ? '12 to 21' : '22 to 30',
    ],
  ];
  for (const [name, groupOf] of by) {
    const groups = Map.groupBy(all, (each) => groupOf(each.truth as Truth & { kind: 'copier' }, each));
    for (const [group, list] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
      console.log(
        `| ${name}: ${group} | ${list.filter(({ score }) => score >= 0.5).length} of ${list.length} |`,
      );
  }
  if (write) writeFileSync(join(import.meta.dirname, '../docs/copiers.svg'), drawCurve(judged));
}

/**
 * Precision and recall when every validator at or above the threshold is suspected. Copiers that changed too rarely to judge, and
 * are said to be, are left out; those whose rows were too much alike count as missed.
 */
function ratesAt(judged: readonly Judged[], threshold: number): Rates {
  const suspected = judged.filter(({ score, state }) => state === 'scored' && score >= threshold);
  const found = suspected.filter(({ truth }) => truth.kind === 'copier').length;
  const there = judged.filter(
    ({ truth, state }) => truth.kind === 'copier' && state !== 'insufficient',
  ).length;
  return {
    threshold,
    precision: suspected.length === 0 ? 1 : found / suspected.length,
    recall: there === 0 ? 1 : found / there,
    falseAlarms: suspected.length - found,
  };
}

function tally(list: readonly string[]): string {
  return [...Map.groupBy(list, (each) => each)]
    .map(([each, same]) => `${each} ${same.length}`)
    .sort()
    .join(', ');
}

function drawCurve(judged: readonly Judged[]): string {
  const points = Array.from({ length: 99 }, (_, i) => ratesAt(judged, (i + 1) / 100));
  const x = (recall: number) => (50 + 400 * recall).toFixed(1);
  const y = (precision: number) => (20 + 500 * (1 - precision)).toFixed(1);
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const grid = [0.5, 0.6, 0.7, 0.8, 0.9, 1];
  const half = ratesAt(judged, 0.5);
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 320" font-family="sans-serif" font-size="11" role="img">',
    '<title>Precision against recall of copier detection on generated subnets</title>',
    '<rect width="480" height="320" fill="#fff"/>',
    ...grid.map(
      (v) =>
        `<path d="M50 ${y(v)}H450" stroke="#ddd"/><text x="44" y="${Number(y(v)) + 4}" text-anchor="end">${v}</text>`,
    ),
    ...ticks.map(
      (v) =>
        `<path d="M${x(v)} 20V270" stroke="#ddd"/><text x="${x(v)}" y="286" text-anchor="middle">${v}</text>`,
    ),
    `<path d="M${x(0.9)} ${y(1)}V${y(0.95)}H${x(1)}V${y(1)}Z" fill="#009e73" fill-opacity="0.2"/>`,
    `<polyline fill="none" stroke="#0072b2" stroke-width="2" points="${points.map(({ recall, precision }) => `${x(recall)},${y(precision)}`).join(' ')}"/>`,
    `<circle cx="${x(half.recall)}" cy="${y(half.precision)}" r="4" fill="#d55e00"/>`,
    `<text x="${Number(x(half.recall)) - 8}" y="${Number(y(half.precision)) + 22}" text-anchor="end">score 0.5</text>`,
    '<text x="250" y="308" text-anchor="middle">recall</text>',
    '<text x="14" y="145" text-anchor="middle" transform="rotate(-90 14 145)">precision</text>',
    '</svg>\n',
  ].join('\n');
}

if (import.meta.main) {
  const given = (name: string): number | undefined => {
    const place = process.argv.indexOf(`--${name}`);
    const value = place === -1 ? Number.NaN : Number(process.argv[place + 1]);
    return Number.isFinite(value) ? value : undefined;
  };
  const [seed, subnets, seconds] = [given('seed'), given('subnets'), given('seconds')];
  console.log(machine());
  benchCopiers({
    ...(seed === undefined ? {} : { seed }),
    ...(subnets === undefined ? {} : { subnets }),
    ...(seconds === undefined ? {} : { seconds }),
    write: process.argv.includes('--write'),
  });
}
