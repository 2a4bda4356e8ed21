import { createHash } from 'node:crypto';
import { isoNaive, type Micros } from './clock.ts';

/** One line of the list of reports. */
export interface Entry {
  readonly role: 'validator' | 'miner';
  readonly entryId: string;
  /** ss58 */
  readonly hotkey: string;
  /** Block in which the commitment landed. */
  readonly block: number;
  readonly path: string;
  readonly createdAt: Micros;
  readonly start: Micros;
  readonly end: Micros;
}

/** An entry as `GET /audit/` shows it. */
export function entryJson(entry: Entry): Record<string, string | number> {
  return {
    entry_id: entry.entryId,
    hotkey: entry.hotkey,
    block: entry.block,
    path: entry.path,
    created_at: isoNaive(entry.createdAt),
    start_time: isoNaive(entry.start),
    end_time: isoNaive(entry.end),
  };
}

/** The id that an entry must have: the UUID of version 5 of `"<hotkey>.<block>"` in the namespace of OIDs. */
export function entryIdOf(hotkey: string, block: number): string {
  return uuid5(OID_NAMESPACE, `${hotkey}.${block}`);
}

export function entryPath(role: Entry['role'], hotkey: string, block: number): string {
  return `audit/${role}/${hotkey}/${block}.json`;
}

/** Lower-case hex. */
export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const OID_NAMESPACE = '6ba7b812-9dad-11d1-80b4-00c04fd430c8';

function uuid5(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
