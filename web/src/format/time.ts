/** Seconds as a person says them: `42 s`, `3 min`, `2 h 05 min`, `4 d 3 h`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  const minutes = Math.round(s / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long ago, to the second below a minute. */
export function ago(thenMs: number, nowMs: number): string {
  const seconds = (nowMs - thenMs) / 1000;
  return seconds < 2 ? 'just now' : `${duration(seconds)} ago`;
}

/** `2026-11-21 23:20:05 UTC` of an ISO instant; `undefined` when it is not one. */
export function utc(iso: string | undefined): string | undefined {
  if (iso === undefined) return undefined;
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
