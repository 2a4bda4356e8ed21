import { expect, test } from 'vitest';
import type { ClustersFigure, CopierEvidence } from '../../metagraph/index.ts';
import { renderClusters } from './clusters.ts';
import { renderCopiers } from './copiers.ts';

const member = (letter: string, uid: number, stake: number | null) => ({
  hotkey: `5${letter.repeat(47)}`,
  coldkey: uid === 4 ? null : `5${letter.toUpperCase().repeat(47)}`,
  uid,
  stake,
});

const CLUSTERS: ClustersFigure = {
  netuid: 7,
  mechanism: 0,
  kind: 'weights',
  from: 360,
  to: 360,
  threshold: 0.95,
  clusters: [
    { id: 0, similarity: 0.99214, members: [member('a', 0, 1_000.5), member('b', 4, null)] },
    { id: 1, similarity: null, members: [member('c', 2, 3)] },
  ],
};

const EVIDENCE: CopierEvidence = {
  netuid: 7,
  mechanism: 1,
  from: 360,
  to: 7_200,
  epochs: 20,
  commitReveal: true,
  threshold: 0.5,
  validators: [
    {
      ...member('a', 3, 12.25),
      state: 'suspected',
      score: 0.987,
      explanation: [`Its rows repeat\nolder ones of 5${'c'.repeat(47)}.`, 'And more.'],
      evidence: {},
      epochs: [],
    },
    {
      ...member('b', 4, null),
      state: 'insufficient',
      score: null,
      explanation: [],
      evidence: {},
      epochs: [],
    },
  ],
};

test('clusters for people: the groups, and how many stand alone', () => {
  expect(renderClusters(CLUSTERS)).toMatchInlineSnapshot(`
    "netuid 7, at block 360: validators whose weights are alike (cosine similarity from 0.95)

    cluster  similarity  uid  hotkey        coldkey          stake
    ───────  ──────────  ───  ────────────  ────────────  ────────
          0      0.9921    0  5aaaaa…aaaaa  5AAAAA…AAAAA  1000.500
                           4  5bbbbb…bbbbb

    1 group, 1 alone
    "
  `);
  expect(
    renderClusters({ ...CLUSTERS, kind: 'stake', to: 720, clusters: CLUSTERS.clusters.slice(1) }),
  ).toMatchInlineSnapshot(`
    "netuid 7, blocks 360 to 720: hotkeys whose stakes move together (correlation from 0.95)

    no two of them

    0 groups, 1 alone
    "
  `);
});

test('copiers for people: score, state and the strongest evidence, and that it is no verdict', () => {
  expect(renderCopiers(EVIDENCE)).toMatchInlineSnapshot(`
    "netuid 7, mechanism 1, blocks 360 to 7200, 20 epochs, weights hidden until revealed: evidence that weights are copied
    A score from 0.5 is a suspicion, not a verdict; --json shows the rows behind it.

    score  state         uid  hotkey         stake  strongest evidence
    ─────  ────────────  ───  ────────────  ──────  ───────────────────────────────────────────
     0.99  suspected       3  5aaaaa…aaaaa  12.250  Its rows repeat·older ones of 5ccccc…ccccc.
           insufficient    4  5bbbbb…bbbbb
    "
  `);
  expect(renderCopiers({ ...EVIDENCE, note: 'Nobody set weights.', validators: [] })).toMatchInlineSnapshot(`
    "netuid 7, mechanism 1, blocks 360 to 7200, 20 epochs, weights hidden until revealed: evidence that weights are copied
    A score from 0.5 is a suspicion, not a verdict; --json shows the rows behind it.

    Nobody set weights.
    "
  `);
});
