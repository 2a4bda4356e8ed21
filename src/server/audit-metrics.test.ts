import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import type { AuditAnswers, Auditor, AuditorStats, AuditPass } from '../audit/index.ts';
import { TaoscopeError } from '../shared/index.ts';
import { watchAudit } from './audit-metrics.ts';

type Summary = Awaited<ReturnType<Auditor['summary']>>;

const NOTHING: AuditorStats = {
  pass: undefined,
  progress: undefined,
  lastGoodMs: undefined,
  ...{ passes: 0, failedPasses: 0, reports: 0, files: 0, rows: 0, bytes: 0 },
};

const SUMMARIES: Record<string, Summary> = {
  one: {
    subjects: [
      { type: 'hour', verdict: 'verified', count: 166 },
      { type: 'hour', verdict: 'uncommitted', count: 2 },
    ],
    findings: [{ kind: 'hour-gap', severity: 'critical', count: 3 }],
    changedMs: 1,
  },
  two: { subjects: [], findings: [], changedMs: undefined },
};

/** An audit of two sources in whatever state a test puts it. */
function watched(names = ['one', 'two']) {
  const state = { stats: NOTHING, summaries: SUMMARIES };
  const registry = new Registry();
  const answers = { sources: names.map((name) => ({ source: { name } })) } as unknown as AuditAnswers;
  watchAudit(
    {
      answers,
      auditor: {
        stats: () => state.stats,
        summary: async (source) => state.summaries[source] as Summary,
      },
      on: true,
      probing: false,
      status: () => undefined,
    },
    registry,
  );
  /** Samples without their comments. */
  const samples = async () =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { state, registry, samples };
}

const pass = (more: Partial<AuditPass>): AuditPass => ({
  startedMs: 1_000,
  endedMs: undefined,
  sources: [],
  ...more,
});

const came = (source: string, unreachable?: string) =>
  ({ source, unreachable }) as unknown as AuditPass['sources'][number];

test('the ledger is told by source, kind and verdict', async () => {
  const { samples } = watched();
  expect((await samples()).filter((line) => line.includes('{'))).toEqual([
    'taoscope_audit_findings_open{source="one",kind="hour-gap",severity="critical"} 3',
    'taoscope_audit_subjects{source="one",type="hour",verdict="verified"} 166',
    'taoscope_audit_subjects{source="one",type="hour",verdict="uncommitted"} 2',
  ]);
});

test('what is resolved is no longer told', async () => {
  const { state, samples } = watched(['one']);
  await samples();
  state.summaries = { one: { subjects: [], findings: [], changedMs: undefined } };
  expect((await samples()).filter((line) => line.includes('{'))).toEqual([]);
});

test('what was counted since the start is told as it is, however often it is asked for', async () => {
  const { state, samples } = watched([]);
  state.stats = { ...NOTHING, passes: 7, failedPasses: 1, reports: 672, rows: 20_000_000, bytes: 12e9 };
  await samples();
  expect(await samples()).toEqual([
    'taoscope_audit_passes_total 7',
    'taoscope_audit_failed_passes_total 1',
    'taoscope_audit_reports_total 672',
    'taoscope_audit_rows_total 20000000',
    'taoscope_audit_download_bytes_total 12000000000',
  ]);
});

describe('the last look', () => {
  const lastOf = (lines: string[]) => lines.filter((line) => /last_pass|unreachable/.test(line));

  test('is absent before the first has ended: 0 would look as if it had, long ago', async () => {
    const { state, samples } = watched();
    expect(lastOf(await samples())).toEqual([]);
    state.stats = { ...NOTHING, pass: pass({}) };
    expect(lastOf(await samples())).toEqual([]);
  });

  test('stands while the next is under way, and after the next broke off', async () => {
    const { state, samples } = watched();
    const sources = [came('one'), came('two', 'nobody answers')];
    state.stats = { ...NOTHING, lastGoodMs: 2_500, pass: pass({ endedMs: 2_500, sources }) };
    const told = [
      'taoscope_audit_last_pass_timestamp_seconds 2.5',
      'taoscope_audit_source_unreachable{source="one"} 0',
      'taoscope_audit_source_unreachable{source="two"} 1',
    ];
    expect(lastOf(await samples())).toEqual(told);
    state.stats = { ...NOTHING, lastGoodMs: 2_500, pass: pass({ startedMs: 3_000 }) };
    expect(lastOf(await samples())).toEqual(told);
    const error = new TaoscopeError('store-failed', { failed: 'the store refused' });
    state.stats = { ...NOTHING, lastGoodMs: 2_500, pass: pass({ startedMs: 3_000, endedMs: 4_000, error }) };
    expect(lastOf(await samples())).toEqual(told);
    state.stats = {
      ...NOTHING,
      lastGoodMs: 9_000,
      pass: pass({ endedMs: 9_000, sources: [came('one'), came('two')] }),
    };
    expect(lastOf(await samples())).toEqual([
      'taoscope_audit_last_pass_timestamp_seconds 9',
      'taoscope_audit_source_unreachable{source="one"} 0',
      'taoscope_audit_source_unreachable{source="two"} 0',
    ]);
  });
});

test('every metric of the rules is one that we have, with the labels that we give', async () => {
  const { registry } = watched();
  const file = join(import.meta.dirname, '../../deploy/prometheus/taoscope-audit.rules.yml');
  // Comments and descriptions speak of metrics too; they must exist no less.
  const rules = await readFile(file, 'utf8');
  const named = [...rules.matchAll(/\btaoscope_\w+/g)].map(([name]) => name);
  expect(new Set(named).size).toBeGreaterThan(5);
  const known = (await registry.getMetricsAsJSON()).map(({ name }) => name);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
  const labels = [...rules.matchAll(/\b(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label);
  const given = new Set(['source', 'kind', 'severity', 'type', 'verdict']);
  expect(labels.filter((label) => !given.has(label ?? ''))).toEqual([]);
});
