import type { AuditAdapter } from '../../adapter.ts';
import type { InstanceRecord, ListedReport, MultiplierRecord, ReportContent } from '../../types.ts';

/*
 * A subnet that does not exist: its rules are as short as rules can be. Nothing of the core may know more than the contract.
 */

export const HOUR = 3_600_000_000;
export const MINUTE = 60_000_000;

/** 2025-02-10T16:00:00Z. */
export const NOON = Date.UTC(2025, 1, 10, 16) * 1_000;

// Substrate's well-known development accounts (`subkey inspect //Alice` and so on).
export const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
export const BOB = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty';

export const madeUp: Pick<
  AuditAdapter,
  'reportMicros' | 'lateAfterMicros' | 'entryIdOf' | 'pathOf' | 'exportPathOf' | 'expectedExports' | 'commits'
> = {
  reportMicros: HOUR,
  lateAfterMicros: HOUR,
  entryIdOf: ({ hotkey, block }) => `${hotkey.slice(0, 6)}-${block}`,
  pathOf: ({ hotkey, block }) => `made-up/${hotkey}/${block}.json`,
  exportPathOf: (kind, end) => `made-up/${kind}/${end / HOUR}.csv`,
  expectedExports: () => ['calls'],
  commits: () => true,
};

/** An honest line of the made-up list. What follows from other fields does so from those given. */
export function listed(own: Partial<ListedReport> = {}): ListedReport {
  const end = own.end ?? NOON;
  const claims = { hotkey: ALICE, block: 5_000_000, ...own };
  const report = {
    source: 'made-up',
    role: 'validator' as const,
    createdAt: end + 2 * MINUTE,
    start: end - HOUR,
    end,
    entryId: '',
    path: '',
    ...claims,
  };
  return {
    ...report,
    entryId: own.entryId ?? madeUp.entryIdOf(report) ?? '',
    path: own.path ?? madeUp.pathOf(report) ?? '',
  };
}

export function instance(own: Partial<InstanceRecord> = {}): InstanceRecord {
  return {
    instanceId: 'i-1',
    chuteId: 'c-1',
    version: 'v1',
    minerUid: 7,
    minerHotkey: BOB,
    region: null,
    createdAt: NOON - 5 * HOUR,
    verifiedAt: NOON - 5 * HOUR + MINUTE,
    activatedAt: NOON - 5 * HOUR + 2 * MINUTE,
    deletedAt: null,
    deletionReason: null,
    billedTo: null,
    stopBillingAt: null,
    computeMultiplier: 2,
    hourlyRate: null,
    validTermination: false,
    bounty: false,
    ...own,
  };
}

export function multiplier(own: Partial<MultiplierRecord> = {}): MultiplierRecord {
  return { instanceId: 'i-1', multiplier: 2, start: NOON - 5 * HOUR, end: null, ...own };
}

export function content(own: Partial<ReportContent> = {}): ReportContent {
  return {
    exports: [{ kind: 'calls', path: `made-up/calls/${NOON / HOUR}.csv`, sha256: 'ab'.repeat(32) }],
    instances: [instance()],
    multipliers: [multiplier()],
    drift: [],
    bad: [],
    badCount: 0,
    ...own,
  };
}

/** Verdict and reason of a check among verdicts. */
export function outcomeOf(
  verdicts: readonly { check: string; verdict: string; reason: string }[],
  check: string,
): string {
  const found = verdicts.find((verdict) => verdict.check === check);
  return found === undefined ? 'none' : `${found.verdict} ${found.reason}`;
}
