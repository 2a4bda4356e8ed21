import type { AccountId } from '../../shared/index.ts';
import { commitHash, commitsOf, type Sealed } from '../runtime/commit-reveal.ts';
import { hotkeysOf, storageIndex } from '../runtime/stake.ts';
import type { StateReader } from '../runtime/storage.ts';
import type { Copiers } from './copiers.ts';
import { validatorKey } from './people.ts';
import { isSilent, qualityOf, scoreOf } from './personalities.ts';
import type { SubnetPlan } from './plans.ts';
import { roll } from './roll.ts';
import { callOf, type Scene } from './scene.ts';

/** A validator sends weights once in this many tempos; more seldom where it needs two calls for it. */
const WEIGHTS_EVERY_TEMPOS = { open: 2, sealed: 3 };
const SALT_LENGTH = 8;

/** Validators of a subnet send weights, or commit to them and reveal what they committed to. */
export function validate(scene: Scene, plan: SubnetPlan): void {
  const sealed = scene.state.sub<boolean>('CommitRevealWeightsEnabled', plan.netuid);
  const period = (plan.tempo + 1) * WEIGHTS_EVERY_TEMPOS[sealed ? 'sealed' : 'open'];
  plan.validators.forEach((number, at) => {
    for (let mechanism = 0; mechanism < plan.mechanisms; mechanism++) {
      if (sealed) reveal(scene, plan, number, mechanism, at);
      // Spread over the period, so that no block carries them all.
      if ((scene.block + at * 7 + mechanism * 3) % period === 0)
        speak(scene, plan, number, mechanism, sealed);
    }
  });
}

function speak(scene: Scene, plan: SubnetPlan, number: number, mechanism: number, sealed: boolean): void {
  const key = validatorKey(number);
  if (isSilent(scene.seed, key.publicKey, scene.block)) return;
  const row = rowOf(scene, scene.state, plan, key.publicKey, mechanism, scene.block);
  if (row.dests.length === 0) return;
  const { netuid, dests, weights } = row;
  const args = sealed
    ? { netuid, commit_hash: commitHash(key.publicKey, row) }
    : { netuid, dests, weights, version_key: row.versionKey };
  scene.send(key, mechanismCall(sealed ? 'commit' : 'set', mechanism, args));
}

/** Reveals when the time is come, each validator somewhat later than the one before. The row is told again from the block of the commit. */
function reveal(scene: Scene, plan: SubnetPlan, number: number, mechanism: number, at: number): void {
  const { netuid } = plan;
  const key = validatorKey(number);
  const due = commitsOf(scene.state, netuid, mechanism, key.publicKey).find(
    ({ firstReveal, lastReveal }) => firstReveal + 2 * at <= scene.block && scene.block <= lastReveal,
  );
  const then = due && scene.stateBefore(due.block);
  if (due === undefined || then === undefined) return;
  const row = rowOf(scene, then, plan, key.publicKey, mechanism, due.block);
  // A fork has put the commit into another block than the one that it was made for; it expires.
  if (commitHash(key.publicKey, row) !== due.hash) return;
  const { dests: uids, weights: values, salt, versionKey: version_key } = row;
  scene.send(key, mechanismCall('reveal', mechanism, { netuid, uids, values, salt, version_key }));
}

function mechanismCall(verb: 'set' | 'commit' | 'reveal', mechanism: number, args: Record<string, unknown>) {
  return mechanism === 0
    ? callOf(`${verb}_weights`, args)
    : callOf(`${verb}_mechanism_weights`, { ...args, mecid: mechanism });
}

/** A validator's row at a block: scores of its own, or the last consensus when it copies; with the salt to hide it. */
export function rowOf(
  { seed, copiers }: { readonly seed: string; readonly copiers: Copiers },
  state: StateReader,
  { netuid, mechanisms }: SubnetPlan,
  validator: AccountId,
  mechanism: number,
  block: number,
): Sealed {
  const permits = state.sub<boolean[]>('ValidatorPermit', netuid);
  // Where there are several mechanisms the stored consensus is of all together; the incentive is the nearest to one's own.
  const consensus =
    mechanisms === 1
      ? state.sub<number[]>('Consensus', netuid)
      : state.sub<number[]>('Incentive', storageIndex(netuid, mechanism));
  const copies = copiers.copies(netuid, validator, block) && consensus.some((share) => share > 0);
  const scores = hotkeysOf(state, netuid).map((hotkey, uid) => {
    if (permits[uid] === true) return 0;
    if (copies) return consensus[uid] ?? 0;
    const registeredAt = Number(state.sub<bigint>('BlockAtRegistration', netuid, uid));
    const quality = qualityOf(seed, hotkey, mechanism, block, registeredAt);
    // Squared: better miners earn more than in proportion.
    return scoreOf(seed, validator, uid, quality ** 2, block);
  });
  const best = Math.max(...scores, 1e-9);
  const pairs = scores
    .map((score, uid) => [uid, Math.round((score / best) * 65_535)] as const)
    .filter(([, weight]) => weight > 0);
  const name = Buffer.from(validator.subarray(0, 8)).toString('hex');
  const salt = Array.from({ length: SALT_LENGTH }, (_, at) =>
    Math.floor(65_536 * roll(seed, 'salt', name, mechanism, block, at)),
  );
  return {
    netuid,
    mechanism,
    dests: pairs.map(([uid]) => uid),
    weights: pairs.map(([, weight]) => weight),
    salt,
    versionKey: 0n,
  };
}
