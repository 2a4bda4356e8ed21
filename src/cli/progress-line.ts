import type { Effects } from './effects.ts';

/** A line that says how far work is, redrawn on a terminal; elsewhere nothing is said. */
export function createProgressLine(stderr: Effects['stderr']): { show(text: string): void; clear(): void } {
  let shown = false;
  let shownAt = 0;
  return {
    show(text) {
      const now = performance.now();
      if (!stderr.isTTY || now - shownAt < 100) return;
      shownAt = now;
      shown = true;
      stderr.write(`\r\x1b[2K${text}`);
    },
    clear() {
      if (shown) stderr.write('\r\x1b[2K');
      shown = false;
    },
  };
}
