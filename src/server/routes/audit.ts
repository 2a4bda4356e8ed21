import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type AuditAnswers,
  type Auditor,
  agreementsToCsv,
  findingsToCsv,
  incentivesToCsv,
  MOST_HOURS,
  MOST_ROWS,
  type ProbeWish,
  probesToCsv,
  readInstant,
  reportsToCsv,
  SEVERITIES,
  type ToldProbe,
  VERDICTS,
} from '../../audit/index.ts';
import { TaoscopeError } from '../../shared/index.ts';
import {
  AuditBody,
  AuditFindingsBody,
  AuditIncentivesBody,
  AuditMinersBody,
  AuditProbesBody,
  AuditReportBody,
  AuditReportsBody,
  AuditWhyBody,
  BASES,
  FINDING_KIND_NAMES,
  PROBE_KINDS,
  PROBE_LOOKUPS,
  PROBE_OUTCOMES,
  REPORT_STATES,
} from '../audit-schemas.ts';
import { atLeast, createRouter, csvFile, FormatQuery, jsonRoute, tableRoute } from './common.ts';

/** What the routes of the audit answer from. */
export interface AuditPart {
  readonly answers: AuditAnswers;
  /** Runs it; what it counts is measured. */
  readonly auditor?: Pick<Auditor, 'stats' | 'summary'> | undefined;
  /** Sends one request of our own, as the command line asks for it. */
  readonly probe?: ((wish: ProbeWish, signal: AbortSignal) => Promise<ToldProbe>) | undefined;
  /** The file of a bundle, in pieces. */
  readonly bundle?:
    | ((reportId: string, withExports: boolean, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>)
    | undefined;
  /** Whether sources are configured and this process audits them; whether it sends requests of its own. */
  readonly on: boolean;
  readonly probing: boolean;
  /** The look at the lists that is under way, or the last. */
  status(): AuditBody['pass'];
}

const Name = z.string().min(1).max(100);
const Hotkey = z
  .string()
  .regex(/^[1-9A-HJ-NP-Za-km-z]{40,60}$/, 'expected an ss58 address')
  .openapi({ description: 'An ss58 address.' });

/** An instant as microseconds since the epoch. */
const Instant = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/,
    'expected an instant as 2025-02-10T15:51:19.216856Z',
  )
  .transform((text, context) => {
    const instant = readInstant(text);
    if (instant !== undefined) return instant;
    context.addIssue({ code: 'custom', message: 'expected a day that there is' });
    return z.NEVER;
  })
  .openapi({ type: 'string', format: 'date-time', example: '2025-02-10T15:00:00Z' });

const PageQuery = FormatQuery.extend({
  source: Name.optional(),
  hotkey: Hotkey.optional(),
  limit: atLeast(1, MOST_ROWS).default(100),
  before: z.string().max(120).optional().openapi({ description: '`next` of the answer before.' }),
});

const HoursQuery = z.object({ hours: atLeast(1, MOST_HOURS).default(168) });

const FindingsQuery = PageQuery.extend({
  kind: z.enum(FINDING_KIND_NAMES).optional(),
  severity: z.enum(SEVERITIES).optional(),
  state: z.enum(['open', 'resolved', 'all']).default('open'),
});

const ReportsQuery = PageQuery.extend({
  role: z.enum(['validator', 'miner']).optional(),
  verdict: z.enum(VERDICTS).optional(),
  state: z.enum(REPORT_STATES).optional(),
  from: Instant.optional(),
  to: Instant.optional(),
});

const JudgementQuery = z.object({
  source: Name.optional(),
  validator: Hotkey.optional(),
  at: Instant.optional(),
  profile: z
    .string()
    .regex(/^[A-Za-z0-9'′.-]{1,20}$/, 'expected auto, best or the name of a profile')
    .optional(),
  basis: z.enum(BASES).default('committed'),
});

const MinersQuery = HoursQuery.extend(FormatQuery.shape).extend({
  source: Name.optional(),
  validator: Hotkey.optional(),
});

const ProbesQuery = PageQuery.extend({
  kind: z.enum(PROBE_KINDS).optional(),
  lookup: z.enum(PROBE_LOOKUPS).optional(),
  outcome: z.enum(PROBE_OUTCOMES).optional(),
});

const ReportParam = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'expected the id of a report: 32 hex digits')
    .openapi({ param: { name: 'id', in: 'path' } }),
});

const ProbeParam = z.object({
  id: z
    .string()
    .regex(/^[0-9A-Za-z-]{1,80}$/, 'expected the id of a probe')
    .openapi({ param: { name: 'id', in: 'path' } }),
});

const HotkeyParam = z.object({ hotkey: Hotkey.openapi({ param: { name: 'hotkey', in: 'path' } }) });

/** What validators publish, and how it came out: verdicts, findings, payments, agreement and probes, tables also as CSV. */
export function auditRoutes({ audit }: { readonly audit?: AuditPart | undefined }): OpenAPIHono {
  return createRouter()
    .openapi(
      jsonRoute(
        { method: 'get', path: '/audit', request: { query: HoursQuery } },
        AuditBody,
        "How each audited validator's hours came out.",
      ),
      async (context) => {
        const { hours } = context.req.valid('query');
        if (audit === undefined) return context.json(OFF, 200);
        const body = await audit.answers.overview(hours, context.req.raw.signal);
        const pass = audit.status();
        return context.json({ on: audit.on, ...(pass === undefined ? {} : { pass }), ...body }, 200);
      },
    )
    .openapi(
      tableRoute(
        '/audit/findings',
        { query: FindingsQuery },
        AuditFindingsBody,
        'Findings, gravest and newest first.',
      ),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const body = await there(audit).answers.findings(query, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(findingsToCsv(body), 200, csvFile('audit-findings'));
      },
    )
    .openapi(
      tableRoute(
        '/audit/reports',
        { query: ReportsQuery },
        AuditReportsBody,
        'Published reports, newest first.',
      ),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const body = await there(audit).answers.reports(query, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(reportsToCsv(body), 200, csvFile('audit-reports'));
      },
    )
    .openapi(
      jsonRoute(
        { method: 'get', path: '/audit/reports/{id}', request: { params: ReportParam } },
        AuditReportBody,
        'One report: each check and what it rests on.',
      ),
      async (context) => {
        const { id } = context.req.valid('param');
        return context.json(await there(audit).answers.report(id, context.req.raw.signal), 200);
      },
    )
    .openapi(
      tableRoute(
        '/audit/incentives',
        { query: JudgementQuery.extend(FormatQuery.shape) },
        AuditIncentivesBody,
        "What each miner is owed by the validator's own rules, beside what it was paid.",
      ),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const body = await there(audit).answers.incentives(query, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(incentivesToCsv(body), 200, csvFile(`audit-incentives-${body.profile.name}`));
      },
    )
    .openapi(
      jsonRoute(
        {
          method: 'get',
          path: '/audit/why/{hotkey}',
          request: { params: HotkeyParam, query: JudgementQuery },
        },
        AuditWhyBody,
        "Where one miner's score comes from, and what would explain its difference.",
      ),
      async (context) => {
        const { hotkey } = context.req.valid('param');
        const query = context.req.valid('query');
        return context.json(await there(audit).answers.why(hotkey, query, context.req.raw.signal), 200);
      },
    )
    .openapi(
      tableRoute(
        '/audit/miners',
        { query: MinersQuery },
        AuditMinersBody,
        'What miners say of themselves, beside what the validator says of them.',
      ),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const body = await there(audit).answers.miners(query, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(agreementsToCsv(body), 200, csvFile('audit-miners'));
      },
    )
    .openapi(
      tableRoute(
        '/audit/probes',
        { query: ProbesQuery },
        AuditProbesBody,
        'Requests of our own, newest first.',
      ),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const part = there(audit);
        const body = await part.answers.probes(query, context.req.raw.signal);
        if (format === 'json') return context.json({ on: part.probing, ...body }, 200);
        return context.body(probesToCsv(body), 200, csvFile('audit-probes'));
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/audit/probes/{id}/output',
        request: { params: ProbeParam },
        responses: {
          200: {
            description: 'What the request gave: text, a picture or sound; anything else as a download.',
            content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
          },
        },
      }),
      async (context) => {
        const { id } = context.req.valid('param');
        const output = await there(audit).answers.probeOutput(id, context.req.raw.signal);
        const shown = output.contentType !== 'application/octet-stream';
        return context.body(output.bytes, 200, {
          'content-type': output.contentType,
          'content-disposition': `${shown ? 'inline' : 'attachment'}; filename="probe-${id}"`,
          // A miner wrote it: a browser must take it for nothing but what it is said to be.
          'x-content-type-options': 'nosniff',
        });
      },
    );
}

const OFF: AuditBody = { on: false, findings: { info: 0, warning: 0, critical: 0 }, sources: [] };

function there(audit: AuditPart | undefined): AuditPart {
  if (audit !== undefined) return audit;
  throw new TaoscopeError('not-found', {
    failed: 'nothing is audited here',
    expected: 'a source under `audit.sources` in the configuration',
  });
}
