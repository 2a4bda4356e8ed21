import { type Hex, TaoscopeError, throwIfAborted } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { Snapshot, SnapshotStore, SubnetRecord } from '../rows.ts';
import { draftFacts, draftSnapshot } from './draft-snapshot.ts';
import { type Layout, layoutOf } from './layout.ts';
import { createMistakes, type Mistakes } from './mistakes.ts';
import { type SnapshotDraft, snapshotDrafts } from './snapshot-drafts.ts';
import { openTableFile, type TableFile } from './table-file.ts';

export interface ImportOptions {
  readonly store: Store;
  readonly rows: SnapshotStore;
  /** A Parquet or CSV file: of `taoscope export metagraph`, or the `df.parquet` of the old dashboards. */
  readonly path: string;
  /** Only this subnet; the subnet of rows that do not say theirs. */
  readonly netuid?: number | undefined;
  /** The chain of a file that does not say its own: its genesis hash. Default: that of the store, if it holds one. */
  readonly genesis?: Hex | undefined;
  /** Leaves out snapshots with mistakes instead of refusing the file. */
  readonly skipBad?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

export interface ImportProgress {
  /** The whole file is checked before any of it is stored. */
  readonly phase: 'checking' | 'storing';
  /** Of the file, 0 to 1. */
  readonly share: number;
}

export interface ImportResult {
  readonly layout: Layout['kind'];
  /** Snapshots stored now, and those that were stored before, which stay as they are. */
  readonly snapshots: number;
  readonly alreadyStored: number;
  readonly neurons: number;
  readonly mistakes: number;
  /** Columns of the file that were not taken. */
  readonly ignored: readonly string[];
}

// Snapshots written at a time: 64 subnets of 256 neurons.
const SNAPSHOTS_AT_A_TIME = 64;

/**
 * Stores the snapshots of a file as a backfill would. The file is checked as a whole first: of one with mistakes nothing is
 * stored, unless `skipBad`. What is stored already stays, so a stopped import is resumed by running it again.
 *
 * Errors: `usage` (not such a file; mistakes, by row and column), `wrong-chain`.
 */
export async function importMetagraph(options: ImportOptions): Promise<ImportResult> {
  const { path, store, rows, netuid, skipBad = false, signal, onProgress } = options;
  const file = await openTableFile(path);
  const layout = layoutOf(path, file.columns);
  const drafts = (mistakes: Mistakes, phase: ImportProgress['phase']) =>
    snapshotDrafts(withProgress(file, layout, phase, signal, onProgress), { layout, netuid, mistakes });

  const mistakes = createMistakes();
  const genesis = new Set<Hex>();
  let good = 0;
  for await (const draft of drafts(mistakes, 'checking')) {
    good++;
    const said = draft.rows[0]?.genesis_hash as Hex | undefined;
    if (said !== undefined) genesis.add(said);
  }
  const error = mistakes.error(path);
  if (error !== undefined && !skipBad) throw error;
  await bindTo(store, rows, path, genesis, options.genesis);

  const result = { snapshots: 0, alreadyStored: 0, neurons: 0 };
  if (good > 0) {
    let batch: SnapshotDraft[] = [];
    const flush = async () => {
      const { stored, neurons } = await saveDrafts(store, rows, batch, signal);
      result.snapshots += stored;
      result.alreadyStored += batch.length - stored;
      result.neurons += neurons;
      batch = [];
    };
    for await (const draft of drafts(createMistakes(), 'storing')) {
      batch.push(draft);
      if (batch.length >= SNAPSHOTS_AT_A_TIME) await flush();
    }
    await flush();
  }
  return { layout: layout.kind, ...result, mistakes: mistakes.count, ignored: layout.ignored };
}

async function* withProgress(
  file: TableFile,
  layout: Layout,
  phase: ImportProgress['phase'],
  signal: AbortSignal | undefined,
  onProgress: ImportOptions['onProgress'],
) {
  onProgress?.({ phase, share: 0 });
  for await (const piece of file.rows([...layout.columns.keys()], signal)) {
    yield piece;
    onProgress?.({ phase, share: piece.share });
  }
  throwIfAborted(signal);
}

async function saveDrafts(
  store: Store,
  rows: SnapshotStore,
  drafts: readonly SnapshotDraft[],
  signal: AbortSignal | undefined,
): Promise<{ stored: number; neurons: number }> {
  throwIfAborted(signal);
  const fresh: SnapshotDraft[] = [];
  for (const [, of] of Map.groupBy(drafts, ({ netuid, mechanism }) => `${netuid}/${mechanism}`)) {
    const { netuid, mechanism } = of[0] as SnapshotDraft;
    const blocks = of.map(({ block }) => block);
    const known = await rows.storedBlocks(netuid, mechanism, Math.min(...blocks), Math.max(...blocks));
    fresh.push(...of.filter(({ block }) => !known.has(block)));
  }
  await rows.saveSubnets(await factsWanted(store, fresh, signal));
  const snapshots = fresh.map((draft): Snapshot => draftSnapshot(draft));
  await rows.saveSnapshots(snapshots);
  return {
    stored: snapshots.length,
    neurons: snapshots.reduce((sum, { metagraph }) => sum + metagraph.n, 0),
  };
}

/** Facts that are not stored yet: those read from the chain know more, hyperparameters above all. */
async function factsWanted(
  store: Store,
  drafts: readonly SnapshotDraft[],
  signal: AbortSignal | undefined,
): Promise<SubnetRecord[]> {
  const records = drafts.flatMap((draft) => (draft.mechanism === 0 ? (draftFacts(draft) ?? []) : []));
  if (records.length === 0) return [];
  const known = await store.query<{ netuid: number; block: number }>(
    `SELECT DISTINCT netuid, block FROM subnets
     WHERE netuid IN {netuids:Array(UInt16)} AND block IN {blocks:Array(UInt32)}`,
    {
      params: {
        netuids: [...new Set(records.map(({ facts }) => facts.netuid))],
        blocks: [...new Set(records.map(({ block }) => block.number))],
      },
      label: 'look for stored facts',
      signal,
    },
  );
  const stored = new Set(known.map(({ netuid, block }) => `${netuid}/${block}`));
  return records.filter(({ facts, block }) => !stored.has(`${facts.netuid}/${block.number}`));
}

/** Ties the store to the chain of the file; throws `wrong-chain` when it holds another. */
async function bindTo(
  store: Store,
  rows: SnapshotStore,
  path: string,
  said: ReadonlySet<Hex>,
  asked: Hex | undefined,
): Promise<void> {
  const genesis = [...new Set([...said, ...(asked === undefined ? [] : [asked])])];
  if (genesis.length > 1) {
    throw new TaoscopeError('wrong-chain', {
      failed: `${path} is of more than one chain`,
      got: genesis.join(', '),
      expected: 'rows of one chain',
      todo: 'import the rows of each chain into a store of its own',
    });
  }
  const [only] = genesis;
  if (only === undefined) return;
  const bound = await store.query<{ genesis: Hex; name: string }>(
    "SELECT concat('0x', lower(hex(genesis_hash))) AS genesis, name FROM chain FINAL ORDER BY bound_at LIMIT 1",
    { label: 'read which chain it holds' },
  );
  const held = bound[0];
  if (held === undefined) await rows.bindChain(only, 'imported');
  else if (held.genesis !== only) {
    throw new TaoscopeError(
      'wrong-chain',
      {
        failed: `the store holds another chain than ${path}`,
        got: `rows of the chain with genesis ${only}`,
        expected: `${held.name} (genesis ${held.genesis}), whose rows are stored here`,
        todo: 'choose another folder with --data (or another database)',
      },
      { fields: { stored: held.genesis, file: only } },
    );
  }
}
