import { type HeaderFields, hashHeader } from '../../src/chain/header.ts';
import type { RequestOptions, Rpc } from '../../src/chain/rpc/index.ts';
import { abortedError, type Hex, TaoscopeError, throwIfAborted } from '../../src/shared/index.ts';

interface SimulatedBlock extends HeaderFields {
  readonly hash: Hex;
}

/** What the next request meets instead of an honest answer. */
export type Fault = 'unreachable' | 'other-block' | 'null' | 'bad-header' | 'lagging';

/** A chain in memory, with forks, finality, lost blocks and scripted faults, behind the {@link Rpc} interface. It retries nothing. */
export interface SimulatedChain extends Rpc {
  /** Adds blocks on the best one. */
  grow(count: number): void;
  /** Replaces the best blocks above `number` by others. */
  fork(number: number, count: number): void;
  /** Goes back to the blocks that the last fork replaced, if none of them was finalized away. */
  flip(): void;
  finalize(number: number): void;
  /** Blocks below this number are not there (a node started from a later block). */
  loseBelow(number: number): void;
  /** Faults of the next requests, one each. */
  inject(...faults: readonly Fault[]): void;
  heal(): void;
  /** Canonical hashes by number. */
  readonly canonical: readonly Hex[];
  readonly finalizedNumber: number;
  readonly requests: number;
  readonly pending: number;
  readonly openHeads: number;
}

export function simulateChain(): SimulatedChain {
  const blocks = new Map<Hex, SimulatedBlock>();
  const canonical: Hex[] = [];
  const wakers = new Set<() => void>();
  let replaced: Hex[] = [];
  let finalized = 0;
  let lostBelow = 0;
  let salt = 0;
  let requests = 0;
  let pending = 0;
  let openHeads = 0;
  let faults: Fault[] = [];

  const root = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`;

  function append(): void {
    const number = canonical.length;
    const parentHash = canonical.at(-1) ?? root(0);
    const fields = { number, parentHash, stateRoot: root(++salt), extrinsicsRoot: root(0), digest: [] };
    const block = { ...fields, hash: hashHeader(fields) };
    blocks.set(block.hash, block);
    canonical.push(block.hash);
  }
  append();

  const announce = () => {
    for (const wake of [...wakers]) wake();
  };
  const json = ({ number, ...rest }: SimulatedBlock) => ({
    parentHash: rest.parentHash,
    number: `0x${number.toString(16)}`,
    stateRoot: rest.stateRoot,
    extrinsicsRoot: rest.extrinsicsRoot,
    digest: { logs: rest.digest },
  });

  function answer(method: string, params: readonly unknown[]): unknown {
    const fault = faults.shift();
    if (fault === 'unreachable') throw new TaoscopeError('unreachable', { failed: 'the connection was cut' });
    if (fault === 'null') return null;
    const someHash = () => canonical[Math.floor(canonical.length / 2)];
    if (method === 'chain_getFinalizedHead') {
      // A node that calls a block final which is not cannot be caught by what it says.
      if (fault === 'other-block') return canonical[finalized >> 1];
      return canonical[Math.max(0, finalized - (fault === 'lagging' ? 3 : 0))];
    }
    if (method === 'chain_getBlockHash') {
      if (fault === 'other-block') return someHash();
      const number =
        params[0] === undefined ? canonical.length - (fault === 'lagging' ? 2 : 1) : (params[0] as number);
      return number < lostBelow ? null : (canonical[number] ?? null);
    }
    if (method === 'chain_getHeader') {
      const block = blocks.get(fault === 'other-block' ? (someHash() ?? '0x') : (params[0] as Hex));
      if (block === undefined || block.number < lostBelow) return null;
      return fault === 'bad-header' ? { ...json(block), stateRoot: root(0xbad) } : json(block);
    }
    throw new TaoscopeError('unsupported', { failed: `${method} is not simulated` });
  }

  return {
    grow(count) {
      for (let i = 0; i < count; i++) append();
      announce();
    },
    fork(number, count) {
      replaced = [...canonical];
      canonical.length = Math.max(finalized, Math.min(number, canonical.length - 1)) + 1;
      for (let i = 0; i < count; i++) append();
      announce();
    },
    flip() {
      if (replaced[finalized] === undefined || replaced[finalized] !== canonical[finalized]) return;
      replaced = canonical.splice(0, canonical.length, ...replaced);
      announce();
    },
    finalize(number) {
      finalized = Math.max(finalized, Math.min(number, canonical.length - 1));
      announce();
    },
    loseBelow(number) {
      lostBelow = number;
    },
    inject(...more) {
      faults.push(...more);
    },
    heal() {
      faults = [];
      announce();
    },
    async request<T>(
      method: string,
      params: readonly unknown[],
      { signal, check }: RequestOptions<T> = {},
    ): Promise<T> {
      throwIfAborted(signal);
      requests++;
      pending++;
      try {
        await new Promise((resolve) => setImmediate(resolve));
        throwIfAborted(signal);
        const result = answer(method, params);
        return check === undefined ? (result as T) : check(result);
      } finally {
        pending--;
      }
    },
    async *heads(_kind, signal) {
      openHeads++;
      let wake = () => {};
      let news = true;
      const onNews = () => {
        news = true;
        wake();
      };
      wakers.add(onNews);
      signal?.addEventListener('abort', onNews, { once: true });
      try {
        for (;;) {
          if (signal?.aborted) throw abortedError(signal);
          if (!news) await new Promise<void>((resolve) => (wake = resolve));
          else {
            news = false;
            yield { number: 'not a number, and not to be trusted' };
          }
        }
      } finally {
        openHeads--;
        wakers.delete(onNews);
        signal?.removeEventListener('abort', onNews);
      }
    },
    stats: () => [],
    close: async () => {},
    canonical,
    get finalizedNumber() {
      return finalized;
    },
    get requests() {
      return requests;
    },
    get pending() {
      return pending;
    },
    get openHeads() {
      return openHeads;
    },
  };
}
