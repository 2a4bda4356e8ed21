import { createHash } from 'node:crypto';
import type { Finding } from '../types.ts';

/** Identity of a finding: the first 32 hex digits of the SHA-256 of its source, kind and subject. */
export function findingIdOf({ source, kind, subject }: Pick<Finding, 'source' | 'kind' | 'subject'>): string {
  return createHash('sha256')
    .update(JSON.stringify([source, kind, subject]))
    .digest('hex')
    .slice(0, 32);
}
