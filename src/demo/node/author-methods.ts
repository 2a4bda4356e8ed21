import { type Hex, parseAccount, toHex } from '../../shared/index.ts';
import { PoolRejection } from '../chain/pool.ts';
import { decodeExtrinsic } from '../runtime/extrinsic.ts';
import { CALL_WEIGHT, feeOf } from '../runtime/fees.ts';
import {
  bytesParam,
  type Handler,
  hashParam,
  type NodeContext,
  type Subscription,
  stateAt,
} from './context.ts';
import { invalidParams, RpcError } from './rpc-error.ts';

/** `author_*`, `payment_*` and the nonce: all that has to do with sending an extrinsic. */
export function authorMethods(context: NodeContext): Record<string, Handler> {
  const nextIndex: Handler = ([account]) => {
    if (typeof account !== 'string') throw invalidParams('expected an ss58 address');
    try {
      return context.pool.nextNonce(parseAccount(account));
    } catch {
      throw invalidParams('expected an ss58 address');
    }
  };
  return {
    author_submitExtrinsic: ([bytes]) => submit(context, bytes),
    author_pendingExtrinsics: () => context.pool.pending().map(toHex),
    payment_queryInfo: ([bytes, at]) => {
      const { fee } = feeParts(context, bytes, at);
      return { weight: weightJson(), class: 'normal', partialFee: fee.total.toString() };
    },
    payment_queryFeeDetails: ([bytes, at]) => {
      const { fee, tip } = feeParts(context, bytes, at);
      const hex = (value: bigint) => `0x${value.toString(16)}`;
      const inclusionFee = { baseFee: hex(fee.base), lenFee: hex(fee.length), adjustedWeightFee: '0x0' };
      return { inclusionFee: fee.total === 0n ? null : inclusionFee, tip: hex(tip) };
    },
    system_accountNextIndex: nextIndex,
    account_nextIndex: nextIndex,
  };
}

/** `author_submitAndWatchExtrinsic`: the way of an extrinsic into a final block. */
export function authorSubscriptions(context: NodeContext): Record<string, Subscription> {
  return {
    author_submitAndWatchExtrinsic: {
      notification: 'author_extrinsicUpdate',
      unsubscribe: ['author_unwatchExtrinsic'],
      start([bytes], send) {
        return context.pool.watch(submit(context, bytes), send);
      },
    },
  };
}

function submit({ pool }: NodeContext, bytes: unknown): Hex {
  try {
    return pool.submit(bytesParam(bytes));
  } catch (error) {
    if (error instanceof PoolRejection) throw new RpcError(error.code, error.message, error.data);
    throw error;
  }
}

function feeParts(context: NodeContext, bytes: unknown, at: unknown) {
  const { runtime } = stateAt(context, hashParam(at), 'call');
  const raw = bytesParam(bytes);
  const extrinsic = decodeExtrinsic(raw, runtime);
  if (extrinsic === undefined)
    throw new RpcError(1, 'Unable to query dispatch info.', 'the extrinsic cannot be decoded');
  return { fee: feeOf(extrinsic.call, raw.length), tip: extrinsic.signed?.tip ?? 0n };
}

function weightJson() {
  return { ref_time: Number(CALL_WEIGHT.ref_time), proof_size: Number(CALL_WEIGHT.proof_size) };
}
