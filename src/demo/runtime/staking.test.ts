import { describe, expect, it } from 'vitest';
import { nominator, validatorKey, validatorOwner } from '../population/people.ts';
import { freeOf } from './balances.ts';
import { applyPendingChildren, setChildren } from './children.ts';
import { stakeOf } from './stake.ts';
import { addStake, heldBy, moveStake, removeStake } from './staking.ts';
import { decreaseTake, increaseTake } from './takes.ts';
import { freshState, namesOf } from './testing/fresh-state.ts';

const coldkey = nominator(0).publicKey;
const [opal, basalt] = [validatorKey(0).publicKey, validatorKey(1).publicKey];
const TAO = 1_000_000_000n;

describe('stake', () => {
  it('buys at the price of the pool, and sells back for less by the fees', () => {
    const { state, log } = freshState();
    const before = freeOf(state, coldkey);
    addStake(state, log, coldkey, { hotkey: opal, netuid: 1, amount_staked: 100n * TAO });
    // Pool of 42 000 TAO and 1 300 000 alpha, fee 33 / 65535; integers computed in Python.
    const alpha = 3_086_334_779_290n;
    expect(log.records[0]?.event.value.value).toEqual([coldkey, opal, 100n * TAO, alpha, 1, 50_354_772n]);
    const held = heldBy(state, opal, coldkey, 1);
    // Shares are cut off at the last bit.
    expect(alpha - held).toBeLessThanOrEqual(1n);
    expect(freeOf(state, coldkey)).toBe(before - 100n * TAO);
    removeStake(state, log, coldkey, { hotkey: opal, netuid: 1, amount_unstaked: held });
    const lost = before - freeOf(state, coldkey);
    expect(lost).toBeGreaterThan(0n);
    expect(Number(lost)).toBeCloseTo(Number(100n * TAO - 99_899_554_727n), -2);
    expect(heldBy(state, opal, coldkey, 1)).toBe(0n);
    expect(() => removeStake(state, log, coldkey, { hotkey: opal, netuid: 1, amount_unstaked: 1n })).toThrow(
      'NotEnoughStakeToWithdraw',
    );
  });

  it('gives later stakers no part of what was paid before', () => {
    const { state, log } = freshState();
    const pay = () =>
      state.putSub('TotalHotkeyAlpha', opal, 0, state.sub<bigint>('TotalHotkeyAlpha', opal, 0) * 2n);
    pay();
    addStake(state, log, coldkey, { hotkey: opal, netuid: 0, amount_staked: 50n * TAO });
    expect(Number(heldBy(state, opal, coldkey, 0))).toBeCloseTo(Number(50n * TAO), -1);
    pay();
    expect(Number(heldBy(state, opal, coldkey, 0))).toBeCloseTo(Number(100n * TAO), -1);
  });

  it('moves between hotkeys without loss, and between subnets by way of TAO', () => {
    const { state, log } = freshState();
    addStake(state, log, coldkey, { hotkey: opal, netuid: 1, amount_staked: 100n * TAO });
    const held = heldBy(state, opal, coldkey, 1);
    const move = { origin_hotkey: opal, destination_hotkey: basalt, origin_netuid: 1, alpha_amount: held };
    const pool = state.sub('SubnetTAO', 1);
    moveStake(state, log, coldkey, { ...move, destination_netuid: 1 });
    expect(held - heldBy(state, basalt, coldkey, 1)).toBeLessThanOrEqual(1n);
    expect(state.sub('SubnetTAO', 1)).toBe(pool);
    const alpha_amount = heldBy(state, basalt, coldkey, 1);
    const on = { origin_hotkey: basalt, destination_hotkey: opal, origin_netuid: 1, alpha_amount };
    moveStake(state, log, coldkey, { ...on, destination_netuid: 2 });
    expect(heldBy(state, opal, coldkey, 2)).toBeGreaterThan(0n);
    expect(namesOf(log)).toEqual(['StakeAdded', 'StakeMoved', 'StakeMoved']);
  });

  it('counts for a child what its parent lends, from an epoch after the cooldown on', () => {
    const { state, log } = freshState();
    const owner = validatorOwner(0).publicKey;
    const [parent, child] = [stakeOf(state, 1, opal), stakeOf(state, 1, basalt)];
    const lend = (children: [bigint, Uint8Array][], block: number) =>
      setChildren(state, log, owner, { hotkey: opal, netuid: 1, children }, block);
    lend([[1n << 62n, basalt]], 10);
    applyPendingChildren(state, log, 1, 39);
    expect(stakeOf(state, 1, basalt)).toEqual(child);
    applyPendingChildren(state, log, 1, 40);
    // A quarter of the alpha, and of the root stake.
    expect(stakeOf(state, 1, basalt).alpha).toBe(child.alpha + parent.alpha / 4n);
    expect(stakeOf(state, 1, basalt).tao).toBe(child.tao + parent.tao / 4n);
    expect(stakeOf(state, 1, opal).alpha).toBe(parent.alpha - parent.alpha / 4n);
    lend([], 50);
    applyPendingChildren(state, log, 1, 90);
    expect([stakeOf(state, 1, opal), stakeOf(state, 1, basalt)]).toEqual([parent, child]);
    expect(namesOf(log)).toEqual([
      'SetChildrenScheduled',
      'SetChildren',
      'SetChildrenScheduled',
      'SetChildren',
    ]);
    expect(() => lend([[1n, opal]], 100)).toThrow('InvalidChild');
    expect(() =>
      lend(
        [
          [1n << 63n, basalt],
          [1n << 63n, coldkey],
        ],
        100,
      ),
    ).toThrow('ProportionOverflow');
  });

  it('lets takes fall at any time, and rise after a while up to 18 %', () => {
    const { state, log } = freshState();
    const owner = validatorOwner(0).publicKey;
    decreaseTake(state, log, owner, { hotkey: opal, take: 6_000 }, 10);
    expect(() => increaseTake(state, log, owner, { hotkey: opal, take: 7_000 }, 70)).toThrow(
      'DelegateTxRateLimitExceeded',
    );
    increaseTake(state, log, owner, { hotkey: opal, take: 11_796 }, 71);
    expect(() => increaseTake(state, log, owner, { hotkey: opal, take: 11_797 }, 200)).toThrow(
      'DelegateTakeTooHigh',
    );
    expect(() => decreaseTake(state, log, coldkey, { hotkey: opal, take: 1 }, 200)).toThrow(
      'NonAssociatedColdKey',
    );
    expect(namesOf(log)).toEqual(['TakeDecreased', 'TakeIncreased']);
  });
});
