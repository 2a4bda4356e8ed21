import { expect, test } from 'vitest';
import type { Matrix, NeuronHead } from './matrix.ts';
import { cellSentence, neuronName } from './names.ts';

const head = (uid: number, identityName: string | null): NeuronHead => ({
  uid,
  hotkey: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
  coldkey: null,
  identityName,
  stake: null,
  validatorPermit: null,
  consensus: null,
  incentive: null,
  emission: null,
});
const matrix = {
  rows: [{ head: head(0, 'Opal') }],
  columns: [head(4, null), head(5, '\u202Eevil')],
  shares: Float32Array.of(0.032, 0),
} as unknown as Matrix;

test('a cell says who gives whom how much', () => {
  expect(cellSentence(matrix, { row: 0, column: 0 }, false)).toBe(
    'Validator UID 0 (Opal) gives UID 4 (5Grwva…KutQY) 3.20 % of its weight',
  );
  expect(cellSentence(matrix, { row: 0, column: 1 }, false)).toBe(
    'Validator UID 0 (Opal) gives nothing to UID 5 (evil)',
  );
  expect(cellSentence(matrix, { row: 0, column: 0 }, true)).toContain('3.20 % of its bonds');
  expect(cellSentence(matrix, { row: 3, column: 0 }, false)).toBe('');
});

test('a name that nobody could read gives way to the hotkey', () => {
  expect(neuronName(head(1, '\u200B'))).toBe('UID 1 (5Grwva…KutQY)');
});
