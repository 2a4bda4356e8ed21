import type { Hex } from '../../shared/index.ts';
import { accountOf, bumpNonce, withdraw } from './balances.ts';
import { blockStep } from './block-step.ts';
import { dispatch } from './dispatch.ts';
import { EventLog } from './events.ts';
import { bareExtrinsic, type DecodedExtrinsic } from './extrinsic.ts';
import { DispatchFailure } from './failure.ts';
import { CALL_WEIGHT, feeOf, paysFee } from './fees.ts';
import { CODE_KEY, type Runtime } from './runtime.ts';
import { type RawState, StateWriter } from './storage.ts';
import { validate } from './validity.ts';

/** How many block hashes the state holds (`System.BlockHashCount`). */
const BLOCK_HASH_COUNT = 2400;

export interface BlockInput {
  readonly runtime: Runtime;
  /** State after the parent. */
  readonly parent: RawState;
  readonly parentHash: Hex;
  readonly number: number;
  /** ms since the epoch. */
  readonly timestampMs: number;
  readonly seed: string;
  /** Digest items as the dynamic codec wants them. */
  readonly digest: readonly unknown[];
  readonly extrinsics: readonly DecodedExtrinsic[];
  /** The runtime that this block brings; its own events are still the old runtime's. */
  readonly upgradeTo?: Runtime | undefined;
}

export interface BlockOutput {
  /** The body, the timestamp first. */
  readonly extrinsics: readonly Uint8Array[];
  readonly changes: ReadonlyMap<Hex, Uint8Array | undefined>;
  /** What could not enter the block, because an extrinsic before it changed the state. */
  readonly refused: readonly DecodedExtrinsic[];
}

/**
 * Runs a block: hooks, the timestamp, the extrinsics in order, and what the system pallet keeps of it all. Signatures were
 * verified at the pool's door. An extrinsic whose dispatch fails leaves its fee, its nonce and `ExtrinsicFailed`.
 */
export function executeBlock(input: BlockInput): BlockOutput {
  const { runtime, number, parentHash, upgradeTo } = input;
  const state = new StateWriter(runtime, input.parent);
  const log = new EventLog();
  state.put('System', 'Number', number);
  state.put('System', 'ParentHash', parentHash);
  state.put('System', 'BlockHash', number - 1, parentHash);
  if (number > BLOCK_HASH_COUNT) state.put('System', 'BlockHash', number - 1 - BLOCK_HASH_COUNT, undefined);
  state.put('System', 'Digest', input.digest);
  const recorded = state.get<{ spec_version: number }>('System', 'LastRuntimeUpgrade');
  const { specVersion, specName } = runtime.spec;
  if (recorded.spec_version !== specVersion) {
    state.put('System', 'LastRuntimeUpgrade', { spec_version: specVersion, spec_name: specName });
  }
  blockStep(state, log, input.seed, number);
  if (upgradeTo !== undefined) {
    state.overlay.write(CODE_KEY, upgradeTo.code);
    log.emit('System', 'CodeUpdated', undefined);
  }

  const now = { type: 'Timestamp', value: { type: 'set', value: { now: BigInt(input.timestampMs) } } };
  const bodies = [bareExtrinsic(now, runtime)];
  log.applying(0);
  state.put('Timestamp', 'Now', BigInt(input.timestampMs));
  log.emit('System', 'ExtrinsicSuccess', { dispatch_info: dispatchInfo('Mandatory', false) });
  const refused: DecodedExtrinsic[] = [];
  for (const extrinsic of input.extrinsics) {
    log.applying(bodies.length);
    if (apply(state, log, extrinsic, number)) bodies.push(extrinsic.bytes);
    else refused.push(extrinsic);
  }
  state.overlay.write(runtime.item('System', 'Events').key([]), runtime.events.enc(log.records));
  state.put('System', 'EventCount', log.records.length);
  return { extrinsics: bodies, changes: state.overlay.changes, refused };
}

/** `false` when the extrinsic is not valid in this place; then nothing is written. */
function apply(state: StateWriter, log: EventLog, extrinsic: DecodedExtrinsic, number: number): boolean {
  const { signed, call, bytes } = extrinsic;
  if (signed === undefined) return false;
  const who = signed.signer;
  if (accountOf(state, who).nonce !== signed.nonce) return false;
  if (validate(state, extrinsic, signed, number) !== undefined) return false;
  bumpNonce(state, who);
  const fee = feeOf(call, bytes.length).total + signed.tip;
  if (fee > 0n) {
    withdraw(state, who, fee);
    log.emit('Balances', 'Withdraw', { who, amount: fee });
  }
  const mark = log.mark();
  const layer = state.layer();
  let failure: DispatchFailure | undefined;
  try {
    dispatch(layer, log, who, call, number);
    state.absorb(layer);
  } catch (error) {
    if (!(error instanceof DispatchFailure)) throw error;
    log.rollBack(mark);
    failure = error;
  }
  const pays = paysFee(call);
  if (pays)
    log.emit('TransactionPayment', 'TransactionFeePaid', {
      who,
      actual_fee: fee - signed.tip,
      tip: signed.tip,
    });
  const dispatch_info = dispatchInfo('Normal', pays);
  if (failure === undefined) log.emit('System', 'ExtrinsicSuccess', { dispatch_info });
  else
    log.emit('System', 'ExtrinsicFailed', {
      dispatch_error: failure.encodable(state.runtime),
      dispatch_info,
    });
  return true;
}

function dispatchInfo(kind: string, pays: boolean) {
  return {
    weight: CALL_WEIGHT,
    class: { type: kind, value: undefined },
    pays_fee: { type: pays ? 'Yes' : 'No', value: undefined },
  };
}
