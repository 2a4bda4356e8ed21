import { isTaoscopeError, TaoscopeError, toTaoscopeError } from '../../shared/index.ts';
import type { RequestOptions, Rpc } from './types.ts';

/**
 * Requests that the first `Rpc` cannot answer because the state is gone, or the block unknown to it, are asked of the archive. Archives are
 * slow and shared, so nothing else goes there. Owns both: `close` closes both.
 */
export function withArchive(rpc: Rpc, archive: Rpc | undefined): Rpc {
  if (archive === undefined) return rpc;

  async function request<T = unknown>(
    method: string,
    params: readonly unknown[],
    options?: RequestOptions<T>,
  ): Promise<T> {
    try {
      return await rpc.request<T>(method, params, options);
    } catch (first) {
      const error = toTaoscopeError(first);
      const old =
        error.code === 'state-pruned' || (error.code === 'not-found' && method !== 'chain_getBlockHash');
      if (!old || archive === undefined) throw first;
      return askArchive(archive, error, method, params, options);
    }
  }

  return {
    request,
    heads: rpc.heads,
    stats: () => [...rpc.stats(), ...archive.stats()],
    async close() {
      await Promise.all([rpc.close(), archive.close()]);
    },
  };
}

async function askArchive<T>(
  archive: Rpc,
  first: TaoscopeError,
  method: string,
  params: readonly unknown[],
  options: RequestOptions<T> | undefined,
): Promise<T> {
  try {
    return await archive.request<T>(method, params, options);
  } catch (caught) {
    const error = toTaoscopeError(caught);
    if (first.code === 'not-found' && error.code !== 'aborted') throw first;
    if (!isTaoscopeError(error, 'unreachable') && !isTaoscopeError(error, 'timeout')) throw error;
    // Not "pruned": the archive may well have it once it answers again.
    const parts = {
      ...error.parts,
      failed: `the state is pruned at the nodes, and the archive does not answer ${method}`,
    };
    throw new TaoscopeError(error.code, parts, { cause: error, fields: error.fields });
  }
}
