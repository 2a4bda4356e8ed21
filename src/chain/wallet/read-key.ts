import { type AccountId, parseAccount, sameBytes, TaoscopeError, toSs58 } from '../../shared/index.ts';
import { Hotkey } from './hotkey.ts';
import { type ExpandedSecret, expandPrivateKey, expandSecretUri, expandSeed } from './secret-key.ts';

/** What a key's text holds: a secret, or only who it is. */
export type ReadKey =
  | { readonly kind: 'secret'; readonly hotkey: Hotkey }
  | { readonly kind: 'public'; readonly publicKey: AccountId };

/** Fields of a wallet's JSON, in every spelling that wallets have written (reference, section 8). */
interface KeyFields {
  readonly secretPhrase?: unknown;
  readonly secretSeed?: unknown;
  readonly privateKey?: unknown;
  readonly publicKey?: unknown;
  readonly accountId?: unknown;
  readonly ss58Address?: unknown;
  readonly cryptoType?: unknown;
  readonly encoded?: unknown;
  readonly encoding?: unknown;
}

/** What an encrypted file begins with, and what it is. */
const ENCRYPTED: readonly (readonly [start: string, form: string])[] = [
  ['$NACL', 'encrypted with NaCl (the form of current Bittensor wallets)'],
  ['$ANSIBLE_VAULT', 'an encrypted Ansible vault (older Bittensor wallets)'],
  ['gAAAAA', 'encrypted with Fernet (the oldest Bittensor wallets)'],
];

/** Names of `cryptoType` and `signingScheme` for sr25519. */
const SR25519: readonly unknown[] = [undefined, null, 1, '1', 'sr25519', 'Sr25519'];

/**
 * Reads the text of a key: a wallet's JSON (mnemonic first, then seed, then private key, then the address alone), or bare text: a
 * mnemonic or another secret URI, a seed or a private key in hex. The public key must be the one that the text names, where it names one.
 *
 * Throws `refused` for what is encrypted, of another scheme, contradicts itself or is no key. No message holds anything of the text.
 *
 * @param source where it came from, for messages: a path, the name of a variable.
 */
export function readKey(text: string, source: string): ReadKey {
  const trimmed = text.replace(/^\ufeff/, '').trim();
  const form = ENCRYPTED.find(([start]) => trimmed.startsWith(start))?.[1];
  if (form !== undefined) throw encrypted(source, form);
  if (trimmed.startsWith('{')) return readFields(parseFields(trimmed, source), source);
  const secret = /^(0x)?[0-9a-fA-F]{128}$/.test(trimmed)
    ? expandPrivateKey(trimmed)
    : expandSecretUri(unquoted(trimmed));
  if (secret === undefined) throw noKey(source);
  return { kind: 'secret', hotkey: new Hotkey(secret) };
}

function readFields(fields: KeyFields, source: string): ReadKey {
  if (fields.encoded !== undefined || fields.encoding !== undefined)
    throw encrypted(source, 'an export of polkadot.js, encrypted with a password');
  if (!SR25519.includes(fields.cryptoType)) throw otherScheme(source);
  const publicKey = namedKey(fields, source);
  const secret = secretOf(fields, publicKey);
  if (secret === undefined) {
    if (publicKey === undefined || hasSecret(fields)) throw noKey(source);
    return { kind: 'public', publicKey };
  }
  const hotkey = new Hotkey(secret);
  if (publicKey !== undefined && !sameBytes(hotkey.publicKey, publicKey)) {
    throw new TaoscopeError('refused', {
      failed: `the key in ${source} contradicts itself`,
      got: `a secret of ${hotkey.address}`,
      expected: `one of ${toSs58(publicKey)}, as the same file says`,
      todo: 'do not use this file; make it again with btcli from the mnemonic',
    });
  }
  return { kind: 'secret', hotkey };
}

function secretOf(fields: KeyFields, publicKey: AccountId | undefined): ExpandedSecret | undefined {
  const { secretPhrase, secretSeed, privateKey } = fields;
  if (isText(secretPhrase)) return expandSecretUri(secretPhrase);
  if (isText(secretSeed)) return isHex(secretSeed, 64) ? expandSeed(secretSeed) : undefined;
  if (isText(privateKey)) return isHex(privateKey, 128) ? expandPrivateKey(privateKey, publicKey) : undefined;
  return undefined;
}

function hasSecret({ secretPhrase, secretSeed, privateKey }: KeyFields): boolean {
  return [secretPhrase, secretSeed, privateKey].some(isText);
}

/** The account that the file says it is of; all its fields must name the same one. */
function namedKey(fields: KeyFields, source: string): AccountId | undefined {
  const named = [fields.ss58Address, fields.publicKey, fields.accountId].filter(isText).map((text) => {
    try {
      return parseAccount(text);
    } catch (cause) {
      throw new TaoscopeError(
        'refused',
        {
          failed: `the key in ${source} names an account that is none`,
          expected: 'an ss58 address or 64 hex digits',
        },
        { cause },
      );
    }
  });
  const [first, ...rest] = named;
  if (first !== undefined && rest.some((other) => !sameBytes(first, other))) {
    throw new TaoscopeError('refused', {
      failed: `the key in ${source} names several accounts`,
      got: [...new Set(named.map((account) => toSs58(account)))].join(', '),
      expected: 'one',
    });
  }
  return first;
}

function parseFields(text: string, source: string): KeyFields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw noKey(source);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw noKey(source);
  // Old wallets spell a key with a space in front.
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name.trim(), field]));
}

function unquoted(text: string): string {
  return /^"(.*)"$/s.exec(text)?.[1] ?? text;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isHex(text: string, digits: number): boolean {
  return new RegExp(`^(0x)?[0-9a-fA-F]{${digits}}$`).test(text);
}

function encrypted(source: string, form: string): TaoscopeError {
  return new TaoscopeError('refused', {
    failed: `the key in ${source} is encrypted`,
    got: form,
    expected: 'a hotkey in plain text, readable by its owner alone',
    todo: 'use a hotkey that is not encrypted (btcli makes them so; coldkeys are for nobody but you), or set TAOSCOPE_HOTKEY from your secret manager',
  });
}

function otherScheme(source: string): TaoscopeError {
  return new TaoscopeError('refused', {
    failed: `the key in ${source} is of another scheme`,
    expected: 'sr25519 (cryptoType 1)',
    todo: 'use a hotkey made by btcli',
  });
}

function noKey(source: string): TaoscopeError {
  return new TaoscopeError('refused', {
    failed: `there is no usable key in ${source}`,
    got: 'something else (it is not shown)',
    expected:
      "a Bittensor hotkey's JSON, a mnemonic of English words, a seed of 64 hex digits or a private key of 128",
    todo: 'check the file; a private key without its address may be of two forms: put both into JSON as privateKey and ss58Address',
  });
}
