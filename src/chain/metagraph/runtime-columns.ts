import { type AccountId, TaoscopeError } from '../../shared/index.ts';
import { chainText } from '../text.ts';
import type { BlockView } from '../types.ts';
import { axonOf, prometheusOf } from './axon.ts';
import { type ColumnsDraft, columnValues, storageIndex, VECTOR_COLUMNS } from './columns.ts';
import { PALLET, type Standing } from './standing.ts';
import { wrongLength } from './storage-columns.ts';

/** What an answer of a runtime call must agree with: read from storage at the same block before. */
export interface Evidence {
  readonly standing: Standing;
  readonly mechanism: number;
  /** `LastUpdate` of the mechanism; `undefined` where storage has none to compare with. */
  readonly lastUpdate: readonly number[] | undefined;
}

const STAKE_TOTALS = ['TotalHotkeyAlpha', 'TotalHotkeyStake'];

/** `get_mechagraph(netuid, mecid)` (spec 320) or `get_metagraph(netuid)` (spec 233), as columns. */
export async function readMetagraphCall(
  view: BlockView,
  method: 'get_mechagraph' | 'get_metagraph',
  evidence: Evidence,
  signal?: AbortSignal,
): Promise<ColumnsDraft> {
  const { netuid } = evidence.standing;
  const args = method === 'get_mechagraph' ? [netuid, evidence.mechanism] : [netuid];
  return view.callChecked(
    'SubnetInfoRuntimeApi',
    method,
    args,
    (answer) => metagraphColumns(view, answer, evidence),
    signal,
  );
}

/** `get_neurons_lite(netuid)`, as columns. Only the first mechanism is in it. */
export async function readNeuronsLite(
  view: BlockView,
  evidence: Evidence,
  signal?: AbortSignal,
): Promise<ColumnsDraft> {
  const args = [evidence.standing.netuid];
  const check = (answer: unknown) => liteColumns(view, answer, evidence);
  return view.callChecked('NeuronInfoRuntimeApi', 'get_neurons_lite', args, check, signal);
}

function metagraphColumns(view: BlockView, answer: unknown, evidence: Evidence): ColumnsDraft {
  const { standing, mechanism } = evidence;
  const { netuid, n } = standing;
  if (answer === undefined)
    throw contradiction(`says that subnet ${netuid} does not exist`, 'none', 'the subnet that storage has');
  const fields = answer as Record<string, unknown>;
  const index = storageIndex(netuid, mechanism);
  if (fields.netuid !== undefined && fields.netuid !== index) {
    throw contradiction('is of another subnet', `netuid ${String(fields.netuid)}`, `netuid ${index}`);
  }
  if (fields.block !== undefined && Number(fields.block) !== view.block.number) {
    throw contradiction('is of another block', `block ${String(fields.block)}`, `block ${view.block.number}`);
  }
  const hotkeys = fields.hotkeys;
  if (!Array.isArray(hotkeys)) throw lacksField('hotkeys', fields);
  if (hotkeys.length !== n) throw wrongLength('the metagraph', hotkeys.length, n);
  // A vector that is empty is one the runtime has given up: storage says whether it still exists.
  const vectorOf = (names: readonly string[], mayLag = false): readonly unknown[] | undefined => {
    const found = names.map((name) => fields[name]).find((value) => Array.isArray(value)) as
      | unknown[]
      | undefined;
    if (found === undefined || (found.length === 0 && n > 0)) return undefined;
    if (found.length !== n && mayLag) return undefined;
    if (found.length !== n) throw wrongLength(`${names[0]} of the metagraph`, found.length, n);
    return found;
  };
  const columns = { hotkey: hotkeys as AccountId[] } as ColumnsDraft;
  columns.coldkey = vectorOf(['coldkeys']) as AccountId[] | undefined;
  for (const { column, item, keyedBy, grows, goneAt397, metagraphFields } of VECTOR_COLUMNS) {
    // A mechanism added since the last epoch has vectors that began to grow from nothing; storage is read, with zeros behind them or cut.
    const values = vectorOf(metagraphFields, !grows || (keyedBy === 'mechanism' && mechanism > 0));
    if (values === undefined || (goneAt397 && !view.hasStorage(PALLET, item))) continue;
    Object.assign(columns, { [column]: columnValues(column, values) });
  }
  columns.registeredAt = vectorOf(['block_at_registration', 'blocks_at_registration'])?.map(Number);
  columns.alphaStake = vectorOf(['alpha_stake']) as bigint[] | undefined;
  columns.taoStake = vectorOf(['tao_stake']) as bigint[] | undefined;
  columns.totalStake = vectorOf(['total_stake']) as bigint[] | undefined;
  columns.axon = vectorOf(['axons'])?.map(axonOf);
  columns.prometheus = vectorOf(['prometheus', 'prometheus_infos'])?.map(prometheusOf);
  columns.identityName = vectorOf(['identities'])?.map(identityName);
  compareLastUpdate(columns, evidence);
  return columns;
}

function liteColumns(view: BlockView, answer: unknown, evidence: Evidence): ColumnsDraft {
  const { netuid, n } = evidence.standing;
  const neurons = (answer ?? []) as Record<string, unknown>[];
  if (!Array.isArray(neurons)) throw lacksField('a list of neurons', {});
  if (neurons.length !== n) throw wrongLength('the list of neurons', neurons.length, n);
  neurons.forEach((neuron, uid) => {
    if (neuron.uid !== uid || neuron.netuid !== netuid) {
      throw contradiction(
        'has a neuron out of place',
        `uid ${String(neuron.uid)} of netuid ${String(neuron.netuid)}`,
        `uid ${uid} of netuid ${netuid}`,
      );
    }
  });
  // No neuron shows which fields there are; storage knows which columns exist.
  if (n === 0) return { hotkey: [] } as ColumnsDraft;
  const valuesOf = (names: readonly string[]): unknown[] | undefined => {
    const name = names.find((candidate) => neurons.every((neuron) => neuron[candidate] !== undefined));
    return name === undefined ? undefined : neurons.map((neuron) => neuron[name]);
  };
  const hotkey = valuesOf(['hotkey']);
  if (hotkey === undefined) throw lacksField('hotkey', neurons[0] ?? {});
  const columns = { hotkey: hotkey as AccountId[] } as ColumnsDraft;
  columns.coldkey = valuesOf(['coldkey']) as AccountId[] | undefined;
  for (const { column, item, goneAt397, liteFields } of VECTOR_COLUMNS) {
    const values = valuesOf(liteFields);
    if (values === undefined || (goneAt397 && !view.hasStorage(PALLET, item))) continue;
    Object.assign(columns, { [column]: columnValues(column, values) });
  }
  // Runtimes disagree about what `stake` of a neuron counts; the hotkey's total in storage means one thing in each era.
  if (!STAKE_TOTALS.some((item) => view.hasStorage(PALLET, item)))
    columns.stake = valuesOf(['stake'])?.map(sumOfStake);
  columns.axon = valuesOf(['axon_info', 'axon'])?.map(axonOf);
  columns.prometheus = valuesOf(['prometheus_info', 'prometheus'])?.map(prometheusOf);
  compareLastUpdate(columns, evidence);
  return columns;
}

/** `stake` of a neuron: (account, amount) pairs; up to spec 205 one per nominator, later one with the total. */
function sumOfStake(entries: unknown): bigint {
  return (entries as [AccountId, bigint][]).reduce((sum, [, amount]) => sum + amount, 0n);
}

function identityName(identity: unknown): string | undefined {
  const name = chainText((identity as { name?: unknown } | undefined)?.name);
  return name === '' ? undefined : name;
}

/**
 * `LastUpdate` changes whenever anybody sets weights, so it shows an answer of another block. Only the call's own runtime
 * and the same mechanism write both, hence they must be equal.
 */
function compareLastUpdate({ lastUpdate }: ColumnsDraft, { lastUpdate: expected, standing }: Evidence): void {
  if (lastUpdate === undefined || expected === undefined || expected.length !== standing.n) return;
  const uid = expected.findIndex((block, i) => block !== lastUpdate[i]);
  if (uid !== -1)
    throw contradiction(
      `disagrees with storage about uid ${uid}`,
      `last update ${lastUpdate[uid]}`,
      `${expected[uid]}`,
    );
}

function contradiction(what: string, got: string, expected: string): TaoscopeError {
  return new TaoscopeError('falsified', { failed: `the answer of a runtime call ${what}`, got, expected });
}

function lacksField(name: string, fields: Record<string, unknown>): TaoscopeError {
  return new TaoscopeError('unsupported', {
    failed: `the answer of a runtime call has no ${name}`,
    got: Object.keys(fields).slice(0, 12).join(', '),
    expected: `a field ${name}`,
  });
}
