import { Counter, Gauge, type Registry } from 'prom-client';
import type { AuditPart } from './routes/audit.ts';

/** Adds what the audit came to, read at each scrape: what rules for findings will want. */
export function watchAudit({ answers, auditor }: AuditPart, registry: Registry): void {
  if (auditor === undefined) return;
  const registers = [registry];
  const names = answers.sources.map(({ source }) => source.name);
  new Gauge({
    name: 'taoscope_audit_findings_open',
    help: 'Open findings, by source, kind and severity.',
    labelNames: ['source', 'kind', 'severity'],
    registers,
    async collect() {
      this.reset();
      for (const source of names) {
        for (const { kind, severity, count } of (await auditor.summary(source)).findings)
          this.set({ source, kind, severity }, count);
      }
    },
  });
  new Gauge({
    name: 'taoscope_audit_subjects',
    help: 'Reports, files and hours by the worst of their checks.',
    labelNames: ['source', 'type', 'verdict'],
    registers,
    async collect() {
      this.reset();
      for (const source of names) {
        for (const { type, verdict, count } of (await auditor.summary(source)).subjects)
          this.set({ source, type, verdict }, count);
      }
    },
  });
  new Gauge({
    name: 'taoscope_audit_last_pass_timestamp_seconds',
    help: 'When the last look at the sources ended well.',
    registers,
    collect() {
      const { lastGoodMs } = auditor.stats();
      // Unknown is absent, where `reset` would say 0.
      if (lastGoodMs === undefined) this.remove();
      else this.set(lastGoodMs / 1_000);
    },
  });
  new Gauge({
    name: 'taoscope_audit_source_unreachable',
    help: '1 when the list of a source could not be read in the last look.',
    labelNames: ['source'],
    registers,
    collect() {
      // A look that is under way has not come to every source yet: of those the last one's word stands.
      for (const { source, unreachable } of auditor.stats().pass?.sources ?? [])
        this.set({ source }, unreachable === undefined ? 0 : 1);
    },
  });
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  counter(
    'taoscope_audit_passes_total',
    'Looks at the sources that ended well.',
    () => auditor.stats().passes,
  );
  counter(
    'taoscope_audit_failed_passes_total',
    'Looks at the sources that broke off.',
    () => auditor.stats().failedPasses,
  );
  counter('taoscope_audit_reports_total', 'Reports that were judged.', () => auditor.stats().reports);
  counter('taoscope_audit_rows_total', 'Rows of exports that were loaded.', () => auditor.stats().rows);
  counter(
    'taoscope_audit_download_bytes_total',
    'Bytes of exports that were taken.',
    () => auditor.stats().bytes,
  );
}
