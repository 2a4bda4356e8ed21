import { type Hex, type Logger, TaoscopeError } from '../../shared/index.ts';
import { isHash } from '../hash.ts';
import { RpcFailure } from './failure.ts';

/** Lets only endpoints in that serve one and the same chain. */
export interface GenesisGuard {
  admit(host: string, ask: (method: string, params: readonly unknown[]) => Promise<unknown>): Promise<void>;
}

/** How often one connection is asked before its answers count as nonsense. */
const TRIES = 5;

/**
 * A guard for the given genesis; without one, the chain of the first endpoint that answers is the chain. Source: `chain_getBlockHash(0)`.
 * An answer that differs from the known genesis is believed only when it comes twice in a row, since one false or garbled
 * answer must not cost the endpoint; the first genesis is believed on the same terms.
 * Throws `wrong-chain`, or `falsified` when the answers do not agree. Until one endpoint has shown the right chain this is a mistake in the configuration and final;
 * afterwards the differing endpoint is only left out.
 */
export function createGenesisGuard(expected: Hex | undefined, logger: Logger): GenesisGuard {
  let genesis = expected?.toLowerCase();
  let admitted = 0;

  return {
    async admit(host, ask) {
      let got: unknown;
      let last: string | null | undefined;
      for (let tries = 1; ; tries++) {
        try {
          got = await ask('chain_getBlockHash', [0]);
        } catch (failure) {
          // A recorded or restricted node may not tell; it is let in only where nothing is expected of it.
          const cannotTell =
            failure instanceof RpcFailure && (failure.next === 'give-up' || failure.next === 'elsewhere');
          if (!cannotTell || genesis !== undefined || failure.error.code === 'aborted') throw failure;
          return;
        }
        const answer = got === null ? null : isHash(got) ? got.toLowerCase() : undefined;
        if (answer !== undefined && (answer === last || answer === genesis)) {
          last = answer;
          break;
        }
        last = answer;
        if (tries === TRIES) throw new RpcFailure(inconsistent(host, got), 'later');
      }
      if (last === null && genesis === undefined) return;
      const hash = last ?? undefined;
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

function inconsistent(host: string, got: unknown): TaoscopeError {
  return new TaoscopeError(
    'falsified',
    {
      failed: `${host} does not say clearly which chain it serves`,
      got: (JSON.stringify(got) ?? 'nothing').slice(0, 80),
      expected: 'the same genesis hash twice',
      todo: 'use another endpoint; this one may be faulty or hostile',
    },
    { fields: { host } },
  );
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
