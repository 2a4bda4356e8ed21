import { expect, test } from 'vitest';
import { evidenceColumns, evidenceFacts } from './copier-evidence.ts';

const HOTKEY = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';

test('evidence is told in words and figures, what the score rests on first', () => {
  const facts = evidenceFacts({
    'consensus-distance': { nearerToPrevious: 0.9, epochs: 40 },
    'older-rows': { source: HOTKEY, lag: 1, copied: 0.914, error: 0.03, present: 0, repeated: 1 },
    timing: { medianDelay: 12, spread: 3 },
  });
  expect(facts.map(({ name, value }) => `${name}: ${value}`)).toMatchInlineSnapshot(`
    [
      "Follows older rows of: 5Grwva…KutQY",
      "How old: 1 epoch",
      "Copied part: 91 % (± 0.030)",
      "Explained by the present: 0 %",
      "Exact repeats: 100 %",
      "Nearer to the previous consensus: 90 %",
      "Epochs looked at: 40",
      "Acts after its source: 12 blocks, within 3",
    ]
  `);
});

test('what is not understood is left out', () => {
  expect(evidenceFacts({})).toEqual([]);
  expect(evidenceFacts({ 'older-rows': null, 'same-hand': 'x', timing: [1], other: { share: 1 } })).toEqual(
    [],
  );
  expect(evidenceFacts({ 'own-signal': { share: Number.NaN } })).toEqual([]);
});

test('the rows of evidence are columns; an epoch that lacks a figure has a gap', () => {
  expect(
    evidenceColumns([
      { block: 360, toPreviousConsensus: 0.1, toPresentConsensus: 0.2 },
      { block: 720, toSourceBefore: 0 },
      { block: 'x', toSourceBefore: 1 },
    ]),
  ).toEqual({
    block: [360, 720],
    timestamp: [null, null],
    previousConsensus: [0.1, null],
    presentConsensus: [0.2, null],
    sourceBefore: [null, 0],
    sourceNow: [null, null],
  });
});
