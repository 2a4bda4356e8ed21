import { decodeAll, type EnumValue, encodeAll } from '../../src/chain/codec/index.ts';
import type { BlockView, Extrinsic } from '../../src/chain/index.ts';
import { namedFields } from '../../src/chain/named-fields.ts';
import { createFakeRpc, fakeHeader } from '../../src/chain/testing/fake-rpc.ts';
import { metadata343, runtime343 } from '../../src/chain/testing/fixtures.ts';
import { createStorageWriter } from '../../src/chain/testing/subnet.ts';
import { createViews } from '../../src/chain/view.ts';
import type { AccountId } from '../../src/shared/index.ts';

export { hasShared } from '../../src/chain/testing/fixtures.ts';
export { accountOf, writeSubnet } from '../../src/chain/testing/subnet.ts';

/** An event as the codecs of the metadata want it: unnamed fields as a list, a single one bare. */
export interface Happening {
  readonly pallet: string;
  readonly name: string;
  readonly fields?: unknown;
  /** Absent in a block hook. */
  readonly extrinsic?: number;
}

/** A call as the codecs want it: `{ type: pallet, value: { type: call, value: arguments } }`. */
export interface SignedCall {
  readonly signer?: AccountId;
  readonly call: EnumValue;
}

export type StorageWriter = ReturnType<typeof createStorageWriter>;

export interface Block343 {
  readonly number: number;
  readonly write?: (writer: StorageWriter) => void;
  readonly events?: readonly Happening[];
  readonly calls?: readonly SignedCall[];
}

/** Views of blocks with the real types of mainnet's spec 343. Storage and events travel as bytes, calls through their codec. */
export async function views343(blocks: readonly Block343[]): Promise<BlockView[]> {
  const runtime = runtime343();
  const fakes = blocks.map(({ number, write, events = [] }) => {
    const writer = createStorageWriter(runtime);
    writer.put('System', 'Events', [], events.map(recordOf));
    write?.(writer);
    return { header: fakeHeader(number), code: '343', storage: writer.storage, calls: new Map() };
  });
  const rpc = createFakeRpc(fakes, {
    343: {
      specName: 'node-subtensor',
      specVersion: 343,
      metadata: new Map([
        [14, metadata343(14)],
        [15, metadata343(15)],
      ]),
    },
  });
  const views = createViews(rpc);
  const extrinsicOf = ({ signer, call }: SignedCall, index: number): Extrinsic => {
    const codec = runtime.extrinsic.call;
    const { type: pallet, value } = decodeAll(codec, encodeAll(codec, call), 'a call') as EnumValue;
    const inner = value as EnumValue;
    const args = namedFields(runtime, 'calls', pallet, inner);
    return { index, hash: '0x00', signer, pallet, call: inner.type, args };
  };
  return Promise.all(
    blocks.map(async ({ calls = [] }, at) => {
      const view = await views.view(fakes[at]!.header);
      return { ...view, extrinsics: async () => calls.map(extrinsicOf) };
    }),
  );
}

/** A call within another, or of an extrinsic. */
export function callOf(pallet: string, call: string, args: unknown): EnumValue {
  return { type: pallet, value: { type: call, value: args } };
}

/** The event that ends an extrinsic which succeeded. */
export function success(extrinsic: number, kind: 'Normal' | 'Mandatory' = 'Normal'): Happening {
  return {
    pallet: 'System',
    name: 'ExtrinsicSuccess',
    extrinsic,
    fields: {
      dispatch_info: {
        weight: { ref_time: 1n, proof_size: 1n },
        class: { type: kind, value: undefined },
        pays_fee: { type: 'Yes', value: undefined },
      },
    },
  };
}

function recordOf({ pallet, name, fields, extrinsic }: Happening): unknown {
  return {
    phase:
      extrinsic === undefined
        ? { type: 'Initialization', value: undefined }
        : { type: 'ApplyExtrinsic', value: extrinsic },
    event: { type: pallet, value: { type: name, value: fields } },
    topics: [],
  };
}
