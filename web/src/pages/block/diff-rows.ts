import type { DiffBody } from '../../api/types.ts';
import { amount, fraction, integer } from '../../format/numbers.ts';
import { asWords, displayText } from '../../format/text.ts';
import { isSelected, type Selected } from '../../url/selection.ts';

/** One field of one neuron that changed between two blocks. */
export interface DiffRow {
  readonly uid: number;
  readonly hotkey: string;
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
  /** After less before, where both are numbers. */
  readonly change: number | undefined;
}

/** Every changed field as a row, by neuron and in the order of the answer; of one field alone, or of marked neurons alone. */
export function diffRows(
  { changed }: Pick<DiffBody, 'changed'>,
  { field, selected = [] }: { field?: string | undefined; selected?: readonly Selected[] } = {},
): DiffRow[] {
  return changed
    .filter((neuron) => selected.length === 0 || isSelected(selected, neuron))
    .flatMap(({ uid, hotkey, fields }) =>
      fields
        .filter(({ name }) => field === undefined || name === field)
        .map(({ name, before, after }) => ({
          uid,
          hotkey,
          field: name,
          before,
          after,
          change: difference(before, after),
        })),
    );
}

/** The fields that changed, with the number of neurons, most first. */
export function changedFields({ changed }: Pick<DiffBody, 'changed'>): { name: string; neurons: number }[] {
  const counts = new Map<string, number>();
  for (const { fields } of changed)
    for (const { name } of fields) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, neurons]) => ({ name, neurons }))
    .sort((a, b) => b.neurons - a.neurons || a.name.localeCompare(b.name));
}

/** `incentiveFraction` is `Incentive`, `axon.ip` is `Axon ip`; of `hyperparameters.burn` the name says that it is one. */
export function fieldName(name: string): string {
  if (name.startsWith('hyperparameters.')) return `${fieldName(name.slice(16))} (hyperparameter)`;
  const shown = name
    .slice(0, 80)
    .replace(/(Fraction|Alpha|Tao)$/, '')
    .replaceAll('.', ' ');
  return displayText(asWords(shown === '' ? name : shown), 60) ?? '?';
}

/** A value as a person reads it: fractions with five decimals, coins as amounts, what is not there as a dash. */
export function fieldValue(name: string, value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const figure = figureOf(value);
  if (figure !== undefined) {
    if (name.endsWith('Fraction')) return fraction(figure);
    if (/(Tao|Alpha)$/.test(name)) return amount(figure);
    if (RAO_FACTS.has(name)) return amount(figure / 1e9);
    return Number.isInteger(figure) ? integer(figure) : amount(figure);
  }
  return displayText(typeof value === 'string' ? value : JSON.stringify(value), 80) ?? '–';
}

/** Facts of a subnet that the API gives in rao alone. */
const RAO_FACTS: ReadonlySet<string> = new Set(['alphaIn', 'alphaOut', 'volume', 'emission']);

/** After less before; `undefined` where one of them is no number, or too large to be subtracted without loss. */
export function difference(before: unknown, after: unknown): number | undefined {
  const [old, now] = [figureOf(before), figureOf(after)];
  return old === undefined || now === undefined ? undefined : now - old;
}

/** A value as a number: decimal texts too, as coins come as them. What is beyond 2^53 stays the text it is. */
export function figureOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,20}(\.\d{1,20})?$/.test(value)) return undefined;
  const figure = Number(value);
  return Math.abs(figure) <= Number.MAX_SAFE_INTEGER ? figure : undefined;
}
