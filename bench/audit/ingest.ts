/**
 * How long a week of a validator's exports takes from files to scores, and how much memory: `node bench/audit/ingest.ts [--rows n]
 * [--hours n] [--folder f] [--keep] [--no-peer]`. Beside it, in the same run, the usual way with a twentieth of the rows.
 *
 * The exports are generated once and kept in the folder (20 million rows are 12 GB); the store is made anew.
 */
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../measure.ts';
import { type Exports, writeExports } from './exports.ts';
import { ingestAndScore } from './our-way.ts';
import { usualWay } from './usual-way.ts';

/** What acceptance asks of 20 million rows on two cores. */
const GOAL = { seconds: 300, gigabytes: 4, ratio: 10, rescoreSeconds: 5, firstVerdictSeconds: 10 };
/** The peer takes this part of the hours. */
const PEER_PART = 20;

export interface IngestBench {
  readonly rows: number;
  readonly hours?: number | undefined;
  readonly folder?: string | undefined;
  /** Keep what was generated. */
  readonly keep?: boolean | undefined;
  readonly peer?: boolean | undefined;
}

export async function benchAuditIngest({
  rows,
  hours = 168,
  folder = join(tmpdir(), 'taoscope-audit-exports'),
  keep = false,
  peer = true,
}: IngestBench): Promise<void> {
  const existed = existsSync(folder);
  const started = performance.now();
  const exports = await writeExports({ folder, rows, hours });
  const made = (performance.now() - started) / 1_000;
  console.log(
    `audit: ${count(rows)} rows of ${hours} hours, ${(exports.bytes / 1e9).toFixed(2)} GB of CSV (made or found in ${made.toFixed(0)} s)`,
  );
  try {
    const ours = await ingestAndScore(exports, join(folder, 'store'));
    const { seconds } = ours;
    const whole = seconds.ingest + seconds.settle + seconds.score;
    line('verified and loaded', seconds.ingest, exports);
    line('repeated requests settled', seconds.settle);
    line('scored (P18)', seconds.score);
    line('whole', whole, exports, `goal for 20 million: ${GOAL.seconds} s`);
    line('first verdict', seconds.firstVerdict, undefined, `goal: ${GOAL.firstVerdictSeconds} s`);
    for (const [what, took] of Object.entries(seconds.again))
      line(`again: ${what}`, took, undefined, `goal: ${GOAL.rescoreSeconds} s`);
    console.log(
      `  ${'resident memory at most'.padEnd(34)} ${(ours.peakBytes / 1e9).toFixed(2)} GB, whole process (goal: ${GOAL.gigabytes} GB); store ${(ours.storeBytes / 1e9).toFixed(2)} GB`,
    );
    console.log(
      `  ${count(ours.counted)} requests count, ${count(exports.rows - ours.counted)} rows stand for one that another tells; ${ours.miners} miners scored`,
    );
    if (peer) {
      // One reader, as anybody begins, and one for each core, as the published auditor's guide has it.
      for (const loaders of [1, 2]) {
        const theirs = await usualWay(exports, Math.max(1, Math.round(hours / PEER_PART)), loaders);
        const [ourPace, theirPace] = [rows / whole, theirs.rows / theirs.seconds];
        console.log(
          `  the usual way, ${loaders} readers: ${count(theirs.rows)} rows in ${theirs.seconds.toFixed(1)} s (${theirs.loadSeconds.toFixed(1)} s of them loading), ${count(theirPace)} rows/s`,
        );
        console.log(`  ratio of rows/s: ${(ourPace / theirPace).toFixed(1)} (goal: ${GOAL.ratio})`);
      }
    }
  } finally {
    rmSync(join(folder, 'store'), { recursive: true, force: true });
    if (!keep && !existed) rmSync(folder, { recursive: true, force: true });
  }
}

function line(what: string, seconds: number, exports?: Exports, note = ''): void {
  const pace =
    exports === undefined
      ? ''
      : `   ${count(exports.rows / seconds)} rows/s   ${(exports.bytes / 1e6 / seconds).toFixed(0)} MB/s`;
  console.log(
    `  ${what.padEnd(34)} ${seconds.toFixed(2).padStart(8)} s${pace}${note === '' ? '' : `   (${note})`}`,
  );
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '20000000' },
      hours: { type: 'string', default: '168' },
      folder: { type: 'string' },
      keep: { type: 'boolean', default: false },
      peer: { type: 'boolean', default: true },
    },
    allowNegative: true,
  });
  console.log(machine());
  await benchAuditIngest({ ...values, rows: Number(values.rows), hours: Number(values.hours) });
}
