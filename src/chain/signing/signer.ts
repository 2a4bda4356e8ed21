import type { AccountId } from '../../shared/index.ts';

/** Somebody who can sign with sr25519. It gives its secret to nobody: shown in any way, it is its address. */
export interface Signer {
  readonly publicKey: AccountId;
  /** ss58. */
  readonly address: string;
  /** 64 bytes, in the signing context `substrate`. Randomised: the same message gives other bytes each time. */
  sign(message: Uint8Array): Uint8Array;
}
