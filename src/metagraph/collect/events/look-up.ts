import type { BlockView } from '../../../chain/index.ts';

/** A storage item of `SubtensorModule` and its keys. */
export interface Wanted {
  readonly item: string;
  readonly keys: readonly unknown[];
}

export const PALLET = 'SubtensorModule';

/**
 * Reads values in as few requests as possible, each key once. The answer tells the value of a wanted one: what the chain
 * itself would read where the key is absent, `undefined` where the runtime has no such item.
 */
export async function lookUp(
  view: BlockView,
  wanted: readonly Wanted[],
  signal: AbortSignal | undefined,
): Promise<(wanted: Wanted) => unknown> {
  const requests = new Map(
    wanted
      .filter(({ item }) => view.hasStorage(PALLET, item))
      .map(({ item, keys }) => [keyOf({ item, keys }), { pallet: PALLET, item, keys }]),
  );
  const values = requests.size === 0 ? [] : await view.storageMany([...requests.values()], signal);
  const byKey = new Map([...requests.keys()].map((key, at) => [key, values[at]]));
  return (one) => {
    const key = keyOf(one);
    return byKey.has(key) ? (byKey.get(key) ?? view.storageDefault(PALLET, one.item)) : undefined;
  };
}

function keyOf({ item, keys }: Wanted): string {
  return `${item}/${keys.map((key) => (key instanceof Uint8Array ? Buffer.from(key).toString('hex') : String(key))).join('/')}`;
}
