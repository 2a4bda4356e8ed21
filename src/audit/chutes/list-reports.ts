import { TaoscopeError } from '../../shared/index.ts';
import type { AuditSource, Fetcher, Listing } from '../adapter.ts';
import type { ListedReport } from '../types.ts';
import { isPlausibleRange } from './publication.ts';
import { readJson } from './read-json.ts';
import { createFaults, type RowReader, readRows } from './row-reader.ts';

/** The list of a week with hundreds of reporting miners has 10 to 50 MB. */
const MAX_LIST_BYTES = 64 * 1_048_576;
const MAX_ENTRIES = 250_000;
const MAX_BLOCK = 2 ** 32 - 1;
const MAX_PATH = 512;

const KEYS = new Set(['entry_id', 'hotkey', 'block', 'path', 'created_at', 'start_time', 'end_time']);
const SS58 = /^[1-9A-HJ-NP-Za-km-z]{46,50}$/;

/** What the publisher lists now. It has no pages and no order. */
export async function listReports(
  source: AuditSource,
  fetcher: Fetcher,
  signal?: AbortSignal,
): Promise<Listing> {
  const { bytes } = await fetcher.bytes(`${source.url}/audit/`, { maxBytes: MAX_LIST_BYTES }, signal);
  return parseList(source, bytes);
}

/** The entries of a list, each read on its own. Throws `undecodable` when it is no JSON list. */
export function parseList(source: AuditSource, bytes: Uint8Array): Listing {
  const { value, faults: textFaults } = readJson(bytes, { maxContainers: MAX_ENTRIES, maxDepth: 8 });
  if (!Array.isArray(value))
    throw new TaoscopeError('undecodable', {
      failed: 'cannot read the list of reports',
      got: value === null ? 'null' : typeof value,
      expected: 'a JSON list',
    });
  const faults = createFaults();
  for (const fault of textFaults) faults.bad('list', fault);
  let strangers = 0;
  const reports = readRows(value, 'list', KEYS, faults, (row) =>
    readEntry(source, row, faults.bad, () => {
      strangers++;
    }),
  );
  const { bad, badCount } = faults.result;
  return {
    reports: reports.filter(({ role }) => role === 'validator' || source.minerReports),
    strangers,
    bad,
    badCount,
  };
}

function readEntry(
  source: AuditSource,
  row: RowReader,
  bad: (where: string, reason: string) => void,
  stranger: () => void,
): ListedReport | undefined {
  const entryId = row.id('entry_id');
  const hotkey = row.id('hotkey');
  const block = row.integer('block', 0, MAX_BLOCK);
  const path = row.text('path');
  const start = row.instant('start_time');
  const end = row.instant('end_time');
  if (entryId === undefined || hotkey === undefined) return undefined;

  const where = `entry ${entryId.slice(0, 40)}`;
  const fault =
    (!SS58.test(hotkey) && 'its hotkey is no ss58 address') ||
    (block === null && 'it names no block') ||
    ((path === null || path === '' || path.length > MAX_PATH) && 'it names no path') ||
    ((start === null || end === null || !isPlausibleRange(start, end)) && 'it covers no plausible time');
  if (fault || block === null || path === null || start === null || end === null) {
    bad(where, fault || 'it lacks a value');
    return undefined;
  }
  const role = roleOf(source, hotkey, path);
  if (role === undefined) {
    stranger();
    return undefined;
  }
  const createdAt = row.instant('created_at') ?? undefined;
  return { source: source.name, role, hotkey, entryId, block, path, createdAt, start, end };
}

/**
 * Whose word it is. The configuration decides, not the path: else a validator could put a second, uncommitted report of an hour under a
 * miner's path, and whoever gets a line into the list could speak as a validator. A path that does not fit the role is found by the check of paths.
 */
function roleOf(source: AuditSource, hotkey: string, path: string): ListedReport['role'] | undefined {
  if (source.validators.includes(hotkey)) return 'validator';
  return path.startsWith('audit/validator/') ? undefined : 'miner';
}
