import { isTaoscopeError, TaoscopeError } from '../../shared/index.ts';
import type { BlockView, Metagraph, MetagraphSource, NeuronColumns } from '../types.ts';
import { type ColumnsDraft, storageIndex } from './columns.ts';
import { type Evidence, readMetagraphCall, readNeuronsLite } from './runtime-columns.ts';
import { PALLET, readStandings, type Standing } from './standing.ts';
import { fillFromStorage, unitOf } from './storage-columns.ts';

export interface MetagraphOptions {
  /** Which incentive vector of the subnet. Default 0. */
  mechanism?: number | undefined;
  /** Only this source; `unsupported` when the runtime does not offer it. Default: the richest that works. */
  source?: MetagraphSource | undefined;
  signal?: AbortSignal | undefined;
}

/** Falsified answers that only a comparison of several shows: the whole read is tried again so often. */
const READS = 3;

/**
 * The metagraph of a subnet at the view's block, by the richest runtime call on offer: `get_mechagraph`, `get_metagraph`,
 * `get_neurons_lite`, else from storage vectors. What the call lacks and storage has is read from storage, what the
 * runtime does not have at all is absent. Sources are chosen by the metadata, never by the spec version.
 *
 * Errors: `not-found` (no such subnet or mechanism; lists those there are), `unsupported` (the source asked for is not
 * offered), `falsified` (the answers contradict each other), and what the endpoints say.
 */
export async function readMetagraph(
  view: BlockView,
  netuid: number,
  options: MetagraphOptions = {},
): Promise<Metagraph> {
  for (let read = 1; ; read++) {
    try {
      return await readOnce(view, netuid, options);
    } catch (error) {
      if (read === READS || !isTaoscopeError(error, 'falsified')) throw error;
    }
  }
}

async function readOnce(
  view: BlockView,
  netuid: number,
  { mechanism = 0, source, signal }: MetagraphOptions,
): Promise<Metagraph> {
  requireU16(netuid);
  // Read together with the standing, so that a runtime call's answer can be compared with it.
  const hasLastUpdate = view.hasStorage(PALLET, 'LastUpdate');
  const lastUpdateKey = { pallet: PALLET, item: 'LastUpdate', keys: [storageIndex(netuid, mechanism)] };
  requireMechanismNumber(mechanism);
  const { standings, timestampMs, more } = await readStandings(
    view,
    [netuid],
    signal,
    hasLastUpdate ? [lastUpdateKey] : [],
  );
  const standing = standings[0]!;
  if (mechanism >= standing.mechanisms) throw noSuchMechanism(standing, mechanism, view);
  const offered = sourcesOf(view, mechanism);
  if (source !== undefined && !offered.includes(source)) throw notOffered(view, source, offered);
  const evidence: Evidence = {
    standing,
    mechanism,
    lastUpdate: (more[0] as bigint[] | undefined)?.map(Number),
  };
  const notes: string[] = [];
  if (view.upgradesTo !== undefined && source === undefined) {
    notes.push(
      'this block sets new runtime code: runtime calls would run it on a state that is not migrated yet',
    );
  }
  for (const candidate of source === undefined ? offered : [source]) {
    try {
      const columns = await readColumns(view, candidate, evidence, signal);
      await fillFromStorage(view, [{ standing, mechanism, columns }], undefined, signal);
      return metagraphOf(view, standing, mechanism, columns, { source: candidate, timestampMs, notes });
    } catch (error) {
      if (source !== undefined || candidate === 'storage' || !mayFallBack(error)) throw error;
      notes.push(
        `${candidate}: ${error.parts.failed}${error.parts.got === undefined ? '' : ` (${error.parts.got})`}`,
      );
    }
  }
  throw new TaoscopeError('internal', { failed: 'the storage source neither answered nor failed' });
}

/** What is on offer, richest first; storage always is. */
function sourcesOf(view: BlockView, mechanism: number): MetagraphSource[] {
  const sources: MetagraphSource[] = [];
  // At an upgrade block a call would run the new code on the old state; storage is read by the runtime that wrote it.
  if (view.upgradesTo === undefined) {
    if (view.hasCall('SubnetInfoRuntimeApi', 'get_mechagraph')) sources.push('mechagraph');
    if (mechanism === 0 && view.hasCall('SubnetInfoRuntimeApi', 'get_metagraph')) sources.push('metagraph');
    if (mechanism === 0 && view.hasCall('NeuronInfoRuntimeApi', 'get_neurons_lite'))
      sources.push('neurons_lite');
  }
  sources.push('storage');
  return sources;
}

async function readColumns(
  view: BlockView,
  source: MetagraphSource,
  evidence: Evidence,
  signal?: AbortSignal,
): Promise<ColumnsDraft> {
  switch (source) {
    case 'mechagraph':
      return readMetagraphCall(view, 'get_mechagraph', evidence, signal);
    case 'metagraph':
      return readMetagraphCall(view, 'get_metagraph', evidence, signal);
    case 'neurons_lite':
      return readNeuronsLite(view, evidence, signal);
    case 'storage':
      return {} as ColumnsDraft;
  }
}

/** A finished metagraph. Absent columns are left out, not set to `undefined`. */
export function metagraphOf(
  view: BlockView,
  { netuid, n }: Standing,
  mechanism: number,
  columns: ColumnsDraft,
  {
    source,
    timestampMs,
    notes,
  }: { source: MetagraphSource; timestampMs: number | undefined; notes?: readonly string[] },
): Metagraph {
  const present = Object.entries(columns).filter(([, values]) => values !== undefined);
  return {
    netuid,
    mechanism,
    block: view.block,
    timestampMs,
    runtime: view.runtime,
    source,
    unit: unitOf(view),
    n,
    neurons: Object.fromEntries(present) as unknown as NeuronColumns,
    ...(notes === undefined || notes.length === 0 ? {} : { notes }),
  };
}

/** A call that this node or runtime cannot serve leaves the next source; a lie, a silence, a rate limit or a stop do not. */
function mayFallBack(error: unknown): error is TaoscopeError {
  return (
    isTaoscopeError(error, 'unsupported') ||
    (isTaoscopeError(error, 'rpc-refused') && !error.retryable) ||
    isTaoscopeError(error, 'undecodable') ||
    isTaoscopeError(error, 'response-too-big')
  );
}

export function requireU16(netuid: number): void {
  if (Number.isInteger(netuid) && netuid >= 0 && netuid <= 0xffff) return;
  throw new TaoscopeError('usage', {
    failed: 'this is not a netuid',
    got: String(netuid),
    expected: 'a whole number from 0 to 65535',
  });
}

function requireMechanismNumber(mechanism: number): void {
  // The storage index is a u16: mechanism times 4096 plus netuid.
  if (Number.isInteger(mechanism) && mechanism >= 0 && mechanism <= 15) return;
  throw new TaoscopeError('usage', {
    failed: 'this is not a mechanism',
    got: String(mechanism),
    expected: 'a whole number from 0 to 15',
  });
}

function noSuchMechanism(
  { netuid, mechanisms }: Standing,
  mechanism: number,
  view: BlockView,
): TaoscopeError {
  return new TaoscopeError('not-found', {
    failed: `subnet ${netuid} has no mechanism ${mechanism} at block ${view.block.number}`,
    got: `mechanism ${mechanism}`,
    expected: mechanisms === 1 ? '0, the only one' : `0 to ${mechanisms - 1}`,
    todo: 'leave the mechanism out to see the first',
  });
}

function notOffered(
  view: BlockView,
  source: MetagraphSource,
  offered: readonly MetagraphSource[],
): TaoscopeError {
  return new TaoscopeError('unsupported', {
    failed: `the runtime at block ${view.block.number} cannot serve the metagraph from ${source}`,
    got: `${view.runtime.specName} ${view.runtime.specVersion}`,
    expected: `one of ${offered.join(', ')}`,
    todo: 'leave the source out to take the richest',
  });
}
