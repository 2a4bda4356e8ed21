import { useQuery } from '@tanstack/react-query';
import { subnetQuery } from '../../api/queries.ts';
import { useRoster } from '../../api/roster.ts';
import { FigureGrid } from '../../charts/figure.tsx';
import { FigureControls } from '../../charts/figure-controls.tsx';
import { displayText } from '../../format/text.ts';
import { useNetuid, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { ActivityFigure } from './activity-figure.tsx';
import { GroupsFigure } from './groups-figure.tsx';
import type { Role } from './measures.ts';
import { TraceFigure } from './trace-figure.tsx';

/** Those without validator trust. */
export function MinersPage() {
  return <RolePage key="miner" of="miner" />;
}

/** Those with validator trust above 0. */
export function ValidatorsPage() {
  return <RolePage key="validator" of="validator" />;
}

function RolePage({ of }: { of: Role }) {
  const netuid = useNetuid();
  const { search } = useSubnetSearch();
  const roster = useRoster(netuid, search.mechanism ?? 0);
  const subnet = useQuery(subnetQuery(netuid)).data?.subnet;
  const symbol = displayText(subnet?.symbol, 4) ?? 'α';
  return (
    <>
      <FigureControls grouping top smoothing opacity />
      <ActivityFigure role={of} roster={roster} symbol={symbol} />
      <FigureGrid>
        <TraceFigure role={of} roster={roster} symbol={symbol} />
        <GroupsFigure role={of} roster={roster} />
      </FigureGrid>
    </>
  );
}
