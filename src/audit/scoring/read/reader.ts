import type { Store } from '../../../store/index.ts';
import { countedParams } from '../../collect/ingest/live-rows.ts';
import type { Basis, Micros } from '../../types.ts';

/** Reads of one source, on one basis, at one instant. What was asked once is not asked again: many profiles share their passes. */
export interface Reader {
  readonly at: Micros;
  /** Rows of a SELECT; what `COUNTED_REPORTS` wants is bound besides `params`. */
  rows<Row>(sql: string, params: Readonly<Record<string, unknown>>, label: string): Promise<readonly Row[]>;
}

export interface ReaderQuery {
  readonly source: string;
  readonly basis: Basis;
  readonly at: Micros;
  /** Reports that end later are not known. Default: all are. */
  readonly knownUntil?: Micros | undefined;
}

export function createReader(
  store: Store,
  { source, basis, at, knownUntil }: ReaderQuery,
  signal?: AbortSignal,
): Reader {
  const asked = new Map<string, Promise<readonly unknown[]>>();
  return {
    at,
    rows<Row>(sql: string, params: Readonly<Record<string, unknown>>, label: string) {
      const key = JSON.stringify([sql, params]);
      const answer =
        asked.get(key) ??
        store.query<Row>(sql, {
          params: { source, ...countedParams(basis, knownUntil), ...params },
          label,
          signal,
        });
      asked.set(key, answer);
      return answer as Promise<readonly Row[]>;
    },
  };
}
