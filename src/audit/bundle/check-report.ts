import { isTaoscopeError } from '../../shared/index.ts';
import type { AuditAdapter } from '../adapter.ts';
import type { ExportRef } from '../types.ts';
import { checkIdentity } from '../verify/check-identity.ts';
import { reportIdOf } from '../verify/subjects.ts';
import { counted, quoted } from '../verify/verdict.ts';
import { exportPart, type Manifest } from './manifest.ts';
import { cannotBeShown, fails, holds, type Shown } from './step.ts';

/** Whether the id in the bundle is that of the list line in it. */
export function checkLine({ entry, reportId }: Manifest): Shown {
  const id = reportIdOf(entry);
  if (id === reportId) return holds(`The line of the list gives the id ${id}.`);
  return fails(`The line of the list gives the id ${id}, the bundle says ${quoted(reportId)}.`);
}

/** The publisher's rules for entry ids and paths, which need nothing but the line. */
export function checkRule(
  { entry }: Manifest,
  adapter: AuditAdapter | undefined,
  rule: 'entry-id' | 'path',
): Shown {
  if (adapter === undefined) return cannotBeShown('Its publisher speaks a language that is not known here.');
  const verdicts = checkIdentity(adapter, { validators: [entry.hotkey] }, entry);
  const { verdict, detail } = verdicts.find(({ check }) => check === rule)!;
  return verdict === 'verified' ? holds(detail) : fails(detail);
}

/** Whether the report can be read, and names the files that the bundle lists. */
export function checkFormat(
  { entry, exports }: Manifest,
  report: Uint8Array,
  adapter: AuditAdapter | undefined,
): Shown {
  if (adapter === undefined) return cannotBeShown('Its publisher speaks a language that is not known here.');
  let named: readonly ExportRef[];
  try {
    named = adapter.parse(entry.role, report).exports;
  } catch (error) {
    if (!isTaoscopeError(error)) throw error;
    return fails(`The report cannot be read: ${quoted(error.message)}.`);
  }
  const line = ({ kind, path, sha256 }: ExportRef) => JSON.stringify([kind, path, sha256]);
  if (named.map(line).sort().join() !== exports.map(line).sort().join())
    return fails('The report names other files than the bundle lists.');
  return holds(`The report can be read; it names ${counted(named.length, 'file')}.`);
}

/** Whether the files are those that the report names. Of those whose bytes are not in the bundle nothing can be shown. */
export function checkExports(
  { entry, exports }: Manifest,
  digests: ReadonlyMap<string, string>,
  adapter: AuditAdapter | undefined,
): Shown {
  if (exports.length === 0) return holds('The report names no files.');
  const absent: string[] = [];
  for (const { kind, path, sha256, found } of exports) {
    const expected = adapter?.exportPathOf(kind, entry.end);
    if (expected !== undefined && expected !== path)
      return fails(`The ${quoted(kind)} lie at ${quoted(path)}, but that hour's are at ${quoted(expected)}.`);
    const digest = digests.get(exportPart(kind));
    if (digest === undefined) absent.push(told(kind, sha256, found));
    else if (digest !== sha256)
      return fails(
        `The ${quoted(kind)} in the bundle have the SHA-256 ${digest}, the report says ${quoted(sha256)}.`,
      );
  }
  if (absent.length === 0)
    return holds(`${counted(exports.length, 'file')}, each with the digest that the report names.`);
  return cannotBeShown(
    `Not in the bundle: ${absent.join('; ')}. Whoever has a file can compare its SHA-256 with that of the report.`,
  );
}

function told(kind: string, sha256: string, found: string | undefined): string {
  if (found === undefined) return `${quoted(kind)}, which were not downloaded`;
  if (found === sha256) return `${quoted(kind)}, whose digest its maker found right`;
  return `${quoted(kind)}, whose digest its maker found wrong (${quoted(found)})`;
}
