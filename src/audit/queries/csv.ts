import { renderCsv } from '../../shared/index.ts';
import type { FindingsAnswer } from './findings.ts';
import type { IncentivesAnswer } from './incentives.ts';
import type { MinersAnswer } from './miners.ts';
import type { ProbesAnswer } from './probes.ts';
import type { ReportsAnswer } from './reports.ts';

/** The answers as tidy tables: one row per thing, what is nested told in a cell or left to the JSON. */

export function findingsToCsv({ findings }: Pick<FindingsAnswer, 'findings'>): string {
  return renderCsv(
    [
      'severity',
      'kind',
      'hour',
      'title',
      'detail',
      'hotkey',
      'source',
      'subject',
      'first_seen',
      'last_seen',
      'resolved_at',
      'id',
    ],
    findings.map((one) => [
      one.severity,
      one.kind,
      one.hour,
      one.title,
      one.detail,
      one.hotkey,
      one.source,
      one.subject,
      one.firstSeen,
      one.lastSeen,
      one.resolvedAt,
      one.id,
    ]),
  );
}

export function reportsToCsv({ reports }: Pick<ReportsAnswer, 'reports'>): string {
  return renderCsv(
    [
      'end',
      'start',
      'role',
      'hotkey',
      'verdict',
      'commitment',
      'state',
      'block',
      'sha256',
      'bytes',
      'instances',
      'multipliers',
      'bad_rows',
      'entry_id',
      'path',
      'source',
      'id',
    ],
    reports.map((one) => [
      one.end,
      one.start,
      one.role,
      one.hotkey,
      one.verdict,
      one.commitment,
      one.state,
      one.block,
      one.sha256,
      one.bytes,
      one.instances,
      one.multipliers,
      one.badRows,
      one.entryId,
      one.path,
      one.source,
      one.id,
    ]),
  );
}

/** A column for what each feature brings, by its name. */
export function incentivesToCsv({ miners, features }: IncentivesAnswer): string {
  return renderCsv(
    [
      'state',
      'uid',
      'hotkey',
      'coldkey',
      'rank',
      'expected',
      'weight',
      'weight_delta',
      'weight_relative',
      'incentive',
      'incentive_delta',
      'incentive_relative',
      'published',
      'published_delta',
      'published_relative',
      'explanations',
      ...features.map(({ name }) => name),
    ],
    miners.map((one) => [
      one.state,
      one.uid,
      one.hotkey,
      one.coldkey,
      one.rank,
      one.expected,
      ...[one.weight, one.incentive, one.published].flatMap(({ paid, delta, relative }) => [
        paid,
        delta,
        relative,
      ]),
      one.explanations.map(({ reason }) => reason).join(' '),
      ...one.contributions,
    ]),
  );
}

export function agreementsToCsv({ miners }: Pick<MinersAnswer, 'miners'>): string {
  return renderCsv(
    [
      'hotkey',
      'uid',
      'reports',
      'coverage_seconds',
      'wanted_seconds',
      'gaps',
      'common_hours',
      'incomplete_hours',
      'own_count',
      'validator_count',
      'ratio',
      'ratio_low',
      'ratio_high',
      'counts_state',
      'instances_own',
      'instances_validator',
      'instances_matched',
      'instances_differing',
      'seconds_ratio',
      'instances_state',
    ],
    miners.map(({ counts, instances, coverage, ...one }) => [
      one.hotkey,
      one.uid,
      one.reports,
      coverage.seconds,
      coverage.wantedSeconds,
      coverage.gaps.length,
      one.commonHours,
      one.incompleteHours,
      counts.own,
      counts.validator,
      counts.ratio,
      counts.low,
      counts.high,
      counts.state,
      instances.own,
      instances.validator,
      instances.matched,
      instances.differing,
      instances.secondsRatio,
      instances.state,
    ]),
  );
}

/** A row per attempt; one without an attempt for a request that reached nobody. */
export function probesToCsv({ probes }: Pick<ProbesAnswer, 'probes'>): string {
  return renderCsv(
    [
      'at',
      'kind',
      'chute',
      'attempt',
      'uid',
      'hotkey',
      'instance',
      'outcome',
      'lookup',
      'lookup_detail',
      'error',
      'elapsed_ms',
      'media_type',
      'child_id',
      'parent_id',
      'source',
      'id',
    ],
    probes.flatMap((probe) => {
      const attempts = probe.attempts.length === 0 ? [undefined] : probe.attempts;
      return attempts.map((attempt) => [
        attempt?.at ?? probe.at,
        probe.kind,
        probe.chuteName,
        attempt?.attempt,
        attempt?.uid,
        attempt?.hotkey,
        attempt?.instanceId,
        attempt?.outcome ?? probe.outcome,
        attempt?.lookup ?? probe.lookup,
        attempt?.lookupDetail,
        attempt?.error,
        probe.elapsedMs,
        probe.mediaType,
        attempt?.childId,
        probe.parentId,
        probe.source,
        probe.id,
      ]);
    }),
  );
}
