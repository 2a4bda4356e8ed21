import { fromHex, type Hex, TaoscopeError } from '../../shared/index.ts';
import { Writer } from '../codec/index.ts';
import type { ExtrinsicFormat, SignedExtension } from '../types.ts';

/** What the extensions of an extrinsic speak of. */
export interface SigningFacts {
  readonly specVersion: number;
  readonly transactionVersion: number;
  readonly genesisHash: Hex;
  readonly era: Uint8Array;
  /** Hash of the block at which the era begins. */
  readonly birthHash: Hex;
  readonly nonce: number;
}

interface Payload {
  readonly extra?: Uint8Array | undefined;
  readonly implicit?: Uint8Array | undefined;
}

/**
 * The extensions whose content we know (reference, section 9), by their names in the metadata. `CheckMetadataHash` is
 * written as disabled: mode 0, no hash.
 */
const KNOWN: Readonly<Record<string, (facts: SigningFacts) => Payload>> = {
  CheckSpecVersion: ({ specVersion }) => ({ implicit: u32(specVersion) }),
  CheckTxVersion: ({ transactionVersion }) => ({ implicit: u32(transactionVersion) }),
  CheckGenesis: ({ genesisHash }) => ({ implicit: fromHex(genesisHash) }),
  CheckMortality: ({ era, birthHash }) => ({ extra: era, implicit: fromHex(birthHash) }),
  CheckEra: ({ era, birthHash }) => ({ extra: era, implicit: fromHex(birthHash) }),
  CheckNonce: ({ nonce }) => ({ extra: compact(nonce) }),
  ChargeTransactionPayment: () => ({ extra: compact(0) }),
  ChargeTransactionPaymentWrapper: () => ({ extra: compact(0) }),
  CheckMetadataHash: () => ({ extra: Uint8Array.of(0), implicit: Uint8Array.of(0) }),
};

const NOTHING = new Uint8Array();

/**
 * All extensions of a runtime as bytes: `extra` for the extrinsic, `implicit` for the signature alone. An extension that is not
 * known passes only where it has no bytes at all; else, and where a known one has another type than it had, `unsupported`.
 */
export function extensionPayloads(
  { extensions }: ExtrinsicFormat,
  facts: SigningFacts,
): { readonly extra: Uint8Array; readonly implicit: Uint8Array } {
  const payloads = extensions.map((extension) => {
    const { extra = NOTHING, implicit = NOTHING } = KNOWN[extension.name]?.(facts) ?? {};
    if (!extension.extra.fits(extra) || !extension.implicit.fits(implicit)) throw notKnown(extension);
    return { extra, implicit };
  });
  return {
    extra: Buffer.concat(payloads.map(({ extra }) => extra)),
    implicit: Buffer.concat(payloads.map(({ implicit }) => implicit)),
  };
}

function u32(value: number): Uint8Array {
  const writer = new Writer(4);
  writer.u32(value);
  return writer.done();
}

function compact(value: number): Uint8Array {
  const writer = new Writer(8);
  writer.compact(value);
  return writer.done();
}

function notKnown({ name, extra, implicit }: SignedExtension): TaoscopeError {
  return new TaoscopeError('unsupported', {
    failed: `cannot sign for this runtime: what the signed extension ${JSON.stringify(name.slice(0, 80))} holds is not known`,
    got: `${extra.name} in the extrinsic, ${implicit.name} in what is signed`,
    expected: `one of ${Object.keys(KNOWN).join(', ')} in its usual form, or one without content`,
    todo: 'update Taoscope: the runtime is newer than it',
  });
}
