import { z } from 'zod';
import { FINDING_KINDS, type FindingKind, SEVERITIES, VERDICTS } from '../audit/index.ts';

/**
 * Bodies of the audit: once for server, web client and OpenAPI. Instants are ISO 8601 with microseconds and `Z`
 * (`2025-02-10T15:51:19.216856Z`), accounts are ss58. Shares are of 1. `null` is "not known" or "does not apply", never zero.
 * Texts that a publisher wrote (paths, ids, reasons, prompts, outputs) are hostile and bounded.
 */

const Instant = z.string();
const Cell = z.number().nullable();
const Text = z.string().nullable();
/** Evidence of a verdict or a finding: JSON of bounded size. */
const Evidence = z.record(z.string(), z.unknown());

export const FINDING_KIND_NAMES = Object.keys(FINDING_KINDS) as [FindingKind, ...FindingKind[]];
export const BASES = ['committed', 'published'] as const;
export const REPORT_STATES = ['listed', 'fetched', 'loaded', 'failed'] as const;

const VerdictName = z.enum(VERDICTS);
const SeverityName = z.enum(SEVERITIES);
const SeverityCounts = z.object({ info: z.number(), warning: z.number(), critical: z.number() });

/** Time that reports cover: the union of their intervals, and what it leaves out. */
const Coverage = z.object({
  from: Instant,
  to: Instant,
  /** Seconds of the range, and those of them that reports cover. */
  wantedSeconds: z.number(),
  seconds: z.number(),
  gaps: z.array(z.object({ from: Instant, to: Instant, seconds: z.number() })),
});

/** GET /audit?hours=: how each validator's hours came out. */
export const AuditBody = z.object({
  /** Whether sources are configured and this process audits them. */
  on: z.boolean(),
  /** The look at the lists that is under way, or the last; absent before the first. */
  pass: z
    .object({
      startedAt: Instant,
      endedAt: Instant.nullable(),
      /** When the next begins; absent while one is under way. */
      nextAt: Instant.optional(),
      /** Reports and verdicts that it came to. */
      reports: z.number(),
      verdicts: z.number(),
      /** How far it is, while it is under way. */
      progress: z
        .object({
          source: z.string(),
          phase: z.enum(['list', 'reports', 'files', 'hours']),
          done: z.number().int(),
          total: z.number().int(),
        })
        .optional(),
      /** Why it ended early, in a line. */
      error: z.string().optional(),
    })
    .optional(),
  /** Open findings by severity, over all sources. */
  findings: SeverityCounts,
  sources: z.array(
    z.object({
      name: z.string(),
      adapter: z.string(),
      /** Host of the publisher. */
      host: z.string(),
      netuid: z.number().int(),
      findings: SeverityCounts,
      /** Reports known, by whose word they are. */
      reports: z.object({ validator: z.number(), miner: z.number() }),
      /** Accounts with reports about themselves in the range. */
      reportingMiners: z.number(),
      newestReportEnd: Instant.nullable(),
      /** Tables of reports in the range that were not yet held against their digests. */
      tablesWaiting: z.number(),
      validators: z.array(
        z.object({
          hotkey: z.string(),
          /** One entry per hour of the range, ascending. */
          hours: z.array(
            z.object({
              /** Its end. */
              hour: Instant,
              /** The worst of its checks; null: not judged, because nothing was due or nothing is recorded. */
              verdict: VerdictName.nullable(),
              /** Reason and sentence of the worst check. */
              reason: Text,
              check: Text,
              detail: Text,
              reportId: Text,
            }),
          ),
          /** Hours by verdict; what is not judged counts under `none`. */
          counts: z.record(z.string(), z.number()),
          coverage: Coverage,
        }),
      ),
    }),
  ),
});

export const FindingJson = z.object({
  id: z.string(),
  source: z.string(),
  kind: z.string(),
  severity: SeverityName,
  subject: z.string(),
  /** The report that it is about, where there is one. */
  reportId: Text,
  hotkey: Text,
  /** When what it is about happened. */
  hour: Instant,
  title: z.string(),
  detail: z.string(),
  evidence: Evidence,
  firstSeen: Instant,
  lastSeen: Instant,
  /** null while it is open. */
  resolvedAt: Instant.nullable(),
});

/** GET /audit/findings?source=&kind=&severity=&hotkey=&state=open|resolved|all&limit=&before=: gravest and newest first. */
export const AuditFindingsBody = z.object({
  findings: z.array(FindingJson),
  /** Given as `before`, it continues; absent at the end. */
  next: z.string().optional(),
  /** Findings that fit the filter, whatever the page. */
  total: z.number(),
  /** Open ones of the source (or of all), whatever the filter. */
  open: SeverityCounts,
  kinds: z.array(z.object({ kind: z.string(), severity: SeverityName, open: z.number() })),
});

export const ReportJson = z.object({
  id: z.string(),
  source: z.string(),
  role: z.enum(['validator', 'miner']),
  hotkey: z.string(),
  entryId: z.string(),
  /** Block that the publisher names. */
  block: z.number(),
  path: z.string(),
  createdAt: Instant.nullable(),
  start: Instant,
  end: Instant,
  state: z.enum(REPORT_STATES),
  sha256: Text,
  bytes: Cell,
  /** The worst of its checks, and of these the one against the chain; null: not judged. */
  verdict: VerdictName.nullable(),
  commitment: VerdictName.nullable(),
  /** Rows read from it, and those that could not be. */
  instances: z.number(),
  multipliers: z.number(),
  badRows: z.number(),
  firstSeen: Instant,
});

/** GET /audit/reports?source=&role=&hotkey=&verdict=&state=&from=&to=&limit=&before=: newest first. */
export const AuditReportsBody = z.object({
  reports: z.array(ReportJson),
  next: z.string().optional(),
  total: z.number(),
});

/** GET /audit/reports/{id}: each check and what it rests on. */
export const AuditReportBody = z.object({
  report: ReportJson.extend({
    /** What is new or missing in its format, a line each. */
    drift: z.array(z.string()),
    attempts: z.number(),
    /** Where the publisher offers it. */
    url: Text,
  }),
  checks: z.array(
    z.object({
      subjectType: z.enum(['report', 'file', 'hour']),
      /** Kind of the export, of a check of a file. */
      file: Text,
      check: z.string(),
      verdict: VerdictName,
      reason: z.string(),
      detail: z.string(),
      evidence: Evidence,
      at: Instant,
      /** What it said before, newest first; at most 50. */
      history: z.array(
        z.object({ at: Instant, verdict: VerdictName, reason: z.string(), detail: z.string() }),
      ),
    }),
  ),
  files: z.array(
    z.object({
      kind: z.string(),
      path: z.string(),
      claimedSha256: z.string(),
      sha256: Text,
      bytes: Cell,
      state: z.enum(['named', 'loaded', 'failed', 'purged']),
      rows: z.number(),
      badRows: z.number(),
      unreadableMetrics: z.number(),
      drift: z.array(z.string()),
    }),
  ),
  /** What its snapshot tells otherwise than another of the same validator; at most 500. */
  differences: z.array(
    z.object({
      instanceId: z.string(),
      field: z.string(),
      before: z.unknown(),
      after: z.unknown(),
      explanation: z.string(),
      severity: SeverityName,
    }),
  ),
  findings: z.array(FindingJson),
  /** Reports of the same account just before and after. */
  previous: Text,
  following: Text,
  /** What a bundle made now would hold. */
  bundle: z.object({
    available: z.boolean(),
    parts: z.array(z.object({ name: z.string(), bytes: Cell, held: z.boolean(), note: z.string() })),
  }),
});

/** One payment against what was expected. */
const Side = z.object({
  /** Share paid. */
  paid: Cell,
  /** paid - expected, and that over expected; null where expected is 0. */
  delta: Cell,
  relative: Cell,
  rank: Cell,
});

/** Why a difference may be nobody's doing; each is named only where its numbers fit. */
export const EXPLANATIONS = [
  'resolution',
  'other-validators',
  'copied',
  'unregistered',
  'moved-uid',
  'blacklisted',
  'not-covered',
  'same-coldkey',
  'no-row',
] as const;

export const MINER_STATES = ['agrees', 'owed-unpaid', 'paid-unowed', 'paid-otherwise', 'unknown'] as const;

const SideSummary = z.object({
  /** Block whose state was read, and the instant of it; null for what the publisher says live. */
  block: Cell,
  at: Instant.nullable(),
  /** Why this side is absent; the figures are null then. */
  missing: Text,
  /** Sum of absolute deltas, 0 to 2, and the largest. */
  l1: Cell,
  largest: Cell,
  owedUnpaid: Cell,
  paidUnowed: Cell,
  paidOtherwise: Cell,
  /** Miners whose rank differs. */
  rankChanges: Cell,
  /** Largest difference that rounding to whole numbers can make. */
  resolution: Cell,
});

const ProfileJson = z.object({
  name: z.string(),
  /** From when it was in force, as far as is known. */
  validFrom: Instant.nullable(),
  windowSeconds: z.number(),
  note: z.string(),
  /** What the reference leaves open of it. */
  undetermined: z.array(z.string()),
});

/** GET /audit/incentives?source=&validator=&at=&profile=&basis=: what each miner is owed by the rules, and what it was paid. */
export const AuditIncentivesBody = z.object({
  source: z.string(),
  netuid: z.number().int(),
  validator: z.string(),
  /** Instant for which it was evaluated. */
  at: Instant,
  basis: z.enum(BASES),
  /** When it was computed. */
  computedAt: Instant,
  profile: ProfileJson.extend({ chosen: z.enum(['auto', 'best', 'named']) }),
  profiles: z.array(ProfileJson),
  /** Other profiles by their distance (L1) from the validator's own row, nearest first; empty unless best fit was asked. */
  runnersUp: z.array(z.object({ profile: z.string(), l1: Cell, tied: z.boolean(), note: z.string() })),
  window: z.object({ from: Instant, to: Instant }),
  /** Hours of the window whose reports count, and those that are missing (their ends). */
  hours: z.object({
    wanted: z.number(),
    counted: z.number(),
    /** Whether so many count that it can be said who is paid otherwise than owed. */
    enough: z.boolean(),
    missing: z.array(Instant),
  }),
  /** `weight`: the validator's own row. `incentive`: consensus of all. `published`: scores that the validator publishes itself. */
  sides: z.object({ weight: SideSummary, incentive: SideSummary, published: SideSummary }),
  features: z.array(z.object({ name: z.string(), unit: z.string(), weight: Cell, total: z.number() })),
  /** Owed but unpaid first, then paid but unowed, then by the size of the delta. */
  miners: z.array(
    z.object({
      hotkey: z.string(),
      coldkey: Text,
      uid: Cell,
      state: z.enum(MINER_STATES),
      expected: z.number(),
      rank: Cell,
      weight: Side,
      incentive: Side,
      published: Side,
      /** What is owed by feature, in the order of `features`. */
      contributions: z.array(z.number()),
      explanations: z.array(z.object({ reason: z.enum(EXPLANATIONS), text: z.string() })),
    }),
  ),
  excluded: z.array(z.object({ hotkey: z.string(), why: z.string() })),
  /** Differences between what was committed and what is only published live, in a line each. */
  notes: z.array(z.string()),
});

/** GET /audit/why/{hotkey}?source=&validator=&at=&profile=&basis=: where one miner's score comes from. */
export const AuditWhyBody = z.object({
  source: z.string(),
  validator: z.string(),
  hotkey: z.string(),
  coldkey: Text,
  uid: Cell,
  at: Instant,
  basis: z.enum(BASES),
  profile: z.string(),
  state: z.enum(MINER_STATES),
  expected: z.number(),
  rank: Cell,
  weight: Side,
  incentive: Side,
  published: Side,
  explanations: z.array(z.object({ reason: z.enum(EXPLANATIONS), text: z.string() })),
  features: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      weight: Cell,
      raw: z.number(),
      /** Of all miners, and this miner's part of it. */
      total: z.number(),
      share: z.number(),
      contribution: z.number(),
      /** Share of the final score that one unit more is worth; null where that is not linear. */
      perUnit: Cell,
    }),
  ),
  instances: z.array(
    z.object({
      instanceId: z.string(),
      chuteId: z.string(),
      feature: z.string(),
      seconds: z.number(),
      multiplier: Cell,
      units: z.number(),
      /** Of the final score. */
      share: z.number(),
      from: Instant.nullable(),
      to: Instant.nullable(),
      note: z.string(),
    }),
  ),
  chutes: z.array(z.object({ chuteId: z.string(), requests: z.number(), units: z.number() })),
  /** Rows that count, and those that do not, with the reason. */
  counted: z.number(),
  notCounted: z.array(z.object({ why: z.string(), rows: z.number() })),
  /** What would explain the delta against the validator's own row, best first; empty: nothing explains it, or nothing has to. */
  candidates: z.array(
    z.object({
      kind: z.enum(['feature', 'instance', 'coldkey']),
      name: z.string(),
      /** Change of the miner's share without it (or with it, where it is absent). */
      effect: z.number(),
      /** effect / delta; 1 explains it whole. */
      explains: z.number(),
      text: z.string(),
    }),
  ),
  /** One sentence. */
  summary: z.string(),
});

export const AGREEMENTS = ['agrees', 'disagrees', 'too-few', 'nothing'] as const;

/** A miner's own count beside the validator's, over the same hours. */
const Counts = z.object({
  own: z.number(),
  validator: z.number(),
  /** min / max; null where both are 0. */
  ratio: Cell,
  /** 95 % interval of the ratio. */
  low: Cell,
  high: Cell,
  state: z.enum(AGREEMENTS),
});

/** GET /audit/miners?source=&validator=&hours=: what miners say of themselves, beside what the validator says of them. */
export const AuditMinersBody = z.object({
  source: z.string(),
  validator: z.string(),
  from: Instant,
  to: Instant,
  /** Below it a ratio is a disagreement, where chance does not explain it. */
  threshold: z.number(),
  miners: z.array(
    z.object({
      hotkey: z.string(),
      uid: Cell,
      reports: z.number(),
      coverage: Coverage,
      /** Hours that both sides cover. */
      commonHours: z.number(),
      /** Hours whose own counts are incomplete: its monitoring had run for less than the hour. */
      incompleteHours: z.number(),
      counts: Counts,
      /** The rows that disagree most, at most 20. */
      chutes: z.array(Counts.extend({ chuteId: z.string(), function: z.string() })),
      instances: z.object({
        own: z.number(),
        validator: z.number(),
        matched: z.number(),
        ownOnly: z.number(),
        validatorOnly: z.number(),
        /** Matched ones whose times differ by more than five minutes. */
        differing: z.number(),
        /** min / max of the seconds that matched ones were alive. */
        secondsRatio: Cell,
        state: z.enum(AGREEMENTS),
        examples: z.array(z.object({ instanceId: z.string(), note: z.string() })),
      }),
      /** The same as a log line. */
      line: z.string(),
    }),
  ),
});

export const PROBE_KINDS = ['chat', 'completion', 'image', 'speech', 'embedding'] as const;
export const PROBE_OUTCOMES = ['pending', 'succeeded', 'failed', 'unfinished'] as const;
/** What became of an attempt in the verified export of its hour. */
export const PROBE_LOOKUPS = ['pending', 'present', 'missing', 'mismatched', 'unverifiable'] as const;

/** GET /audit/probes?source=&kind=&lookup=&outcome=&hotkey=&limit=&before=: requests of our own, newest first. */
export const AuditProbesBody = z.object({
  on: z.boolean(),
  probes: z.array(
    z.object({
      id: z.string(),
      source: z.string(),
      kind: z.string(),
      at: Instant,
      parentId: Text,
      chuteId: z.string(),
      chuteName: z.string(),
      function: z.string(),
      prompt: z.string(),
      outcome: z.enum(PROBE_OUTCOMES),
      lookup: z.enum(PROBE_LOOKUPS),
      elapsedMs: z.number(),
      /** Of the output; null: none. The bytes are at /audit/probes/{id}/output. */
      mediaType: Text,
      outputBytes: z.number(),
      outputSha256: Text,
      /** The first 2,000 characters of an output that is text. */
      text: Text,
      attempts: z.array(
        z.object({
          attempt: z.number().int(),
          at: Instant,
          childId: Text,
          instanceId: Text,
          uid: Cell,
          hotkey: Text,
          outcome: z.enum(PROBE_OUTCOMES),
          error: Text,
          lookup: z.enum(PROBE_LOOKUPS),
          lookupDetail: Text,
        }),
      ),
    }),
  ),
  next: z.string().optional(),
  /** Attempts by lookup, over everything stored of the source. */
  counts: z.object({
    pending: z.number(),
    present: z.number(),
    missing: z.number(),
    mismatched: z.number(),
    unverifiable: z.number(),
  }),
});

/** `event: audit` of GET /events: something of the audit changed. Ids are those of the findings, reports or probes; at most 100. */
export const AuditEvent = z.object({
  what: z.enum(['pass', 'reports', 'findings', 'probe']),
  source: z.string(),
  ids: z.array(z.string()),
});

export type AuditBody = z.infer<typeof AuditBody>;
export type FindingJson = z.infer<typeof FindingJson>;
export type AuditFindingsBody = z.infer<typeof AuditFindingsBody>;
export type ReportJson = z.infer<typeof ReportJson>;
export type AuditReportsBody = z.infer<typeof AuditReportsBody>;
export type AuditReportBody = z.infer<typeof AuditReportBody>;
export type AuditIncentivesBody = z.infer<typeof AuditIncentivesBody>;
export type AuditWhyBody = z.infer<typeof AuditWhyBody>;
export type AuditMinersBody = z.infer<typeof AuditMinersBody>;
export type AuditProbesBody = z.infer<typeof AuditProbesBody>;
export type AuditEvent = z.infer<typeof AuditEvent>;
