/** A page that shows what a finding is about beside everything like it. */
export type FindingPage = 'incentives' | 'miners' | 'probes';

const PAGES: Readonly<Record<string, FindingPage>> = {
  'owed-unpaid': 'incentives',
  'paid-unowed': 'incentives',
  'paid-otherwise': 'incentives',
  'feeds-differ': 'incentives',
  'coverage-gap': 'miners',
  'counts-disagree': 'miners',
  'instances-disagree': 'miners',
  'probe-missing': 'probes',
  'probe-mismatched': 'probes',
};

/** By the kind of the finding; what is about reports has none, its report says it all. */
export function pageOf(kind: string): FindingPage | undefined {
  return Object.hasOwn(PAGES, kind) ? PAGES[kind] : undefined;
}
