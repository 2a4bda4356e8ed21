import type { BackfillProgress } from '../metagraph/index.ts';
import type { Effects } from './effects.ts';

/** Shows how far long work is: a bar that is redrawn on a terminal, else a line every ten seconds. */
export function createProgressBar(stderr: Effects['stderr']): {
  show(progress: BackfillProgress): void;
  end(): void;
} {
  let shownAt = 0;
  return {
    show(progress) {
      // A server that has just begun does not know how many there are.
      if (progress.total === 0) return;
      const now = Date.now();
      const finished = progress.done + progress.skipped + progress.missing === progress.total;
      if (!finished && now - shownAt < (stderr.isTTY ? 100 : 10_000)) return;
      shownAt = now;
      stderr.write(stderr.isTTY ? `\r\x1b[2K${progressLine(progress)}` : `${progressLine(progress)}\n`);
    },
    end() {
      if (stderr.isTTY && shownAt > 0) stderr.write('\n');
    },
  };
}

const BAR_CELLS = 24;

/** `██████░░  42/100 blocks  3 stored before  1 missing  5.2/s  11 s left` */
export function progressLine({
  total,
  done,
  skipped,
  missing,
  ratePerSecond,
  secondsLeft,
}: BackfillProgress): string {
  const reached = done + skipped + missing;
  const full = total === 0 ? 0 : Math.floor((reached / total) * BAR_CELLS);
  return [
    '█'.repeat(full) + '░'.repeat(BAR_CELLS - full),
    `${reached}/${total} blocks`,
    skipped > 0 ? `${skipped} stored before` : '',
    missing > 0 ? `${missing} missing` : '',
    ratePerSecond > 0 ? `${ratePerSecond.toFixed(1)}/s` : '',
    secondsLeft !== undefined && reached < total ? `${duration(secondsLeft)} left` : '',
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
