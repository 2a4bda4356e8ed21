import { percent } from '../../format/numbers.ts';
import { displayText, shortAddress } from '../../format/text.ts';
import type { Matrix, NeuronHead } from './matrix.ts';

/** `UID 7 (Name)`, or the beginning of the hotkey where it has no name. */
export function neuronName({ uid, identityName, hotkey }: NeuronHead): string {
  return `UID ${uid} (${displayText(identityName ?? undefined, 24) ?? shortAddress(hotkey)})`;
}

/** What a cell says: `Validator UID 3 (…) gives UID 40 (…) 3.20 % of its weight`. */
export function cellSentence(
  { rows, columns, shares }: Matrix,
  { row, column }: { row: number; column: number },
  bonds: boolean,
): string {
  const [from, to] = [rows[row]?.head, columns[column]];
  if (from === undefined || to === undefined) return '';
  const share = shares[row * columns.length + column] ?? 0;
  const [verb, what] = bonds ? ['has in', 'of its bonds'] : ['gives', 'of its weight'];
  if (share <= 0)
    return `Validator ${neuronName(from)} ${bonds ? 'has no bonds in' : 'gives nothing to'} ${neuronName(to)}`;
  return `Validator ${neuronName(from)} ${verb} ${neuronName(to)} ${percent(share, share < 0.001 ? 4 : 2)} ${what}`;
}

/** In place of a list of validators from which “Only these” takes all away. */
export const NONE_SELECTED =
  'None of the selected neurons is among these validators. “Only these” above hides the others.';
