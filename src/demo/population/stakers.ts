import { heldBy } from '../runtime/staking.ts';
import { NOMINATORS, nominator, validatorKey, validatorOwner } from './people.ts';
import { SUBNET_PLANS, type SubnetPlan } from './plans.ts';
import { roll } from './roll.ts';
import { callOf, type Scene } from './scene.ts';

const STAKE_EVERY_BLOCKS = 12;
const TAKE_EVERY_BLOCKS = 70;
const CHILDREN_EVERY_BLOCKS = 110;
const TAO = 1_000_000_000n;
const PERCENT = 655;
/** A ten-thousandth of 2^64, which is the whole. */
const SHARE_UNIT = (1n << 64n) / 10_000n;

/** Nominators put stake on validators, take it back or move it; validators change their takes and whom they lend stake to. */
export function invest(scene: Scene): void {
  const { block } = scene;
  if (block % STAKE_EVERY_BLOCKS === 0) nominate(scene);
  if (block % TAKE_EVERY_BLOCKS === 0) changeTake(scene);
  if (block % CHILDREN_EVERY_BLOCKS === 0) lend(scene);
  if (block % CHILDREN_EVERY_BLOCKS === CHILDREN_EVERY_BLOCKS / 2) changeChildTake(scene);
}

function nominate({ block, seed, state, send }: Scene): void {
  const key = nominator(Math.floor(roll(seed, 'nominator', block) * NOMINATORS));
  const held = SUBNET_PLANS.flatMap(({ netuid, validators }) =>
    validators.map((number) => {
      const hotkey = validatorKey(number).publicKey;
      return { netuid, hotkey, alpha: heldBy(state, hotkey, key.publicKey, netuid) };
    }),
  ).filter(({ alpha }) => alpha > 20n * TAO);
  const from = held[Math.floor(roll(seed, 'from', block) * held.length)];
  const to = place(seed, 'to', block);
  const mood = roll(seed, 'mood', block);
  if (from === undefined || mood < 0.5) {
    // Mostly tens of TAO, now and then many hundreds.
    const tao = Math.round(5 + 700 * roll(seed, 'stake', block) ** 4);
    send(key, callOf('add_stake', { ...to, amount_staked: BigInt(tao) * TAO }));
    return;
  }
  const alpha = (from.alpha * BigInt(Math.round(20 + 70 * roll(seed, 'part', block)))) / 100n;
  if (mood < 0.7) {
    send(key, callOf('remove_stake', { hotkey: from.hotkey, netuid: from.netuid, amount_unstaked: alpha }));
    return;
  }
  send(
    key,
    callOf('move_stake', {
      origin_hotkey: from.hotkey,
      destination_hotkey: to.hotkey,
      origin_netuid: from.netuid,
      destination_netuid: to.netuid,
      alpha_amount: alpha,
    }),
  );
}

/** From 9 to 18 %, which is the most. */
function changeTake({ block, seed, state, send }: Scene): void {
  const { number, hotkey } = place(seed, 'take', block);
  const now = state.sub<number>('Delegates', hotkey);
  const take = (9 + Math.floor(roll(seed, 'percent', block) * 10)) * PERCENT;
  if (take === now) return;
  send(validatorOwner(number), callOf(take > now ? 'increase_take' : 'decrease_take', { hotkey, take }));
}

/** A validator lends a part of its stake to another of the same subnet, or to none any more. */
function lend({ block, seed, send }: Scene): void {
  const { number, hotkey, netuid, plan } = place(seed, 'parent', block);
  const others = plan.validators.filter((other) => other !== number);
  const child = others[Math.floor(roll(seed, 'child', block) * others.length)];
  const share = BigInt(500 + Math.floor(roll(seed, 'share', block) * 2_500)) * SHARE_UNIT;
  const isEnd = child === undefined || roll(seed, 'end', block) < 0.2;
  const children = isEnd ? [] : [[share, validatorKey(child).publicKey]];
  send(validatorOwner(number), callOf('set_children', { hotkey, netuid, children }));
}

function changeChildTake({ block, seed, send }: Scene): void {
  const { number, hotkey, netuid } = place(seed, 'childkey', block);
  const take = Math.floor(roll(seed, 'childkey take', block) * 18) * PERCENT;
  send(validatorOwner(number), callOf('set_childkey_take', { hotkey, netuid, take }));
}

/** A validator on a subnet where it is registered. */
function place(seed: string, what: string, block: number): Place {
  const plan = SUBNET_PLANS[Math.floor(roll(seed, what, 'where', block) * SUBNET_PLANS.length)]!;
  const number = plan.validators[Math.floor(roll(seed, what, 'who', block) * plan.validators.length)]!;
  return { plan, number, netuid: plan.netuid, hotkey: validatorKey(number).publicKey };
}

interface Place {
  readonly plan: SubnetPlan;
  readonly number: number;
  readonly netuid: number;
  readonly hotkey: Uint8Array;
}
