import { axonOf } from './axons.ts';
import { minerKey, recruiter, recruitKey } from './people.ts';
import { SUBNET_PLANS } from './plans.ts';
import { roll } from './roll.ts';
import { callOf, type Scene } from './scene.ts';

const REGISTER_EVERY_BLOCKS = 15;
/** Now and then several want in at once: a block each, for as many as the chain lets in between two adjustments. */
const WAVE_EVERY_BLOCKS = 240;
const WAVE_BLOCKS = 3;
const SERVE_AFTER_BLOCKS = 5;
const MOVE_EVERY_BLOCKS = 35;

/** Somebody registers and soon after serves an axon; somebody who is long there moves to another address. */
export function comeAndGo(scene: Scene): void {
  const { block, seed, state } = scene;
  const isRegistered = (netuid: number, hotkey: Uint8Array) =>
    state.sub<number | undefined>('Uids', netuid, hotkey) !== undefined;
  const register = (netuid: number, n: number) => {
    const { publicKey: hotkey } = recruitKey(n);
    if (!isRegistered(netuid, hotkey))
      scene.send(recruiter(n), callOf('burned_register', { netuid, hotkey }));
  };
  const turn = Math.floor(block / REGISTER_EVERY_BLOCKS);
  if (block % REGISTER_EVERY_BLOCKS === 0) register(pick(seed, 'where', block).netuid, turn);
  if (block % WAVE_EVERY_BLOCKS < WAVE_BLOCKS && block > WAVE_EVERY_BLOCKS) register(1, block);
  if (block % REGISTER_EVERY_BLOCKS === SERVE_AFTER_BLOCKS) {
    const key = recruitKey(turn);
    const home = SUBNET_PLANS.find(({ netuid }) => isRegistered(netuid, key.publicKey));
    // Recruits of one owner are of one house.
    if (home !== undefined) scene.send(key, serve(home.netuid, 120 + 3 * (turn % 4) + (turn % 3)));
  }
  if (block % MOVE_EVERY_BLOCKS === 0) {
    const { netuid, miners } = pick(seed, 'mover', block);
    const n = Math.floor(roll(seed, 'moves', block) * miners);
    const key = minerKey(netuid, n);
    if (isRegistered(netuid, key.publicKey)) scene.send(key, serve(netuid, n + miners * (block % 5)));
  }
}

function serve(netuid: number, n: number) {
  const { block: _, ...axon } = axonOf(netuid, n, 0n);
  return callOf('serve_axon', { netuid, ...axon });
}

function pick(seed: string, what: string, block: number) {
  return SUBNET_PLANS[Math.floor(roll(seed, what, block) * SUBNET_PLANS.length)] ?? SUBNET_PLANS[0]!;
}
