import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { AuditSource } from '../adapter.ts';
import { createFetcher } from '../collect/fetch/fetcher.ts';
import { serve } from '../collect/fetch/testing/serve.ts';
import { chutesAdapter } from './adapter.ts';

const VALIDATOR = '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ';
const folder = mkdtempSync(join(tmpdir(), 'taoscope-chutes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a list leads to reports, and a report to its exports, over HTTP', async () => {
  const table = 'invocation_id,user_id,timestamp,confirmed_at,confirmed_by,reason\r\n';
  const sha256 = createHash('sha256').update(table).digest('hex');
  const entry = {
    entry_id: '86364812-0b02-5514-81a7-76ca41574292',
    hotkey: VALIDATOR,
    block: 5_000_000,
    path: `audit/validator/${VALIDATOR}/5000000.json`,
    created_at: '2025-02-10T16:01:30',
    start_time: '2025-02-10T15:00:00',
    end_time: '2025-02-10T16:00:00',
  };
  const bodies: Readonly<Record<string, unknown>> = {
    '/audit/': [entry],
    [`/audit/download?path=${encodeURIComponent(entry.path)}`]: {
      instance_audit: [],
      csv_exports: { reports: { path: 'invocations/2025/02/10/16-reports.csv', sha256 } },
    },
    '/invocations/exports/2025/02/10/16-reports.csv': table,
  };
  await using server = await serve((request, response) => {
    const body = bodies[request.url ?? ''];
    if (body === undefined) response.writeHead(404).end();
    else response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const source: AuditSource = {
    name: 'chutes',
    adapter: 'chutes',
    url: server.url,
    netuid: 64,
    validators: [VALIDATOR],
    minerReports: true,
  };
  const fetcher = createFetcher({ userAgent: 'taoscope/test', allowPrivate: true });

  const { reports } = await chutesAdapter.list(source, fetcher);
  const [listed] = reports;
  if (listed === undefined) throw new Error('nothing is listed');
  expect(chutesAdapter.entryIdOf(listed)).toBe(listed.entryId);
  expect(chutesAdapter.pathOf(listed)).toBe(listed.path);
  expect(listed.end - listed.start).toBe(chutesAdapter.reportMicros);

  const { bytes } = await fetcher.bytes(chutesAdapter.reportUrl(source, listed), {
    maxBytes: chutesAdapter.maxReportBytes,
  });
  const { exports } = chutesAdapter.parse(listed.role, bytes);
  expect(exports.map(({ kind, path }) => path === chutesAdapter.exportPathOf(kind, listed.end))).toEqual([
    true,
  ]);

  const path = join(folder, 'reports.csv');
  const url = chutesAdapter.exportUrl(source, exports[0]?.path ?? '');
  await fetcher.file(url, { path, sha256 }, { maxBytes: chutesAdapter.maxExportBytes });
  expect(readFileSync(path, 'utf8')).toBe(table);
  expect(
    chutesAdapter
      .tableOf('reports')
      ?.columns.map(({ name }) => name)
      .sort(),
  ).toEqual(table.trim().split(',').sort());
});
