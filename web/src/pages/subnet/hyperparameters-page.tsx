import { useQuery } from '@tanstack/react-query';
import { subnetQuery } from '../../api/queries.ts';
import { displayText } from '../../format/text.ts';
import { Problem } from '../../parts/problem.tsx';
import { useNetuid, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { FactsPanels } from './facts-panels.tsx';

/** Hyperparameters, pool and identity of a subnet, live or at the chosen block. */
export function HyperparametersPage() {
  const netuid = useNetuid();
  const { search } = useSubnetSearch();
  const { data, error, refetch } = useQuery(subnetQuery(netuid, search.block));
  if (data === undefined)
    return error === null ? null : <Problem error={error} onRetry={() => void refetch()} />;
  return <FactsPanels subnet={data.subnet} symbol={displayText(data.subnet.symbol, 4) ?? 'α'} />;
}
