import {
  type Hex,
  isTaoscopeError,
  type Logger,
  silentLogger,
  TaoscopeError,
  toHex,
  toSs58,
} from '../shared/index.ts';
import { fetchHashAt, fetchHead } from './canonical.ts';
import { type FollowLimits, follow } from './follow.ts';
import { isHash, parseHash } from './hash.ts';
import { fetchHeader } from './header.ts';
import { fetchIdentity, UNKNOWN_GENESIS } from './identity.ts';
import { readProof } from './proof/index.ts';
import { createRpc, type Rpc, type RpcLimits, withArchive } from './rpc/index.ts';
import type { BlockHeader, BlockRef, Chain } from './types.ts';
import { createViews } from './view.ts';

export interface ConnectOptions {
  /** `ws(s)://` and `http(s)://` addresses, the preferred one first. They may hold keys; only host and port are ever shown. */
  readonly endpoints: readonly string[];
  /** Asked only for what the others no longer have. */
  readonly archiveEndpoints?: readonly string[] | undefined;
  /** `0x` and 64 hex digits. Without it the first endpoint that answers tells which chain it is; the others must agree. */
  readonly expectedGenesis?: Hex | undefined;
  readonly logger?: Logger | undefined;
  /** Closes the chain when it fires. */
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<RpcLimits> | undefined;
  readonly followLimits?: Partial<FollowLimits> | undefined;
}

/**
 * Connects to a chain: asks who it is, then serves it until closed.
 * Throws `usage` (an address that is none), `unreachable` (with each host tried and its reason), `wrong-chain`, `aborted`.
 *
 * @example
 * const chain = await connectChain({ endpoints: ['wss://entrypoint-finney.opentensor.ai:443'] });
 * const view = await chain.view(await chain.head('finalized'));
 * await chain.close();
 */
export async function connectChain(options: ConnectOptions): Promise<Chain> {
  const { signal, limits, logger = silentLogger } = options;
  const near = createRpc({
    endpoints: options.endpoints,
    expectedGenesis: options.expectedGenesis,
    logger,
    signal,
    limits,
  });
  let rpc: Rpc = near;
  try {
    const identity = await fetchIdentity(near, logger, signal);
    const archiveEndpoints = options.archiveEndpoints ?? [];
    if (archiveEndpoints.length > 0) {
      const known = identity.genesisHash === UNKNOWN_GENESIS ? undefined : identity.genesisHash;
      const expectedGenesis = options.expectedGenesis ?? known;
      rpc = withArchive(
        near,
        createRpc({ endpoints: archiveEndpoints, expectedGenesis, logger, signal, limits }),
      );
    }
    return createChain(rpc, identity, options);
  } catch (error) {
    await rpc.close();
    throw error;
  }
}

function createChain(rpc: Rpc, identity: Chain['identity'], options: ConnectOptions): Chain {
  const { logger = silentLogger, followLimits } = options;
  const views = createViews(rpc);

  async function blockAt(number: number, signal?: AbortSignal): Promise<BlockRef> {
    if (!Number.isSafeInteger(number) || number < 0 || number > 0xffff_ffff) throw notANumber(number);
    try {
      return { number, hash: await fetchHashAt(rpc, number, signal) };
    } catch (error) {
      if (!isTaoscopeError(error, 'not-found')) throw error;
      const head = await fetchHead(rpc, 'best', signal);
      throw noBlockYet(number, head.number, error);
    }
  }

  return {
    identity,
    async head(kind, signal) {
      const { number, hash } = await fetchHead(rpc, kind, signal, { strict: false });
      return { number, hash };
    },
    blockAt,
    async view(block, signal) {
      const header = isHeader(block)
        ? block
        : await fetchHeader(rpc, parseRef(block), { strict: false, signal });
      if (header.number !== block.number) throw otherNumber(block, header.number);
      return views.view(header, signal);
    },
    follow: (followOptions) => follow(rpc, { ...followOptions, logger, limits: followLimits }),
    nextIndex: (account, signal) =>
      rpc.request('system_accountNextIndex', [toSs58(account, identity.ss58Prefix)], {
        signal,
        check: parseNonce,
      }),
    readProof: (header, keys, signal) => readProof(rpc, header, keys, signal),
    submit: (extrinsic, signal) =>
      rpc.request('author_submitExtrinsic', [toHex(extrinsic)], {
        signal,
        idempotent: false,
        check: (result) => parseHash(result, 'the hash of the submitted extrinsic'),
      }),
    stats: () => rpc.stats(),
    close: () => rpc.close(),
  };
}

/** A block that comes from the follower brings its header along. */
function isHeader(block: BlockRef): block is BlockHeader {
  return 'verified' in block && block.verified === true && 'parentHash' in block && 'digest' in block;
}

function parseNonce(result: unknown): number {
  if (typeof result === 'number' && Number.isInteger(result) && result >= 0 && result <= 0xffff_ffff)
    return result;
  throw new TaoscopeError('falsified', {
    failed: 'an answer is not a nonce',
    got: JSON.stringify(result)?.slice(0, 80) ?? 'nothing',
    expected: 'a whole number from 0 to 4294967295',
  });
}

function parseRef({ hash }: BlockRef): Hex {
  if (isHash(hash)) return hash;
  throw new TaoscopeError('usage', {
    failed: 'this is not a block hash',
    got: JSON.stringify(String(hash).slice(0, 80)),
    expected: '0x and 64 hex digits',
  });
}

function notANumber(number: number): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'this is not a block number',
    got: String(number),
    expected: 'a whole number from 0 to 4294967295',
  });
}

function noBlockYet(number: number, head: number, cause: unknown): TaoscopeError {
  const behind = number <= head;
  return new TaoscopeError(
    'not-found',
    {
      failed: behind ? `the nodes no longer have block ${number}` : `there is no block ${number} yet`,
      got: `the head is block ${head}`,
      expected: `a block up to ${head}`,
      todo: behind ? 'name an archive endpoint' : 'ask for an earlier block, or wait',
    },
    { cause, fields: { block: number, head } },
  );
}

function otherNumber(block: BlockRef, number: number): TaoscopeError {
  return new TaoscopeError(
    'falsified',
    {
      failed: `block ${block.hash} is not block ${block.number}`,
      got: `its header says ${number}`,
      expected: String(block.number),
    },
    { fields: { block: block.number, hash: block.hash } },
  );
}
