/**
 * The token of a server that demands one. It lives as long as the tab: sessionStorage, never the address, never a cookie.
 */
const KEY = 'taoscope.token';
const listeners = new Set<() => void>();
let demanded = false;

export function readToken(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** Keeps the token and says so to who waits for it. */
export function saveToken(token: string): void {
  sessionStorage.setItem(KEY, token);
  demanded = false;
  notify();
}

/** The server answered 401: the page has to ask for a token. */
export function demandToken(): void {
  if (demanded) return;
  demanded = true;
  notify();
}

export function isTokenDemanded(): boolean {
  return demanded;
}

export function onTokenChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function notify(): void {
  for (const listener of listeners) listener();
}
