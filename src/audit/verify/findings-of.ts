import { type JsonValue, shortAddress } from '../../shared/index.ts';
import { shortInstant } from '../instants.ts';
import {
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  SEVERITIES,
  type Severity,
  type Verdict,
} from '../types.ts';
import type { HourGrid } from './hour-grid.ts';
import type { Difference, DifferenceKind } from './snapshots/difference.ts';
import { reportIdOf } from './subjects.ts';
import { counted, quoted, shortened } from './verdict.ts';

/**
 * What a person should look at, from the outcomes of the checks. Several outcomes that say the same of the same subject are one
 * finding; all changes of the past in one report are one; once a publisher has stopped to commit, all its reports together are one.
 * What a miner says wrongly about itself is a warning where a validator's would be critical. In a fixed order.
 *
 * The verdicts of the grids need not be among `verdicts`.
 */
export function findingsOf(
  verdicts: readonly Verdict[],
  differences: readonly Difference[] = [],
  grids: readonly HourGrid[] = [],
): Finding[] {
  const hours = grids.flatMap(({ cells }) => cells.flatMap(({ verdict }) => verdict ?? []));
  const found = new Map<string, Finding>();
  const add = (finding: Finding): void => {
    const key = JSON.stringify([finding.source, finding.kind, finding.subject]);
    const other = found.get(key);
    found.set(key, other === undefined ? finding : merged(other, finding));
  };
  const silent: Verdict[] = [];
  for (const verdict of new Set([...verdicts, ...hours])) {
    if (isSilence(verdict)) silent.push(verdict);
    else for (const finding of ofVerdict(verdict)) add(finding);
  }
  for (const finding of ofSilence(silent)) add(finding);
  for (const finding of ofDifferences(differences)) add(finding);
  for (const [key, { source, kind, subject }] of found) {
    const isForged = (['entry-forged', 'path-escape'] as const).some((other) =>
      found.has(JSON.stringify([source, other, subject])),
    );
    // What is forged is not even asked for: that it could not be checked follows from it.
    if (kind === 'report-unverifiable' && isForged) found.delete(key);
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, finding]) => finding);
}

function ofVerdict(verdict: Verdict): Finding[] {
  const { source, subject, hotkey, hour, detail, evidence } = verdict;
  const findings: Finding[] = [];
  const kind = kindOf(verdict);
  if (kind !== undefined) {
    findings.push({
      source,
      kind,
      subject,
      severity: severityOf(kind, verdict),
      hotkey,
      hour,
      title: `${TITLES[kind]}: ${whose(verdict)}`,
      detail,
      evidence: { check: verdict.check, verdict: verdict.verdict, reason: verdict.reason, ...evidence },
    });
  }
  const drift = evidence.drift;
  if (verdict.check === 'format' && Array.isArray(drift)) {
    // The same key turns up in every report from then on: that is one thing to look at.
    for (const line of drift.slice(0, 20)) {
      if (typeof line !== 'string') continue;
      findings.push({
        source,
        kind: 'schema-drift',
        subject: `${String(evidence.role ?? 'validator')}: ${shortened(line)}`,
        severity: FINDING_KINDS['schema-drift'],
        hotkey: evidence.role === 'miner' ? '' : hotkey,
        hour,
        title: `${TITLES['schema-drift']}: ${quoted(line)}`,
        detail: 'The reports have something that their format did not have, or lack something that it had.',
        evidence: { line, report: subject },
      });
    }
  }
  return findings;
}

/** What kind of finding an outcome is; `undefined` for one that nobody needs to look at. */
function kindOf({ subjectType, check, verdict, reason, evidence }: Verdict): FindingKind | undefined {
  const escaped = Array.isArray(evidence.escapes);
  if (subjectType === 'hour') {
    if (reason === 'duplicate') return 'hour-duplicate';
    if (reason === 'gap') return 'hour-gap';
    // An hour is as good as its report, which has findings of its own.
    if (evidence.astray === undefined) return undefined;
    // The report that is astray is told as such; here is what it does to the hour.
    return evidence.reported === true ? 'hour-duplicate' : 'hour-gap';
  }
  if (subjectType === 'file') {
    if (verdict === 'unverifiable') return 'export-unavailable';
    if (verdict !== 'mismatch') return undefined;
    return reason === 'malformed' ? 'export-malformed' : 'export-mismatch';
  }
  if (verdict === 'verified') return reason === 'late' ? 'report-late' : undefined;
  if (verdict === 'unverifiable') return 'report-unverifiable';
  if (verdict === 'uncommitted') return 'commitment-missing';
  if (verdict === 'stale') return 'commitment-stale';
  if (verdict === 'matches-but-older') return 'commitment-older';
  if (escaped) return 'path-escape';
  switch (check) {
    case 'commitment':
      return 'commitment-mismatch';
    case 'entry-id':
    case 'path':
    case 'hotkey':
    case 'author':
      return 'entry-forged';
    case 'hour':
    case 'block-time':
      return reason === 'malformed' ? 'report-malformed' : 'report-misplaced';
    case 'exports':
      return reason === 'path' ? 'report-misplaced' : 'report-malformed';
    case 'again':
      return 'history-rewritten';
    case 'snapshot':
      // The differences tell it, one by one.
      return undefined;
    default:
      return 'report-malformed';
  }
}

const TITLES: Partial<Record<FindingKind, string>> = {
  'commitment-mismatch': 'The chain holds the digest of other bytes',
  'commitment-missing': 'No digest on the chain',
  'commitment-stale': 'The chain holds an older digest: never committed to',
  'commitment-older': 'Committed before the block that the entry names',
  'report-unverifiable': 'A check could not be made',
  'report-malformed': 'A report cannot be read as it should',
  'report-misplaced': 'A report is not of the time it claims',
  'report-late': 'Published late',
  'entry-forged': 'An entry is not what its account and block demand',
  'path-escape': 'A path leads out of its place',
  'hour-gap': 'No report of an hour',
  'hour-duplicate': 'Several reports of one hour',
  'export-mismatch': 'A file is not the one that its report names',
  'export-malformed': 'A file cannot be read as it should',
  'export-unavailable': 'A file could not be had',
  'history-rewritten': 'The past was changed after it was published',
  'instance-vanished': 'An instance is gone without having been deleted',
  'schema-drift': 'The format has changed',
};

function whose({ subjectType, hotkey, hour, evidence }: Verdict): string {
  const kind = evidence.kind;
  const file = subjectType === 'file' && typeof kind === 'string' ? `${quoted(kind)} of ` : '';
  return `${file}${printableAccount(hotkey)}, ${shortInstant(hour)}`;
}

function printableAccount(hotkey: string): string {
  return /^[0-9A-Za-z]{1,64}$/.test(hotkey) ? shortAddress(hotkey) : quoted(hotkey);
}

function severityOf(kind: FindingKind, { evidence, verdict }: Verdict): Severity {
  // Twice the same bytes is untidy; other bytes for the same hour is two stories.
  if (kind === 'hour-duplicate' && verdict !== 'mismatch') return 'warning';
  const severity = FINDING_KINDS[kind];
  return evidence.role === 'miner' && severity === 'critical' ? 'warning' : severity;
}

/** A report that nobody committed to, of a publisher that is known to have stopped. */
function isSilence({ check, verdict, evidence }: Verdict): boolean {
  return (
    check === 'commitment' &&
    evidence.publisherCommits === false &&
    (verdict === 'uncommitted' || verdict === 'stale')
  );
}

function ofSilence(verdicts: readonly Verdict[]): Finding[] {
  const groups = Map.groupBy(verdicts, ({ source, hotkey }) => JSON.stringify([source, hotkey]));
  return [...groups.values()].map((group): Finding => {
    const hours = group.map(({ hour }) => hour);
    const [oldest, newest] = [hours.reduce((a, b) => Math.min(a, b)), hours.reduce((a, b) => Math.max(a, b))];
    const { source, hotkey, evidence } = group[0] as Verdict;
    return {
      source,
      kind: 'commitment-missing',
      subject: hotkey,
      severity: evidence.role === 'miner' ? 'warning' : FINDING_KINDS['commitment-missing'],
      hotkey,
      hour: newest,
      title: `Nothing on the chain proves what ${printableAccount(hotkey)} publishes`,
      detail: `The publisher has stopped to commit to its reports: ${counted(group.length, 'report')} from ${shortInstant(oldest)} to ${shortInstant(newest)}. They are its word alone.`,
      evidence: {
        reports: group.length,
        stale: group.filter(({ verdict }) => verdict === 'stale').length,
        oldest: shortInstant(oldest),
        newest: shortInstant(newest),
      },
    };
  });
}

const SHOWN = 20;

function ofDifferences(differences: readonly Difference[]): Finding[] {
  const kindOfDifference = ({ kind }: Difference): FindingKind =>
    kind === 'vanished' ? 'instance-vanished' : 'history-rewritten';
  const groups = Map.groupBy(
    differences,
    (difference) => `${kindOfDifference(difference)} ${reportIdOf(difference.report)}`,
  );
  return [...groups.values()].map((group): Finding => {
    const { report, against } = group[0] as Difference;
    const kind = kindOfDifference(group[0] as Difference);
    const counts = new Map<DifferenceKind, number>();
    for (const difference of group) counts.set(difference.kind, (counts.get(difference.kind) ?? 0) + 1);
    const told = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
    const why = [...new Set(group.flatMap(({ explanation }) => explanation ?? []))];
    const explained = group.filter(({ explanation }) => explanation !== undefined).length;
    return {
      source: report.source,
      kind,
      subject: reportIdOf(report),
      severity: worst(group.map(({ severity }) => severity)),
      hotkey: report.hotkey,
      hour: report.end,
      title: `${TITLES[kind]}: ${printableAccount(report.hotkey)}, ${shortInstant(report.end)}`,
      detail: `Against the report of ${shortInstant(against.end)}: ${told}. ${
        explained === 0
          ? 'Nothing that the publisher is known to do explains it.'
          : `${explained === group.length ? 'What may explain it' : `What may explain ${explained} of them`}: ${why.join('; ')}.`
      }`,
      evidence: {
        against: reportIdOf(against),
        counts: Object.fromEntries(counts),
        explained,
        differences: group.slice(0, SHOWN).map(differenceJson),
      },
    };
  });
}

function differenceJson(difference: Difference): JsonValue {
  const { kind, instanceId, minerHotkey, field, before, after, severity, explanation } = difference;
  return {
    kind,
    instanceId,
    minerHotkey,
    field,
    before,
    after,
    severity,
    ...(explanation === undefined ? {} : { explanation }),
  };
}

function merged(a: Finding, b: Finding): Finding {
  const [first, second] = SEVERITIES.indexOf(b.severity) > SEVERITIES.indexOf(a.severity) ? [b, a] : [a, b];
  return {
    ...first,
    hour: Math.max(a.hour, b.hour),
    detail: first.detail === second.detail ? first.detail : `${first.detail} ${second.detail}`,
    evidence: {
      ...second.evidence,
      ...first.evidence,
      checks: [...checksOf(first), ...checksOf(second)].filter((check, at, all) => all.indexOf(check) === at),
    },
  };
}

function checksOf({ evidence }: Finding): JsonValue[] {
  const { checks, check } = evidence;
  return Array.isArray(checks) ? checks : check === undefined ? [] : [check];
}

function worst(severities: readonly Severity[]): Severity {
  return SEVERITIES.findLast((severity) => severities.includes(severity)) ?? 'info';
}
