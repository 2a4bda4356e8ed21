import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { parseReport } from '../../src/audit/chutes/parse-report.ts';
import { tableOf } from '../../src/audit/chutes/tables.ts';
import { countedParams, liveRows } from '../../src/audit/collect/ingest/live-rows.ts';
import { type ExportFile, loadExport } from '../../src/audit/collect/ingest/load-export.ts';
import { saveRecords } from '../../src/audit/collect/ingest/save-records.ts';
import { settleDuplicates } from '../../src/audit/collect/ingest/settle-duplicates.ts';
import { sqlInstant } from '../../src/audit/instants.ts';
import { auditMigrations } from '../../src/audit/schema.ts';
import { evaluate } from '../../src/audit/scoring/evaluate.ts';
import { profileNamed } from '../../src/audit/scoring/profiles/profiles.ts';
import type { Micros } from '../../src/audit/types.ts';
import { inParallel } from '../../src/shared/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { HOUR } from './dialect.ts';
import type { ExportedFile, ExportedHour, Exports } from './exports.ts';

export interface OurWay {
  readonly seconds: {
    readonly firstVerdict: number;
    readonly ingest: number;
    readonly settle: number;
    readonly score: number;
    /** Scores that were asked for afterwards. */
    readonly again: Readonly<Record<string, number>>;
  };
  readonly peakBytes: number;
  readonly storeBytes: number;
  /** Requests that count. */
  readonly counted: number;
  readonly miners: number;
}

const SOURCE = 'chutes';
const VALIDATOR = '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ';
const PIECE = 1 << 20;
/** The default of `audit.concurrency`. */
const AT_ONCE = 2;

/** The whole way, as a look at a source goes it: each report against its commitment, each export against its report, rows, repeats, scores. Newest hour first. */
export async function ingestAndScore(exports: Exports, folder: string): Promise<OurWay> {
  rmSync(folder, { recursive: true, force: true });
  forgetPeak();
  const clock = stopwatch();
  const store = await openStore(
    { path: folder },
    { migrations: auditMigrations.map((migration, i) => ({ ...migration, number: i + 1 })) },
  );
  try {
    let firstVerdict = Number.NaN;
    const verified = await inParallel(exports.hours.toReversed(), AT_ONCE, async (hour) => {
      const claims = await verifyReport(store, hour);
      if (Number.isNaN(firstVerdict)) firstVerdict = clock();
      return { hour, ...claims };
    });
    // As in a look at a source: while the engine loads one file, the next is read and digested.
    const files = verified.flatMap(({ hour, ...claims }) =>
      hour.files.map((file) => ({ hour, file, claims })),
    );
    await inParallel(files, AT_ONCE, async ({ hour, file, claims }) => {
      const outcome = await loadExport(store, verifyExport(hour, file, await digestOf(file.file), claims));
      if (outcome.state !== 'loaded' || outcome.bad + outcome.unreadable > 0)
        throw new Error(`${file.path}: ${JSON.stringify(outcome)}`);
    });
    const ingest = clock();
    await settleDuplicates(store, SOURCE);
    const settle = clock() - ingest;

    const newest = exports.hours.at(-1)?.end ?? 0;
    const scoreAt = async (profile: string, at: Micros) => {
      const begun = clock();
      const evaluation = await evaluate(store, {
        source: SOURCE,
        profile: profileNamed(profile),
        at,
        basis: 'committed',
        miners: exports.miners.map((hotkey, uid) => ({ hotkey, uid, coldkey: `of ${hotkey}` })),
      });
      if (evaluation.empty !== undefined) throw new Error(`${profile}: ${evaluation.empty}`);
      return { seconds: clock() - begun, evaluation };
    };
    const first = await scoreAt('P18', newest + 1);
    const again: Record<string, number> = {};
    again['P18, an hour earlier'] = (await scoreAt('P18', newest - HOUR)).seconds;
    for (const profile of ['P0', 'P7a', 'P11', 'P14', 'B4', 'I1'])
      again[profile] = (await scoreAt(profile, newest + 1)).seconds;
    const [live] = await store.query<{ rows: string }>(
      `SELECT toString(count()) AS rows FROM (${liveRows('audit_invocations', 'row')})`,
      { params: { source: SOURCE, ...countedParams('committed') } },
    );
    const { bytesOnDisk, rows } = await store.stats();
    if (rows.audit_invocations !== exports.rows)
      throw new Error(`${rows.audit_invocations} rows were stored, ${exports.rows} were written`);
    return {
      seconds: { firstVerdict, ingest, settle, score: first.seconds, again },
      peakBytes: peakResident(),
      storeBytes: bytesOnDisk,
      counted: Number(live?.rows),
      miners: first.evaluation.scores.length,
    };
  } finally {
    await store.close();
  }
}

/** The report's digest is the committed one; what it says is stored. Answers the digests that it gives its exports. */
async function verifyReport(
  store: Store,
  { report, committed, end }: ExportedHour,
): Promise<{ reportId: string; claimed: Map<string, string> }> {
  const bytes = readFileSync(report);
  if (createHash('sha256').update(bytes).digest('hex') !== committed)
    throw new Error(`${report} is not what was committed to`);
  const content = parseReport('validator', bytes);
  const reportId = createHash('sha256').update(String(end)).digest('hex').slice(0, 32);
  const start = end - HOUR;
  await saveRecords(store, { source: SOURCE, reportId, hotkey: VALIDATOR, start, end }, content);
  await store.insert(
    'audit_reports',
    ['source', 'report_id', 'role', 'hotkey', 'start', 'end', 'state', 'verdict', 'commitment', 'version'],
    [
      [
        SOURCE,
        reportId,
        'validator',
        VALIDATOR,
        sqlInstant(start),
        sqlInstant(end),
        'loaded',
        'verified',
        'verified',
        1,
      ],
    ],
  );
  return { reportId, claimed: new Map(content.exports.map(({ kind, sha256 }) => [kind, sha256])) };
}

function verifyExport(
  { end }: ExportedHour,
  { kind, path, file, bytes }: ExportedFile,
  sha256: string,
  { reportId, claimed }: { reportId: string; claimed: Map<string, string> },
): ExportFile {
  const reader = tableOf(kind);
  if (reader === undefined || sha256 !== claimed.get(kind))
    throw new Error(`${path} is not what its report names`);
  return { source: SOURCE, reportId, kind, end, path, file, sha256, bytes, reader };
}

/** As the fetcher does it: piece by piece, while the bytes pass. */
async function digestOf(file: string): Promise<string> {
  await using handle = await open(file);
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, PIECE, null);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
  }
}

function stopwatch(): () => number {
  const started = performance.now();
  return () => (performance.now() - started) / 1_000;
}

/** The kernel counts the peak of resident memory anew (Linux); elsewhere it is that of the whole run. */
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak of the generator's threads is then in it.
  }
}

function peakResident(): number {
  try {
    const [, kilobytes = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kilobytes) * 1_024;
  } catch {
    return process.resourceUsage().maxRSS * 1_024;
  }
}
