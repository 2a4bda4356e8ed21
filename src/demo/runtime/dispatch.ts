import { blake2b } from '@noble/hashes/blake2.js';
import { type AccountId, toHex } from '../../shared/index.ts';
import { lookUp, transfer } from './balances.ts';
import type { EventLog } from './events.ts';
import type { Call } from './extrinsic.ts';
import { moduleFailure } from './failure.ts';
import { burnedRegister } from './registration.ts';
import { type ServeAxon, serveAxon, servePrometheus } from './serving.ts';
import type { StateWriter } from './storage.ts';
import { setWeights } from './weights.ts';

/** Applies a signed call; a failure is thrown as `DispatchFailure` and the caller drops what was written. */
export function dispatch(state: StateWriter, log: EventLog, who: AccountId, call: Call, block: number): void {
  const name = `${call.type}.${call.value.type}`;
  // The codec of the runtime made these arguments, so their shape is that of the call's metadata.
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  const args = call.value.value as any;
  switch (name) {
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
    case 'SubtensorModule.set_weights':
    case 'SubtensorModule.set_mechanism_weights': {
      const { netuid, mecid = 0, dests, weights, version_key: versionKey } = args;
      setWeights(state, log, who, { netuid, mechanism: mecid, dests, weights, versionKey }, block);
      return;
    }
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
