import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { SubnetSearch } from './search.ts';
import { formatSelection, parseSelection, type Selected, toggleSelected } from './selection.ts';

/** Sets some names of the address of a subnet's page; `undefined` takes one away. */
export type SelectSearch = (
  patch: { [K in keyof SubnetSearch]?: SubnetSearch[K] | undefined },
  /** `push` makes a step to go back from; else the address is replaced. */
  how?: { push?: boolean },
) => void;

/** What the address of a subnet's page says, and how to change it without leaving the page. */
export function useSubnetSearch(): { search: SubnetSearch; select: SelectSearch } {
  const search = useSearch({ from: '/subnets/$netuid' });
  const navigate = useNavigate();
  const select = useCallback<SelectSearch>(
    (patch, { push = false } = {}) =>
      void navigate({
        to: '.',
        search: (old: object) => ({ ...old, ...patch }) as never,
        replace: !push,
        resetScroll: false,
      }),
    [navigate],
  );
  return { search, select };
}

/** The subnet of the page; its frame has checked it. */
export function useNetuid(): number {
  return Number(useParams({ from: '/subnets/$netuid' }).netuid);
}

/** The uids, hotkeys and coldkeys that a person marked on this subnet, and how to mark one more or let it go. */
export function useSelection(): {
  selected: readonly Selected[];
  /** Only what is selected is shown. */
  only: boolean;
  toggle: (item: Selected) => void;
  set: (items: readonly Selected[]) => void;
} {
  const { search, select } = useSubnetSearch();
  const selected = useMemo(() => parseSelection(search.sel), [search.sel]);
  const set = useCallback(
    (items: readonly Selected[]) =>
      select({ sel: formatSelection(items), ...(items.length === 0 ? { only: undefined } : {}) }),
    [select],
  );
  const toggle = useCallback((item: Selected) => set(toggleSelected(selected, item)), [selected, set]);
  return { selected, only: search.only === 1 && selected.length > 0, toggle, set };
}
