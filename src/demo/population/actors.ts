import type { AccountId } from '../../shared/index.ts';
import type { DemoChain } from '../chain/demo-chain.ts';
import { type Pool, PoolRejection } from '../chain/pool.ts';
import { type Call, signExtrinsic } from '../runtime/extrinsic.ts';
import { hotkeysOf, storageIndex } from '../runtime/stake.ts';
import type { StateReader } from '../runtime/storage.ts';
import { axonOf, recruiter, recruitKey, SUBNET_PLANS, type SubnetPlan, validatorKey } from './genesis.ts';
import { type DemoKey, devAccount } from './keys.ts';
import { isSilent, personalityOf, qualityOf, scoreOf } from './personalities.ts';
import { roll } from './roll.ts';

/** A validator sends weights once in this many tempos; in hurried history more seldom, for signing costs most of it. */
const WEIGHTS_EVERY_TEMPOS = { live: 2, hurried: 6 };
const REGISTER_EVERY_BLOCKS = 45;
const TRANSFER_EVERY_BLOCKS = 30;

/**
 * What the population does before a block is made: validators send weights, somebody registers, newcomers serve an axon,
 * somebody pays somebody. All of it goes through the pool as signed extrinsics, like anybody's.
 */
export function act(chain: DemoChain, pool: Pool, hurried: boolean): void {
  const block = chain.best.number + 1;
  const { seed } = chain.options;
  const state = chain.head;
  const send = (key: DemoKey, type: string, name: string, args: Record<string, unknown>) =>
    submit(chain, pool, key, { type, value: { type: name, value: args } }, hurried);

  for (const plan of SUBNET_PLANS) {
    const period = (plan.tempo + 1) * WEIGHTS_EVERY_TEMPOS[hurried ? 'hurried' : 'live'];
    for (let mechanism = 0; mechanism < plan.mechanisms; mechanism++) {
      plan.validators.forEach((number, at) => {
        // Spread over the period, so that no block carries them all.
        if ((block + at * 7 + mechanism * 3) % period !== 0) return;
        const key = validatorKey(number);
        if (isSilent(seed, key.publicKey, block)) return;
        const row = weightsOf(state, seed, plan, key.publicKey, mechanism, block);
        if (row.dests.length === 0) return;
        const args = { netuid: plan.netuid, ...row, version_key: 0n };
        if (mechanism === 0) send(key, 'SubtensorModule', 'set_weights', args);
        else send(key, 'SubtensorModule', 'set_mechanism_weights', { ...args, mecid: mechanism });
      });
    }
  }
  if (block % REGISTER_EVERY_BLOCKS === 0) {
    const turn = block / REGISTER_EVERY_BLOCKS;
    const netuid = SUBNET_PLANS[Math.floor(roll(seed, 'where', block) * SUBNET_PLANS.length)]?.netuid ?? 1;
    send(recruiter(), 'SubtensorModule', 'burned_register', { netuid, hotkey: recruitKey(turn).publicKey });
  }
  if (block % REGISTER_EVERY_BLOCKS === 5 && block > REGISTER_EVERY_BLOCKS) {
    const key = recruitKey(Math.floor(block / REGISTER_EVERY_BLOCKS));
    const plan = SUBNET_PLANS.find(({ netuid }) => state.sub('Uids', netuid, key.publicKey) !== undefined);
    if (plan !== undefined) {
      const { block: _, ...axon } = axonOf(plan.netuid, block % 250, 0n);
      send(key, 'SubtensorModule', 'serve_axon', { netuid: plan.netuid, ...axon });
    }
  }
  if (block % TRANSFER_EVERY_BLOCKS === 0) {
    const amount = BigInt(1 + Math.floor(roll(seed, 'amount', block) * 5_000_000_000));
    const dest = { type: 'Id', value: devAccount('//Dave').publicKey };
    send(devAccount('//Charlie'), 'Balances', 'transfer_keep_alive', { dest, value: amount });
  }
}

function submit(chain: DemoChain, pool: Pool, key: DemoKey, call: Call, trusted: boolean): void {
  const { runtime, genesisHash, best } = chain;
  const context = { runtime, genesisHash, blockHash: (number: number) => chain.blockHash(number) };
  const bytes = signExtrinsic(
    key,
    call,
    { nonce: pool.nextNonce(key.publicKey), current: best.number },
    context,
  );
  try {
    pool.submit(bytes, trusted);
  } catch (error) {
    // Too fast, or replaced since: an actor shrugs and comes again at its next turn.
    if (!(error instanceof PoolRejection)) throw error;
  }
}

/** A validator's row: scores of its own, or the last consensus when it copies. */
function weightsOf(
  state: StateReader,
  seed: string,
  { netuid }: SubnetPlan,
  validator: AccountId,
  mechanism: number,
  block: number,
): { dests: number[]; weights: number[] } {
  const permits = state.sub<boolean[]>('ValidatorPermit', netuid);
  const hotkeys = hotkeysOf(state, netuid);
  const incentive = state.sub<number[]>('Incentive', storageIndex(netuid, mechanism));
  const copies = personalityOf(validator) === 'copying' && incentive.some((share) => share > 0);
  const scores = hotkeys.map((hotkey, uid) => {
    if (permits[uid] === true) return 0;
    if (copies) return incentive[uid] ?? 0;
    const registeredAt = Number(state.sub<bigint>('BlockAtRegistration', netuid, uid));
    const quality = qualityOf(seed, hotkey, mechanism, block, registeredAt);
    // Squared: better miners earn more than in proportion.
    return scoreOf(seed, validator, uid, quality ** 2, block);
  });
  const best = Math.max(...scores, 1e-9);
  const dests: number[] = [];
  const weights: number[] = [];
  scores.forEach((score, uid) => {
    const weight = Math.round((score / best) * 65_535);
    if (weight > 0) {
      dests.push(uid);
      weights.push(weight);
    }
  });
  return { dests, weights };
}
