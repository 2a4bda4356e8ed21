import { blake2b } from '@noble/hashes/blake2.js';
import { type AccountId, toHex } from '../../shared/index.ts';
import { setParameter } from './admin-utils.ts';
import { lookUp, transfer } from './balances.ts';
import { setChildren } from './children.ts';
import { commitWeights, revealWeights } from './commit-reveal.ts';
import { type SetCommitment, setCommitment } from './commitments.ts';
import type { EventLog } from './events.ts';
import type { Call } from './extrinsic.ts';
import { moduleFailure } from './failure.ts';
import { burnedRegister } from './registration.ts';
import { type ServeAxon, serveAxon, servePrometheus } from './serving.ts';
import { addStake, type MoveStake, moveStake, removeStake } from './staking.ts';
import type { StateWriter } from './storage.ts';
import { decreaseTake, increaseTake, setChildkeyTake } from './takes.ts';
import { setWeights } from './weights.ts';
import { type BatchKind, batch, type ProxyCall, proxy, type Run } from './wrappers.ts';

/** How deep calls may be inside each other; more than anybody needs, and no danger to the stack. */
const MOST_DEPTH = 8;

/** Applies a signed call; a failure is thrown as `DispatchFailure` and the caller drops what was written. */
export function dispatch(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  call: Call,
  block: number,
  depth = 0,
): void {
  if (depth > MOST_DEPTH) throw moduleFailure('System', 'CallFiltered');
  const run: Run = (layer, account, inner) => dispatch(layer, log, account, inner, block, depth + 1);
  const name = `${call.type}.${call.value.type}`;
  // The codec of the runtime made these arguments, so their shape is that of the call's metadata.
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  const args = call.value.value as any;
  if (call.type === 'AdminUtils') {
    setParameter(state, log, who, call.value.type, args, block);
    return;
  }
  switch (name) {
    case 'Utility.batch':
    case 'Utility.batch_all':
    case 'Utility.force_batch':
      batch(state, log, who, call.value.type as BatchKind, args.calls, run);
      return;
    case 'Proxy.proxy':
      proxy(state, log, who, args as ProxyCall, run);
      return;
    case 'System.remark':
      return;
    case 'System.remark_with_event': {
      const hash = toHex(blake2b(args.remark, { dkLen: 32 }));
      log.emit('System', 'Remarked', { sender: who, hash });
      return;
    }
    case 'Balances.transfer_keep_alive':
      transfer(state, log, who, lookUp(args.dest), args.value, true);
      return;
    case 'Balances.transfer_allow_death':
      transfer(state, log, who, lookUp(args.dest), args.value, false);
      return;
    case 'Commitments.set_commitment':
      setCommitment(state, log, who, args as SetCommitment, block);
      return;
    case 'SubtensorModule.set_weights':
    case 'SubtensorModule.set_mechanism_weights': {
      const { netuid, mecid = 0, dests, weights, version_key: versionKey } = args;
      setWeights(state, log, who, { netuid, mechanism: mecid, dests, weights, versionKey }, block);
      return;
    }
    case 'SubtensorModule.commit_weights':
    case 'SubtensorModule.commit_mechanism_weights': {
      const { netuid, mecid = 0, commit_hash: hash } = args;
      commitWeights(state, log, who, { netuid, mechanism: mecid, hash }, block);
      return;
    }
    case 'SubtensorModule.reveal_weights':
    case 'SubtensorModule.reveal_mechanism_weights': {
      const { netuid, mecid = 0, uids, values, salt, version_key: versionKey } = args;
      const row = { netuid, mechanism: mecid, dests: uids, weights: values, salt, versionKey };
      revealWeights(state, log, who, row, block);
      return;
    }
    case 'SubtensorModule.add_stake':
      addStake(state, log, who, args);
      return;
    case 'SubtensorModule.remove_stake':
      removeStake(state, log, who, args);
      return;
    case 'SubtensorModule.move_stake':
      moveStake(state, log, who, args as MoveStake);
      return;
    case 'SubtensorModule.increase_take':
      increaseTake(state, log, who, args, block);
      return;
    case 'SubtensorModule.decrease_take':
      decreaseTake(state, log, who, args, block);
      return;
    case 'SubtensorModule.set_childkey_take':
      setChildkeyTake(state, log, who, args);
      return;
    case 'SubtensorModule.set_children':
      setChildren(state, log, who, args, block);
      return;
    case 'SubtensorModule.serve_axon':
      serveAxon(state, log, who, args as ServeAxon, block);
      return;
    case 'SubtensorModule.serve_prometheus':
      servePrometheus(state, log, who, args, block);
      return;
    case 'SubtensorModule.burned_register':
      burnedRegister(state, log, who, args, block);
      return;
    default:
      throw moduleFailure('System', 'CallFiltered');
  }
}
