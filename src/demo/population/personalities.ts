import type { AccountId } from '../../shared/index.ts';
import { roll, sway } from './roll.ts';

/**
 * How a member of the population behaves. Which one it is follows from its hotkey alone, so that it can be told at any
 * block and after any restart.
 *
 * | | miner | validator |
 * |---|---|---|
 * | steady | answers equally well all the time | scores what it sees to its own taste, with a little noise |
 * | rising | starts weak, is at its best 600 blocks after registration | scores with noise that fades away |
 * | faulty | is down for a third of the time | sets no weights for half of the time |
 * | copying | passes on what others answered: middling | sends the last consensus instead of scores of its own |
 */
export type Personality = 'steady' | 'rising' | 'faulty' | 'copying';

const PERSONALITIES: readonly Personality[] = ['steady', 'rising', 'steady', 'faulty', 'steady', 'copying'];

const RISING_BLOCKS = 600;
const FAULTY_PERIOD = 120;
const FAULTY_DOWN = 40;
const SILENT_PERIOD = 400;

/** The personality of a hotkey. */
export function personalityOf(hotkey: AccountId): Personality {
  // Not the first byte: that of an sr25519 key is always even.
  return PERSONALITIES[(hotkey[1] ?? 0) % PERSONALITIES.length] ?? 'steady';
}

/** How good a miner's answers are at a block, 0 to 1. */
export function qualityOf(
  seed: string,
  hotkey: AccountId,
  mechanism: number,
  block: number,
  registeredAt: number,
): number {
  const name = Buffer.from(hotkey.subarray(0, 8)).toString('hex');
  const best = 0.35 + 0.6 * roll(seed, 'talent', name, mechanism);
  switch (personalityOf(hotkey)) {
    case 'steady':
      return best;
    case 'rising':
      return best * (0.2 + 0.8 * Math.min(1, (block - registeredAt) / RISING_BLOCKS));
    case 'faulty': {
      const phase = Math.floor(FAULTY_PERIOD * roll(seed, 'phase', name));
      return (block + phase) % FAULTY_PERIOD < FAULTY_DOWN ? 0 : best;
    }
    case 'copying':
      return 0.3 + 0.2 * best;
  }
}

/**
 * The score that a validator of this personality gives for a quality; `copying` ones do not score. Each has a taste of its
 * own that lasts: without it, those who score would be as alike as those who copy.
 */
export function scoreOf(
  seed: string,
  validator: AccountId,
  miner: number,
  quality: number,
  block: number,
): number {
  const noise = personalityOf(validator) === 'rising' ? 0.3 / (1 + block / 300) : 0.06;
  const name = Buffer.from(validator.subarray(0, 8)).toString('hex');
  const taste = 0.25 * sway(seed, 'taste', name, miner);
  return Math.max(0, quality * (1 + taste + noise * sway(seed, 'score', name, miner, block)));
}

/** Whether a faulty validator is in one of its silences. */
export function isSilent(seed: string, validator: AccountId, block: number): boolean {
  if (personalityOf(validator) !== 'faulty') return false;
  const phase = Math.floor(
    SILENT_PERIOD * roll(seed, 'silence', Buffer.from(validator.subarray(0, 8)).toString('hex')),
  );
  return (block + phase) % SILENT_PERIOD < SILENT_PERIOD / 2;
}
