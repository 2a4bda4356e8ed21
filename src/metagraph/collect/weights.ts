import {
  type BlockRef,
  type BlockView,
  readHotkeys,
  readWeightCommits,
  readWeightMatrix,
  readWeightRows,
  readWeightState,
  type WeightCommit,
  type WeightRow,
  type WeightState,
} from '../../chain/index.ts';
import {
  type AccountId,
  inParallel,
  isTaoscopeError,
  type TaoscopeError,
  toTaoscopeError,
} from '../../shared/index.ts';

/** What of the weights is to be read at a block. */
export interface WeightsWanted {
  /** Mechanisms of which the whole matrix is read, since their epoch ran; `n` neurons at the block. */
  readonly epochs: readonly { readonly netuid: number; readonly mechanism: number; readonly n: number }[];
  /** Mechanisms of which some rows changed. Without uids the waiting commits alone are read: somebody has committed. */
  readonly changed?:
    | readonly {
        readonly netuid: number;
        readonly mechanism: number;
        readonly uids: readonly number[];
      }[]
    | undefined;
  /** Mechanisms read at the same time. Default 4. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A row with who set it. */
export interface HeldRow extends WeightRow {
  readonly hotkey: AccountId;
  /** Block of the last weights action of the uid: `LastUpdate`. */
  readonly lastUpdate?: number | undefined;
}

/** Weights of one mechanism at one block: the whole matrix, or the rows that changed. */
export interface WeightReading {
  readonly netuid: number;
  readonly mechanism: number;
  readonly block: BlockRef;
  readonly timestampMs?: number | undefined;
  readonly n: number;
  readonly whole: boolean;
  /** Of a whole matrix the rows that are not empty; of changed ones all, since a row may have been cleared. */
  readonly weights: readonly HeldRow[];
  /** Of a whole matrix; they change at epochs only. */
  readonly bonds: readonly HeldRow[];
  readonly commits: readonly WeightCommit[];
  /** Whether weights are hidden until they are revealed; absent before there was such a thing. */
  readonly commitReveal?: boolean | undefined;
}

/** What was read, and the subnets that could not be, each with its reason. */
export interface CollectedWeights {
  readonly readings: readonly WeightReading[];
  readonly failures: readonly { readonly netuid: number; readonly error: TaoscopeError }[];
}

/**
 * Reads weights, bonds and waiting commits at a block. What fails for one subnet only is told in `failures`; what fails
 * for the block (no state, no node) is thrown. Of a mechanism that is wanted both ways the whole matrix is read.
 */
export async function collectWeights(view: BlockView, wanted: WeightsWanted): Promise<CollectedWeights> {
  const { epochs, changed = [], concurrency = 4, signal } = wanted;
  const whole = new Set(epochs.map(keyOf));
  const waiting = [
    ...epochs.map((mechanism) => ({
      netuid: mechanism.netuid,
      read: () => readWhole(view, mechanism, signal),
    })),
    ...changed
      .filter((mechanism) => !whole.has(keyOf(mechanism)))
      .map((mechanism) => ({
        netuid: mechanism.netuid,
        read: () => readChanged(view, mechanism, signal),
      })),
  ];
  const failures: { netuid: number; error: TaoscopeError }[] = [];
  const found = await inParallel(waiting, concurrency, async ({ netuid, read }) => {
    try {
      return await read();
    } catch (caught) {
      const error = toTaoscopeError(caught);
      if (!isOfTheSubnet(error)) throw error;
      failures.push({ netuid, error });
      return undefined;
    }
  });
  return { readings: found.filter((reading) => reading !== undefined), failures };
}

interface Mechanism {
  readonly netuid: number;
  readonly mechanism: number;
}

function keyOf({ netuid, mechanism }: Mechanism): string {
  return `${netuid}/${mechanism}`;
}

async function readWhole(
  view: BlockView,
  { netuid, mechanism, n }: WeightsWanted['epochs'][number],
  signal: AbortSignal | undefined,
): Promise<WeightReading> {
  const state = await readWeightState(view, netuid, mechanism, { n, signal });
  const { weights, bonds } = await readWeightMatrix(view, netuid, { mechanism, n, signal });
  const held = await holdersOf(view, netuid, state, [...weights, ...bonds], signal);
  return {
    ...(await readAround(view, { netuid, mechanism }, state, signal)),
    whole: true,
    weights: weights.flatMap(held),
    bonds: bonds.flatMap(held),
  };
}

async function readChanged(
  view: BlockView,
  { netuid, mechanism, uids }: Mechanism & { readonly uids: readonly number[] },
  signal: AbortSignal | undefined,
): Promise<WeightReading> {
  const state = await readWeightState(view, netuid, mechanism, { signal });
  const rows = await readWeightRows(view, netuid, mechanism, [...new Set(uids)], signal);
  const held = await holdersOf(view, netuid, state, rows, signal);
  return {
    ...(await readAround(view, { netuid, mechanism }, state, signal)),
    whole: false,
    weights: rows.flatMap(held),
    bonds: [],
  };
}

/** What a reading says beside its rows. */
async function readAround(
  view: BlockView,
  { netuid, mechanism }: Mechanism,
  { n, commitReveal }: WeightState,
  signal: AbortSignal | undefined,
): Promise<Omit<WeightReading, 'whole' | 'weights' | 'bonds'>> {
  return {
    ...{ netuid, mechanism, block: view.block, n, commitReveal },
    timestampMs: await view.timestamp(signal),
    // Where it was switched off, what still waits can no longer be revealed.
    commits: commitReveal === true ? await readWeightCommits(view, netuid, mechanism, signal) : [],
  };
}

/** Gives a row its hotkey and time; a row of a uid that nobody holds is left out, since it counts for nothing. */
async function holdersOf(
  view: BlockView,
  netuid: number,
  { n, lastUpdate }: WeightState,
  rows: readonly WeightRow[],
  signal: AbortSignal | undefined,
): Promise<(row: WeightRow) => HeldRow[]> {
  const uids = [...new Set(rows.map(({ uid }) => uid))];
  const hotkeys = await readHotkeys(view, netuid, uids, { n, signal });
  const holder = new Map(uids.map((uid, at) => [uid, hotkeys[at]]));
  return (row) => {
    const hotkey = holder.get(row.uid);
    return hotkey === undefined ? [] : [{ ...row, hotkey, lastUpdate: lastUpdate[row.uid] }];
  };
}

/** Failures that concern one subnet's entries, contradictions included; any other would strike the next subnet as well. */
function isOfTheSubnet(error: TaoscopeError): boolean {
  return (['falsified', 'undecodable', 'unsupported', 'not-found', 'response-too-big'] as const).some(
    (code) => isTaoscopeError(error, code),
  );
}
