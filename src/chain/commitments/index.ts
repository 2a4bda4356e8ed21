/** What accounts committed to on the chain (`Commitments`), at any block, with the bytes that prove it. */
export { knownCommitmentKey, TIMESTAMP_KEY } from './known-keys.ts';
export { type ChainCommitment, commitmentKey, readCommitment } from './read-commitment.ts';
export {
  type CommitmentField,
  decodeRegistration,
  digestsOf,
  type Registration,
} from './registration.ts';
