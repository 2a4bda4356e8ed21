import { TaoscopeError } from '../../shared/index.ts';

/** Bytes that do not fit their type: why, where, and inside what. Internal to the codecs; {@link undecodable} makes the public error. */
export class DecodeFailure extends Error {
  readonly offset: number;
  /** Innermost last. */
  readonly path: string[] = [];

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

/** Adds the place where a failure passed through on its way out. */
export function within(error: unknown, place: string): unknown {
  if (error instanceof DecodeFailure && error.path.length < 24) error.path.unshift(place);
  return error;
}

/** The `undecodable` error of a failure; other errors pass through. */
export function undecodable(error: unknown, what: string): unknown {
  if (!(error instanceof DecodeFailure)) return error;
  const place = error.path.length === 0 ? '' : ` in ${error.path.join('.')}`;
  return new TaoscopeError(
    'undecodable',
    {
      failed: `cannot decode ${what}`,
      got: `${error.message} at byte ${error.offset}${place}`,
      expected: 'bytes that fit the metadata of the runtime that wrote them',
      todo: 'ask another endpoint; if all agree, report it with the block and the name above',
    },
    { cause: error, fields: { offset: error.offset } },
  );
}
