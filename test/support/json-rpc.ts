/** JSON-RPC over HTTP, one request at a time: what the tests use to steer a node. Not Taoscope's own transport. */
export type JsonRpc = <T = unknown>(method: string, ...params: readonly unknown[]) => Promise<T>;

/** A caller for `ws://…` or `http://…`; both kinds are served on one port by the nodes used here. */
export function jsonRpc(url: string): JsonRpc {
  const httpUrl = url.replace(/^ws/, 'http');
  let id = 0;
  return async <T>(method: string, ...params: readonly unknown[]): Promise<T> => {
    const response = await fetch(httpUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
    });
    const answer = (await response.json()) as { result?: T; error?: { code?: number; message: string } };
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result as T;
  };
}
