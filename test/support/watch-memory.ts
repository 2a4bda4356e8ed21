/** Looks at the resident memory of this process again and again until disposed. */
export function watchMemory(): { grownBytes(): number; [Symbol.dispose](): void } {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 20);
  return {
    grownBytes() {
      look();
      return most - before;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
