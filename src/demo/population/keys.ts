import { blake2b } from '@noble/hashes/blake2.js';
import { DEV_MINI_SECRET } from '@polkadot-labs/hdkd-helpers';
import { getPublicKey, HDKD, secretFromSeed } from '@scure/sr25519';
import { type AccountId, fromHex, toSs58 } from '../../shared/index.ts';

/** An sr25519 key of the demo. None of them guards anything: all are derived from public words. */
export interface DemoKey {
  readonly publicKey: AccountId;
  /** 64 bytes, as `@scure/sr25519` signs with. */
  readonly secret: Uint8Array;
  readonly address: string;
}

/** The well-known development accounts that the demo endows, as every Substrate tool derives them from the dev phrase. */
export const DEV_ACCOUNT_PATHS = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie'] as const;

export type DevAccountPath = (typeof DEV_ACCOUNT_PATHS)[number];

const kept = new Map<string, DemoKey>();

/** A development account, e.g. `//Alice`: one hard derivation from the dev phrase. */
export function devAccount(path: DevAccountPath): DemoKey {
  return keep(path, () =>
    HDKD.secretHard(secretFromSeed(fromHex(`0x${DEV_MINI_SECRET}`)), chainCode(path.slice(2))),
  );
}

/** The key of a member of the population, e.g. `demoKey('validator/3')`. The same for every seed. */
export function demoKey(role: string): DemoKey {
  return keep(role, () =>
    secretFromSeed(blake2b(new TextEncoder().encode(`taoscope-demo ${role}`), { dkLen: 32 })),
  );
}

function keep(name: string, makeSecret: () => Uint8Array): DemoKey {
  let key = kept.get(name);
  if (key === undefined) {
    const secret = makeSecret();
    const publicKey = getPublicKey(secret);
    key = { publicKey, secret, address: toSs58(publicKey) };
    kept.set(name, key);
  }
  return key;
}

/** The chain code of a junction that is a word: its SCALE string, filled up to 32 bytes. */
function chainCode(word: string): Uint8Array {
  const code = new Uint8Array(32);
  const text = new TextEncoder().encode(word);
  code[0] = text.length << 2;
  code.set(text, 1);
  return code;
}
