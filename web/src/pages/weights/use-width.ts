import { type RefObject, useEffect, useRef, useState } from 'react';

/** The width of an element, CSS pixels; 0 before it is known. */
export function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const host = element.current;
    if (host === null) return;
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    watcher.observe(host);
    return () => watcher.disconnect();
  }, []);
  return [element, width];
}
