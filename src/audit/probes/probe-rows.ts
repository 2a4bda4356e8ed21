import { createHash } from 'node:crypto';
import type { Store } from '../../store/index.ts';
import { sqlInstant } from '../instants.ts';
import type { Micros } from '../types.ts';
import type { AttemptOutcome, ProbeKind, ProbeOutput, ProbeTarget, Route } from './types.ts';

/** What one request came to. */
export interface ProbeResult {
  readonly probeId: string;
  readonly source: string;
  readonly kind: ProbeKind;
  readonly target: ProbeTarget;
  readonly prompt: string;
  readonly at: Micros;
  readonly elapsedMs: number;
  readonly route: Route;
  readonly output: ProbeOutput | undefined;
}

/** What became of an attempt in the exports. */
export const PROBE_LOOKUPS = ['pending', 'present', 'missing', 'mismatched', 'unverifiable'] as const;

export type ProbeLookup = (typeof PROBE_LOOKUPS)[number];

/** An attempt as it is stored, without what it gave. */
export interface StoredAttempt {
  readonly probeId: string;
  readonly attempt: number;
  readonly at: Micros;
  readonly childId: string;
  readonly chuteId: string;
  readonly instanceId: string;
  readonly minerHotkey: string;
  readonly outcome: AttemptOutcome;
  readonly lookup: ProbeLookup;
}

export const PROBE_COLUMNS = [
  'source',
  'probe_id',
  'attempt',
  'kind',
  'at',
  'parent_id',
  'child_id',
  'chute_id',
  'chute_name',
  'function',
  'instance_id',
  'miner_uid',
  'miner_hotkey',
  'outcome',
  'error',
  'prompt',
  'media_type',
  'output',
  'output_sha256',
  'elapsed_ms',
  'lookup',
  'lookup_detail',
  'version',
] as const;

/**
 * Stores a request: a row for each attempt, counted from 1, the output with the last; one row with number 0 where nobody was asked. Text is
 * kept as it is, all else in base64.
 */
export async function saveProbe(store: Store, result: ProbeResult, version: number): Promise<void> {
  const { route, output, target } = result;
  const attempts = route.attempts.length === 0 ? [undefined] : route.attempts;
  const isText = output?.mediaType.startsWith('text/') || output?.mediaType === 'application/json';
  const body = output === undefined ? '' : Buffer.from(output.bytes).toString(isText ? 'utf8' : 'base64');
  const digest = output === undefined ? '' : createHash('sha256').update(output.bytes).digest('hex');
  const notes = route.contradictions.join('\n');
  await store.insert(
    'audit_probes',
    PROBE_COLUMNS,
    attempts.map((attempt, index) => {
      const last = index === attempts.length - 1;
      const error = [attempt?.error ?? (last ? route.error : null), last ? notes : null]
        .filter(Boolean)
        .join('\n');
      return [
        result.source,
        result.probeId,
        attempt === undefined ? 0 : index + 1,
        result.kind,
        sqlInstant(attempt?.at ?? result.at),
        route.parentId ?? '',
        attempt?.childId ?? '',
        attempt?.chuteId || target.id,
        target.name,
        attempt?.function ?? '',
        attempt?.instanceId ?? '',
        attempt?.minerUid ?? null,
        attempt?.minerHotkey ?? '',
        attempt?.outcome ?? (route.error === null ? 'unfinished' : 'failed'),
        error,
        result.prompt,
        last ? (output?.mediaType ?? '') : '',
        last ? body : '',
        last ? digest : '',
        result.elapsedMs,
        // Nobody was asked, or nobody knows whom: nothing can be looked up.
        attempt === undefined ? 'unverifiable' : 'pending',
        attempt === undefined ? 'the request reached no miner' : '',
        version,
      ];
    }),
    { label: 'store a probe' },
  );
}

/** Requests of a source since an instant: what the day's budget has been spent on. */
export async function probesSince(store: Store, source: string, since: Micros): Promise<number> {
  const [row] = await store.query<{ n: string }>(
    'SELECT uniqExact(probe_id) AS n FROM audit_probes WHERE source = {source:String} AND at >= {since:DateTime64(6)}',
    { params: { source, since: sqlInstant(since) }, label: 'count probes' },
  );
  return Number(row?.n ?? 0);
}
