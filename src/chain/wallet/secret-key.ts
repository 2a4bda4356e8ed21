import { DEV_PHRASE, mnemonicToMiniSecret, validateMnemonic } from '@polkadot-labs/hdkd-helpers';
import { getPublicKey, HDKD, secretFromSeed } from '@scure/sr25519';
import { type AccountId, sameBytes, TaoscopeError } from '../../shared/index.ts';
import { blake2b256, Writer } from '../codec/index.ts';

/** An expanded secret, 64 bytes: the scalar times 8 (as ed25519 has it), then the nonce. What `@scure/sr25519` signs with. */
export type ExpandedSecret = Uint8Array;

/**
 * The key of a secret URI as every Substrate tool reads it: a mnemonic (BIP39, English) or a seed of 32 bytes in hex, with derivations
 * (`//hard`, `/soft`) and a password (`///password`) behind it; derivations alone begin at the development phrase. `undefined` when the
 * text is no secret URI. Messages never hold any of it.
 */
export function expandSecretUri(text: string): ExpandedSecret | undefined {
  const trimmed = text.trim();
  if (/^(0x)?[0-9a-fA-F]{64}$/.test(trimmed)) return expandSeed(trimmed);
  const { phrase, paths, password } = partsOf(trimmed);
  let secret: ExpandedSecret;
  if (phrase !== undefined && /^(0x)?[0-9a-fA-F]{64}$/.test(phrase)) secret = expandSeed(phrase);
  else {
    const words = phrase ?? DEV_PHRASE;
    if (phrase === undefined && paths === undefined) return undefined;
    const normal = words.toLowerCase().split(/\s+/).join(' ');
    if (!validateMnemonic(normal)) return undefined;
    secret = secretFromSeed(mnemonicToMiniSecret(normal, password));
  }
  for (const [junction, slashes, name] of (paths ?? '').matchAll(/(\/\/?)([^/]+)/g)) {
    if (junction === undefined || name === undefined) continue;
    const chainCode = chainCodeOf(name);
    secret = slashes === '//' ? HDKD.secretHard(secret, chainCode) : HDKD.secretSoft(secret, chainCode);
  }
  return secret;
}

/** The key of a seed (mini secret) in hex. */
export function expandSeed(hex: string): ExpandedSecret {
  return secretFromSeed(bytesOf(hex));
}

/**
 * The key of a private key in hex, 64 bytes. Two forms are about: the scalar as it is (Bittensor wallets, substrate-interface), and times 8
 * (polkadot.js). The public key tells which one it is; without one, only a key that was expanded from a seed shows it, by the bits that
 * the expansion sets. `undefined` when it cannot be told, or fits neither.
 */
export function expandPrivateKey(hex: string, publicKey?: AccountId): ExpandedSecret | undefined {
  const bytes = bytesOf(hex);
  const forms = [times8(bytes), bytes];
  if (publicKey !== undefined) return forms.find((form) => sameBytes(publicOf(form), publicKey));
  const clamped = forms.filter(isClamped);
  return clamped.length === 1 ? clamped[0] : undefined;
}

/** The public key; zeros for bytes that are no secret. */
function publicOf(secret: ExpandedSecret): AccountId {
  try {
    return getPublicKey(secret);
  } catch {
    return new Uint8Array(32);
  }
}

/** ed25519's expansion clears the low three bits and the highest, and sets the one below it. */
function isClamped(secret: Uint8Array): boolean {
  return (secret[0]! & 7) === 0 && (secret[31]! & 0xc0) === 0x40;
}

function times8(bytes: Uint8Array): Uint8Array {
  const shifted = bytes.slice();
  let carry = 0;
  for (let i = 0; i < 32; i++) {
    const value = (bytes[i]! << 3) | carry;
    shifted[i] = value & 0xff;
    carry = value >> 8;
  }
  return shifted;
}

/** `sp_core::crypto::DeriveJunction`: a number as u64, a word as SCALE text; hashed when it is longer than 32 bytes. */
function chainCodeOf(name: string): Uint8Array {
  const writer = new Writer(64);
  if (/^\d{1,19}$/.test(name)) writer.u64(BigInt(name));
  else {
    const text = new TextEncoder().encode(name);
    writer.compact(text.length);
    writer.raw(text);
  }
  const bytes = writer.done();
  if (bytes.length > 32) return blake2b256(bytes);
  const code = new Uint8Array(32);
  code.set(bytes);
  return code;
}

/** `sp_core::crypto::SecretUri`: phrase, derivations, password. */
const SECRET_URI = /^([^/]*)((?:\/\/?[^/]+)*)(?:\/\/\/(.*))?$/s;

function partsOf(text: string): { phrase?: string; paths?: string; password?: string } {
  const [, phrase, paths, password] = SECRET_URI.exec(text) ?? [];
  return {
    ...(phrase === undefined || phrase === '' ? {} : { phrase: phrase.trim() }),
    ...(paths === undefined || paths === '' ? {} : { paths }),
    ...(password === undefined ? {} : { password }),
  };
}

function bytesOf(hex: string): Uint8Array {
  const digits = hex.startsWith('0x') ? hex.slice(2) : hex;
  if (!/^([0-9a-fA-F]{64}|[0-9a-fA-F]{128})$/.test(digits)) {
    throw new TaoscopeError('refused', {
      failed: 'this is no secret key',
      got: `${digits.length} characters`,
      expected: '64 hex digits (a seed) or 128 (a private key)',
    });
  }
  return new Uint8Array(Buffer.from(digits, 'hex'));
}
