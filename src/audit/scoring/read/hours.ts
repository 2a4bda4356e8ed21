import { COUNTED_REPORTS, UNSETTLED_LOADS } from '../../collect/ingest/live-rows.ts';
import { HOUR, SECOND } from '../../instants.ts';
import type { Micros } from '../../types.ts';
import type { ScoringRules } from '../types.ts';
import { hourEnd, instantParam, microsOf } from './instant-sql.ts';
import type { Reader } from './reader.ts';

/** Which hours of the window are in the evaluation. */
export interface CountedHours {
  /** Hours that lie in the window. */
  readonly wanted: number;
  readonly counted: number;
  /** Ends of the hours that are not, ascending, each with what is there instead. */
  readonly missing: readonly { readonly hour: Micros; readonly reason: string }[];
}

interface HourRow {
  hour: string;
  counted: boolean;
  loaded: boolean;
  state: string;
  commitment: string;
  verdict: string;
}

/** A counted hour has a report that counts, and where requests are paid for, its loaded export. */
export async function readHours(
  reader: Reader,
  rules: Pick<ScoringRules, 'windowSeconds'>,
  needsRequests: boolean,
): Promise<CountedHours> {
  const { at } = reader;
  const from = at - rules.windowSeconds * SECOND;
  const rows = await reader.rows<HourRow>(
    `SELECT toUnixTimestamp64Micro(end) AS hour, report_id GLOBAL IN (${COUNTED_REPORTS}) AS counted,
  report_id GLOBAL IN (SELECT report_id FROM audit_files FINAL
    WHERE source = {source:String} AND kind = 'invocations' AND state = 'loaded'
      AND load_id GLOBAL NOT IN (${UNSETTLED_LOADS})) AS loaded,
  toString(state) AS state, toString(commitment) AS commitment, toString(verdict) AS verdict
FROM audit_reports FINAL
WHERE source = {source:String} AND role = 'validator' AND end > ${instantParam('from')} AND end <= ${instantParam('until')}
ORDER BY hour, report_id`,
    { from, until: hourEnd(at) },
    'read which hours count',
  );
  const byHour = Map.groupBy(rows, ({ hour }) => microsOf(hour));
  const missing: { hour: Micros; reason: string }[] = [];
  let wanted = 0;
  for (let hour = hourEnd(from + 1); hour <= at; hour += HOUR) {
    wanted++;
    const reports = byHour.get(hour) ?? [];
    if (reports.some((one) => one.counted && (one.loaded || !needsRequests))) continue;
    missing.push({ hour, reason: reasonOf(reports) });
  }
  return { wanted, counted: wanted - missing.length, missing };
}

function reasonOf(reports: readonly HourRow[]): string {
  const [report] = reports;
  if (report === undefined) return 'no report';
  if (reports.some(({ counted }) => counted)) return 'its export of requests is not loaded';
  if (report.state !== 'loaded') return `the report is ${report.state}`;
  return report.verdict === 'mismatch'
    ? 'a check of the report found a mismatch'
    : `its commitment is ${report.commitment}`;
}
