import type { TaoscopeError } from '../../shared/index.ts';

/**
 * What to do after a failed try.
 *
 * - `give-up`   the question itself fails; every endpoint would say the same
 * - `elsewhere` this endpoint will not answer it, another one may (pruned state, an unknown method)
 * - `later`     the endpoint is in trouble: it is put behind the others, and may be asked again
 * - `alone`     the answer may have been too big together with others: ask again on a connection of its own
 */
export type Next = 'give-up' | 'elsewhere' | 'later' | 'alone';

/** One failed try, before it is decided whether the caller hears of it. Never leaves the transport. */
export class RpcFailure extends Error {
  readonly error: TaoscopeError;
  readonly next: Next;
  /** Nobody should ask this endpoint before so many ms have passed (Retry-After). */
  readonly waitMs: number | undefined;
  /** `true` when the request certainly did not reach the endpoint, so that even a submission may be sent elsewhere. */
  readonly neverSent: boolean;

  constructor(
    error: TaoscopeError,
    next: Next,
    options: { waitMs?: number | undefined; neverSent?: boolean } = {},
  ) {
    super(error.message);
    this.error = error;
    this.next = next;
    this.waitMs = options.waitMs;
    this.neverSent = options.neverSent ?? false;
  }
}
