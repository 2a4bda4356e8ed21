import type { Store } from '../../../store/index.ts';
import { readInstant } from '../../instants.ts';
import type { Basis, Micros, ReportId } from '../../types.ts';
import { idOf } from './id-of.ts';
import { countedParams, liveRows } from './live-rows.ts';

/** What the verified exports say about one attempt. */
export interface FoundChild {
  readonly childId: string;
  /** Report in whose export it stands, and the end of its hour. */
  readonly reportId: ReportId;
  readonly hour: Micros;
  readonly chuteId: string;
  readonly functionName: string;
  readonly instanceId: string;
  readonly minerUid: number;
  readonly minerHotkey: string;
  readonly startedAt: Micros;
  readonly outcome: 'succeeded' | 'failed' | 'unfinished';
}

/** At most so many are asked for in one statement. */
const ASKED_AT_ONCE = 5_000;

/**
 * The attempts of these ids as the exports of counted reports tell them, one for each id that is there. Ids are texts as a trace gives
 * them. `between` bounds the ends of the hours that are searched, both inclusive.
 */
export async function lookupChild(
  store: Store,
  source: string,
  childIds: readonly string[],
  {
    basis = 'committed',
    between,
    signal,
  }: {
    basis?: Basis;
    between?: { readonly from: Micros; readonly to: Micros } | undefined;
    signal?: AbortSignal | undefined;
  } = {},
): Promise<ReadonlyMap<string, FoundChild>> {
  const found = new Map<string, FoundChild>();
  for (let from = 0; from < childIds.length; from += ASKED_AT_ONCE) {
    const ids = childIds.slice(from, from + ASKED_AT_ONCE);
    const rows = await store.query<Row>(lookupSql(between), {
      params: {
        source,
        ...countedParams(basis),
        ids,
      },
      signal,
      label: 'look up attempts',
    });
    for (const row of rows) {
      found.set(row.child, {
        childId: row.child,
        reportId: row.report,
        hour: readInstant(row.hour) ?? 0,
        chuteId: row.chute,
        functionName: row.name,
        instanceId: row.instance,
        minerUid: row.uid,
        minerHotkey: row.hotkey,
        startedAt: readInstant(row.started) ?? 0,
        outcome: row.failed ? 'failed' : row.finished === 1 ? 'succeeded' : 'unfinished',
      });
    }
  }
  return found;
}

interface Row {
  child: string;
  report: string;
  hour: string;
  chute: string;
  name: string;
  instance: string;
  uid: number;
  hotkey: string;
  started: string;
  failed: boolean;
  finished: number;
}

function lookupSql(between: { readonly from: Micros; readonly to: Micros } | undefined): string {
  const asked = `SELECT arrayJoin({ids:Array(String)}) AS child, ${idOf('child')} AS id`;
  const hours =
    between === undefined
      ? ''
      : `AND hour BETWEEN fromUnixTimestamp64Micro(${Math.floor(between.from)}, 'UTC') AND fromUnixTimestamp64Micro(${Math.ceil(between.to)}, 'UTC')`;
  const columns =
    'load_id, hour, invocation_id, chute_id, function_name, instance_id, miner_uid, miner_hotkey, started_at, completed_at, failed';
  return `SELECT a.child AS child, f.report_id AS report, toString(r.hour) AS hour, r.chute_id AS chute, r.function_name AS name,
  r.instance_id AS instance, r.miner_uid AS uid, r.miner_hotkey AS hotkey, toString(r.started_at) AS started, r.failed AS failed,
  toUInt8(r.completed_at IS NOT NULL) AS finished
FROM (${liveRows('audit_invocations', columns)} ${hours} AND invocation_id GLOBAL IN (SELECT id FROM (${asked}))) AS r
GLOBAL INNER JOIN (${asked}) AS a ON a.id = r.invocation_id
GLOBAL INNER JOIN (SELECT load_id, report_id FROM audit_files FINAL WHERE source = {source:String} AND state = 'loaded') AS f
  ON f.load_id = r.load_id
ORDER BY child`;
}
