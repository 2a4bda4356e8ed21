import { type Hex, type Logger, TaoscopeError } from '../../shared/index.ts';
import { isHash } from '../hash.ts';
import { RpcFailure } from './failure.ts';

/** Lets only endpoints in that serve one and the same chain. */
export interface GenesisGuard {
  admit(host: string, ask: (method: string, params: readonly unknown[]) => Promise<unknown>): Promise<void>;
}

/**
 * A guard for the given genesis; without one, the chain of the first endpoint that answers is the chain. Source: `chain_getBlockHash(0)`.
 * Throws `wrong-chain`. Until one endpoint has shown the right chain this is a mistake in the configuration and final;
 * afterwards the differing endpoint is only left out.
 */
export function createGenesisGuard(expected: Hex | undefined, logger: Logger): GenesisGuard {
  let genesis = expected?.toLowerCase();
  let admitted = 0;

  return {
    async admit(host, ask) {
      let got: unknown;
      try {
        got = await ask('chain_getBlockHash', [0]);
      } catch (failure) {
        // A recorded or restricted node may not tell; it is let in only where nothing is expected of it.
        const cannotTell =
          failure instanceof RpcFailure && (failure.next === 'give-up' || failure.next === 'elsewhere');
        if (!cannotTell || genesis !== undefined || failure.error.code === 'aborted') throw failure;
        return;
      }
      if (got === null && genesis === undefined) return;
      const hash = isHash(got) ? got.toLowerCase() : undefined;
      genesis ??= hash;
      if (hash !== undefined && hash === genesis) {
        admitted++;
        return;
      }
      const error = wrongChain(host, hash, genesis);
      logger.error(
        { host, genesis: hash ?? 'none', expected: genesis },
        'an endpoint serves another chain; it is left out',
      );
      throw new RpcFailure(error, admitted === 0 ? 'give-up' : 'elsewhere');
    },
  };
}

function wrongChain(host: string, got: string | undefined, expected: string | undefined): TaoscopeError {
  return new TaoscopeError(
    'wrong-chain',
    {
      failed: `${host} serves another chain`,
      got: `genesis ${got ?? 'hash missing'}`,
      expected: `genesis ${expected ?? 'hash of 32 bytes'}`,
      todo: 'remove this endpoint, or correct the expected genesis (chain.genesis)',
    },
    { fields: { host, genesis: got ?? '', expected: expected ?? '' } },
  );
}
