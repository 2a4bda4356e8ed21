import { type Hex, TaoscopeError, toHex } from '../../shared/index.ts';
import { blake2b256, Writer } from '../codec/index.ts';
import type { BlockRef, BlockView, Chain } from '../types.ts';
import { extensionPayloads } from './extension-payloads.ts';
import { mortalEra } from './mortal-era.ts';
import type { Signer } from './signer.ts';

/** A call to sign; arguments by their names in the metadata. */
export interface CallRequest {
  readonly pallet: string;
  readonly call: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface SignOptions {
  /** How many blocks it is good for: a power of two from 4 to 4096. Default 64, some 13 minutes. */
  readonly eraBlocks?: number | undefined;
  /** Default: what the node says is next. */
  readonly nonce?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An extrinsic that is ready to be submitted. */
export interface SignedExtrinsic {
  /** With its length in front, as nodes take it. */
  readonly bytes: Uint8Array;
  /** Blake2-256 of the bytes, as nodes and explorers name it. */
  readonly hash: Hex;
  readonly nonce: number;
  /** The block from which it may be included… */
  readonly from: BlockRef;
  /** …and the last one that may hold it. */
  readonly lastBlock: number;
}

const DEFAULT_ERA_BLOCKS = 64;

/** `UncheckedExtrinsic` of format 4 with a signature. */
const SIGNED_V4 = 0x84;

/** Longer payloads are signed by their Blake2-256 (`sp_runtime::generic::SignedPayload`). */
const LONGEST_PAYLOAD = 256;

/**
 * Signs a call for the block behind the view's, by the metadata of the runtime that will run it: an extrinsic of format 4, sr25519,
 * mortal, without tip. The view should be of the finalized head (or of the best one, if that is what is watched).
 *
 * Errors: `unsupported` (a call, an extension or a format that is not known), `usage` (arguments that do not fit), and those of reading the nonce.
 *
 * @example
 * const view = await chain.view(await chain.head('finalized'));
 * const call = { pallet: 'System', call: 'remark', args: { remark: new Uint8Array(1) } };
 * const { bytes } = await signCall(chain, view, signer, call);
 */
export async function signCall(
  chain: Pick<Chain, 'identity' | 'nextIndex'>,
  view: BlockView,
  signer: Signer,
  { pallet, call, args }: CallRequest,
  { eraBlocks = DEFAULT_ERA_BLOCKS, nonce, signal }: SignOptions = {},
): Promise<SignedExtrinsic> {
  const { block, format } = view;
  if (!format.versions.includes(4)) throw otherFormat(format.versions);
  const callBytes = format.encodeCall(pallet, call, args);
  const blockHashCount = Number(view.constant('System', 'BlockHashCount') ?? 256);
  const era = mortalEra(block.number, eraBlocks, blockHashCount);
  const facts = {
    specVersion: format.specVersion,
    transactionVersion: format.transactionVersion,
    genesisHash: chain.identity.genesisHash,
    era: era.bytes,
    birthHash: block.hash,
    nonce: nonce ?? (await chain.nextIndex(signer.publicKey, signal)),
  };
  const { extra, implicit } = extensionPayloads(format, facts);
  const payload = Buffer.concat([callBytes, extra, implicit]);
  const signature = signer.sign(payload.length > LONGEST_PAYLOAD ? blake2b256(payload) : payload);
  const body = Buffer.concat([
    Uint8Array.of(SIGNED_V4),
    format.encodeSender(signer.publicKey),
    format.encodeSignature(signature),
    extra,
    callBytes,
  ]);
  const writer = new Writer(body.length + 4);
  writer.compact(body.length);
  writer.raw(body);
  const bytes = writer.done();
  const hash = toHex(blake2b256(bytes));
  return { bytes, hash, nonce: facts.nonce, from: block, lastBlock: era.lastBlock };
}

function otherFormat(versions: readonly number[]): TaoscopeError {
  return new TaoscopeError('unsupported', {
    failed: 'cannot sign for this runtime: it takes no extrinsics of format 4',
    got: `formats ${versions.join(', ')}`,
    expected: 'format 4',
    todo: 'update Taoscope: the runtime is newer than it',
  });
}
