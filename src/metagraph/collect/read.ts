import {
  type BlockView,
  type Metagraph,
  readMetagraph,
  readMetagraphs,
  readSubnet,
  readSubnets,
  type SubnetFacts,
} from '../../chain/index.ts';
import { inParallel, isTaoscopeError, type TaoscopeError, toTaoscopeError } from '../../shared/index.ts';

export type Netuids = 'all' | readonly number[];

export interface ReadOptions {
  netuids: Netuids;
  /** `auto`: the richest runtime call per subnet. `storage`: plain storage vectors, all subnets in a few requests. */
  source: 'auto' | 'storage';
  /** Subnets read at the same time. */
  concurrency: number;
  signal?: AbortSignal | undefined;
}

/** Everything recorded of the chosen subnets at one block. */
export interface BlockReading {
  readonly subnets: readonly SubnetFacts[];
  readonly metagraphs: readonly Metagraph[];
  /** Subnets that could not be read, each with its reason; the others are not held up by them. */
  readonly failures: readonly { readonly netuid: number; readonly error: TaoscopeError }[];
}

/**
 * Reads the facts and the neurons (every mechanism) of the chosen subnets at a block. What fails for one subnet only is
 * told in `failures`; what fails for the block (no state, no node) is thrown.
 */
export async function readBlock(view: BlockView, options: ReadOptions): Promise<BlockReading> {
  const failures: { netuid: number; error: TaoscopeError }[] = [];
  const subnets = await readFacts(view, options, failures);
  if (options.source === 'storage') {
    const netuids = subnets.map(({ netuid }) => netuid);
    return {
      subnets,
      metagraphs: await readMetagraphs(view, netuids, { signal: options.signal }),
      failures,
    };
  }

  const metagraphs: Metagraph[] = [];
  const waiting = subnets.flatMap(({ netuid, mechanisms }) =>
    Array.from({ length: mechanisms }, (_, mechanism) => ({ netuid, mechanism })),
  );
  await inParallel(waiting, options.concurrency, async ({ netuid, mechanism }) => {
    try {
      metagraphs.push(await readMetagraph(view, netuid, { mechanism, signal: options.signal }));
    } catch (caught) {
      const error = toTaoscopeError(caught);
      if (isOfTheBlock(error)) throw error;
      failures.push({ netuid, error });
    }
  });
  metagraphs.sort((a, b) => a.netuid - b.netuid || a.mechanism - b.mechanism);
  return { subnets, metagraphs, failures };
}

/** A few subnets are read one by one; many are read together, which costs about as much as all. */
const FEW = 8;

async function readFacts(
  view: BlockView,
  { netuids, signal }: ReadOptions,
  failures: { netuid: number; error: TaoscopeError }[],
): Promise<SubnetFacts[]> {
  if (netuids === 'all' || netuids.length > FEW) {
    const all = await readSubnets(view, signal);
    return all.filter(({ netuid }) => netuids === 'all' || netuids.includes(netuid));
  }
  const found: SubnetFacts[] = [];
  for (const netuid of netuids) {
    try {
      found.push(await readSubnet(view, netuid, signal));
    } catch (caught) {
      const error = toTaoscopeError(caught);
      if (isOfTheBlock(error)) throw error;
      failures.push({ netuid, error });
    }
  }
  return found;
}

/** Failures that concern the block or the connection, so that reading the other subnets would fail as well. */
function isOfTheBlock(error: TaoscopeError): boolean {
  // A rate limit passes: the block is read again, rather than stored without this subnet.
  if (isTaoscopeError(error, 'rpc-refused') && error.retryable) return true;
  return (['state-pruned', 'unreachable', 'timeout', 'aborted', 'wrong-chain', 'falsified'] as const).some(
    (code) => isTaoscopeError(error, code),
  );
}
