import { parseAccount, toSs58 } from '../../shared/index.ts';
import type { AuditAdapter, AuditSource } from '../adapter.ts';
import type { ListedReport, Verdict } from '../types.ts';
import { pathEscapes } from './path-escapes.ts';
import { type Outcome, onReport, quoted, shortened } from './verdict.ts';

/**
 * Whether a line of a list is what its account and block demand: the verdicts `hotkey`, `entry-id` and `path`.
 * Nothing of the line is used as a path or in a statement before or after.
 */
export function checkIdentity(
  adapter: Pick<AuditAdapter, 'entryIdOf' | 'pathOf'>,
  source: Pick<AuditSource, 'validators'>,
  report: ListedReport,
): Verdict[] {
  return [
    onReport(report, 'hotkey', judgeHotkey(source, report)),
    onReport(report, 'entry-id', judgeEntryId(adapter, report)),
    onReport(report, 'path', judgePath(adapter, report)),
  ];
}

function judgeHotkey({ validators }: Pick<AuditSource, 'validators'>, report: ListedReport): Outcome {
  const { role, hotkey } = report;
  const evidence = { hotkey: shortened(hotkey) };
  if (!isSs58(hotkey)) {
    const detail = `The entry is by ${quoted(hotkey)}, which is no account.`;
    return { verdict: 'mismatch', reason: 'hotkey', detail, evidence };
  }
  if (role === 'validator' && !validators.includes(hotkey)) {
    const detail = `The entry claims to be a validator's, but ${hotkey} is none of the validators of this source.`;
    return { verdict: 'mismatch', reason: 'hotkey', detail, evidence };
  }
  const detail = role === 'validator' ? 'The account is a validator of this source.' : 'It is an account.';
  return { verdict: 'verified', reason: 'ok', detail, evidence };
}

function judgeEntryId(adapter: Pick<AuditAdapter, 'entryIdOf'>, report: ListedReport): Outcome {
  const expected = adapter.entryIdOf(report);
  const evidence = {
    entryId: shortened(report.entryId),
    // It may follow from a hostile account.
    expected: expected === undefined ? undefined : shortened(expected),
  };
  if (expected === undefined) return { ...HOLDS, detail: 'The publisher has no rule for ids.', evidence };
  if (expected === report.entryId)
    return { ...HOLDS, detail: 'The id follows from account and block.', evidence };
  const detail = `The id is ${quoted(report.entryId)}, but account and block ${report.block} give ${quoted(expected)}.`;
  return { verdict: 'mismatch', reason: 'entry-id', detail, evidence };
}

function judgePath(adapter: Pick<AuditAdapter, 'pathOf'>, report: ListedReport): Outcome {
  const expected = adapter.pathOf(report);
  const escapes: string[] = pathEscapes(report.path);
  // Whoever serves another tree than the one he was asked for may serve anything.
  if (expected !== undefined && treeOf(report.path) !== treeOf(expected)) escapes.push('other-tree');
  const evidence = {
    path: shortened(report.path),
    expected: expected === undefined ? undefined : shortened(expected),
    escapes: escapes.length === 0 ? undefined : escapes,
  };
  if (escapes.length > 0) {
    const detail = `The path ${quoted(report.path)} leads out of its place (${escapes.join(', ')}).`;
    return { verdict: 'mismatch', reason: 'path', detail, evidence };
  }
  if (expected === undefined) return { ...HOLDS, detail: 'The publisher has no rule for paths.', evidence };
  if (expected === report.path)
    return { ...HOLDS, detail: 'The path follows from account and block.', evidence };
  const detail = `The path is ${quoted(report.path)}, but account and block ${report.block} give ${quoted(expected)}.`;
  return { verdict: 'mismatch', reason: 'path', detail, evidence };
}

const HOLDS = { verdict: 'verified', reason: 'ok' } as const;

function treeOf(path: string): string {
  return path.split('/', 1)[0] ?? '';
}

/** Written exactly as the chain's accounts are: another spelling of an account would be another name for it. */
function isSs58(text: string): boolean {
  if (!/^[1-9A-HJ-NP-Za-km-z]{46,50}$/.test(text)) return false;
  try {
    return toSs58(parseAccount(text)) === text;
  } catch {
    return false;
  }
}
