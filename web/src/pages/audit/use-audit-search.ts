import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { AuditSearch } from '../../url/page-search.ts';

/** Sets some names of the address of an audit page; `undefined` takes one away. */
export type SelectAudit = (
  patch: { [K in keyof AuditSearch]?: AuditSearch[K] | undefined },
  /** `push` makes a step to go back from; else the address is replaced. */
  how?: { push?: boolean },
) => void;

/** What the address of an audit page says, and how to change it without leaving the page. */
export function useAuditSearch(): { search: AuditSearch; select: SelectAudit } {
  const search = useSearch({ from: '/audit' });
  const navigate = useNavigate();
  const select = useCallback<SelectAudit>(
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
