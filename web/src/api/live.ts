import type { QueryClient } from '@tanstack/react-query';
import type { ServerEvent } from './event-stream.ts';
import { followEvents } from './follow-events.ts';
import type { AuditEvent, BlocksBody, StatusBody } from './types.ts';

export interface LiveState {
  readonly connection: 'connecting' | 'open' | 'lost';
  readonly best?: number;
  readonly finalized?: number;
  /** Seconds per block as seen by this page, once it has seen a few; the chain's own 12 s before. */
  readonly blockSeconds: number;
  /** A runtime change seen by this page and not yet dismissed. */
  readonly runtimeChange?: {
    readonly specName: string;
    readonly specVersion: number;
    readonly block: number;
  };
}

export interface Live {
  readonly getState: () => LiveState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly dismissRuntimeChange: () => void;
  readonly close: () => void;
}

/** Blocks of a fast chain come several times a second; answers are asked for again at most this often. */
const FLUSH_MS = 1_000;
/** Figures over time are large, and one more snapshot changes them little. */
const FIGURES_FLUSH_MS = 30_000;
/** A pass over a week of reports tells of itself once a second. */
const AUDIT_FLUSH_MS = 3_000;
const MAINNET_BLOCK_SECONDS = 12;

/** Keeps the query cache true to GET /events, and tells where the chain is. */
export function createLive(client: QueryClient): Live {
  let state: LiveState = { connection: 'connecting', blockSeconds: MAINNET_BLOCK_SECONDS };
  const listeners = new Set<() => void>();
  const closed = new AbortController();
  const heads: { block: number; atMs: number }[] = [];
  const changed = new Set<number>();
  const changedFigures = new Set<number>();
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let figuresTimer: ReturnType<typeof setTimeout> | undefined;
  let auditTimer: ReturnType<typeof setTimeout> | undefined;
  const changedAudit = new Set<AuditEvent['what']>();

  const set = (patch: Partial<LiveState>) => {
    state = { ...state, ...patch };
    for (const listener of listeners) listener();
  };
  void followEvents({
    onOpen: (again) => {
      set({ connection: 'open' });
      if (again) void client.invalidateQueries();
    },
    onLost: () => set({ connection: 'lost' }),
    onEvent: receive,
    signal: closed.signal,
  });

  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dismissRuntimeChange: () => {
      const { runtimeChange: _seen, ...rest } = state;
      state = rest;
      for (const listener of listeners) listener();
    },
    close: () => {
      clearTimeout(flushTimer);
      clearTimeout(figuresTimer);
      clearTimeout(auditTimer);
      closed.abort();
    },
  };

  function receive({ event, data }: ServerEvent): void {
    let body: unknown;
    try {
      body = JSON.parse(data);
    } catch {
      return;
    }
    switch (event) {
      case 'head':
        onHead(body as { best?: { number: number }; finalized?: { number: number } });
        break;
      case 'snapshot':
        onSnapshot(body as { netuid: number; mechanism: number; block: number });
        break;
      case 'runtime':
        set({ runtimeChange: body as NonNullable<LiveState['runtimeChange']> });
        void client.invalidateQueries({ queryKey: ['runtimes'] });
        void client.invalidateQueries({ queryKey: ['status'] });
        break;
      case 'audit':
        changedAudit.add((body as AuditEvent).what);
        auditTimer ??= setTimeout(flushAudit, AUDIT_FLUSH_MS);
        break;
      case 'status':
        onStatus(body as StatusBody);
        break;
    }
  }

  function onHead({ best, finalized }: { best?: { number: number }; finalized?: { number: number } }): void {
    const patch: { best?: number; finalized?: number; blockSeconds?: number } = {};
    if (finalized !== undefined) patch.finalized = finalized.number;
    if (best !== undefined) {
      patch.best = best.number;
      heads.push({ block: best.number, atMs: performance.now() });
      if (heads.length > 50) heads.shift();
      patch.blockSeconds = observedBlockSeconds(heads) ?? state.blockSeconds;
    }
    set(patch);
  }

  function onStatus(status: StatusBody): void {
    client.setQueryData(['status'], status);
    const { best, finalized } = status.chain;
    set({
      ...(best === undefined ? {} : { best: best.number }),
      ...(finalized === undefined ? {} : { finalized: finalized.number }),
    });
  }

  function onSnapshot({
    netuid,
    mechanism,
    block,
  }: {
    netuid: number;
    mechanism: number;
    block: number;
  }): void {
    client.setQueryData<BlocksBody>(['blocks', netuid, mechanism], (old) => appendBlock(old, block));
    changed.add(netuid);
    changedFigures.add(netuid);
    flushTimer ??= setTimeout(flush, FLUSH_MS);
    figuresTimer ??= setTimeout(flushFigures, FIGURES_FLUSH_MS);
  }

  function flush(): void {
    flushTimer = undefined;
    const netuids = new Set(changed);
    changed.clear();
    // Only live answers change; an answer still on its way is left to arrive.
    void client.invalidateQueries(
      {
        predicate: ({ queryKey }) =>
          queryKey[0] === 'subnets' ||
          ((queryKey[0] === 'subnet' || queryKey[0] === 'metagraph') &&
            netuids.has(queryKey[1] as number) &&
            queryKey.at(-1) === 'live'),
      },
      { cancelRefetch: false },
    );
  }

  function flushAudit(): void {
    auditTimer = undefined;
    const what = new Set(changedAudit);
    changedAudit.clear();
    void client.invalidateQueries(
      { predicate: ({ queryKey }) => queryKey[0] === 'audit' && isTouched(queryKey[1], what) },
      { cancelRefetch: false },
    );
  }

  function flushFigures(): void {
    figuresTimer = undefined;
    const netuids = new Set(changedFigures);
    changedFigures.clear();
    void client.invalidateQueries(
      {
        predicate: ({ queryKey }) =>
          queryKey[0] === 'figure' && netuids.has(queryKey[1] as number) && queryKey.at(-1) === 'live',
      },
      { cancelRefetch: false },
    );
  }
}

/** Whether what happened in the audit changes an answer: a request of our own changes the feed of those alone, and nothing else does. */
export function isTouched(answer: unknown, what: ReadonlySet<AuditEvent['what']>): boolean {
  return answer === 'probes'
    ? what.has('probe') || what.has('pass')
    : [...what].some((each) => each !== 'probe');
}

/** The list with a new newest snapshot; unchanged when it is already there or older than the end. */
export function appendBlock(old: BlocksBody | undefined, block: number): BlocksBody | undefined {
  const last = old?.blocks.at(-1);
  if (old === undefined || last === undefined || block <= last.block) return old;
  return {
    blocks: [...old.blocks, { block, specVersion: last.specVersion, epoch: false, resolution: 'raw' }],
  };
}

/** Seconds per block over the heads seen; `undefined` below five blocks or three seconds, or when catching up. */
export function observedBlockSeconds(heads: readonly { block: number; atMs: number }[]): number | undefined {
  const first = heads[0];
  const last = heads.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const blocks = last.block - first.block;
  const seconds = (last.atMs - first.atMs) / 1000;
  return blocks >= 5 && seconds >= 3 ? seconds / blocks : undefined;
}
