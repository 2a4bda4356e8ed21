/** A uid (as digits), a hotkey or a coldkey: what a person marks to find it again in every figure. */
export type Selected = string;

/** The server takes as many. */
export const MAX_SELECTED = 64;

/** The selection of `sel=3,17,5Grw…`, in its order, each once; what is neither a uid nor an address is left out. */
export function parseSelection(value: string | undefined): readonly Selected[] {
  if (value === undefined) return NOTHING;
  const items = value.split(',', MAX_SELECTED * 4).flatMap((item) => normalSelected(item) ?? []);
  return items.length === 0 ? NOTHING : [...new Set(items)].slice(0, MAX_SELECTED);
}

export function formatSelection(selected: readonly Selected[]): string | undefined {
  return selected.length === 0 ? undefined : selected.join(',');
}

/** With the item if it was not there, else without it. */
export function toggleSelected(selected: readonly Selected[], item: Selected): readonly Selected[] {
  return selected.includes(item)
    ? selected.filter((each) => each !== item)
    : [...selected, item].slice(0, MAX_SELECTED);
}

/** A typed text as an item of a selection: `0017` is uid 17. `undefined` when it is neither a uid nor an address. */
export function normalSelected(typed: string): Selected | undefined {
  const item = typed.trim();
  if (/^\d{1,5}$/.test(item)) return Number(item) <= 65_535 ? String(Number(item)) : undefined;
  return /^[1-9A-HJ-NP-Za-km-z]{46,50}$/.test(item) ? item : undefined;
}

/** A neuron as far as a selection may name it. */
export interface Selectable {
  readonly uid?: number | undefined;
  readonly hotkey?: string | undefined;
  readonly coldkey?: string | null | undefined;
}

/** `true` when the selection names the neuron by its uid, hotkey or coldkey. */
export function isSelected(selected: readonly Selected[], neuron: Selectable): boolean {
  return selected.some(
    (item) => item === neuron.hotkey || item === neuron.coldkey || item === String(neuron.uid ?? ''),
  );
}

const NOTHING: readonly Selected[] = [];
