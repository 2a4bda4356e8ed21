import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { getPublicKey, sign } from '@scure/sr25519';
import { type AccountId, toSs58 } from '../../shared/index.ts';
import type { Signer } from '../signing/index.ts';
import type { ExpandedSecret } from './secret-key.ts';

/** A hotkey with its secret. Text, JSON and inspection of it show the address and nothing else. */
export class Hotkey implements Signer {
  readonly publicKey: AccountId;
  readonly address: string;
  readonly #secret: ExpandedSecret;

  constructor(secret: ExpandedSecret) {
    this.#secret = secret.slice();
    this.publicKey = getPublicKey(this.#secret);
    this.address = toSs58(this.publicKey);
  }

  sign(message: Uint8Array): Uint8Array {
    return sign(this.#secret, message, randomBytes(32));
  }

  toString(): string {
    return `hotkey ${this.address}`;
  }

  toJSON(): string {
    return this.address;
  }

  [inspect.custom](): string {
    return `Hotkey(${this.address})`;
  }
}
