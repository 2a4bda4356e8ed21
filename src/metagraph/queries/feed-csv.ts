import { renderCsv } from '../../shared/index.ts';
import type { FeedAnswer, FeedEvent } from './feed.ts';

const FIELDS = [
  'block',
  'timestamp',
  'netuid',
  'mechanism',
  'index',
  'kind',
  'name',
  'uid',
  'hotkey',
  'coldkey',
  'otherHotkey',
  'otherColdkey',
  'otherNetuid',
  'tao',
  'alpha',
  'oldValue',
  'newValue',
  'actor',
  'signer',
  'via',
  'extrinsic',
] as const satisfies readonly (keyof FeedEvent)[];

/** Events as CSV (RFC 4180), a row each, every field a column. Absent values are empty; wrappers are separated by blanks. */
export function feedToCsv({ events }: FeedAnswer): string {
  return renderCsv(
    FIELDS,
    events.map((event) => FIELDS.map((field) => (field === 'via' ? event.via?.join(' ') : event[field]))),
  );
}
