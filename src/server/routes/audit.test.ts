import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BEN, NOW, openSampleAudit, payments, reportId, SOURCE } from '../../../test/support/sample-audit.ts';
import { createAuditAnswers } from '../../audit/index.ts';
import type { OpenedStore } from '../../store/index.ts';
import {
  AuditBody,
  AuditFindingsBody,
  AuditIncentivesBody,
  AuditMinersBody,
  AuditProbesBody,
  AuditReportBody,
  AuditReportsBody,
  AuditWhyBody,
} from '../audit-schemas.ts';
import { failureOf } from '../failure.ts';
import { type AuditPart, auditRoutes } from './audit.ts';

let store: OpenedStore;
let routes: ReturnType<typeof auditRoutes>;

const PASS = { startedAt: '2026-06-02T00:00:00.000000Z', endedAt: null, reports: 3, verdicts: 7 };

const serve = (audit: AuditPart | undefined) => {
  const app = auditRoutes({ audit });
  app.onError((error, context) => {
    const { status, body } = failureOf(error);
    return context.json(body, status);
  });
  return app;
};

beforeAll(async () => {
  store = await openSampleAudit();
  const answers = createAuditAnswers({
    store,
    sources: [SOURCE],
    payments: () => payments({ 1: 65_535 }),
    profile: 'I4',
    now: () => NOW / 1000,
  });
  routes = serve({ answers, on: true, probing: false, status: () => PASS });
}, 60_000);

afterAll(async () => {
  await store.close();
});

/** The answer as the schema of its body has it: nothing missing, nothing more. */
async function body(path: string, schema: { strict(): { parse(value: unknown): unknown } }) {
  const response = await routes.request(path);
  expect([path, response.status]).toEqual([path, 200]);
  return schema.strict().parse(await response.json());
}

describe('each body is what its schema says', () => {
  test.each([
    ['/audit', AuditBody],
    ['/audit?hours=1000', AuditBody],
    ['/audit/findings?state=all', AuditFindingsBody],
    ['/audit/reports', AuditReportsBody],
    [`/audit/reports/${reportId(23)}`, AuditReportBody],
    ['/audit/incentives', AuditIncentivesBody],
    ['/audit/incentives?at=2026-06-02T00:00:00Z&profile=best&basis=published', AuditIncentivesBody],
    [`/audit/why/${BEN}`, AuditWhyBody],
    ['/audit/miners?hours=24', AuditMinersBody],
    ['/audit/probes', AuditProbesBody],
  ])('%s', async (path, schema) => {
    await body(path, schema);
  });

  test('the look that is under way is told with the overview', async () => {
    expect(await body('/audit', AuditBody)).toMatchObject({ on: true, pass: PASS });
  });
});

test('tables are there as CSV, with a name to save them by', async () => {
  for (const [name, rows] of [
    ['findings', 4],
    ['reports', 25],
    ['incentives', 2],
    ['miners', 1],
    ['probes', 5],
  ] as const) {
    const response = await routes.request(`/audit/${name}?format=csv`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toContain(`audit-${name}`);
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect([name, lines.length]).toEqual([name, rows + 1]);
  }
});

describe('what is hostile', () => {
  test.each([
    '/audit?hours=0',
    '/audit?hours=1001',
    '/audit?hours=99999999999',
    '/audit/findings?kind=nonsense',
    '/audit/findings?limit=0',
    '/audit/findings?hotkey=%27%20OR%201',
    '/audit/findings?before=nowhere',
    '/audit/reports?from=yesterday',
    '/audit/reports?from=2026-02-31T25:00:00Z',
    '/audit/reports/..%2F..%2Fetc%2Fpasswd',
    `/audit/reports/${'A'.repeat(32)}`,
    '/audit/incentives?profile=%3Cscript%3E',
    '/audit/incentives?validator=5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM',
    '/audit/why/nobody',
    '/audit/probes?lookup=perhaps',
    '/audit/probes/..%2f/output',
  ])('%s is refused in four parts', async (path) => {
    const response = await routes.request(path);
    expect([path, response.status]).toEqual([path, 400]);
    expect(await response.json()).toMatchObject({ error: { code: 'usage' } });
  });

  test("an output is sent as what it was found to be, never as its maker's page", async () => {
    const text = await routes.request('/audit/probes/p1/output');
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await text.text()).toBe('Grüß <b>dich</b>');
    const page = await routes.request('/audit/probes/p4/output');
    expect(page.headers.get('content-type')).toBe('application/octet-stream');
    expect(page.headers.get('content-disposition')).toBe('attachment; filename="probe-p4"');
    expect((await routes.request('/audit/probes/p3/output')).status).toBe(404);
  });
});

test('without an audit the overview says so, and the rest is not there', async () => {
  const off = serve(undefined);
  expect(await (await off.request('/audit')).json()).toEqual({
    on: false,
    findings: { info: 0, warning: 0, critical: 0 },
    sources: [],
  });
  expect((await off.request('/audit/findings')).status).toBe(404);
});
