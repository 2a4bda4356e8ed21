import { renderCsv } from '../../../shared/index.ts';
import type { ClustersFigure } from './clusters.ts';
import type { CopierEvidence } from './copier-evidence.ts';
import type { MapFigure } from './map-figure.ts';
import type { WeightsFigure } from './weights-figure.ts';

/** A matrix as a tidy table, a row per validator and target. */
export function weightsToCsv({ netuid, mechanism, of, block, neurons, rows }: WeightsFigure): string {
  const hotkey = (uid: number) => neurons[uid]?.hotkey;
  return renderCsv(
    [
      'netuid',
      'mechanism',
      'block',
      'of',
      'uid',
      'hotkey',
      'target',
      'targetHotkey',
      'share',
      'lastUpdate',
      'distance',
      'cluster',
    ],
    rows.flatMap((row) =>
      row.targets.map((target, at) => [
        netuid,
        mechanism,
        block,
        of,
        row.uid,
        hotkey(row.uid),
        target,
        hotkey(target),
        row.shares[at],
        row.lastUpdate,
        row.distance,
        row.cluster,
      ]),
    ),
  );
}

/** Clusters as a tidy table, a row per member. */
export function clustersToCsv({ netuid, mechanism, kind, from, to, clusters }: ClustersFigure): string {
  return renderCsv(
    [
      'netuid',
      'mechanism',
      'kind',
      'from',
      'to',
      'cluster',
      'size',
      'similarity',
      'uid',
      'hotkey',
      'coldkey',
      'stake',
    ],
    clusters.flatMap(({ id, similarity, members }) =>
      members.map(({ uid, hotkey, coldkey, stake }) => [
        netuid,
        mechanism,
        kind,
        from,
        to,
        id,
        members.length,
        similarity,
        uid,
        hotkey,
        coldkey,
        stake,
      ]),
    ),
  );
}

/** The evidence as a table, a row per validator; its sentences in one cell. */
export function copiersToCsv({ netuid, mechanism, from, to, validators }: CopierEvidence): string {
  return renderCsv(
    [
      'netuid',
      'mechanism',
      'from',
      'to',
      'uid',
      'hotkey',
      'coldkey',
      'stake',
      'state',
      'score',
      'explanation',
    ],
    validators.map(({ uid, hotkey, coldkey, stake, state, score, explanation }) => [
      netuid,
      mechanism,
      from,
      to,
      uid,
      hotkey,
      coldkey,
      stake,
      state,
      score,
      explanation.join(' '),
    ]),
  );
}

/** A map as a tidy table, a row per block and neuron that is there. */
export function mapToCsv({ netuid, mechanism, block, timestamp, points }: MapFigure): string {
  return renderCsv(
    ['netuid', 'mechanism', 'block', 'timestamp', 'hotkey', 'coldkey', 'x', 'y', 'moved', 'weighted'],
    block.flatMap((one, at) =>
      points
        .filter(({ x }) => x[at] !== null)
        .map(({ hotkey, coldkey, x, y, moved, weighted }) => [
          netuid,
          mechanism,
          one,
          timestamp[at],
          hotkey,
          coldkey,
          x[at],
          y[at],
          moved[at],
          weighted[at],
        ]),
    ),
  );
}
