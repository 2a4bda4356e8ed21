import type { Store } from '../../store/index.ts';
import { isoTime, presentHash } from '../present.ts';

export interface GapJson {
  from: number;
  to: number;
  reason: string;
  /** ISO 8601: when it was first found. */
  seenAt: string;
}

export interface RuntimeJson {
  specName: string;
  specVersion: number;
  codeHash?: string;
  metadataHash: string;
  metadataVersion: number;
  /** The first block at which it was seen. */
  firstBlock: number;
}

// Newest first matters; a thousand is more than anybody reads.
const MOST_GAPS = 1_000;

/** Blocks that could not be had and are still missing, newest first. */
export async function gaps(store: Store, signal?: AbortSignal): Promise<{ gaps: GapJson[] }> {
  const rows = await store.query<{ first: number; last: number; reason: string; seconds: number }>(
    `SELECT first, last, reason, toUnixTimestamp(seen_at) AS seconds FROM gaps FINAL
     WHERE filled = 0 ORDER BY first DESC LIMIT ${MOST_GAPS}`,
    { label: 'read the gaps', signal },
  );
  return {
    gaps: rows.map(({ first, last, reason, seconds }) => ({
      from: first,
      to: last,
      reason,
      seenAt: isoTime(seconds * 1000),
    })),
  };
}

/** Every runtime seen, ascending by the first block it was seen at. */
export async function runtimes(store: Store, signal?: AbortSignal): Promise<{ runtimes: RuntimeJson[] }> {
  const rows = await store.query<{
    spec_name: string;
    spec_version: number;
    code_hash: string;
    metadata_hex: string;
    metadata_version: number;
    first_block: number;
  }>(
    `SELECT spec_name, spec_version, code_hash, hex(metadata_hash) AS metadata_hex, metadata_version, first_block
     FROM runtimes FINAL ORDER BY first_block, spec_version`,
    { label: 'read the runtimes', signal },
  );
  return {
    runtimes: rows.map((row) => ({
      specName: row.spec_name,
      specVersion: row.spec_version,
      ...(row.code_hash === '' ? {} : { codeHash: row.code_hash }),
      metadataHash: presentHash(row.metadata_hex),
      metadataVersion: row.metadata_version,
      firstBlock: row.first_block,
    })),
  };
}
