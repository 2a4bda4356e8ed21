import { openChain } from '../../app.ts';
import type { BlockView, Chain } from '../../chain/index.ts';
import type { Context } from '../context.ts';

/** Connects, opens a view of the block (default: the followed head), runs the action and disconnects. */
export async function withView<T>(
  context: Context,
  block: number | undefined,
  action: (view: BlockView, chain: Chain) => Promise<T>,
): Promise<T> {
  const { signal } = context.effects;
  const chain = await openChain(context.config, context.logger, signal);
  try {
    const ref =
      block === undefined
        ? await chain.head(context.config.chain.heads, signal)
        : await chain.blockAt(block, signal);
    return await action(await chain.view(ref, signal), chain);
  } finally {
    await chain.close();
  }
}
