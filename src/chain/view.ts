import { fromHex, type Hex, TaoscopeError, toHex } from '../shared/index.ts';
import {
  type Codec,
  decodeAll,
  decodeOldAnswer,
  defaultOf,
  encodeAll,
  oldCall,
  type Runtime,
  type StorageEntry,
} from './codec/index.ts';
import { decodeEvents } from './events.ts';
import { decodeExtrinsic, readBody } from './extrinsics.ts';
import type { Rpc } from './rpc/types.ts';
import { type BlockRuntimes, createRuntimes } from './runtimes.ts';
import { createExtrinsicFormat, palletErrorOf } from './signing/extrinsic-format.ts';
import { createStateReader, type StateReader } from './state.ts';
import type { BlockHeader, BlockView, ChainEvent, ExtrinsicFormat, StorageBytes } from './types.ts';

/** Makes views of blocks; runtimes are kept between them. */
export interface Views {
  /** A view of one block, whose header the caller has checked. Finds the block's runtime, else does no I/O. */
  view(header: BlockHeader, signal?: AbortSignal): Promise<BlockView>;
}

export function createViews(rpc: Rpc): Views {
  const runtimes = createRuntimes(rpc);
  const state = createStateReader(rpc);
  return {
    async view(header, signal) {
      return createView(rpc, state, header, await runtimes.ofBlock(header, signal));
    },
  };
}

function createView(
  rpc: Rpc,
  state: StateReader,
  header: BlockHeader,
  { executed, own }: BlockRuntimes,
): BlockView {
  const block = { number: header.number, hash: header.hash };

  const entryOf = (pallet: string, item: string): StorageEntry => {
    const entry = executed.storage(pallet, item);
    if (entry === undefined) throw notOffered(`storage ${pallet}.${item}`, executed, header);
    return entry;
  };

  let format: ExtrinsicFormat | undefined;
  const view: BlockView = {
    block,
    header,
    runtime: executed.info,
    upgradesTo: own === executed ? undefined : own.info,

    hasCall: (api, method) => callOf(own, api, method) !== undefined,

    hasStorage: (pallet, item) => executed.storage(pallet, item) !== undefined,

    storageDefault(pallet, item) {
      const entry = executed.storage(pallet, item);
      return entry === undefined ? undefined : defaultOf(entry);
    },

    constant: (pallet, name) => executed.constant(pallet, name),

    call: (api, method, args, signal) => view.callChecked(api, method, args, (answer) => answer, signal),

    async callChecked(api, method, args, check, signal) {
      const name = `${api}_${method}`;
      const call = callOf(own, api, method);
      if (call === undefined) throw notOffered(`the runtime call ${name}`, own, header);
      const what = `${name} at block ${block.number}`;
      return view.callRaw(
        name,
        encodeAll(call.inputs, [...args]),
        (answer) => check(call.decode(answer, what)),
        signal,
      );
    },

    async callRaw(name, args, check, signal) {
      return rpc.request('state_call', [name, toHex(args), block.hash], {
        signal,
        check: (answer) => {
          if (typeof answer !== 'string') {
            throw new TaoscopeError('undecodable', {
              failed: `the answer to ${name} is not hex`,
              got: typeof answer,
              expected: 'a hex string',
            });
          }
          return check(fromHex(answer));
        },
      });
    },

    async storage(pallet, item, keys = [], signal) {
      const [value] = await view.storageMany([{ pallet, item, keys }], signal);
      return value === undefined ? view.storageDefault(pallet, item) : value;
    },

    async storageMany(requests, signal) {
      const entries = requests.map(({ pallet, item }) => entryOf(pallet, item));
      const keys = requests.map((request, i) => fullKey(entries[i]!, request.keys));
      const decode = (bytes: Uint8Array | undefined, i: number): unknown => {
        const value = decodeValue(entries[i]!, bytes, block.number);
        requests[i]!.check?.(value);
        return value;
      };
      return state.values(block, keys, decode, signal);
    },

    storageKey: (pallet, item, keys) => fullKey(entryOf(pallet, item), keys),

    async storageBytes({ pallet, item, keys, check }, signal) {
      const entry = entryOf(pallet, item);
      const key = fullKey(entry, keys);
      const decode = (bytes: Uint8Array | undefined): StorageBytes => {
        const value = decodeValue(entry, bytes, block.number);
        check?.(value);
        return { key, bytes, value };
      };
      const [found] = await state.values(block, [key], decode, signal);
      return found!;
    },

    async *entries(pallet, item, prefixKeys = [], signal) {
      const entry = entryOf(pallet, item);
      for await (const page of state.keyPages(block, entry.key(prefixKeys), signal)) {
        const values = await state.values(
          block,
          page,
          (bytes) => decodeValue(entry, bytes, block.number),
          signal,
        );
        for (let i = 0; i < page.length; i++) yield { keys: entry.keysOf(page[i]!), value: values[i] };
      }
    },

    get format() {
      format ??= createExtrinsicFormat(own);
      return format;
    },

    palletError: (pallet, error) => palletErrorOf(executed, pallet, error),

    async timestamp(signal) {
      if (!view.hasStorage('Timestamp', 'Now')) return undefined;
      const now = await view.storage('Timestamp', 'Now', [], signal);
      // Genesis has no timestamp yet: the item's default, 0.
      return typeof now === 'bigint' && now > 0n ? Number(now) : undefined;
    },

    async extrinsics(signal) {
      const body = await readBody(rpc, header, signal);
      return body.map((bytes, index) => decodeExtrinsic(executed, bytes, index));
    },

    async events(signal) {
      const entry = entryOf('System', 'Events');
      const counter = executed.storage('System', 'EventCount');
      const keys = counter === undefined ? [entry.key([])] : [entry.key([]), counter.key([])];
      let events: ChainEvent[] | undefined;
      let count: unknown;
      await state.values(
        block,
        keys,
        (bytes, i) => {
          if (i > 0) count = decodeValue(counter!, bytes, block.number);
          else events = bytes === undefined ? [] : decodeEvents(executed, bytes, block.number);
          // One key at a time they come in any order.
          if (events !== undefined && count !== undefined) requireCount(events, count, header);
        },
        signal,
      );
      return events!;
    },
  };
  return view;
}

/** How a runtime call is asked and read: as the metadata says, or as we know it from eras whose metadata does not. */
interface ReadableCall {
  readonly inputs: Codec<unknown[]>;
  decode(answer: Uint8Array, what: string): unknown;
}

function callOf(runtime: Runtime, api: string, method: string): ReadableCall | undefined {
  const described = runtime.api(api, method);
  if (described !== undefined && !described.answersBytes) {
    return { inputs: described.inputs, decode: (answer, what) => decodeAll(described.output, answer, what) };
  }
  const old = oldCall(runtime, `${api}_${method}`);
  if (old !== undefined && (described !== undefined || runtime.info.metadataVersion === 14)) {
    return {
      inputs: described?.inputs ?? old.inputs,
      decode: (answer, what) => decodeOldAnswer(old, answer, described !== undefined, what),
    };
  }
  return (
    described && {
      inputs: described.inputs,
      decode: (answer, what) => decodeAll(described.output, answer, what),
    }
  );
}

function fullKey(entry: StorageEntry, keys: readonly unknown[]): Hex {
  if (keys.length !== entry.keys.length) {
    throw new TaoscopeError('usage', {
      failed: `${entry.pallet}.${entry.item} was asked with the wrong number of keys`,
      got: `${keys.length}`,
      expected: `${entry.keys.length}`,
    });
  }
  return entry.key(keys);
}

function decodeValue(entry: StorageEntry, bytes: Uint8Array | undefined, number: number): unknown {
  return bytes === undefined
    ? undefined
    : decodeAll(entry.value, bytes, `${entry.pallet}.${entry.item} at block ${number}`);
}

/** `System.EventCount` is counted up with every event. */
function requireCount({ length }: readonly ChainEvent[], count: unknown, { number }: BlockHeader): void {
  if (length === count) return;
  throw new TaoscopeError('falsified', {
    failed: `the events of block ${number} are not all there`,
    got: `${length}`,
    expected: `${String(count)}, as System.EventCount says`,
  });
}

function notOffered(what: string, { info }: Runtime, header: BlockHeader): TaoscopeError {
  return new TaoscopeError('unsupported', {
    failed: `the runtime at block ${header.number} does not offer ${what}`,
    got: `${info.specName} ${info.specVersion}, metadata V${info.metadataVersion}`,
    todo: 'ask for a block of another era, or for something this runtime has',
  });
}
