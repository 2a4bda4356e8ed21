import type {
  AuditBody,
  AuditFindingsBody,
  AuditReportBody,
  AuditReportsBody,
  FindingJson,
} from '../../src/server/audit-schemas.ts';
import type { SqlBody } from '../../src/server/schemas.ts';
import { account } from './fixture-data.ts';

type Validator = AuditBody['sources'][number]['validators'][number];
type Hour = Validator['hours'][number];

const HOUR_MS = 3_600_000;
const VALIDATORS = [account(64_001), account(64_002)];
const DIGEST = 'e06cac999b8f6e9eb0e0ab4ebbf5b2b12153cdd9e5563bbb00937320bab99abb';
const HOSTILE = 'a/../../\u202Eetc\u202C/<img src=x onerror=alert(1)>.json';

/** What went wrong, by how many hours ago the hour ended; the second validator's hours are all verified. */
const INCIDENTS: Readonly<Record<number, Omit<Hour, 'hour' | 'reportId'>>> = {
  0: { verdict: null, reason: null, check: null, detail: null },
  5: incident(
    'mismatch',
    'digest',
    'digest',
    'The invocations export has another digest than the report says.',
  ),
  19: incident('unverifiable', 'pruned', 'commitment', 'No node has the state of block 6,912,004 any more.'),
  20: incident('unverifiable', 'rpc', 'commitment', 'Two nodes were asked; neither answered within 30 s.'),
  44: incident(
    'uncommitted',
    'no-commitment',
    'commitment',
    'At block 6,904,510 the account holds no commitment.',
  ),
  71: incident('mismatch', 'gap', 'grid', 'No report of this hour was listed.'),
  72: incident('mismatch', 'gap', 'grid', 'No report of this hour was listed.'),
  90: incident('stale', 'older-commitment', 'commitment', 'The chain holds the digest of the hour before.'),
  120: incident('matches-but-older', 'older-commitment', 'commitment', 'It was committed 12 blocks earlier.'),
};

/** The answer of an audit route, or of a statement about its tables; `undefined` for any other. */
export function auditAt(path: string, param: (name: string) => string | undefined, nowMs: number): unknown {
  if (path === '/audit') return overview(Number(param('hours') ?? 168), nowMs);
  if (path === '/audit/findings') return findingsAnswer(param, nowMs);
  if (path === '/audit/reports') return reportsAnswer(param, nowMs);
  const report = /^\/audit\/reports\/([0-9a-f]{32})$/.exec(path)?.[1];
  return report === undefined ? undefined : reportOf(Number.parseInt(report, 16), nowMs);
}

/** The instances of a report, as the page asks for them. */
export function auditRows(statement: string): SqlBody | undefined {
  if (!statement.includes('FROM audit_instances')) return undefined;
  const offset = Number(/OFFSET (\d+)/.exec(statement)?.[1] ?? 0);
  const rows = Array.from({ length: Math.max(0, Math.min(200, 412 - offset)) }, (_, index) => {
    const nth = offset + index;
    const at = `2026-11-${String(10 + (nth % 12)).padStart(2, '0')} 08:${String(nth % 60).padStart(2, '0')}:46.471648`;
    return [
      `63676c9d-d324-4430-bb86-${String(nth).padStart(12, '0')}`,
      '4ab53921-96e1-4c96-baa6-ce57002c6064',
      account(64_100 + (nth % 9)),
      nth % 9,
      at,
      nth % 7 === 0 ? null : at,
      nth % 7 === 0 ? null : at,
      nth % 3 === 0 ? at : null,
      nth % 3 === 0 ? 'miner initialized \u202E<b>' : null,
      1.25 + (nth % 5),
      nth % 4 === 0 ? null : 0.4,
      null,
      nth % 11 === 0,
    ];
  });
  return { columns: [], rows, elapsedMs: 12, truncated: false } as unknown as SqlBody;
}

function overview(hours: number, nowMs: number): AuditBody {
  const end = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const open = findings(nowMs).filter(({ resolvedAt }) => resolvedAt === null);
  const bySeverity = countOf(open);
  return {
    on: true,
    pass: {
      startedAt: iso(nowMs - 95_000),
      endedAt: iso(nowMs - 80_000),
      nextAt: iso(nowMs + 220_000),
      reports: 672,
      verdicts: 6_049,
    },
    findings: bySeverity,
    sources: [
      {
        name: 'chutes',
        adapter: 'chutes',
        host: 'api.chutes.ai',
        netuid: 64,
        findings: bySeverity,
        reports: { validator: 336, miner: 504 },
        reportingMiners: 3,
        newestReportEnd: iso(end - HOUR_MS),
        tablesWaiting: 0,
        validators: VALIDATORS.map((hotkey, nth) => validatorOf(hotkey, nth, hours, end)),
      },
    ],
  };
}

function validatorOf(hotkey: string, nth: number, hours: number, end: number): Validator {
  const list = Array.from({ length: hours }, (_, index): Hour => {
    const ago = hours - 1 - index;
    const hour = iso(end - ago * HOUR_MS);
    const wrong = nth === 0 ? INCIDENTS[ago] : undefined;
    const gap = wrong?.reason === 'gap' || wrong?.verdict === null;
    if (wrong !== undefined) return { hour, ...wrong, reportId: gap ? null : reportId(nth, ago) };
    const detail = `Block ${6_912_000 - ago * 300} was made 66 s after the report's end.`;
    return {
      hour,
      verdict: 'verified',
      reason: 'ok',
      check: 'block-time',
      detail,
      reportId: reportId(nth, ago),
    };
  });
  const counts: Record<string, number> = {};
  for (const { verdict } of list) counts[verdict ?? 'none'] = (counts[verdict ?? 'none'] ?? 0) + 1;
  const gaps = nth === 0 && hours > 72 ? [{ from: end - 73 * HOUR_MS, to: end - 71 * HOUR_MS }] : [];
  const missing = gaps.reduce((sum, gap) => sum + (gap.to - gap.from) / 1_000, 0);
  return {
    hotkey,
    hours: list,
    counts,
    coverage: {
      from: iso(end - hours * HOUR_MS),
      to: iso(end),
      wantedSeconds: hours * 3_600,
      seconds: hours * 3_600 - missing,
      gaps: gaps.map((gap) => ({
        from: iso(gap.from),
        to: iso(gap.to),
        seconds: (gap.to - gap.from) / 1_000,
      })),
    },
  };
}

function findingsAnswer(param: (name: string) => string | undefined, nowMs: number): AuditFindingsBody {
  const all = findings(nowMs);
  const state = param('state') ?? 'open';
  const fitting = all.filter(
    (each) =>
      (state === 'all' || (each.resolvedAt === null) === (state === 'open')) &&
      (param('severity') ?? each.severity) === each.severity &&
      (param('kind') ?? each.kind) === each.kind &&
      (param('hotkey') ?? each.hotkey) === each.hotkey,
  );
  const open = all.filter(({ resolvedAt }) => resolvedAt === null);
  const kinds = new Map(all.map(({ kind, severity }) => [kind, severity]));
  return {
    findings: fitting.slice(0, Number(param('limit') ?? 100)),
    total: fitting.length,
    open: countOf(open),
    kinds: [...kinds].map(([kind, severity]) => ({
      kind,
      severity,
      open: open.filter((each) => each.kind === kind).length,
    })),
  };
}

function findings(nowMs: number): FindingJson[] {
  const end = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const made = (
    nth: number,
    ago: number,
    kind: string,
    severity: FindingJson['severity'],
    title: string,
    resolved = false,
  ): FindingJson => ({
    id: `finding-${nth}`,
    source: 'chutes',
    kind,
    severity,
    subject:
      kind === 'hour-gap'
        ? `${VALIDATORS[0]}@${iso(end - ago * HOUR_MS)}`
        : `${reportId(0, ago)}/invocations`,
    reportId: kind === 'hour-gap' ? null : reportId(0, ago),
    hotkey: VALIDATORS[0] ?? '',
    hour: iso(end - ago * HOUR_MS),
    title,
    detail: `${title} Seen in the answer of the publisher, expected what the report names; an honest mistake would be a file replaced after the digest was taken.`,
    evidence: {
      claimed: DIGEST,
      found: DIGEST.split('').reverse().join(''),
      bytes: 123_456_789,
      block: 6_912_004,
      path: HOSTILE,
      reports: [{ id: reportId(0, ago), publishedAt: iso(end) }],
    },
    firstSeen: iso(nowMs - 7_200_000),
    lastSeen: iso(nowMs - 60_000),
    resolvedAt: resolved ? iso(nowMs - 3_600_000) : null,
  });
  return [
    made(
      1,
      5,
      'export-mismatch',
      'critical',
      'The invocations export of the hour has another digest than the report says.',
    ),
    made(2, 71, 'hour-gap', 'critical', 'No report of the hour was listed.'),
    made(3, 5, 'path-escape', 'critical', `The report names a path that leaves its folder: ${HOSTILE}`),
    made(4, 19, 'report-unverifiable', 'warning', 'No node has the state that would prove the report.'),
    made(5, 44, 'schema-drift', 'info', 'The report has a field that its format did not have: gpu_class.'),
    made(6, 100, 'report-late', 'warning', 'The report came 2 h 05 min after its hour.', true),
  ];
}

function reportsAnswer(param: (name: string) => string | undefined, nowMs: number): AuditReportsBody {
  if (param('role') === 'miner') return { reports: [], total: 0 };
  const reports = Array.from({ length: 168 }, (_, ago) => reportOf(ago + 1, nowMs).report).filter(
    ({ verdict }) => (param('verdict') ?? verdict) === verdict,
  );
  return { reports, total: reports.length };
}

function reportOf(number: number, nowMs: number): AuditReportBody {
  const [nth, ago] = [Math.floor(number / 10_000) % 10, number % 10_000];
  const end = Math.floor(nowMs / HOUR_MS) * HOUR_MS - ago * HOUR_MS;
  const about = findings(nowMs).filter((each) => each.reportId === reportId(nth, ago));
  const wrong = nth === 0 ? INCIDENTS[ago] : undefined;
  const block = 6_912_000 - ago * 300;
  const names = [
    'block-time',
    'commitment',
    'download',
    'entry-id',
    'exports',
    'format',
    'hotkey',
    'hour',
    'path',
  ];
  const checks = names.map((check): AuditReportBody['checks'][number] => ({
    subjectType: 'report',
    file: null,
    check,
    verdict: 'verified',
    reason: 'ok',
    detail:
      check === 'commitment'
        ? `Block ${block} holds the digest of this report, set in it.`
        : 'As it was claimed.',
    evidence: {
      role: 'validator',
      sha256: DIGEST,
      block,
      blockHash: `0x${DIGEST}`,
      key: `0x${DIGEST}${DIGEST}`,
    },
    at: iso(nowMs - 90_000),
    history: [],
  }));
  if (wrong !== undefined && wrong.verdict !== null)
    checks.unshift({
      subjectType: wrong.check === 'digest' ? 'file' : 'report',
      file: wrong.check === 'digest' ? 'invocations' : null,
      check: wrong.check ?? '',
      verdict: wrong.verdict,
      reason: wrong.reason ?? '',
      detail: wrong.detail ?? '',
      evidence: { claimed: DIGEST, found: DIGEST.split('').reverse().join(''), bytes: 123_456_789 },
      at: iso(nowMs - 90_000),
      history: [
        {
          at: iso(nowMs - 9e6),
          verdict: 'verified',
          reason: 'ok',
          detail: 'The file has the digest that the report names.',
        },
        {
          at: iso(nowMs - 9.4e6),
          verdict: 'unverifiable',
          reason: 'unpublished',
          detail: 'The file is not served (404).',
        },
      ],
    });
  return {
    report: {
      id: reportId(nth, ago),
      source: 'chutes',
      role: 'validator',
      hotkey: VALIDATORS[nth] ?? '',
      entryId: 'a82cba2d-a2e2-5cd6-9fa7-15755304f85d',
      block,
      path: wrong === undefined ? `audit/validator/${VALIDATORS[nth]}/${block}.json` : HOSTILE,
      createdAt: iso(end + 66_000),
      start: iso(end - HOUR_MS),
      end: iso(end),
      state: 'loaded',
      sha256: DIGEST,
      bytes: 24_671_118,
      verdict: wrong?.verdict ?? 'verified',
      commitment: 'verified',
      instances: 412,
      multipliers: 38,
      badRows: wrong === undefined ? 0 : 3,
      firstSeen: iso(end + 120_000),
      drift: wrong === undefined ? [] : ['instances: a column gpu_class that the format did not have'],
      attempts: 1,
      url: 'https://api.chutes.ai/audit/download?path=audit%2Fvalidator',
    },
    checks,
    files: ['invocations', 'jobs', 'reports'].map((kind, index) => ({
      kind,
      path: `invocations/2026/11/22/01${index === 0 ? '' : `-${kind}`}.csv`,
      claimedSha256: DIGEST,
      sha256:
        index === 2
          ? null
          : index === 0 && wrong?.check === 'digest'
            ? [...DIGEST].reverse().join('')
            : DIGEST,
      bytes: index === 2 ? null : 123_456_789,
      state: index === 2 ? 'named' : 'loaded',
      rows: index === 2 ? 0 : 210_455,
      badRows: index === 0 ? 2 : 0,
      unreadableMetrics: index === 0 ? 17 : 0,
      drift: [],
    })),
    differences:
      wrong === undefined
        ? []
        : [
            {
              instanceId: '63676c9d-d324-4430-bb86-ceb6aaa25a9a',
              field: 'deletion_reason',
              before: 'miner initialized',
              after: null,
              explanation: 'It was final in the snapshot before: the reason was taken away.',
              severity: 'critical',
            },
            {
              instanceId: 'f9299f44-c732-4de9-9d58-97b57e6533af',
              field: 'compute_multiplier',
              before: 18,
              after: 16.5,
              explanation: 'A running instance may be given another multiplier.',
              severity: 'info',
            },
          ],
    findings: about,
    previous: ago < 167 ? reportId(nth, ago + 1) : null,
    following: ago > 1 ? reportId(nth, ago - 1) : null,
    bundle: {
      available: true,
      parts: [
        { name: 'report', bytes: 24_671_118, held: true, note: `SHA-256 ${DIGEST}` },
        {
          name: 'export invocations',
          bytes: 123_456_789,
          held: false,
          note: `SHA-256 ${DIGEST}; the digest, the bytes only when they are kept`,
        },
        {
          name: 'commitment',
          bytes: null,
          held: true,
          note: `Block ${block} holds the digest of this report, set in it.`,
        },
        {
          name: 'header and proof',
          bytes: null,
          held: false,
          note: 'read from a node that still has the state, when the bundle is made',
        },
      ],
    },
  };
}

function incident(
  verdict: Hour['verdict'],
  reason: string,
  check: string,
  detail: string,
): Omit<Hour, 'hour' | 'reportId'> {
  return { verdict, reason, check, detail };
}

function reportId(validator: number, ago: number): string {
  return (validator * 10_000 + ago).toString(16).padStart(32, '0');
}

function countOf(findings: readonly FindingJson[]): AuditBody['findings'] {
  const counts = { info: 0, warning: 0, critical: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}
