import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useRoster } from '../../api/roster.ts';
import type { ClustersBody } from '../../api/types.ts';
import { weightQuery } from '../../api/weights.ts';
import { toCsv } from '../../charts/csv.ts';
import { Figure, figureState } from '../../charts/figure.tsx';
import { fraction, integer } from '../../format/numbers.ts';
import { asWords, displayText, shortAddress } from '../../format/text.ts';
import { isSelected } from '../../url/selection.ts';
import { useSelection } from '../../url/use-subnet-search.ts';
import styles from './weights.module.css';

const TEXTS: Record<ClustersBody['kind'], { title: string; help: string }> = {
  weights: {
    title: 'Validators that weigh alike',
    help: 'Validators whose weights point the same way at the end of the range. Alike is not copied: people with the same taste, or one owner, weigh alike too.',
  },
  stake: {
    title: 'Hotkeys whose stakes move together',
    help: 'Hotkeys whose stakes rose and fell together over the range, as those of one owner or one nominator do.',
  },
};

const CLUSTER_COLUMNS = ['cluster', 'similarity', 'uid', 'hotkey', 'coldkey', 'stake'];

/** Groups of hotkeys, largest first; those alone are counted. Press a member to select it on all pages. */
export function ClustersFigure({
  netuid,
  mechanism,
  kind,
  range,
}: {
  netuid: number;
  mechanism: number;
  kind: ClustersBody['kind'];
  range: { from?: number; to?: number };
}) {
  const query = useQuery(weightQuery(netuid, 'clusters', { kind, mechanism, ...range }));
  const roster = useRoster(netuid, mechanism);
  const { selected, toggle } = useSelection();
  const body = query.data;
  const groups = useMemo(
    () =>
      (body?.clusters ?? [])
        .filter(({ members }) => members.length > 1)
        .sort((a, b) => b.members.length - a.members.length),
    [body],
  );
  const alone = (body?.clusters.length ?? 0) - groups.length;
  const { title, help } = TEXTS[kind];
  return (
    <Figure
      title={title}
      help={help}
      notes={[
        body === undefined ? undefined : blocksNote(body),
        body === undefined ? undefined : `alike from ${body.threshold} on`,
        body === undefined || alone === 0 ? undefined : `${integer(alone)} alone`,
      ]}
      state={figureState(query)}
      empty={
        body !== undefined && groups.length === 0
          ? body.clusters.length === 0
            ? 'Nothing is stored in this range.'
            : kind === 'weights'
              ? 'No two of them weigh alike at the end of this range.'
              : 'No two of them move together in this range.'
          : undefined
      }
      fileName={`clusters-${kind}-${netuid}`}
      csv={() => clustersCsv(body)}
      table={() => ({ header: CLUSTER_COLUMNS.map(asWords), rows: clusterRows(groups) })}
    >
      <ol className={styles.clusters}>
        {groups.map((group) => (
          <li key={group.id}>
            <span className={styles.clusterHead}>
              <strong>Cluster {group.id + 1}</strong>
              <span className={styles.quiet}>
                {group.members.length} hotkeys
                {group.similarity === null ? '' : ` · likeness ${fraction(group.similarity)}`}
                {` · ${ownersOf(group.members)}`}
              </span>
            </span>
            <span className={styles.members}>
              {group.members.map((member) => {
                const name = displayText(roster.byHotkey.get(member.hotkey)?.identityName, 20);
                return (
                  <button
                    key={member.hotkey}
                    type="button"
                    className={styles.member}
                    aria-pressed={isSelected(selected, member)}
                    title={`${member.hotkey}\nPress to select it or let it go`}
                    onClick={() => toggle(member.hotkey)}
                  >
                    {member.uid} · <bdi>{name ?? shortAddress(member.hotkey)}</bdi>
                  </button>
                );
              })}
            </span>
          </li>
        ))}
      </ol>
    </Figure>
  );
}

function ownersOf(members: ClustersBody['clusters'][number]['members']): string {
  const owners = new Set(members.map(({ coldkey }) => coldkey));
  if (owners.has(null)) return 'owners not known';
  return owners.size === 1 ? 'one coldkey' : `${owners.size} coldkeys`;
}

/** Weights are those that stood at the end of the range; stakes are followed through it. */
function blocksNote({ kind, from, to }: ClustersBody): string | undefined {
  if (to === undefined) return undefined;
  if (kind === 'weights') return `weights at block ${integer(to)}`;
  return from === undefined ? undefined : `blocks ${integer(from)}–${integer(to)}`;
}

function clustersCsv(body: ClustersBody | undefined): string {
  return toCsv(CLUSTER_COLUMNS, clusterRows(body?.clusters ?? []));
}

function clusterRows(clusters: ClustersBody['clusters']) {
  return clusters.flatMap(({ id, similarity, members }) =>
    members.map(({ uid, hotkey, coldkey, stake }) => [id + 1, similarity, uid, hotkey, coldkey, stake]),
  );
}
