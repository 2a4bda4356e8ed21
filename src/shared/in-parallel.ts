/**
 * Runs an action on each item, so many at a time. Results are in the order of the items; the first failure
 * is thrown when those that have begun have ended, and nothing more is begun.
 */
export async function inParallel<In, Out>(
  items: readonly In[],
  concurrency: number,
  action: (item: In, index: number) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const work = async () => {
    while (next < items.length && !failed) {
      const at = next++;
      try {
        results[at] = await action(items[at] as In, at);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(concurrency, items.length) }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}
