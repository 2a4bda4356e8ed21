import type { DemoChain } from '../chain/demo-chain.ts';
import type { Pool } from '../chain/pool.ts';
import { Copiers } from './copiers.ts';
import { devAccount } from './keys.ts';
import { comeAndGo } from './newcomers.ts';
import { govern } from './owners.ts';
import { SUBNET_PLANS } from './plans.ts';
import { roll } from './roll.ts';
import { callOf, type Scene, sceneOf } from './scene.ts';
import { invest } from './stakers.ts';
import { validate } from './validators.ts';

const TRANSFER_EVERY_BLOCKS = 30;

/**
 * What the population does before a block is made: validators send weights, neurons come and go, owners set parameters,
 * stake moves, somebody pays somebody. All of it goes through the pool as signed extrinsics, like anybody's.
 */
export function act(chain: DemoChain, pool: Pool, hurried: boolean, copiers = new Copiers()): void {
  const scene = sceneOf(chain, pool, hurried, copiers);
  for (const plan of SUBNET_PLANS) validate(scene, plan);
  comeAndGo(scene);
  govern(scene);
  invest(scene);
  pay(scene);
}

function pay({ block, seed, send }: Scene): void {
  if (block % TRANSFER_EVERY_BLOCKS !== 0) return;
  const amount = BigInt(1 + Math.floor(roll(seed, 'amount', block) * 5_000_000_000));
  const dest = { type: 'Id', value: devAccount('//Dave').publicKey };
  send(devAccount('//Charlie'), callOf('transfer_keep_alive', { dest, value: amount }, 'Balances'));
}
