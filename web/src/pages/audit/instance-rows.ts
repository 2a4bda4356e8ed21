import type { SqlBody } from '../../api/types.ts';
import type { Sort } from '../../url/search.ts';

/** A row of a report's instances as the store keeps it; instants are the engine's text in UTC. */
export interface InstanceRow {
  readonly instanceId: string;
  readonly chuteId: string;
  readonly hotkey: string;
  readonly uid: number | null;
  readonly createdAt: string | null;
  readonly verifiedAt: string | null;
  readonly activatedAt: string | null;
  readonly deletedAt: string | null;
  readonly deletionReason: string | null;
  readonly multiplier: number | null;
  readonly hourlyRate: number | null;
  readonly billedTo: string | null;
  readonly bounty: boolean;
}

export const PAGE_ROWS = 200;

/** Column of the page -> column of the store; nothing else ever reaches a statement. */
const COLUMNS = {
  instanceId: 'instance_id',
  chuteId: 'chute_id',
  hotkey: 'miner_hotkey',
  uid: 'miner_uid',
  createdAt: 'created_at',
  verifiedAt: 'verified_at',
  activatedAt: 'activated_at',
  deletedAt: 'deleted_at',
  deletionReason: 'deletion_reason',
  multiplier: 'compute_multiplier',
  hourlyRate: 'hourly_rate',
  billedTo: 'billed_to',
  bounty: 'bounty',
} as const satisfies Record<keyof InstanceRow, string>;

/** The statement for one page of a report's instances. Throws a `RangeError` for what is no id of a report. */
export function instancesStatement(reportId: string, sort: Sort, page: number): string {
  if (!/^[0-9a-f]{32}$/.test(reportId)) throw new RangeError('not the id of a report');
  const column = Object.hasOwn(COLUMNS, sort.id) ? COLUMNS[sort.id as keyof InstanceRow] : COLUMNS.createdAt;
  const columns = Object.values(COLUMNS).join(', ');
  const order = `${column} ${sort.desc ? 'DESC' : 'ASC'} NULLS LAST, instance_id, row`;
  const offset = Math.max(0, Math.floor(page)) * PAGE_ROWS;
  return `SELECT ${columns}\nFROM audit_instances FINAL\nWHERE report_id = '${reportId}'\nORDER BY ${order}\nLIMIT ${PAGE_ROWS} OFFSET ${offset}`;
}

/** The rows of its answer. What is not of its type is absent. */
export function instanceRows({ rows }: Pick<SqlBody, 'rows'>): InstanceRow[] {
  const names = Object.keys(COLUMNS) as (keyof InstanceRow)[];
  return rows.map((values) => {
    const at = (name: keyof InstanceRow): unknown => values[names.indexOf(name)];
    const text = (name: keyof InstanceRow): string | null => {
      const value = at(name);
      return typeof value === 'string' && value !== '' ? value : null;
    };
    const figure = (name: keyof InstanceRow): number | null => {
      const value = at(name);
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    };
    return {
      instanceId: text('instanceId') ?? '',
      chuteId: text('chuteId') ?? '',
      hotkey: text('hotkey') ?? '',
      uid: figure('uid'),
      createdAt: text('createdAt'),
      verifiedAt: text('verifiedAt'),
      activatedAt: text('activatedAt'),
      deletedAt: text('deletedAt'),
      deletionReason: text('deletionReason'),
      multiplier: figure('multiplier'),
      hourlyRate: figure('hourlyRate'),
      billedTo: text('billedTo'),
      bounty: at('bounty') === true || at('bounty') === 1,
    };
  });
}
