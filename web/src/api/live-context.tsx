import { createContext, type ReactNode, use, useSyncExternalStore } from 'react';
import type { Live, LiveState } from './live.ts';

const LiveContext = createContext<Live | undefined>(undefined);

export function LiveProvider({ live, children }: { live: Live; children: ReactNode }) {
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The live connection itself. */
export function useLiveConnection(): Live {
  const live = use(LiveContext);
  if (live === undefined) throw new Error('useLive is called outside of LiveProvider');
  return live;
}

/** One thing of what the event stream says; renders again only when that thing changes. `select` answers a primitive or a kept object. */
export function useLive<T>(select: (state: LiveState) => T): T {
  const live = useLiveConnection();
  return useSyncExternalStore(live.subscribe, () => select(live.getState()));
}
