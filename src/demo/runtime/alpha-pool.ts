import type { StateReader, StateWriter } from './storage.ts';

/** Swap fee, parts of 65535 (`Swap.FeeRate`): what stays in the pool. */
const U16 = 65_535n;

/** What an exchange came to, rao. */
export interface Exchange {
  readonly got: bigint;
  /** The pool's fee, in what was given. */
  readonly fee: bigint;
}

/** Alpha for TAO. On root both are the same. */
export function buyAlpha(state: StateWriter, netuid: number, tao: bigint): Exchange {
  if (netuid === 0) return { got: tao, fee: 0n };
  const fee = feeOn(state, netuid, tao);
  const { taoIn, alphaIn } = reserves(state, netuid);
  const left = (taoIn * alphaIn) / (taoIn + tao - fee);
  movePool(state, netuid, taoIn + tao, left);
  return { got: alphaIn - left, fee };
}

/** TAO for alpha. */
export function sellAlpha(state: StateWriter, netuid: number, alpha: bigint): Exchange {
  if (netuid === 0) return { got: alpha, fee: 0n };
  const fee = feeOn(state, netuid, alpha);
  const { taoIn, alphaIn } = reserves(state, netuid);
  const left = (taoIn * alphaIn) / (alphaIn + alpha - fee);
  movePool(state, netuid, left, alphaIn + alpha);
  return { got: taoIn - left, fee };
}

/** Sets what the pool holds; what left it, or came, is outside or inside now, and the price follows. */
export function movePool(state: StateWriter, netuid: number, tao: bigint, alpha: bigint): void {
  const { taoIn, alphaIn } = reserves(state, netuid);
  state.putSub('SubnetTAO', netuid, tao);
  state.putSub('SubnetAlphaIn', netuid, alpha);
  state.putSub('SubnetAlphaOut', netuid, state.sub<bigint>('SubnetAlphaOut', netuid) + alphaIn - alpha);
  const moved = tao > taoIn ? tao - taoIn : taoIn - tao;
  state.putSub('SubnetVolume', netuid, state.sub<bigint>('SubnetVolume', netuid) + moved);
  state.put('Swap', 'AlphaSqrtPrice', netuid, sqrtPriceBits(tao, alpha));
}

function reserves(state: StateReader, netuid: number): { taoIn: bigint; alphaIn: bigint } {
  return {
    taoIn: state.sub<bigint>('SubnetTAO', netuid),
    alphaIn: state.sub<bigint>('SubnetAlphaIn', netuid),
  };
}

function feeOn(state: StateReader, netuid: number, amount: bigint): bigint {
  return (amount * BigInt(state.get<number>('Swap', 'FeeRate', netuid))) / U16;
}

/** The square root of tao / alpha as U64F64. */
function sqrtPriceBits(tao: bigint, alpha: bigint): bigint {
  return squareRoot((tao << 128n) / alpha);
}

function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  // A double is right to some 50 bits; two rounds of Newton's method give the rest.
  root = (root + value / root) >> 1n;
  return (root + value / root) >> 1n;
}
