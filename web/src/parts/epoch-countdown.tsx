import { useLive } from '../api/live-context.tsx';
import { integer } from '../format/numbers.ts';
import { duration } from '../format/time.ts';

/** Blocks and time to the next epoch, counted from the newest head this page has seen. */
export function EpochCountdown({ nextEpochBlock, at }: { nextEpochBlock: number; at: number }) {
  const best = useLive((live) => live.best) ?? at;
  const blockSeconds = useLive((live) => live.blockSeconds);
  const left = nextEpochBlock - best;
  if (left <= 0) return <span title={`due at block ${integer(nextEpochBlock)}`}>due now</span>;
  return (
    <span title={`at block ${integer(nextEpochBlock)}`}>
      {integer(left)} {left === 1 ? 'block' : 'blocks'} · {duration(left * blockSeconds)}
    </span>
  );
}
