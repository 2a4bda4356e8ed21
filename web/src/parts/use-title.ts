import { useEffect } from 'react';

/** Names the tab: `64 · Chutes – Taoscope`. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? 'Taoscope' : `${title} – Taoscope`;
  }, [title]);
}
