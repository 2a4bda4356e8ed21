import { TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { PROBE_LOOKUPS, type ProbeLookup } from '../probes/probe-rows.ts';
import type { AttemptOutcome } from '../probes/types.ts';
import { instant, textOrNull } from './cells.ts';
import { conditions, parsePlace, placeText } from './page.ts';

export interface ProbesQuery {
  readonly source?: string | undefined;
  readonly kind?: string | undefined;
  readonly lookup?: ProbeLookup | undefined;
  readonly outcome?: AttemptOutcome | undefined;
  /** ss58 of a miner that was asked. */
  readonly hotkey?: string | undefined;
  readonly limit: number;
  readonly before?: string | undefined;
}

export interface AttemptAnswer {
  attempt: number;
  at: string;
  childId: string | null;
  instanceId: string | null;
  uid: number | null;
  hotkey: string | null;
  outcome: AttemptOutcome;
  error: string | null;
  lookup: ProbeLookup;
  lookupDetail: string | null;
}

export interface ProbeAnswer {
  id: string;
  source: string;
  kind: string;
  at: string;
  parentId: string | null;
  chuteId: string;
  chuteName: string;
  function: string;
  prompt: string;
  /** Of the last attempt. */
  outcome: AttemptOutcome;
  /** The worst of its attempts. */
  lookup: ProbeLookup;
  elapsedMs: number;
  mediaType: string | null;
  outputBytes: number;
  outputSha256: string | null;
  text: string | null;
  attempts: AttemptAnswer[];
}

export interface ProbesAnswer {
  probes: ProbeAnswer[];
  next?: string;
  counts: Record<ProbeLookup, number>;
}

/** So much of an output is told in a list; all of it is asked for apart. */
const TEXT_SHOWN = 2_000;

/** Requests of ours, newest first; those of which an attempt fits the filter, with all their attempts. */
export async function probesOf(
  store: Store,
  query: ProbesQuery,
  signal?: AbortSignal,
): Promise<ProbesAnswer> {
  const { source, kind, lookup, outcome, hotkey, limit, before } = query;
  const place = before === undefined ? undefined : parsePlace(before);
  const { where, params } = conditions(
    [
      [source, 'source = {source:String}'],
      [kind, 'kind = {kind:String}'],
      [lookup, 'lookup = {lookup:String}'],
      [outcome, 'outcome = {outcome:String}'],
      [hotkey, 'miner_hotkey = {hotkey:String}'],
    ],
    { source, kind, lookup, outcome, hotkey },
  );
  const after =
    place === undefined
      ? ''
      : 'HAVING (toUnixTimestamp64Micro(began), probe_id) < ({atBegan:Int64}, {atId:String})';
  const [keys, counted] = await Promise.all([
    store.query<{ source: string; probe_id: string; micros: string }>(
      `SELECT source, probe_id, min(at) AS began, toUnixTimestamp64Micro(began) AS micros FROM audit_probes FINAL
       ${where} GROUP BY source, probe_id ${after} ORDER BY began DESC, probe_id DESC LIMIT {limit:UInt32}`,
      {
        params: {
          ...params,
          limit: limit + 1,
          ...(place === undefined ? {} : { atBegan: place.at, atId: place.id }),
        },
        label: 'look for probes',
        signal,
      },
    ),
    countLookups(store, source, signal),
  ]);
  const shown = keys.slice(0, limit);
  const last = keys.length > limit ? shown.at(-1) : undefined;
  return {
    probes: await probesByKey(store, shown, signal),
    ...(last === undefined ? {} : { next: placeText({ at: Number(last.micros), id: last.probe_id }) }),
    counts: counted,
  };
}

/** An output with a type that is safe to send to a browser. */
export interface ProbeOutputBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** Types that a page may show. Text is never sent as what a browser would run. */
const SAFE_TYPES: Readonly<Record<string, string>> = {
  'text/plain': 'text/plain; charset=utf-8',
  'application/json': 'text/plain; charset=utf-8',
  'image/png': 'image/png',
  'image/jpeg': 'image/jpeg',
  'image/webp': 'image/webp',
  'audio/wav': 'audio/wav',
  'audio/mpeg': 'audio/mpeg',
  'audio/flac': 'audio/flac',
  'audio/ogg': 'audio/ogg',
};

/** What a request gave, whole. Throws `not-found` for no such request, and for one without output. */
export async function probeOutput(store: Store, id: string, signal?: AbortSignal): Promise<ProbeOutputBytes> {
  const [row] = await store.query<{ media_type: string; output: string }>(
    `SELECT media_type, output FROM audit_probes FINAL
     WHERE probe_id = {id:String} AND output_sha256 != '' ORDER BY attempt DESC LIMIT 1`,
    { params: { id }, label: 'read the output of a probe', signal },
  );
  if (row === undefined)
    throw new TaoscopeError('not-found', {
      failed: 'there is no output of such a request',
      got: JSON.stringify(id.slice(0, 80)),
      expected: 'the id of a probe that gave something',
    });
  return {
    bytes: Uint8Array.from(Buffer.from(row.output, isText(row.media_type) ? 'utf8' : 'base64')),
    contentType: SAFE_TYPES[row.media_type] ?? 'application/octet-stream',
  };
}

/** How an output is stored: text as it is, all else in base64 (`probe-rows.ts`). */
function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType === 'application/json';
}

interface AttemptRow {
  readonly source: string;
  readonly probe_id: string;
  readonly attempt: number;
  readonly kind: string;
  readonly at: string;
  readonly parent_id: string;
  readonly child_id: string;
  readonly chute_id: string;
  readonly chute_name: string;
  readonly function: string;
  readonly instance_id: string;
  readonly miner_uid: number | null;
  readonly miner_hotkey: string;
  readonly outcome_name: AttemptOutcome;
  readonly error: string;
  readonly prompt: string;
  readonly media_type: string;
  readonly shown: string;
  readonly size: string;
  readonly output_sha256: string;
  readonly elapsed_ms: number;
  readonly lookup: string;
  readonly lookup_detail: string;
}

async function probesByKey(
  store: Store,
  keys: readonly { readonly source: string; readonly probe_id: string }[],
  signal: AbortSignal | undefined,
): Promise<ProbeAnswer[]> {
  if (keys.length === 0) return [];
  const rows = await store.query<AttemptRow>(
    `SELECT source, probe_id, attempt, kind, at, parent_id, child_id, chute_id, chute_name, function, instance_id, miner_uid,
       miner_hotkey, toString(outcome) AS outcome_name, error, prompt, media_type,
       if(startsWith(media_type, 'text/') OR media_type = 'application/json', substringUTF8(output, 1, ${TEXT_SHOWN}), '') AS shown,
       if(startsWith(media_type, 'text/') OR media_type = 'application/json', length(output),
         intDiv(length(output) * 3, 4) - countSubstrings(right(output, 2), '=')) AS size,
       output_sha256, elapsed_ms, lookup, lookup_detail
     FROM audit_probes FINAL
     WHERE source IN {sources:Array(String)} AND probe_id IN {ids:Array(String)} ORDER BY source, probe_id, attempt`,
    {
      params: {
        sources: [...new Set(keys.map(({ source }) => source))],
        ids: keys.map(({ probe_id }) => probe_id),
      },
      label: 'read probes',
      signal,
    },
  );
  const byProbe = Map.groupBy(rows, ({ source, probe_id }) => `${source}\0${probe_id}`);
  return keys.flatMap(({ source, probe_id }) => {
    const attempts = byProbe.get(`${source}\0${probe_id}`);
    return attempts === undefined ? [] : [presentProbe(attempts)];
  });
}

function presentProbe(rows: readonly AttemptRow[]): ProbeAnswer {
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const lookups = rows.map(({ lookup }) => lookupOf(lookup));
  return {
    id: first.probe_id,
    source: first.source,
    kind: first.kind,
    at: instant(first.at),
    parentId: textOrNull(first.parent_id),
    chuteId: first.chute_id,
    chuteName: first.chute_name,
    function: last.function,
    prompt: first.prompt,
    outcome: last.outcome_name,
    lookup: WORST_FIRST.find((lookup) => lookups.includes(lookup)) ?? 'pending',
    elapsedMs: last.elapsed_ms,
    mediaType: textOrNull(last.media_type),
    outputBytes: last.output_sha256 === '' ? 0 : Number(last.size),
    outputSha256: textOrNull(last.output_sha256),
    text: isText(last.media_type) ? last.shown : null,
    attempts: rows
      // Number 0 stands for a request that reached nobody.
      .filter(({ attempt }) => attempt > 0)
      .map((row) => ({
        attempt: row.attempt,
        at: instant(row.at),
        childId: textOrNull(row.child_id),
        instanceId: textOrNull(row.instance_id),
        uid: row.miner_uid,
        hotkey: textOrNull(row.miner_hotkey),
        outcome: row.outcome_name,
        error: textOrNull(row.error),
        lookup: lookupOf(row.lookup),
        lookupDetail: textOrNull(row.lookup_detail),
      })),
  };
}

const WORST_FIRST: readonly ProbeLookup[] = ['missing', 'mismatched', 'unverifiable', 'pending', 'present'];

function lookupOf(text: string): ProbeLookup {
  return PROBE_LOOKUPS.find((lookup) => lookup === text) ?? 'pending';
}

async function countLookups(
  store: Store,
  source: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Record<ProbeLookup, number>> {
  const { where, params } = conditions([[source, 'source = {source:String}']], { source });
  const rows = await store.query<{ lookup: string; n: string }>(
    `SELECT lookup, count() AS n FROM audit_probes FINAL ${where} GROUP BY lookup`,
    { params, label: 'count probes by lookup', signal },
  );
  const counts = { pending: 0, present: 0, missing: 0, mismatched: 0, unverifiable: 0 };
  for (const { lookup, n } of rows) counts[lookupOf(lookup)] += Number(n);
  return counts;
}
