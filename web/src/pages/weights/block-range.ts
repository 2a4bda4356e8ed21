import { useQuery } from '@tanstack/react-query';
import { subnetQuery } from '../../api/queries.ts';
import { blocksOf } from '../../charts/range.ts';
import { USUAL } from '../../url/figure-search.ts';
import { useNetuid, useSubnetSearch } from '../../url/use-subnet-search.ts';

/** So that the question stays the same while blocks come in. */
const STEP = 300;

/**
 * The range of the address in blocks, for routes that take no hours. Without `to` it follows the newest block; `undefined`
 * until it is known where that is. The usual range is left to the server, whose own it is; `usual` says it in blocks too,
 * for a route that has no range of its own.
 */
export function useBlockRange({ usual = false } = {}): { from?: number; to?: number } | undefined {
  const netuid = useNetuid();
  const { search } = useSubnetSearch();
  const { data } = useQuery(subnetQuery(netuid));
  const byHand = search.from !== undefined || search.to !== undefined;
  if (!usual && !byHand && (search.range ?? USUAL.range) === USUAL.range) return NOTHING;
  if (byHand)
    return {
      ...(search.from === undefined ? {} : { from: search.from }),
      ...(search.to === undefined ? {} : { to: search.to }),
    };
  if (data === undefined) return undefined;
  const newest = Math.floor(data.subnet.block / STEP) * STEP;
  return { from: blocksOf(search, newest).from };
}

const NOTHING = {};
