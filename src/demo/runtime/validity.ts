import type { AccountId } from '../../shared/index.ts';
import { accountOf, EXISTENTIAL_DEPOSIT } from './balances.ts';
import type { Call, DecodedExtrinsic, SignedPart } from './extrinsic.ts';
import { feeOf } from './fees.ts';
import type { StateReader } from './storage.ts';
import { isTooFast } from './weights.ts';

/** Why a transaction may not enter a block: `sp_runtime::transaction_validity::InvalidTransaction`. */
export type Invalid =
  | {
      readonly type: 'Call' | 'Payment' | 'Stale' | 'BadProof' | 'AncientBirthBlock';
      readonly custom?: undefined;
    }
  | { readonly type: 'Custom'; readonly custom: number };

/** Codes of `Custom(n)` that the demo gives (`common/src/transaction_error.rs`). */
const CUSTOM = {
  stakeTooLow: 1,
  balanceTooLow: 2,
  subnetNotExists: 3,
  rateLimit: 6,
  notRegistered: 10,
  invalidIp: 11,
  servingRateLimit: 12,
  invalidPort: 13,
} as const;

/**
 * What can be told of a transaction before its block, signature aside: nonce, fee, and the checks with which Subtensor
 * keeps its free calls from being abused. `undefined` when nothing speaks against it. A nonce from the future is fine here.
 */
export function validate(
  state: StateReader,
  extrinsic: DecodedExtrinsic,
  signed: SignedPart,
  block: number,
): Invalid | undefined {
  const account = accountOf(state, signed.signer);
  if (signed.nonce < account.nonce) return { type: 'Stale' };
  const fee = feeOf(extrinsic.call, extrinsic.bytes.length).total + signed.tip;
  if (fee > 0n && account.data.free < fee + EXISTENTIAL_DEPOSIT) return { type: 'Payment' };
  const custom = customCode(state, signed.signer, extrinsic.call, block);
  return custom === undefined ? undefined : { type: 'Custom', custom };
}

function customCode(state: StateReader, who: AccountId, call: Call, block: number): number | undefined {
  if (call.type !== 'SubtensorModule') return undefined;
  // biome-ignore lint/suspicious/noExplicitAny: arguments come from the call's own codec.
  const args = call.value.value as any;
  const netuid: number = args.netuid;
  switch (call.value.type) {
    case 'set_weights':
    case 'set_mechanism_weights':
    case 'commit_weights':
    case 'commit_mechanism_weights': {
      const uid = state.sub<number | undefined>('Uids', netuid, who);
      if (uid === undefined) return CUSTOM.notRegistered;
      return isTooFast(state, netuid, args.mecid ?? 0, uid, block) ? CUSTOM.rateLimit : undefined;
    }
    case 'burned_register':
      if (!state.sub<boolean>('NetworksAdded', netuid)) return CUSTOM.subnetNotExists;
      return accountOf(state, who).data.free < state.sub<bigint>('Burn', netuid)
        ? CUSTOM.balanceTooLow
        : undefined;
    case 'serve_axon':
    case 'serve_prometheus': {
      if (state.sub<number | undefined>('Uids', netuid, who) === undefined) return CUSTOM.notRegistered;
      if (args.port === 0) return CUSTOM.invalidPort;
      return undefined;
    }
    default:
      return undefined;
  }
}

/** The words with which a node explains an invalid transaction, in the `data` of its error. */
export function describeInvalid(invalid: Invalid): string {
  switch (invalid.type) {
    case 'Call':
      return 'Transaction call is not expected';
    case 'Payment':
      return 'Inability to pay some fees , e.g. account balance too low';
    case 'Stale':
      return 'Transaction is outdated';
    case 'BadProof':
      return 'Transaction has a bad signature';
    case 'AncientBirthBlock':
      return 'Transaction has an ancient birth block';
    case 'Custom':
      return `Custom error: ${invalid.custom}`;
  }
}
