import { epochAt } from '../runtime/epoch.ts';
import type { Call } from '../runtime/extrinsic.ts';
import { manager, subnetOwner } from './people.ts';
import { SUBNET_PLANS } from './plans.ts';
import { roll } from './roll.ts';
import { callOf, type Scene } from './scene.ts';

const CHANGE_EVERY_BLOCKS = 50;
const TAO = 1_000_000_000n;

/** Values that owners waver between: call and argument, storage item, choices. None makes the subnet unusable by hand. */
const WAVERING: readonly (readonly [
  argument: string,
  item: string,
  choices: readonly (number | bigint)[],
])[] = [
  ['immunity_period', 'ImmunityPeriod', [60, 90, 75]],
  ['serving_rate_limit', 'ServingRateLimit', [10n, 5n, 8n]],
  ['max_burn', 'MaxBurn', [100n * TAO, 50n * TAO]],
  ['activity_cutoff', 'ActivityCutoff', [360, 500, 400]],
  ['bonds_moving_average', 'BondsMovingAverage', [900_000n, 850_000n]],
];

/** Now and then the owner of a subnet sets a parameter: itself, two in one batch, or by its manager. */
export function govern({ block, seed, state, send }: Scene): void {
  if (block % CHANGE_EVERY_BLOCKS !== 0) return;
  const turn = block / CHANGE_EVERY_BLOCKS;
  const plan = SUBNET_PLANS[turn % SUBNET_PLANS.length];
  if (plan === undefined) return;
  const { netuid, tempo } = plan;
  if (epochAt(netuid, tempo, block).next - block < state.sub<number>('AdminFreezeWindow')) return;
  const change = (which: number): Call => {
    const [argument, item, choices] = WAVERING[which % WAVERING.length] ?? WAVERING[0]!;
    const now = state.sub<number | bigint>(item, netuid);
    const value = choices[(choices.indexOf(now) + 1) % choices.length];
    return callOf(`sudo_set_${argument}`, { netuid, [argument]: value }, 'AdminUtils');
  };
  const first = Math.floor(roll(seed, 'parameter', block) * WAVERING.length);
  const owner = subnetOwner(plan);
  // The ways are shifted with each round, or each subnet would know one only.
  switch ((turn + Math.floor(turn / SUBNET_PLANS.length)) % 3) {
    case 0:
      send(owner, change(first));
      break;
    case 1:
      send(owner, callOf('batch_all', { calls: [change(first), change(first + 1)] }, 'Utility'));
      break;
    default: {
      const real = { type: 'Id', value: owner.publicKey };
      const args = { real, force_proxy_type: undefined, call: change(first) };
      send(manager(), callOf('proxy', args, 'Proxy'));
    }
  }
}
