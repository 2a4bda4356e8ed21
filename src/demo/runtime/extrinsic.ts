import { blake2b } from '@noble/hashes/blake2.js';
import { compact, u32 } from '@polkadot-api/substrate-bindings';
import { ed25519 } from '@polkadot-labs/hdkd-helpers';
import { sign, verify } from '@scure/sr25519';
import { type AccountId, fromHex, type Hex, sameBytes, toHex } from '../../shared/index.ts';
import type { DemoKey } from '../population/keys.ts';
import { decode } from './decode.ts';
import { birthOf, decodeEra, type Era, encodeMortal } from './era.ts';
import type { Runtime } from './runtime.ts';

/** A call as the dynamic codec writes it: pallet, then call and its arguments. */
export interface Call {
  readonly type: string;
  readonly value: { readonly type: string; readonly value: Record<string, unknown> };
}

/** Who signed a V4 extrinsic, and the extras that came with it. */
export interface SignedPart {
  readonly signer: AccountId;
  readonly scheme: 'sr25519' | 'ed25519';
  readonly signature: Uint8Array;
  readonly era: Era;
  readonly nonce: number;
  readonly tip: bigint;
  /** Extras and call as they stand in the extrinsic: the front of what was signed. */
  readonly extra: Uint8Array;
}

export interface DecodedExtrinsic {
  readonly bytes: Uint8Array;
  readonly hash: Hex;
  readonly signed: SignedPart | undefined;
  readonly call: Call;
  readonly callBytes: Uint8Array;
}

const SIGNED_V4 = 0x84;
const BARE_V4 = 0x04;
const MULTI_ADDRESS_ID = 0;
const SCHEMES = { 0: 'ed25519', 1: 'sr25519' } as const;

/** Reads an extrinsic with the calls of a runtime; `undefined` when it is malformed or of a kind that the demo lacks. */
export function decodeExtrinsic(bytes: Uint8Array, runtime: Runtime): DecodedExtrinsic | undefined {
  try {
    const reader = new ByteReader(bytes);
    if (reader.compact() !== BigInt(bytes.length - reader.at)) return undefined;
    const version = reader.byte();
    const signed = version === SIGNED_V4 ? readSigned(reader) : undefined;
    if (version !== BARE_V4 && signed === undefined) return undefined;
    const callBytes = reader.rest();
    const call = decode(runtime.call, callBytes) as Call;
    // Decoders stop where they are done; trailing bytes would otherwise pass.
    if (!sameBytes(runtime.call.enc(call), callBytes)) return undefined;
    return { bytes, hash: toHex(blake2b(bytes, { dkLen: 32 })), signed, call, callBytes };
  } catch {
    return undefined;
  }
}

function readSigned(reader: ByteReader): SignedPart | undefined {
  if (reader.byte() !== MULTI_ADDRESS_ID) return undefined;
  const signer = reader.take(32);
  const scheme = SCHEMES[reader.byte() as keyof typeof SCHEMES];
  if (scheme === undefined) return undefined;
  const signature = reader.take(64);
  const extraStart = reader.at;
  const era = decodeEra(reader.peek());
  if (era === undefined) return undefined;
  reader.take(era.length);
  const nonce = Number(reader.compact());
  const tip = reader.compact();
  // Mode 1 would bind the metadata hash into the signature; the demo's runtimes are built without it.
  if (reader.byte() !== 0) return undefined;
  return { signer, scheme, signature, era: era.era, nonce, tip, extra: reader.since(extraStart) };
}

/** What a signature also covers, though it is not in the extrinsic. */
export interface SigningContext {
  readonly runtime: Runtime;
  readonly genesisHash: Hex;
  /** Hash of a block by number; `undefined` when the chain no longer (or not yet) knows it. */
  blockHash(number: number): Hex | undefined;
}

/** Whether the signature holds; `undefined` when the birth block of its era is too old to tell. */
export function verifySignature(
  extrinsic: DecodedExtrinsic,
  signed: SignedPart,
  current: number,
  context: SigningContext,
): boolean | undefined {
  const checkpoint =
    signed.era.type === 'immortal' ? context.genesisHash : context.blockHash(birthOf(signed.era, current));
  if (checkpoint === undefined) return undefined;
  const payload = signedPayload(extrinsic.callBytes, signed.extra, checkpoint, context);
  try {
    return signed.scheme === 'sr25519'
      ? verify(payload, signed.signature, signed.signer)
      : ed25519.verify(signed.signature, payload, signed.signer);
  } catch {
    // A signature or key that is no point on the curve is thrown at us, not answered with false.
    return false;
  }
}

const MORTAL_PERIOD = 64;

/** Signs a call with sr25519, mortal for 64 blocks after `current`. The signature's randomness comes from the message. */
export function signExtrinsic(
  key: DemoKey,
  call: Call,
  { nonce, current }: { nonce: number; current: number },
  context: SigningContext,
): Uint8Array {
  const callBytes = context.runtime.call.enc(call);
  const era = encodeMortal(MORTAL_PERIOD, current);
  const extra = Buffer.concat([era, compact.enc(nonce), compact.enc(0n), Uint8Array.of(0)]);
  const checkpoint = context.blockHash(current) ?? context.genesisHash;
  const payload = signedPayload(callBytes, extra, checkpoint, context);
  const signature = sign(
    key.secret,
    payload,
    blake2b(payload, { key: key.secret.subarray(0, 32), dkLen: 32 }),
  );
  const body = Buffer.concat([
    Uint8Array.of(SIGNED_V4, MULTI_ADDRESS_ID),
    key.publicKey,
    Uint8Array.of(1),
    signature,
    extra,
    callBytes,
  ]);
  return new Uint8Array(Buffer.concat([compact.enc(body.length), body]));
}

/** An extrinsic without a signature: an inherent. */
export function bareExtrinsic(call: Call, runtime: Runtime): Uint8Array {
  const body = Buffer.concat([Uint8Array.of(BARE_V4), runtime.call.enc(call)]);
  return new Uint8Array(Buffer.concat([compact.enc(body.length), body]));
}

/** Call, extras and implicits; hashed when longer than 256 bytes. */
function signedPayload(
  callBytes: Uint8Array,
  extra: Uint8Array,
  checkpoint: Hex,
  { runtime, genesisHash }: SigningContext,
): Uint8Array {
  const noMetadataHash = Uint8Array.of(0);
  const payload = Buffer.concat([
    callBytes,
    extra,
    u32.enc(runtime.spec.specVersion),
    u32.enc(runtime.spec.transactionVersion),
    fromHex(genesisHash),
    fromHex(checkpoint),
    noMetadataHash,
  ]);
  return payload.length > 256 ? blake2b(payload, { dkLen: 32 }) : new Uint8Array(payload);
}

/** Takes bytes from the front; asking for more than there is throws. */
class ByteReader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.#bytes.length) throw new RangeError('the extrinsic ends too early');
    this.at += length;
    return Uint8Array.from(this.#bytes.subarray(this.at - length, this.at));
  }

  compact(): bigint {
    const value = BigInt(compact.dec(this.peek()));
    this.take(compact.enc(value).length);
    return value;
  }

  peek(): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(this.at));
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.at);
  }

  since(start: number): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(start, this.at));
  }
}
