import { useSyncExternalStore } from 'react';

const KEY = 'taoscope.probe-outputs';
const listeners = new Set<() => void>();

/** Whether outputs of requests are shown: what strangers' machines made is not for every screen. Remembered by this browser. */
export function useOutputsShown(): [shown: boolean, show: (shown: boolean) => void] {
  const shown = useSyncExternalStore(subscribe, read);
  return [shown, write];
}

let memory: string | null = null;

function read(): boolean {
  try {
    return (localStorage.getItem(KEY) ?? memory) !== 'hidden';
  } catch {
    // A browser may refuse storage; then it is remembered as long as the page lives.
    return memory !== 'hidden';
  }
}

function write(shown: boolean): void {
  memory = shown ? 'shown' : 'hidden';
  try {
    localStorage.setItem(KEY, memory);
  } catch {
    // See above.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // Another tab of this browser may change it.
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}
