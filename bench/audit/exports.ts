import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { seededRandom } from '../../test/support/seed.ts';
import {
  COMPLAINT_HEADER,
  complaint,
  HOUR,
  INVOCATION_HEADER,
  invocations,
  JOB_HEADER,
  job,
  populationOf,
  reportText,
} from './dialect.ts';

export interface ExportedFile {
  readonly kind: 'invocations' | 'reports' | 'jobs';
  /** As the report names it. */
  readonly path: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** One hour as a validator publishes it, and the digest that it would have committed to. */
export interface ExportedHour {
  /** End of the hour, microseconds UTC. */
  readonly end: number;
  readonly report: string;
  readonly committed: string;
  readonly files: readonly ExportedFile[];
}

export interface Exports {
  readonly rows: number;
  readonly bytes: number;
  readonly hours: readonly ExportedHour[];
  readonly miners: readonly string[];
}

interface Wanted {
  readonly folder: string;
  readonly rows: number;
  readonly hours: number;
  readonly seed: number;
}

/** The newest hour ends here: in the last era of invocations, with all columns and four features. */
export const NEWEST_END = Date.UTC(2025, 10, 6, 12) * 1000;
const CHUNK = 1 << 20;

/**
 * Reports and exports of so many hours with so many rows in all. The same bytes for the same numbers; a folder that has them already is taken
 * as it is. Written by as many threads as there are cores.
 */
export async function writeExports({
  folder,
  rows,
  hours = 168,
  seed = 20,
}: Pick<Wanted, 'folder' | 'rows'> & Partial<Wanted>): Promise<Exports> {
  const manifest = join(folder, `exports-${rows}-${hours}-${seed}.json`);
  if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')) as Exports;
  const threads = Math.min(availableParallelism(), hours);
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, part) =>
      inThread({ wanted: { folder, rows, hours, seed }, part, threads }),
    ),
  );
  const written = parts.flat().toSorted((a, b) => a.end - b.end);
  const bytes = written.reduce((sum, { files }) => sum + files.reduce((all, file) => all + file.bytes, 0), 0);
  const exports: Exports = { rows, bytes, hours: written, miners: populationOf(seed).miners };
  writeFileSync(manifest, JSON.stringify(exports));
  return exports;
}

interface Part {
  readonly wanted: Wanted;
  readonly part: number;
  readonly threads: number;
}

function inThread(part: Part): Promise<ExportedHour[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, { workerData: part });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

if (!isMainThread && parentPort !== null && workerData !== null) {
  const { wanted, part, threads } = workerData as Part;
  const hours: ExportedHour[] = [];
  for (let hour = part; hour < wanted.hours; hour += threads) hours.push(writeHour(wanted, hour));
  parentPort.postMessage(hours);
}

function writeHour({ folder, rows, hours, seed }: Wanted, hour: number): ExportedHour {
  const population = populationOf(seed);
  const end = NEWEST_END - (hours - 1 - hour) * HOUR;
  const count = Math.floor((rows * (hour + 1)) / hours) - Math.floor((rows * hour) / hours);
  const random = seededRandom(seed * 31 + hour);
  const files = [
    writeFile(folder, 'invocations', end, '', function* () {
      yield INVOCATION_HEADER;
      yield* invocations(population, seed, hour, end, count);
    }),
    writeFile(folder, 'reports', end, '-reports', function* () {
      yield COMPLAINT_HEADER;
      for (let i = 0; i < 20; i++) yield complaint(random, end, i);
    }),
    writeFile(folder, 'jobs', end, '-jobs', function* () {
      yield JOB_HEADER;
      for (let i = 0; i < 20; i++) yield job(population, random, end, i);
    }),
  ];
  const report = join(folder, 'audit', `${end}.json`);
  const text = reportText(
    population,
    end,
    Object.fromEntries(files.map(({ kind, path, sha256 }) => [kind, { path, sha256 }])),
  );
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, text);
  return { end, report, committed: createHash('sha256').update(text).digest('hex'), files };
}

/** Pieces to a file, digested on the way. */
function writeFile(
  folder: string,
  kind: ExportedFile['kind'],
  end: number,
  suffix: string,
  pieces: () => Iterable<string>,
): ExportedFile {
  const at = new Date(end / 1000).toISOString();
  const path = `invocations/${at.slice(0, 4)}/${at.slice(5, 7)}/${at.slice(8, 10)}/${at.slice(11, 13)}${suffix}.csv`;
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w');
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(CHUNK + 65_536);
  let filled = 0;
  let bytes = 0;
  const flush = () => {
    hash.update(buffer.subarray(0, filled));
    writeSync(descriptor, buffer, 0, filled);
    bytes += filled;
    filled = 0;
  };
  for (const piece of pieces()) {
    filled += buffer.write(piece, filled, 'latin1');
    if (filled >= CHUNK) flush();
  }
  flush();
  closeSync(descriptor);
  return { kind, path, file, bytes, sha256: hash.digest('hex') };
}
