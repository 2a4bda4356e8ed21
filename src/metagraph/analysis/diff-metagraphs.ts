/** A neuron by its hotkey; what is compared is `fields`, plain JSON values. */
export interface ComparedNeuron {
  readonly uid: number;
  readonly hotkey: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface FieldChange {
  readonly name: string;
  /** `null`: it was not there. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface MetagraphDiff {
  readonly added: { uid: number; hotkey: string }[];
  readonly removed: { uid: number; hotkey: string }[];
  readonly changed: { uid: number; hotkey: string; fields: FieldChange[] }[];
}

/**
 * What differs between two metagraphs, neuron by neuron. A neuron is its hotkey: another hotkey on the same uid is one
 * removed and one added; the same hotkey on another uid is changed in its `uid`. Ascending by uid (of the later one).
 */
export function diffMetagraphs(
  before: readonly ComparedNeuron[],
  after: readonly ComparedNeuron[],
): MetagraphDiff {
  const [old, now] = [before, after].map((side) => new Map(side.map((neuron) => [neuron.hotkey, neuron])));
  const name = ({ uid, hotkey }: ComparedNeuron) => ({ uid, hotkey });
  const byUid = (a: { uid: number }, b: { uid: number }) => a.uid - b.uid;
  return {
    added: after
      .filter(({ hotkey }) => !old?.has(hotkey))
      .map(name)
      .sort(byUid),
    removed: before
      .filter(({ hotkey }) => !now?.has(hotkey))
      .map(name)
      .sort(byUid),
    changed: after
      .flatMap((neuron) => {
        const earlier = old?.get(neuron.hotkey);
        if (earlier === undefined) return [];
        const fields = diffFields(
          { uid: earlier.uid, ...earlier.fields },
          { uid: neuron.uid, ...neuron.fields },
        );
        return fields.length === 0 ? [] : [{ ...name(neuron), fields }];
      })
      .sort(byUid),
  };
}

/** Fields whose JSON differs, in the order in which they are first met. */
export function diffFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const [was, is] = [before[name] ?? null, after[name] ?? null];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ name, before: was, after: is }];
  });
}
