import { createHash } from 'node:crypto';
import type { JsonValue } from '../../shared/index.ts';
import type { Verdict } from '../types.ts';

/**
 * What makes an outcome another one, as a 64-bit number: the verdict, its reason, and the digests, hashes and ids of its evidence.
 * Neither the wording of the detail nor which host answered.
 */
export function fingerprint({ verdict, reason, evidence }: Verdict): bigint {
  const hash = createHash('sha256').update(`${verdict}\n${reason}\n`);
  for (const name of Object.keys(evidence).sort()) digestsIn(name, evidence[name] ?? null, 0, hash);
  return hash.digest().readBigUInt64BE(0);
}

// Hex that is long enough to name content: digests, block hashes, our ids of reports.
const DIGEST = /^(?:0x)?[0-9a-f]{32,}$/i;

// Evidence is ours and flat; deeper than this nothing of it is a digest of what was checked.
const DEEPEST = 4;

function digestsIn(
  name: string,
  value: JsonValue,
  depth: number,
  hash: { update(text: string): unknown },
): void {
  if (typeof value === 'string') {
    if (DIGEST.test(value)) hash.update(`${name}=${value}\n`);
  } else if (typeof value === 'object' && value !== null && depth < DEEPEST) {
    for (const key of Object.keys(value).sort())
      digestsIn(
        Array.isArray(value) ? name : `${name}.${key}`,
        (value as Record<string, JsonValue>)[key] ?? null,
        depth + 1,
        hash,
      );
  }
}
