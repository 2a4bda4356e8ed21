import { describe, expect, it } from 'vitest';
import { validatorKey } from '../population/people.ts';
import { commitHash, commitsOf, commitWeights, revealWeights, type Sealed } from './commit-reveal.ts';
import { freshState, namesOf } from './testing/fresh-state.ts';

// Netuid 3: tempo 25, weights are committed first. Index of its second mechanism: 4099.
const NETUID = 3;
const who = validatorKey(2).publicKey;
const row = (mechanism: number): Sealed => ({
  ...{ netuid: NETUID, mechanism, dests: [6, 7, 8, 9], weights: [1, 2, 3, 4], salt: [5, 6], versionKey: 0n },
});

describe('commit and reveal', () => {
  it('hashes account, index, row, salt and version key', () => {
    // Python: blake2b(bytes([7] * 32) + u16 4099 + vec u16 [1, 2] + [100, 65535] + [9, 8] + u64 5, digest_size=32).
    const sealed = { ...row(1), dests: [1, 2], weights: [100, 65_535], salt: [9, 8], versionKey: 5n };
    expect(commitHash(new Uint8Array(32).fill(7), sealed)).toBe(
      '0x56fb07eacdca22a03ba34d728f278481c19ad746cba9ee3d714bbee820a789ea',
    );
  });

  it('takes a reveal in the next epoch, not before it and not after', () => {
    const { state, log } = freshState();
    const hash = commitHash(who, row(0));
    commitWeights(state, log, who, { netuid: NETUID, mechanism: 0, hash }, 100);
    // (100 + 3 + 1) / 26 = epoch 4; epoch 5 begins at 5 x 26 - 4 = 126 and ends at 151.
    expect(commitsOf(state, NETUID, 0, who)).toEqual([
      { hash, block: 100, firstReveal: 126, lastReveal: 151 },
    ]);
    const reveal = (block: number, sealed = row(0)) => revealWeights(state, log, who, sealed, block);
    expect(() => reveal(125)).toThrow('RevealTooEarly');
    expect(() => reveal(152)).toThrow('ExpiredWeightCommit');
    expect(() => reveal(126, { ...row(0), salt: [5, 7] })).toThrow('InvalidRevealCommitHashNotMatch');
    reveal(151);
    expect(namesOf(log)).toEqual(['WeightsCommitted', 'WeightsSet', 'WeightsRevealed']);
    // Max-scaled: 1, 2, 3, 4 of 4.
    expect(state.sub('Weights', NETUID, 0)).toEqual([
      [6, 16_384],
      [7, 32_768],
      [8, 49_151],
      [9, 65_535],
    ]);
    // The commit moved it; the reveal does not (reference, section 3.4).
    expect(state.sub<bigint[]>('LastUpdate', NETUID)[0]).toBe(100n);
    expect(() => reveal(151)).toThrow('NoWeightsCommitFound');
  });

  it('keeps mechanisms apart, and lets no more than ten wait', () => {
    const { state, log } = freshState();
    const commit = (mechanism: number, block: number) =>
      commitWeights(
        state,
        log,
        who,
        { netuid: NETUID, mechanism, hash: commitHash(who, row(mechanism)) },
        block,
      );
    commit(1, 100);
    expect(commitsOf(state, NETUID, 0, who)).toEqual([]);
    // Index 4099: (100 + 4100) / 26 = epoch 161; the next begins at 162 x 26 - 4100 = 112.
    expect(commitsOf(state, NETUID, 1, who)[0]?.firstReveal).toBe(112);
    expect(() => commit(1, 105)).toThrow('CommittingWeightsTooFast');
    state.putSub('WeightsSetRateLimit', NETUID, 0n);
    for (let block = 101; block < 110; block++) commit(1, block);
    expect(() => commit(1, 110)).toThrow('TooManyUnrevealedCommits');
    // 138: those of the first epoch have expired and make room.
    commit(1, 138);
    expect(commitsOf(state, NETUID, 1, who)).toHaveLength(1);
    expect(() => commit(2, 140)).toThrow('MechanismDoesNotExist');
    expect(() =>
      commitWeights(state, log, who, { netuid: 1, mechanism: 0, hash: commitHash(who, row(0)) }, 140),
    ).toThrow('CommitRevealDisabled');
  });
});
