import type { Store } from '../../../store/index.ts';
import { sqlInstant } from '../../instants.ts';
import type { ListedReport, Micros, ReportContent, ReportId } from '../../types.ts';

const BATCH = 20_000;

/**
 * What a report says, into the tables of records. Repeated, it changes nothing; with another content of the same report, that takes the
 * place of the one before.
 *
 * A miner's own counts are stored under the hotkey that the list names, not under the one that the report claims.
 */
export async function saveRecords(
  store: Store,
  report: Pick<ListedReport, 'source' | 'hotkey' | 'start' | 'end'> & { readonly reportId: ReportId },
  content: ReportContent,
  signal?: AbortSignal,
): Promise<void> {
  const { source, reportId, hotkey } = report;
  const end = sqlInstant(report.end);
  await forgetRecords(store, source, reportId, signal);
  const save = async (
    table: string,
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
  ): Promise<void> => {
    const all = ['source', 'report_id', 'end', 'row', ...columns];
    for (let from = 0; from < rows.length; from += BATCH) {
      const batch = rows.slice(from, from + BATCH).map((row, i) => [source, reportId, end, from + i, ...row]);
      await store.insert(table, all, batch, { signal });
    }
  };

  await save(
    'audit_instances',
    [
      'instance_id',
      'chute_id',
      'version',
      'miner_uid',
      'miner_hotkey',
      'region',
      'created_at',
      'verified_at',
      'activated_at',
      'deleted_at',
      'deletion_reason',
      'billed_to',
      'stop_billing_at',
      'compute_multiplier',
      'hourly_rate',
      'valid_termination',
      'bounty',
    ],
    content.instances.map((i) => [
      i.instanceId,
      i.chuteId,
      i.version,
      i.minerUid,
      i.minerHotkey,
      i.region,
      instant(i.createdAt),
      instant(i.verifiedAt),
      instant(i.activatedAt),
      instant(i.deletedAt),
      i.deletionReason,
      i.billedTo,
      instant(i.stopBillingAt),
      i.computeMultiplier,
      i.hourlyRate,
      i.validTermination,
      i.bounty,
    ]),
  );
  await save(
    'audit_multipliers',
    ['instance_id', 'multiplier', 'started_at', 'ended_at'],
    content.multipliers.map((m) => [m.instanceId, m.multiplier, instant(m.start), instant(m.end)]),
  );
  const { counts = [], deployments = [], start } = content.self ?? {};
  const began = sqlInstant(start ?? report.start);
  await save(
    'audit_self_counts',
    ['hotkey', 'start', 'chute_id', 'deployment_id', 'function', 'seconds', 'count'],
    counts.map((c) => [hotkey, began, c.chuteId, c.deploymentId, c.function, c.seconds, c.count]),
  );
  await save(
    'audit_self_deployments',
    [
      'hotkey',
      'deployment_id',
      'validator',
      'instance_id',
      'chute_id',
      'version',
      'created_at',
      'verified_at',
      'deleted_at',
    ],
    deployments.map((d) => [
      hotkey,
      d.deploymentId,
      d.validator,
      d.instanceId,
      d.chuteId,
      d.version,
      instant(d.createdAt),
      instant(d.verifiedAt),
      instant(d.deletedAt),
    ]),
  );
}

const TABLES = [
  'audit_instances',
  'audit_multipliers',
  'audit_self_counts',
  'audit_self_deployments',
] as const;

/** Rows that the report had before: after a crash, or when it was published anew. Mostly there are none. */
async function forgetRecords(
  store: Store,
  source: string,
  reportId: ReportId,
  signal: AbortSignal | undefined,
): Promise<void> {
  const which = 'source = {source:String} AND report_id = {reportId:String}';
  const params = { source, reportId };
  const found = await store.query<{ name: string }>(
    TABLES.map((table) => `SELECT '${table}' AS name FROM ${table} WHERE ${which} GROUP BY name`).join(
      ' UNION ALL ',
    ),
    { params, signal, label: 'look for earlier records' },
  );
  for (const { name } of found) {
    await store.command(`ALTER TABLE ${name} DELETE WHERE ${which} SETTINGS mutations_sync = 1`, {
      params,
      label: `replace rows of ${name}`,
    });
  }
}

function instant(at: Micros | null): string | null {
  return at === null ? null : sqlInstant(at);
}
