import type { Command } from 'commander';
import { type ClustersFigure, clustersOf, clustersToCsv } from '../../metagraph/index.ts';
import { shortAddress, stringifyJson, TaoscopeError } from '../../shared/index.ts';
import type { Effects } from '../effects.ts';
import { type Column, renderTable } from '../table.ts';
import { askFigure } from './figure.ts';

export interface ClustersOptions {
  kind?: string;
  from?: number;
  to?: number;
  mechanism?: number;
  threshold?: number;
  json?: boolean;
  csv?: boolean;
}

/** `taoscope clusters <netuid>`: who weighs alike, or whose stakes move together. */
export async function clusters(
  command: Command,
  effects: Effects,
  netuid: number,
  options: ClustersOptions,
): Promise<void> {
  const { kind = 'weights', from, to, mechanism, threshold } = options;
  if (kind !== 'weights' && kind !== 'stake') {
    throw new TaoscopeError('usage', { failed: 'unknown --kind', got: kind, expected: 'weights or stake' });
  }
  const query = { kind, from, to, mechanism, threshold } as const;
  const figure = await askFigure<ClustersFigure>(command, effects, {
    path: `/subnets/${netuid}/clusters`,
    query,
    read: (store) => clustersOf(store, { netuid, ...query }, effects.signal),
  });
  if (options.json) effects.stdout.write(`${stringifyJson(figure, 2)}\n`);
  else if (options.csv) effects.stdout.write(clustersToCsv(figure));
  else effects.stdout.write(renderClusters(figure));
}

/** The table for people: the groups with more than one member, then how many stand alone. */
export function renderClusters(figure: ClustersFigure): string {
  const { netuid, mechanism, kind, from, to, threshold } = figure;
  const groups = figure.clusters.filter(({ members }) => members.length > 1);
  const alone = figure.clusters.length - groups.length;
  const what =
    kind === 'weights'
      ? `validators whose weights are alike (cosine similarity from ${threshold})`
      : `hotkeys whose stakes move together (correlation from ${threshold})`;
  const subnet = `netuid ${netuid}${mechanism === 0 ? '' : `, mechanism ${mechanism}`}`;
  const when = from === to ? `at block ${to}` : `blocks ${from} to ${to}`;
  const rows = groups.flatMap(({ id, similarity, members }) =>
    members.map((member, at): Line => ({ ...member, id, similarity, first: at === 0 })),
  );
  return [
    `${subnet}, ${when}: ${what}\n`,
    rows.length === 0 ? 'no two of them' : renderTable(COLUMNS, rows).trimEnd(),
    `\n${groups.length} ${groups.length === 1 ? 'group' : 'groups'}, ${alone} alone\n`,
  ].join('\n');
}

type Line = ClustersFigure['clusters'][number]['members'][number] & {
  readonly id: number;
  readonly similarity: number | null;
  readonly first: boolean;
};

const COLUMNS: Column<Line>[] = [
  { title: 'cluster', align: 'right', cell: (line) => (line.first ? String(line.id) : '') },
  {
    title: 'similarity',
    align: 'right',
    cell: (line) => (line.first && line.similarity !== null ? line.similarity.toFixed(4) : ''),
  },
  { title: 'uid', align: 'right', cell: ({ uid }) => String(uid) },
  { title: 'hotkey', cell: ({ hotkey }) => shortAddress(hotkey) },
  { title: 'coldkey', cell: ({ coldkey }) => (coldkey === null ? '' : shortAddress(coldkey)) },
  {
    title: 'stake',
    align: 'right',
    cell: ({ stake }) => (stake === null ? '' : stake.toFixed(3)),
  },
];
