import { type AccountId, fromHex, TaoscopeError } from '../shared/index.ts';
import { Cursor, type EnumValue, type Runtime, undecodable } from './codec/index.ts';
import { namedFields } from './named-fields.ts';
import type { Rpc } from './rpc/types.ts';
import { blake2Hex } from './runtimes.ts';
import type { BlockHeader, Extrinsic } from './types.ts';

/** The extrinsics of a block as bytes, each with its length in front. A body under another header is `falsified`. */
export async function readBody(rpc: Rpc, header: BlockHeader, signal?: AbortSignal): Promise<Uint8Array[]> {
  return rpc.request('chain_getBlock', [header.hash], { signal, check: (answer) => bodyOf(answer, header) });
}

/**
 * One extrinsic, by the runtime that executed its block. Formats 4 (bare, signed) and 5 (bare, general).
 * What cannot be decoded is answered with its bytes and the reason, so that it does not hide its neighbours.
 *
 * @param bytes the extrinsic with its compact length in front, as the block holds it; its hash is over all of them.
 */
export function decodeExtrinsic(runtime: Runtime, bytes: Uint8Array, index: number): Extrinsic {
  const hash = blake2Hex(bytes);
  try {
    const cursor = new Cursor(bytes);
    const length = cursor.compact();
    if (length !== cursor.left) cursor.fail(`it claims ${length} bytes, it has ${cursor.left}`);
    const { signer, nonce } = readPreamble(runtime, cursor);
    const call = runtime.extrinsic.call.decode(cursor) as EnumValue;
    cursor.end();
    const inner = call.value as EnumValue;
    return {
      index,
      hash,
      signer,
      nonce,
      pallet: call.type,
      call: inner.type,
      args: namedFields(runtime, 'calls', call.type, inner),
      bytes,
    };
  } catch (caught) {
    const error = undecodable(caught, `extrinsic ${index}`);
    if (!(error instanceof TaoscopeError)) throw error;
    return {
      index,
      hash,
      pallet: '',
      call: '',
      args: {},
      bytes,
      undecoded: error.parts.got ?? error.message,
    };
  }
}

interface Preamble {
  readonly signer?: AccountId | undefined;
  readonly nonce?: number | undefined;
}

// `sp_runtime::generic::UncheckedExtrinsic`: the low six bits are the format, the high two say what stands before the call.
const BARE = 0b00;
const GENERAL = 0b01;
const SIGNED = 0b10;

function readPreamble({ extrinsic }: Runtime, cursor: Cursor): Preamble {
  const first = cursor.u8();
  const format = first & 0x3f;
  const kind = first >> 6;
  if ((format === 4 || format === 5) && kind === BARE) return {};
  if (format === 4 && kind === SIGNED) {
    const signer = accountOf(extrinsic.address.decode(cursor));
    extrinsic.signature.decode(cursor);
    return { signer, ...readExtensions(extrinsic.extensions[0], cursor) };
  }
  if (format === 5 && kind === GENERAL) {
    const version = cursor.u8();
    const extensions = extrinsic.extensions[version];
    if (extensions === undefined)
      cursor.fail(`extension version ${version} is not in the metadata`, cursor.offset - 1);
    return readExtensions(extensions, cursor);
  }
  return cursor.fail(`format ${format}, kind ${kind} is not known`, cursor.offset - 1);
}

function readExtensions(
  extensions: Runtime['extrinsic']['extensions'][number] = [],
  cursor: Cursor,
): Preamble {
  let signer: AccountId | undefined;
  let nonce: number | undefined;
  for (const { name, extra } of extensions) {
    const value = extra.decode(cursor);
    if (name === 'CheckNonce' && typeof value === 'number') nonce = value;
    if (name === 'VerifySignature' || name === 'VerifyMultiSignature')
      signer = accountOf((value as EnumValue).value);
  }
  return signer === undefined ? { nonce } : { signer, nonce };
}

/** The account in a `MultiAddress`, a bare `AccountId`, or the `Signed` of the signature extension; other kinds have none. */
function accountOf(address: unknown): AccountId | undefined {
  if (address instanceof Uint8Array) return address.length === 32 ? address : undefined;
  if (typeof address !== 'object' || address === null) return undefined;
  if ('account' in address) return accountOf(address.account);
  return 'type' in address && address.type === 'Id' && 'value' in address
    ? accountOf(address.value)
    : undefined;
}

function bodyOf(answer: unknown, header: BlockHeader): Uint8Array[] {
  const block = (answer as { block?: { header?: Record<string, unknown>; extrinsics?: unknown } } | null)
    ?.block;
  const { parentHash, stateRoot, extrinsicsRoot } = block?.header ?? {};
  if (
    parentHash !== header.parentHash ||
    stateRoot !== header.stateRoot ||
    extrinsicsRoot !== header.extrinsicsRoot
  ) {
    throw new TaoscopeError('falsified', {
      failed: 'the body of a block came under another header',
      got: `extrinsics root ${String(extrinsicsRoot).slice(0, 80)}`,
      expected: `${header.extrinsicsRoot}, block ${header.number}`,
    });
  }
  if (!Array.isArray(block?.extrinsics) || !block.extrinsics.every((text) => typeof text === 'string')) {
    throw new TaoscopeError('undecodable', {
      failed: `the body of block ${header.number} is no list of hex strings`,
    });
  }
  return (block.extrinsics as string[]).map(fromHex);
}
