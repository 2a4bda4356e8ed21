import type { AuditAdapter } from '../adapter.ts';
import { readFeeds } from './feeds.ts';
import { listReports } from './list-reports.ts';
import { MAX_REPORT_BYTES, parseReport } from './parse-report.ts';
import {
  commits,
  entryIdOf,
  expectedExports,
  exportPathOf,
  exportUrl,
  pathOf,
  REPORT_MICROS,
  reportUrl,
} from './publication.ts';
import { tableOf } from './tables.ts';

/** How Chutes (netuid 64 of Bittensor) publishes: three generations of reports and tables, from December 2024 on. */
export const chutesAdapter: AuditAdapter = {
  name: 'chutes',
  reportMicros: REPORT_MICROS,
  // The export starts a minute after the hour and may run for half an hour.
  lateAfterMicros: (REPORT_MICROS * 3) / 4,
  list: listReports,
  reportUrl: ({ url }, { path }) => reportUrl(url, path),
  maxReportBytes: MAX_REPORT_BYTES,
  entryIdOf,
  pathOf,
  parse: parseReport,
  exportUrl: ({ url }, path) => exportUrl(url, path),
  // An hour has about 0.15 GB; five times the traffic would still fit.
  maxExportBytes: 4 * 2 ** 30,
  exportPathOf,
  tableOf,
  expectedExports,
  commits,
  feeds: readFeeds,
};
