import type { IncomingMessage } from 'node:http';

const LOCAL_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether a request comes from this machine, and not for a web page from elsewhere. */
export function isLocal({ headers }: IncomingMessage): boolean {
  const hostname = (text: string) => {
    try {
      return new URL(text).hostname;
    } catch {
      return '';
    }
  };
  if (headers.host !== undefined && !LOCAL_HOSTS.has(hostname(`http://${headers.host}`))) return false;
  return headers.origin === undefined || LOCAL_HOSTS.has(hostname(headers.origin));
}
