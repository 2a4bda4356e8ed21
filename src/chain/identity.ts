import {
  type Hex,
  isTaoscopeError,
  type Logger,
  SS58_PREFIX,
  TaoscopeError,
  toTaoscopeError,
} from '../shared/index.ts';
import { parseHash } from './hash.ts';
import type { Rpc } from './rpc/index.ts';
import type { ChainIdentity } from './types.ts';

/** The genesis of a node that does not tell its own: a recording, a stand-in. */
export const UNKNOWN_GENESIS: Hex = `0x${'00'.repeat(32)}`;

/** Nodes answer these from memory; a stand-in that does not know them may not answer at all. */
const IDENTITY_TIMEOUT_MS = 4_000;

const GENESIS_TRIES = 5;

/** Who the chain is: `chain_getBlockHash(0)`, `system_chain`, `system_properties`. What a node does not tell is taken to be Bittensor's. */
export async function fetchIdentity(rpc: Rpc, logger: Logger, signal?: AbortSignal): Promise<ChainIdentity> {
  const genesisHash = await fetchGenesis(rpc, signal);
  const ask = async <T>(method: string, check: (result: unknown) => T): Promise<T | undefined> => {
    try {
      return await rpc.request(method, [], { signal, check, timeoutMs: IDENTITY_TIMEOUT_MS, tries: 2 });
    } catch (caught) {
      const error = toTaoscopeError(caught);
      if (error.code === 'aborted' || error.code === 'wrong-chain') throw error;
      logger.info({ method, code: error.code }, 'the node does not tell; Bittensor is assumed');
      return undefined;
    }
  };
  const [name, properties] = await Promise.all([
    ask('system_chain', parseName),
    ask('system_properties', parseProperties),
  ]);
  return {
    name: name ?? 'unknown',
    genesisHash,
    ss58Prefix: properties?.ss58Prefix ?? SS58_PREFIX,
    tokenSymbol: properties?.tokenSymbol ?? 'TAO',
    tokenDecimals: properties?.tokenDecimals ?? 9,
  };
}

/** The genesis, once two answers in a row agree: a store is bound to it for good, so one false answer must not decide it. */
async function fetchGenesis(rpc: Rpc, signal?: AbortSignal): Promise<Hex> {
  let last = await askGenesis(rpc, signal);
  for (let tries = 2; tries <= GENESIS_TRIES; tries++) {
    const genesis = await askGenesis(rpc, signal);
    if (genesis === last) return genesis;
    last = genesis;
  }
  throw new TaoscopeError('falsified', {
    failed: 'the nodes do not say clearly which chain they serve',
    got: `genesis ${last} at last`,
    expected: 'the same genesis hash twice',
    todo: 'use other endpoints; one of these may be faulty or hostile',
  });
}

async function askGenesis(rpc: Rpc, signal?: AbortSignal): Promise<Hex> {
  try {
    return await rpc.request('chain_getBlockHash', [0], {
      signal,
      check: (result) => (result === null ? UNKNOWN_GENESIS : parseHash(result, 'the genesis hash')),
    });
  } catch (error) {
    if (isTaoscopeError(error, 'unsupported') || isTaoscopeError(error, 'not-found')) return UNKNOWN_GENESIS;
    if (isTaoscopeError(error, 'rpc-refused') && !error.retryable) return UNKNOWN_GENESIS;
    throw error;
  }
}

function parseName(result: unknown): string {
  if (typeof result === 'string') return result.slice(0, 128);
  throw new TaoscopeError('falsified', { failed: 'system_chain is not a text' });
}

interface Properties {
  readonly ss58Prefix?: number | undefined;
  readonly tokenSymbol?: string | undefined;
  readonly tokenDecimals?: number | undefined;
}

/** Chains with several tokens give lists; the first is the native one. */
function parseProperties(result: unknown): Properties {
  if (typeof result !== 'object')
    throw new TaoscopeError('falsified', { failed: 'system_properties is not an object' });
  const json: Record<string, unknown> = { ...result };
  const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
  const symbol = first(json.tokenSymbol);
  return {
    ss58Prefix: integerUpTo(first(json.ss58Format ?? json.SS58Prefix), 16_383),
    tokenSymbol: typeof symbol === 'string' && symbol !== '' ? symbol.slice(0, 16) : undefined,
    tokenDecimals: integerUpTo(first(json.tokenDecimals), 36),
  };
}

function integerUpTo(value: unknown, most: number): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most
    ? value
    : undefined;
}
