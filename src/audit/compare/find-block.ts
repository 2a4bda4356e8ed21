import { TaoscopeError } from '../../shared/index.ts';
import type { Micros } from '../types.ts';
import type { PaymentReader } from './chain-reader.ts';

/** Most blocks looked at: halving alone needs 32 for every block that a u32 can name. */
const MOST_STEPS = 64;

/**
 * The last block made at or before an instant, by the blocks' own times: interpolated, since blocks come at an even pace, and
 * halved every second time, so that a chain that stood still does not make it slow.
 *
 * Errors: `not-found` for an instant before the first block that says its time; `falsified` for times that run backwards; what
 * the chain says, `state-pruned` above all.
 */
export async function findBlock(
  reader: PaymentReader,
  instant: Micros,
  signal?: AbortSignal,
): Promise<number> {
  const timeOf = async (block: number): Promise<Micros> => (await reader.time(block, signal)) ?? -Infinity;
  let high = await reader.head(signal);
  let highTime = await timeOf(high);
  if (highTime <= instant) return high;
  // Back from the head by doubling steps: old state may be pruned, and need not be touched.
  let low = high;
  let lowTime = highTime;
  for (let span = 1; lowTime > instant; span *= 2) {
    if (low === 0) throw beforeTheChain(instant);
    [high, highTime] = [low, lowTime];
    low = Math.max(0, high - span);
    lowTime = await timeOf(low);
    if (lowTime > highTime) throw backwards(low, high);
  }
  for (let step = 0; high - low > 1 && step < MOST_STEPS; step++) {
    const even = (instant - lowTime) / (highTime - lowTime);
    const guess =
      step % 2 === 0 && Number.isFinite(even)
        ? low + Math.round(even * (high - low))
        : low + Math.floor((high - low) / 2);
    const middle = Math.min(high - 1, Math.max(low + 1, guess));
    const time = await timeOf(middle);
    if (time < lowTime || time > highTime) throw backwards(low, high);
    if (time <= instant) [low, lowTime] = [middle, time];
    else [high, highTime] = [middle, time];
  }
  return low;
}

function beforeTheChain(instant: Micros): TaoscopeError {
  return new TaoscopeError('not-found', {
    failed: 'no block had been made by then',
    got: new Date(instant / 1000).toISOString(),
    expected: 'a time after the first block',
  });
}

function backwards(low: number, high: number): TaoscopeError {
  return new TaoscopeError('falsified', {
    failed: `the times of blocks ${low} to ${high} run backwards`,
    expected: 'later blocks with later times',
  });
}
