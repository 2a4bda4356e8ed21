import type { JsonValue } from '../../shared/index.ts';
import type {
  CheckName,
  ExportRef,
  ListedReport,
  Micros,
  Verdict,
  VerdictKind,
  VerdictReason,
} from '../types.ts';
import { fileSubject, hourSubject, reportIdOf } from './subjects.ts';

/** What a check found, before it is tied to its subject. */
export interface Outcome {
  readonly verdict: VerdictKind;
  readonly reason: VerdictReason;
  readonly detail: string;
  readonly evidence?: Readonly<Record<string, JsonValue | undefined>> | undefined;
}

/** The outcome as a verdict on a report. The evidence names the reporter's role. */
export function onReport(report: ListedReport, check: CheckName, outcome: Outcome): Verdict {
  return {
    source: report.source,
    subjectType: 'report',
    subject: reportIdOf(report),
    hotkey: report.hotkey,
    hour: report.end,
    check,
    ...bare(outcome),
    evidence: { role: report.role, ...stated(outcome.evidence) },
  };
}

/** The outcome as a verdict on a file that a report names. */
export function onFile(report: ListedReport, ref: ExportRef, check: CheckName, outcome: Outcome): Verdict {
  return {
    source: report.source,
    subjectType: 'file',
    subject: fileSubject(reportIdOf(report), ref.kind),
    hotkey: report.hotkey,
    hour: report.end,
    check,
    ...bare(outcome),
    evidence: { kind: shortened(ref.kind), path: shortened(ref.path), ...stated(outcome.evidence) },
  };
}

/** The outcome as a verdict on an hour of a validator. */
export function onHour(source: string, validator: string, end: Micros, outcome: Outcome): Verdict {
  return {
    source,
    subjectType: 'hour',
    subject: hourSubject(validator, end),
    hotkey: validator,
    hour: end,
    check: 'grid',
    ...bare(outcome),
    evidence: stated(outcome.evidence),
  };
}

const LONGEST_QUOTE = 160;

/** Remote text as evidence: at most 160 characters of it. */
export function shortened(text: string): string {
  // Cut by code points: half a surrogate pair is no text.
  return text.length <= LONGEST_QUOTE ? text : `${[...text.slice(0, LONGEST_QUOTE)].slice(0, -1).join('')}…`;
}

/** Remote text inside a sentence: in quotes, with controls and everything that is not ASCII escaped, and at most 200 characters long. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(shortened(text)).replace(
    // Also what JSON leaves as it is: bidirectional marks would turn the sentence around.
    /[^ -~…]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped.length <= 200 ? escaped : `${escaped.slice(0, 198)}…"`;
}

/** A count with its noun: `1 row`, `3 rows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A length of time for people: `59 s`, `12 min`, `3.5 h`. */
export function spanText(micros: Micros): string {
  const seconds = Math.abs(micros) / 1_000_000;
  if (seconds < 120) return `${trimmed(seconds)} s`;
  return seconds < 7_200 ? `${trimmed(seconds / 60)} min` : `${trimmed(seconds / 3_600)} h`;
}

function trimmed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function bare({ verdict, reason, detail }: Outcome): Pick<Verdict, 'verdict' | 'reason' | 'detail'> {
  return { verdict, reason, detail };
}

function stated(evidence: Outcome['evidence'] = {}): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(evidence).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}
