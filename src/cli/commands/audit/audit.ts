import type { Command } from 'commander';
import { openChain, openConfiguredStore } from '../../../app.ts';
import { type Auditor, openAudit, type SourcePass } from '../../../audit/index.ts';
import { isTaoscopeError, sleep, stringifyJson, TaoscopeError } from '../../../shared/index.ts';
import { createContext } from '../../context.ts';
import type { Effects } from '../../effects.ts';
import { createProgressLine } from '../../progress-line.ts';
import { VERSION } from '../../version.ts';
import { type PassReport, renderPass } from './run.ts';

export interface AuditRunOptions {
  once?: boolean;
  json?: boolean;
}

/** Findings that are printed; all of them: `taoscope audit findings`. */
const SHOWN = 100;

/**
 * `taoscope audit`: looks at all configured sources again and again, or `--once`, without a server. `--once` ends with 1 when a finding of
 * `warning` or worse is open.
 */
export async function runAudit(
  command: Command,
  effects: Effects,
  { once = false, json = false }: AuditRunOptions,
): Promise<void> {
  const { config, logger } = createContext(command, effects);
  const { signal } = effects;
  if (config.audit.sources.length === 0) {
    throw new TaoscopeError('usage', {
      failed: 'there is nothing to audit',
      got: 'no audit.sources in the configuration',
      expected: 'at least one source',
      todo: 'write `audit: {sources: [{}]}` into taoscope.yaml for Chutes, or try `taoscope demo`',
    });
  }
  const store = await openConfiguredStore(config, logger, signal).catch((error: unknown) => {
    if (!isTaoscopeError(error, 'store-owned')) throw error;
    throw new TaoscopeError('store-owned', {
      ...error.parts,
      todo: 'the server that owns it audits already: ask it with `taoscope audit findings`',
    });
  });
  const progress = createProgressLine(effects.stderr);
  try {
    const chain = await openChain(config, logger, signal);
    try {
      const audit = openAudit({
        ...{ config, store, chain, logger, version: VERSION },
        onEvent(event) {
          if (event.type === 'progress')
            progress.show(`${event.source}: ${event.phase}, ${event.done} of ${event.total}`);
        },
      });
      await audit.evidence.sweep();
      for (;;) {
        const startedMs = performance.now();
        const sources = await lookThrough(audit.auditor, signal);
        progress.clear();
        const [overview, findings] = [
          await audit.answers.overview(168, signal),
          await audit.answers.findings({ state: 'open', limit: SHOWN }, signal),
        ];
        const report: PassReport = {
          sources: sources.map((one) => ({ ...one, hours: hoursOf(overview, one.source) })),
          findings,
          seconds: (performance.now() - startedMs) / 1_000,
        };
        await effects.stdout.write(json ? `${stringifyJson(report)}\n` : renderPass(report));
        if (once) {
          if (findings.open.critical + findings.open.warning > 0) throw foundSomething(findings.open);
          return;
        }
        await sleep(config.audit.everySeconds * 1_000, signal);
      }
    } finally {
      await chain.close();
    }
  } finally {
    progress.clear();
    await store.close();
  }
}

/** Looks at all sources until nothing that was due is left: one look ends after its time, a first week may take several. */
export async function lookThrough(
  auditor: Pick<Auditor, 'pass'>,
  signal: AbortSignal,
): Promise<readonly SourcePass[]> {
  let { sources } = await auditor.pass(signal);
  while (sources.some(({ left }) => left > 0)) {
    const before = new Map(sources.map((one) => [one.source, one]));
    sources = (await auditor.pass(signal)).sources.map((one) => sumOf(before.get(one.source), one));
  }
  return sources;
}

function sumOf(before: SourcePass | undefined, now: SourcePass): SourcePass {
  if (before === undefined) return now;
  const sum = { ...now };
  for (const key of ['fresh', 'reports', 'files', 'rows', 'bytes', 'verdicts', 'opened'] as const)
    sum[key] = before[key] + now[key];
  return sum;
}

/** Code `falsified` without a retry: exit code 1. */
function foundSomething({ critical, warning }: { critical: number; warning: number }): TaoscopeError {
  return new TaoscopeError(
    'falsified',
    {
      failed: 'the audit has findings',
      got: `${critical} critical, ${warning} warnings`,
      expected: 'none',
      todo: 'look at them with `taoscope audit findings`',
    },
    { retryable: false },
  );
}

function hoursOf(
  { sources }: Awaited<ReturnType<ReturnType<typeof openAudit>['answers']['overview']>>,
  name: string,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { validators } of sources.filter((source) => source.name === name))
    for (const validator of validators)
      for (const [verdict, count] of Object.entries(validator.counts))
        counts[verdict] = (counts[verdict] ?? 0) + count;
  return counts;
}
