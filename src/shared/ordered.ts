/**
 * Runs an action over a stream with bounded concurrency and yields the results in the stream's order.
 * The source is pulled only as results are taken: at most `concurrency` actions are begun and not yet yielded.
 * A failure, or the consumer's leaving, ends the source; results of actions already begun are dropped.
 */
export async function* mapOrdered<In, Out>(
  source: AsyncIterable<In>,
  concurrency: number,
  action: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const iterator = source[Symbol.asyncIterator]();
  const begun: { result: Promise<Out>; settled: boolean }[] = [];
  let pulling: Promise<void> | undefined;
  let ended = false;
  let failure: { error: unknown } | undefined;

  async function pull(): Promise<void> {
    try {
      const next = await iterator.next();
      if (next.done === true) ended = true;
      else begin(next.value);
    } catch (error) {
      failure = { error };
      ended = true;
    } finally {
      pulling = undefined;
    }
  }

  function begin(item: In): void {
    const entry = { result: action(item), settled: false };
    const settle = () => {
      entry.settled = true;
    };
    entry.result.then(settle, settle);
    begun.push(entry);
  }

  try {
    for (;;) {
      if (!ended && pulling === undefined && begun.length < concurrency) pulling = pull();
      const first = begun[0];
      if (first?.settled) {
        begun.shift();
        yield await first.result;
      } else if (first !== undefined || pulling !== undefined) {
        // The source may wait long for its next item: what is begun is yielded meanwhile.
        await Promise.race([first?.result, pulling].filter((promise) => promise !== undefined)).catch(
          () => {},
        );
      } else if (failure !== undefined) throw failure.error;
      else if (ended) return;
    }
  } finally {
    ended = true;
    const returned = iterator.return?.();
    // A source that is still waiting for its next item only returns after that item: do not wait for it.
    if (pulling === undefined) await returned;
    else returned?.catch(() => {});
  }
}
