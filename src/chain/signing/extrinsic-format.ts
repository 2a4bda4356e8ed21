import { TaoscopeError } from '../../shared/index.ts';
import { type Codec, decodeAll, encodeAll, type Runtime } from '../codec/index.ts';
import type { ExtensionType, ExtrinsicFormat, PalletError } from '../types.ts';

/** How extrinsics are written in a runtime, by its metadata. Nothing is decided by a spec version. */
export function createExtrinsicFormat(runtime: Runtime): ExtrinsicFormat {
  const { metadata, types, info } = runtime;
  const { address, signature, call } = runtime.extrinsic;
  const hasCall = (pallet: string, name: string) => variantNames(runtime, 'calls', pallet).includes(name);
  return {
    versions: metadata.extrinsic.version,
    specVersion: info.specVersion,
    transactionVersion: info.transactionVersion,
    hasCall,
    encodeCall(pallet, name, args) {
      if (!hasCall(pallet, name)) throw noSuchCall(runtime, pallet, name);
      const names = runtime.fieldNames('calls', pallet, name);
      requireArguments(`${pallet}.${name}`, names, args);
      const value = names.length === 0 ? undefined : args;
      return encodeAll(call, { type: pallet, value: { type: name, value } });
    },
    encodeSender(account) {
      if (address.name !== 'MultiAddress') throw otherSender('address', address.name, 'MultiAddress');
      return encodeAll(address, { type: 'Id', value: account });
    },
    encodeSignature(bytes) {
      if (signature.name !== 'MultiSignature')
        throw otherSender('signature', signature.name, 'MultiSignature');
      return encodeAll(signature, { type: 'Sr25519', value: bytes });
    },
    extensions: (metadata.extrinsic.extensionsByVersion[0] ?? []).map(
      ({ identifier, type, additionalSigned }) => ({
        name: identifier,
        extra: extensionType(types.codec(type)),
        implicit: extensionType(types.codec(additionalSigned)),
      }),
    ),
  };
}

/** A pallet's error by its numbers; see `BlockView.palletError`. */
export function palletErrorOf(runtime: Runtime, index: number, error: number): PalletError | undefined {
  const pallet = runtime.metadata.pallets.find((candidate) => candidate.index === index);
  if (pallet?.errors === undefined) return undefined;
  const { def } = runtime.types.entry(pallet.errors.type);
  const variant = def.tag === 'variant' ? def.value.find((one) => one.index === error) : undefined;
  if (variant === undefined) return undefined;
  return { pallet: pallet.name, name: variant.name, docs: oneLine(variant.docs) };
}

function variantNames(runtime: Runtime, kind: 'calls', pallet: string): readonly string[] {
  const type = runtime.metadata.pallets.find(({ name }) => name === pallet)?.[kind]?.type;
  const def = type === undefined ? undefined : runtime.types.entry(type).def;
  return def?.tag === 'variant' ? def.value.map(({ name }) => name) : [];
}

function extensionType(codec: Codec): ExtensionType {
  return {
    name: codec.name,
    // A type without bytes decodes from none, and no other does.
    empty: fits(codec, new Uint8Array()),
    fits: (bytes) => fits(codec, bytes),
  };
}

function fits(codec: Codec, bytes: Uint8Array): boolean {
  try {
    decodeAll(codec, bytes);
    return true;
  } catch {
    return false;
  }
}

/** The codec reads arguments by name, so a misspelt one would be missed, not refused. */
function requireArguments(
  what: string,
  names: readonly (string | undefined)[],
  args: Readonly<Record<string, unknown>>,
): void {
  const given = Object.keys(args);
  if (given.length === names.length && given.every((name) => names.includes(name))) return;
  throw new TaoscopeError('usage', {
    failed: `${what} was given other arguments than it takes`,
    got: given.join(', ') || 'none',
    expected: names.join(', ') || 'none',
  });
}

/** Docs of the metadata are the sources' comments: lines, with markup. Hostile text of the chain, so bounded. */
function oneLine(docs: readonly string[]): string {
  return docs
    .join(' ')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function noSuchCall({ info }: Runtime, pallet: string, name: string): TaoscopeError {
  return new TaoscopeError('unsupported', {
    failed: `the runtime has no call ${pallet}.${name}`,
    got: `${info.specName} ${info.specVersion}`,
    expected: 'a runtime that offers it',
  });
}

function otherSender(part: string, got: string, expected: string): TaoscopeError {
  return new TaoscopeError('unsupported', {
    failed: `cannot sign for this runtime: it writes the ${part} of an extrinsic in a way that is not known`,
    got,
    expected,
    todo: 'update Taoscope: the runtime is newer than it',
  });
}
