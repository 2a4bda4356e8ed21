/**
 * Proofs of storage: asked of a node, and verified by nobody's word but the state root of a header.
 */
export { readProof } from './read-proof.ts';
export { type ReadClaim, readThroughProof, type Shown, verifyReadProof } from './verify-read-proof.ts';
