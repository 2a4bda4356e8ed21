import type { BlockHeader, BlockRef, Metagraph, RuntimeInfo, SubnetFacts } from '../chain/index.ts';
import { fromHex, type Hex, TaoscopeError } from '../shared/index.ts';
import type { Store } from '../store/index.ts';
import type { WeightReading } from './collect/weights.ts';
import { type BlockEvents, retractEvents, saveEvents } from './event-rows.ts';
import { NEURON_COLUMNS, neuronRow } from './neuron-row.ts';
import { type Life, lifeOf, milliseconds, type Origin, type Retention, seconds } from './retention.ts';
import { countRoles } from './roles.ts';
import { SUBNET_COLUMNS, subnetRow } from './subnet-row.ts';
import { saveWeights } from './weight-rows.ts';

export interface Snapshot {
  readonly metagraph: Metagraph;
  /** The block ended an epoch of this subnet. */
  readonly epoch: boolean;
  readonly origin: Origin;
}

export interface SubnetRecord {
  readonly facts: SubnetFacts;
  readonly block: BlockRef;
  readonly timestampMs?: number | undefined;
  readonly origin: Origin;
}

export interface BlockRecord {
  readonly header: Pick<BlockHeader, 'number' | 'hash' | 'parentHash'>;
  readonly timestampMs?: number | undefined;
  readonly runtime: Pick<RuntimeInfo, 'specVersion'>;
  /** What happened in it was read and stored. Default `false`. */
  readonly eventsRead?: boolean | undefined;
}

/** What a backfill stores of a block: the subnets, also with their weights, or what happened in it (movements of stake from so many rao on). */
export type Backfilled =
  | { readonly of: 'snapshots'; readonly weights?: boolean | undefined }
  | { readonly of: 'events'; readonly minStakeRao: bigint };

/** A range of blocks, both ends included. */
export interface BlockRange {
  readonly from: number;
  readonly to: number;
}

/** Writes what was read from the chain. Every write may be repeated, in any order: answers stay the same. */
export interface SnapshotStore {
  /** Ties the store to one chain; throws `wrong-chain` when it holds another. */
  bindChain(genesisHash: Hex, name: string): Promise<void>;
  /** Neurons first, then the rows that announce the snapshots: what is announced is whole. */
  saveSnapshots(snapshots: readonly Snapshot[]): Promise<void>;
  saveSubnets(records: readonly SubnetRecord[]): Promise<void>;
  /** What happened in blocks. */
  saveEvents(blocks: readonly BlockEvents[], origin: Origin): Promise<void>;
  /**
   * Takes back what was stored of a block and of all behind it, which others have replaced, as far as the others would not
   * be stored over it: events, weights, and who came to a uid.
   */
  retract(from: number): Promise<void>;
  /** Rows first, then the readings that announce them. */
  saveWeights(readings: readonly WeightReading[], origin: Origin): Promise<void>;
  /** Blocks as processed: follow goes on behind the newest of them. */
  saveBlocks(records: readonly BlockRecord[]): Promise<void>;
  saveRuntime(runtime: RuntimeInfo, atBlock: number): Promise<void>;
  saveGap(gap: BlockRange & { readonly reason: string }): Promise<void>;
  /** Takes blocks out of the gaps: the part of a gap inside the range is closed, the rest stays open. */
  fillGap(range: BlockRange): Promise<void>;
  /** The newest processed block; `undefined` before the first (or when all are past their retention). */
  lastProcessedBlock(): Promise<{ number: number; hash: Hex } | undefined>;
  /** Blocks from `from` to `to` of which a snapshot at full resolution is stored. */
  storedBlocks(netuid: number, mechanism: number, from: number, to: number): Promise<Set<number>>;
  /** Records that a backfill of these subnets has stored all of a block. `what` is by default the snapshots. */
  saveBackfilled(netuids: 'all' | readonly number[], block: number, what?: Backfilled): Promise<void>;
  /** Blocks that a backfill of these subnets, or of more, has stored. */
  backfilledBlocks(
    netuids: 'all' | readonly number[],
    from: number,
    to: number,
    what?: Backfilled,
  ): Promise<Set<number>>;
}

// Rows of one insert: enough to be fast, few enough that a batch of many blocks stays small in memory.
const ROWS_PER_INSERT = 65_536;

const SNAPSHOT_COLUMNS = [
  'netuid',
  'mechanism',
  'block',
  'block_hash',
  'timestamp',
  'n',
  'source',
  'unit',
  'spec_name',
  'spec_version',
  'metadata_hash',
  'epoch',
  'validators',
  'miners',
  'origin',
  'expires',
  'rollup_expires',
  'epoch_expires',
] as const;

/** Tenures have a row for each day of 12-second blocks. */
const BLOCKS_PER_DAY = 7_200;

/** The writer of this room's tables. `now` gives ms since the epoch. */
export function createSnapshotStore(
  store: Store,
  retention: Retention = {},
  now: () => number = Date.now,
): SnapshotStore {
  const life = (netuid: number | undefined, origin: Origin): Life => lifeOf(retention, netuid, origin, now());
  let genesis: string | undefined;
  // Reading the gaps and writing what is left of them is one step: workers take turns.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };

  return {
    async bindChain(genesisHash, name) {
      if (genesis === genesisHash) return;
      const rows = await store.query<{ genesis: string; name: string }>(
        "SELECT concat('0x', lower(hex(genesis_hash))) AS genesis, name FROM chain FINAL ORDER BY bound_at LIMIT 1",
        { label: 'read which chain it holds' },
      );
      const bound = rows[0];
      if (bound !== undefined && bound.genesis !== genesisHash)
        throw otherChain(bound, { genesis: genesisHash, name });
      if (bound === undefined) {
        await store.insert(
          'chain',
          ['genesis_hash', 'name', 'bound_at'],
          [[fromHex(genesisHash), name, seconds(now())]],
        );
      }
      genesis = genesisHash;
    },

    async saveSnapshots(snapshots) {
      let rows: unknown[][] = [];
      const flush = async () => {
        await store.insert('neurons', NEURON_COLUMNS, rows);
        rows = [];
      };
      const announcements: unknown[][] = [];
      for (const { metagraph, epoch, origin } of snapshots) {
        checkWhole(metagraph);
        const cells = {
          timestamp: seconds(metagraph.timestampMs ?? 0),
          epoch,
          ...life(metagraph.netuid, origin),
        };
        for (let uid = 0; uid < metagraph.n; uid++) rows.push(neuronRow(metagraph, uid, cells));
        if (rows.length >= ROWS_PER_INSERT) await flush();
        const { validators, miners } = countRoles(metagraph.neurons);
        announcements.push([
          metagraph.netuid,
          metagraph.mechanism,
          metagraph.block.number,
          fromHex(metagraph.block.hash),
          metagraph.timestampMs === undefined ? undefined : milliseconds(metagraph.timestampMs),
          metagraph.n,
          metagraph.source,
          metagraph.unit,
          metagraph.runtime.specName,
          metagraph.runtime.specVersion,
          fromHex(metagraph.runtime.metadataHash),
          epoch,
          validators,
          miners,
          origin,
          cells.expires,
          cells.rollupExpires,
          cells.epochExpires,
        ]);
      }
      await flush();
      await store.insert('snapshots', SNAPSHOT_COLUMNS, announcements);
    },

    async saveSubnets(records) {
      const rows = records.map(({ facts, block, timestampMs, origin }) =>
        subnetRow(facts, block, {
          blockHash: fromHex(block.hash),
          timestamp: timestampMs === undefined ? undefined : milliseconds(timestampMs),
          ...life(facts.netuid, origin),
        }),
      );
      await store.insert('subnets', SUBNET_COLUMNS, rows);
    },

    saveEvents: (blocks, origin) => saveEvents(store, blocks, (netuid) => life(netuid, origin).eventsExpires),

    async retract(from) {
      await retractEvents(store, from);
      // What announces goes first: what is announced is whole.
      for (const table of ['weight_readings', 'weights', 'bonds'])
        await deleteFrom(store, table, 'block >= {from:UInt32}', from);
      const begun = `day >= intDiv({from:UInt32}, ${BLOCKS_PER_DAY}) AND first_block >= {from:UInt32}`;
      await deleteFrom(store, 'tenures', begun, from);
      await deleteFrom(store, 'account_tenures', 'first_block >= {from:UInt32}', from);
    },

    saveWeights: (readings, origin) =>
      saveWeights(store, readings, (netuid) => life(netuid, origin).weightsExpires),

    async saveBlocks(records) {
      const until = life(undefined, 'follow').epochExpires;
      await store.insert(
        'blocks',
        ['block', 'hash', 'parent_hash', 'timestamp', 'spec_version', 'expires', 'events_read'],
        records.map(({ header, timestampMs, runtime, eventsRead = false }) => [
          header.number,
          fromHex(header.hash),
          fromHex(header.parentHash),
          timestampMs === undefined ? undefined : milliseconds(timestampMs),
          runtime.specVersion,
          until,
          eventsRead,
        ]),
      );
    },

    async saveRuntime(runtime, atBlock) {
      await store.insert(
        'runtimes',
        [
          'spec_name',
          'spec_version',
          'transaction_version',
          'code_hash',
          'metadata_hash',
          'metadata_version',
          'first_block',
          'last_block',
        ],
        [
          [
            runtime.specName,
            runtime.specVersion,
            runtime.transactionVersion,
            runtime.codeHash ?? '',
            fromHex(runtime.metadataHash),
            runtime.metadataVersion,
            atBlock,
            atBlock,
          ],
        ],
      );
    },

    saveGap: ({ from, to, reason }) =>
      inTurn(() => saveGaps(store, [{ from, to, reason, seenAt: seconds(now()), filled: false }])),

    fillGap: ({ from, to }) =>
      inTurn(async () => {
        const open = await store.query<{ first: number; last: number; reason: string; seen: string }>(
          `SELECT first, last, reason, toString(seen_at) AS seen FROM gaps FINAL
         WHERE filled = 0 AND last >= {from:UInt32} AND first <= {to:UInt32}`,
          { params: { from, to }, label: 'read the gaps' },
        );
        await saveGaps(
          store,
          open.flatMap(({ first, last, reason, seen }) => [
            ...(first < from ? [{ from: first, to: from - 1, reason, seenAt: seen, filled: false }] : []),
            ...(last > to ? [{ from: to + 1, to: last, reason, seenAt: seen, filled: false }] : []),
            { from: first, to: last, reason, seenAt: seen, filled: true },
          ]),
        );
      }),

    async lastProcessedBlock() {
      const rows = await store.query<{ block: number; hash: Hex }>(
        "SELECT block, concat('0x', lower(hex(hash))) AS hash FROM blocks FINAL ORDER BY block DESC LIMIT 1",
        { label: 'read the last processed block' },
      );
      const last = rows[0];
      return last === undefined ? undefined : { number: last.block, hash: last.hash };
    },

    async storedBlocks(netuid, mechanism, from, to) {
      const rows = await store.query<{ block: number }>(
        `SELECT DISTINCT block FROM snapshots
         WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block BETWEEN {from:UInt32} AND {to:UInt32}
           AND expires > now()`,
        { params: { netuid, mechanism, from, to }, label: 'list stored blocks' },
      );
      return new Set(rows.map(({ block }) => block));
    },

    async saveBackfilled(netuids, block, what = SNAPSHOTS) {
      const { expires, eventsExpires } = life(undefined, 'backfill');
      await store.insert(
        'backfilled',
        ['scope', 'block', 'expires'],
        [[scopeOf(netuids, what), block, what.of === 'events' ? eventsExpires : expires]],
      );
    },

    async backfilledBlocks(netuids, from, to, what = SNAPSHOTS) {
      const scopes = await store.query<{ scope: string }>('SELECT DISTINCT scope FROM backfilled', {
        label: 'list backfills',
      });
      const enough = scopes.map(({ scope }) => scope).filter((scope) => covers(scope, netuids, what));
      if (enough.length === 0) return new Set();
      const rows = await store.query<{ block: number }>(
        `SELECT DISTINCT block FROM backfilled
         WHERE scope IN {scopes:Array(String)} AND block BETWEEN {from:UInt32} AND {to:UInt32} AND expires > now()`,
        { params: { scopes: enough, from, to }, label: 'list backfilled blocks' },
      );
      return new Set(rows.map(({ block }) => block));
    },
  };
}

/** Removes rows of replaced blocks. There are a few at most, and mostly none: then nothing is rewritten. */
async function deleteFrom(store: Store, table: string, where: string, from: number): Promise<void> {
  const options = { params: { from }, label: `take back ${table}` };
  const [found] = await store.query<{ rows: number }>(
    `SELECT toUInt32(count()) AS rows FROM ${table} WHERE ${where}`,
    options,
  );
  if (found === undefined || found.rows === 0) return;
  await store.command(`ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 1`, options);
}

async function saveGaps(
  store: Store,
  gaps: readonly (BlockRange & { reason: string; seenAt: string; filled: boolean })[],
): Promise<void> {
  await store.insert(
    'gaps',
    ['first', 'last', 'reason', 'seen_at', 'filled'],
    gaps.map(({ from, to, reason, seenAt, filled }) => [from, to, reason, seenAt, filled ? 1 : 0]),
  );
}

function checkWhole({ netuid, block, n, neurons }: Metagraph): void {
  for (const [name, column] of Object.entries(neurons) as [string, readonly unknown[] | undefined][]) {
    if (column === undefined || column.length === n) continue;
    throw new TaoscopeError('internal', {
      failed: `cannot store the metagraph of netuid ${netuid} at block ${block.number}`,
      got: `${column.length} values of ${name}`,
      expected: `${n}, one for each neuron`,
    });
  }
}

const SNAPSHOTS: Backfilled = { of: 'snapshots' };

/** `all`, or netuids separated by commas; with `weights:` in front, or of events `events:`, the least movement of stake in rao, and `:`. */
function scopeOf(netuids: 'all' | readonly number[], what: Backfilled): string {
  const subnets = netuids === 'all' ? 'all' : [...new Set(netuids)].sort((a, b) => a - b).join(',');
  if (what.of === 'events') return `events:${what.minStakeRao}:${subnets}`;
  return what.weights ? `weights:${subnets}` : subnets;
}

function covers(scope: string, netuids: 'all' | readonly number[], what: Backfilled): boolean {
  const parts = scope.split(':');
  const subnets = parts.at(-1) ?? '';
  if (what.of === 'events') {
    if (parts[0] !== 'events' || BigInt(parts[1] ?? 0) > what.minStakeRao) return false;
  } else if (parts[0] === 'events' || (what.weights && parts[0] !== 'weights')) return false;
  if (subnets === 'all' || netuids === 'all') return subnets === 'all';
  const stored = new Set(subnets.split(',').map(Number));
  return netuids.every((netuid) => stored.has(netuid));
}

function otherChain(
  bound: { genesis: string; name: string },
  asked: { genesis: string; name: string },
): TaoscopeError {
  return new TaoscopeError(
    'wrong-chain',
    {
      failed: 'the store holds another chain than the one that the endpoints serve',
      got: `${asked.name} (genesis ${asked.genesis})`,
      expected: `${bound.name} (genesis ${bound.genesis}), whose rows are stored here`,
      todo: 'choose another folder with --data (or another database), or other endpoints',
    },
    { fields: { stored: bound.genesis, served: asked.genesis } },
  );
}
