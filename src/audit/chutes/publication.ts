import { createHash } from 'node:crypto';
import { TaoscopeError } from '../../shared/index.ts';
import type { ListedReport, Micros, ReporterRole } from '../types.ts';
import { parseTimestamp } from './timestamps.ts';

/*
 * Where Chutes publishes what, under which name, and since when. Dates are those of upstream's commits; when they went live is not known, so a rule
 * begins with the day after its commit and ends with the day of the commit that dropped it.
 */

const COMMITS_UNTIL = day('2026-05-25');
const EXPORTS_FROM = day('2024-12-30');
const JOBS_FROM = day('2025-07-17');
const EXPORTS_UNTIL = day('2026-04-20');

const FIRST_HOUR = day('2024-12-01');
const LAST_HOUR = day('2100-01-01');

/** One report covers an hour, microseconds. */
export const REPORT_MICROS: Micros = 3_600_000_000;
const OID_NAMESPACE = Buffer.from('6ba7b8129dad11d180b400c04fd430c8', 'hex');
const EXPORT_PATH =
  /^invocations\/(\d{4}\/(?:0[1-9]|1[0-2])\/(?:0[1-9]|[12]\d|3[01])\/(?:[01]\d|2[0-3])(?:-reports|-jobs)?\.csv)$/;
const SUFFIXES: Readonly<Record<string, string>> = { invocations: '', reports: '-reports', jobs: '-jobs' };

/** The id of an entry: the UUID (version 5, OID namespace) of hotkey and block. */
export function entryIdOf({ hotkey, block }: Pick<ListedReport, 'hotkey' | 'block'>): string {
  const hash = createHash('sha1').update(OID_NAMESPACE).update(`${hotkey}.${block}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The path of a report: `audit/<role>/<hotkey>/<block>.json`. */
export function pathOf({ role, hotkey, block }: Pick<ListedReport, 'role' | 'hotkey' | 'block'>): string {
  return `audit/${role}/${hotkey}/${block}.json`;
}

export function reportUrl(base: string, path: string): string {
  return `${base}/audit/download?path=${encodeURIComponent(path)}`;
}

/** The URL of an export. Throws `refused` for a path that is not exactly of the publisher's form. */
export function exportUrl(base: string, path: string): string {
  const [, rest] = EXPORT_PATH.exec(path) ?? [];
  if (rest !== undefined) return `${base}/invocations/exports/${rest}`;
  throw new TaoscopeError('refused', {
    failed: 'a report names an export whose path leads elsewhere',
    got: JSON.stringify(path.slice(0, 120)),
    expected: 'invocations/YYYY/MM/DD/HH.csv, HH-reports.csv or HH-jobs.csv',
  });
}

/** The path of an export of the hour that ends then. The publisher names the hour by its end: of 23:00 to 24:00 it is 00 of the next day. */
export function exportPathOf(kind: string, end: Micros): string | undefined {
  const suffix = Object.hasOwn(SUFFIXES, kind) ? SUFFIXES[kind] : undefined;
  if (suffix === undefined || !isTime(end)) return undefined;
  const [date = '', time = ''] = new Date(Math.floor(end / 1_000)).toISOString().split('T');
  return `invocations/${date.replaceAll('-', '/')}/${time.slice(0, 2)}${suffix}.csv`;
}

/** Kinds of exports that a report of the hour that ends then should name. */
export function expectedExports(end: Micros): readonly string[] {
  if (end < EXPORTS_FROM || end >= EXPORTS_UNTIL) return [];
  return end < JOBS_FROM ? ['invocations', 'reports'] : ['invocations', 'reports', 'jobs'];
}

/** Whether reports of then were committed to: the validator stopped, miners did not. */
export function commits(role: ReporterRole, end: Micros): boolean {
  return role === 'miner' || end < COMMITS_UNTIL;
}

/** Whether a report may cover that time at all: Chutes publishes hours, and since the end of 2024. */
export function isPlausibleRange(start: Micros, end: Micros): boolean {
  return start >= FIRST_HOUR && end > start && end - start <= 48 * REPORT_MICROS && end < LAST_HOUR;
}

function isTime(micros: Micros): boolean {
  return Number.isSafeInteger(micros) && micros >= 0 && micros <= 7_258_118_400_000_000;
}

function day(date: string): Micros {
  return parseTimestamp(`${date}T00:00:00`) ?? Number.NaN;
}
