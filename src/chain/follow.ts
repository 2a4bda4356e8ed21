import {
  backoffMs,
  type Hex,
  isTaoscopeError,
  type Logger,
  silentLogger,
  sleep,
  TaoscopeError,
  throwIfAborted,
  toTaoscopeError,
} from '../shared/index.ts';
import { fetchHead, fetchHeaderAt, findFirstBlock } from './canonical.ts';
import type { Rpc } from './rpc/index.ts';
import { createTrail, type Trail } from './trail.ts';
import type { BlockHeader, FollowEvent, FollowOptions } from './types.ts';

export interface FollowLimits {
  /** Headers read ahead of the consumer. Default 16. */
  readonly readAhead: number;
  /** Blocks known only by their number are yielded when so many more link to them. Default 8: no fork of Subtensor is that deep under a finalized head. */
  readonly vouching: number;
  /** Tries, a growing wait apart, before a block is called missing, or a finalized chain replaced. Default 6. */
  readonly tries: number;
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
}

export const DEFAULT_FOLLOW_LIMITS: FollowLimits = {
  readAhead: 16,
  vouching: 8,
  tries: 6,
  firstWaitMs: 250,
  maxWaitMs: 10_000,
};

/**
 * Every block from the one behind `after` (or from the current head) on, each once, in order, each a child of the one before.
 *
 * Trouble with the endpoints never ends it: it waits, and resumes behind the last block yielded. It ends with `aborted` when the signal
 * fires, `wrong-chain` when the block it should resume from is not on the chain, `falsified` when a finalized chain was replaced under it.
 * Best heads may be `retracted`; when a fork goes deeper than what is remembered, the retraction begins at the oldest block remembered.
 * Pulled one by one: nothing is read beyond a few headers ahead. Dropping the iterator stops all requests.
 */
export function follow(
  rpc: Rpc,
  options: FollowOptions & { logger?: Logger | undefined; limits?: Partial<FollowLimits> | undefined },
): AsyncIterable<FollowEvent> {
  return {
    [Symbol.asyncIterator]() {
      const dropped = new AbortController();
      const events = run(rpc, options, dropped.signal);
      return {
        next: () => events.next(),
        async return() {
          // A generator finishes its step before it returns; aborting first makes that step end now.
          dropped.abort();
          return events.return(undefined);
        },
      };
    },
  };
}

async function* run(
  rpc: Rpc,
  options: Parameters<typeof follow>[1],
  dropped: AbortSignal,
): AsyncGenerator<FollowEvent, undefined, undefined> {
  const logger = options.logger ?? silentLogger;
  const limits = { ...DEFAULT_FOLLOW_LIMITS, ...options.limits };
  throwIfAborted(options.signal);
  const ended = new AbortController();
  const signals = [dropped, ended.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const signal = AbortSignal.any(signals);
  const trail = createTrail(rpc, options.after, signal);
  const hints = rpc.heads(options.kind, signal)[Symbol.asyncIterator]();
  let hint = nextHint(hints);
  let begun = false;
  let announced = -1;
  let troubles = 0;
  try {
    for (;;) {
      throwIfAborted(signal);
      try {
        const head = await fetchHead(rpc, options.kind, signal);
        for await (const event of advance(rpc, trail, head, {
          ...limits,
          kind: options.kind,
          signal,
          misses: troubles,
        })) {
          troubles = 0;
          begun = true;
          yield event;
        }
        // The endpoint that announced the head may be ahead of the one that was asked for it.
        if (head.number >= announced || troubles >= 3) {
          troubles = 0;
          announced = numberOf(await hint);
          hint = nextHint(hints);
          continue;
        }
        troubles++;
      } catch (caught) {
        throwIfAborted(signal);
        const error = toTaoscopeError(caught);
        troubles++;
        if (caught instanceof ChainBreak && troubles >= limits.tries)
          throw begun || options.after === undefined ? replaced(caught) : notThisChain(caught);
        if (error.fault !== 'peer' && error.code !== 'not-found') throw error;
        const { failed, got } = error.parts;
        logger.warn(
          { kind: options.kind, last: trail.last?.number, code: error.code, reason: failed, got, troubles },
          'the follower waits',
        );
      }
      await sleep(backoffMs(Math.max(1, troubles), limits.firstWaitMs, limits.maxWaitMs), signal);
    }
  } catch (error) {
    if (dropped.aborted) return undefined;
    throw error;
  } finally {
    ended.abort();
    await hint.catch(() => {});
    await hints.return?.();
  }
}

interface Advance extends FollowLimits {
  readonly kind: FollowOptions['kind'];
  readonly signal: AbortSignal;
  /** Failed tries since the last event. */
  readonly misses: number;
}

/** Everything from the trail to the head. */
async function* advance(
  rpc: Rpc,
  trail: Trail,
  head: BlockHeader,
  options: Advance,
): AsyncGenerator<FollowEvent, void, undefined> {
  const { readAhead, vouching, signal } = options;
  const headRef = { number: head.number, hash: head.hash };
  if (trail.last === undefined) {
    trail.step(head);
    return yield { type: 'block', header: head, head: headRef };
  }
  let { misses } = options;
  while (isNews(trail, head, options.kind)) {
    const from = trail.last.number + 1;
    const target =
      head.number - from < readAhead ? head : await fetchTarget(rpc, from + readAhead - 1, options, misses);
    if (target === undefined) {
      const first = await findFirstBlock(rpc, from + readAhead, head.number, signal);
      yield missing(trail, first - 1, 'the nodes have no block of these numbers');
      misses = 0;
      continue;
    }
    await trail.readAhead(from, target.number - 1);
    const way = await trail.walkBack(target);
    const bottom = way.blocks[0]?.number ?? target.number;
    if (way.missingBelow !== undefined && misses + 1 < options.tries) throw way.missingBelow;
    if (bottom < from) {
      if (options.kind === 'finalized') throw new ChainBreak(from - 1, trail.last.hash, target);
      trail.retract(bottom);
      yield { type: 'retracted', from: bottom };
    } else if (bottom > from) {
      yield missing(
        trail,
        bottom - 1,
        way.missingBelow?.parts.failed ?? 'the nodes do not have these blocks',
      );
    }
    const upTo = target === head ? head.number : target.number - vouching;
    // While the consumer works on these, the next ones are read.
    if (target !== head)
      void trail.readAhead(target.number + 1, Math.min(head.number - 1, upTo + readAhead - 1));
    for (const header of way.blocks) {
      if (header.number > upTo) break;
      trail.step(header);
      yield { type: 'block', header, head: headRef };
    }
    misses = 0;
  }
}

/** Whether the head leads on. One that repeats, or lags behind on our own chain, does not; one that contradicts a finalized chain breaks it. */
function isNews(trail: Trail, head: BlockHeader, kind: FollowOptions['kind']): boolean {
  const { last } = trail;
  if (last === undefined || head.number > last.number) return true;
  const known = trail.hashAt(head.number);
  if (known === undefined || known === head.hash) return false;
  if (kind === 'finalized') throw new ChainBreak(head.number, known, head);
  return true;
}

/** The block of a number far below the head; `undefined` when it has been missed often enough. */
async function fetchTarget(
  rpc: Rpc,
  number: number,
  { signal, tries }: Advance,
  misses: number,
): Promise<BlockHeader | undefined> {
  try {
    return await fetchHeaderAt(rpc, number, signal);
  } catch (error) {
    if (isTaoscopeError(error, 'not-found') && misses + 1 >= tries) return undefined;
    throw error;
  }
}

function missing(trail: Trail, to: number, reason: string): FollowEvent {
  const from = (trail.last?.number ?? -1) + 1;
  trail.skipTo(to);
  return { type: 'missing', from, to, reason };
}

/** A finalized chain that does not lead over the last block. */
class ChainBreak extends TaoscopeError {
  readonly at: number;
  readonly ours: Hex | undefined;

  constructor(at: number, ours: Hex | undefined, target: BlockHeader) {
    super('falsified', {
      failed: `the finalized chain does not lead over block ${at}`,
      got: `block ${target.number} ${target.hash}, which does not descend from it`,
      expected: `a descendant of ${ours ?? 'the last block'}`,
    });
    this.at = at;
    this.ours = ours;
  }
}

function notThisChain({ at, ours, parts }: ChainBreak): TaoscopeError {
  return new TaoscopeError(
    'wrong-chain',
    {
      failed: `cannot resume behind block ${at}: it is not on the chain of these endpoints`,
      got: parts.got,
      expected: `a chain with block ${at} ${ours ?? ''}`.trimEnd(),
      todo: 'the stored blocks are of another chain, or the chain was begun anew: use another data folder, or the former endpoints',
    },
    { fields: { block: at } },
  );
}

function replaced({ at, parts }: ChainBreak): TaoscopeError {
  return new TaoscopeError(
    'falsified',
    {
      ...parts,
      todo: 'a finalized block cannot change: the node was begun anew, or endpoints contradict each other; check them, then start again',
    },
    { fields: { block: at } },
  );
}

function nextHint(hints: AsyncIterator<unknown>): Promise<unknown> {
  const hint = hints.next().then(({ value }) => value);
  // It is awaited later; failing before that must not count as unhandled.
  hint.catch(() => {});
  return hint;
}

/** The number that a head announcement gives; it is not verified, so it only makes us look again. */
function numberOf(hint: unknown): number {
  const number =
    typeof hint === 'object' && hint !== null && 'number' in hint ? Number(hint.number) : Number.NaN;
  return Number.isSafeInteger(number) ? number : -1;
}
