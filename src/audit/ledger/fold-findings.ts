import { shortInstant } from '../instants.ts';
import { type Finding, SEVERITIES } from '../types.ts';
import { findingIdOf } from './finding-id.ts';

/** Findings of one kind and hour that are kept one by one. */
export const MOST_OF_A_KIND = 100;

/**
 * Findings as they are kept: of one kind and hour no more than `most`, the gravest, and one that counts the rest. The same set is always
 * folded in the same way.
 */
export function foldFindings(findings: readonly Finding[], most: number = MOST_OF_A_KIND): Finding[] {
  const groups = Map.groupBy(findings, ({ source, kind, hour }) => JSON.stringify([source, kind, hour]));
  return [...groups.values()].flatMap((group) => {
    if (group.length <= most) return group;
    const ordered = group
      .map((finding) => ({ finding, id: findingIdOf(finding) }))
      .sort((a, b) => rank(b.finding) - rank(a.finding) || (a.id < b.id ? -1 : 1))
      .map(({ finding }) => finding);
    const rest = ordered.slice(most);
    const [first] = rest;
    if (first === undefined) return ordered;
    const { source, kind, hour } = first;
    return [
      ...ordered.slice(0, most),
      {
        source,
        kind,
        subject: `more@${shortInstant(hour)}`,
        severity: first.severity,
        hotkey: '',
        hour,
        title: `${rest.length} more like this: ${first.title}`,
        detail: `${group.length} findings of the kind ${kind} concern ${shortInstant(hour)}; ${most} of them are kept one by one.`,
        evidence: {
          count: rest.length,
          subjects: rest.slice(0, 20).map(({ subject }) => subject.slice(0, 300)),
        },
      },
    ];
  });
}

function rank({ severity }: Finding): number {
  return SEVERITIES.indexOf(severity);
}
