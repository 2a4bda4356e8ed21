import type { BlockRef, Chain, HeadKind } from '../chain/index.ts';
import type { Logger } from '../shared/index.ts';

/** The best and the finalized head, as last seen. */
export interface Heads {
  readonly best?: BlockRef | undefined;
  readonly finalized?: BlockRef | undefined;
  /** When either last changed, ms since the epoch. */
  readonly seenAt?: number | undefined;
}

/**
 * The newest head of the followed kind that anybody has seen. The collector's own moves only as it takes blocks, so it
 * stands still just when the collector is stuck.
 */
export function newestHead(seen: BlockRef | undefined, heads: Heads, kind: HeadKind): BlockRef | undefined {
  const watched = kind === 'best' ? heads.best : heads.finalized;
  return seen === undefined || (watched !== undefined && watched.number > seen.number) ? watched : seen;
}

export interface HeadWatch {
  current(): Heads;
  /** Asks for both heads now; several calls at once are one. */
  refresh(): Promise<void>;
}

/** Keeps both heads known, whichever of them the collector follows. */
export function createHeadWatch(chain: Chain, logger: Logger, onChange: (heads: Heads) => void): HeadWatch {
  let heads: Heads = {};
  let asking: Promise<void> | undefined;
  async function ask(): Promise<void> {
    try {
      const [best, finalized] = await Promise.all([chain.head('best'), chain.head('finalized')]);
      if (best.hash === heads.best?.hash && finalized.hash === heads.finalized?.hash) return;
      heads = { best, finalized, seenAt: Date.now() };
      onChange(heads);
    } catch (error) {
      logger.debug({ err: error }, 'the heads could not be read');
    }
  }
  return {
    current: () => heads,
    refresh() {
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
  };
}
