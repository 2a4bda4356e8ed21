import { digestsOf } from '../../chain/index.ts';
import type { AuditAdapter } from '../adapter.ts';
import { checkBlockTime } from '../verify/check-block-time.ts';
import type { ChainEvidence } from './check-chain.ts';
import type { Manifest } from './manifest.ts';
import { cannotBeShown, fails, holds, type Shown } from './step.ts';

/** Whether the account had committed to the very bytes of the report. */
export function checkDigest({ reading, lack, registration }: ChainEvidence, sha256: string): Shown {
  if (reading === undefined) return cannotBeShown(lack);
  if (reading.value === undefined) return fails('The account had committed to nothing.');
  const digests = registration === undefined ? [] : digestsOf(registration);
  if (digests.includes(sha256)) return holds(`The report's SHA-256 ${sha256} is the one committed to.`);
  return fails(`The report's SHA-256 is ${sha256}; committed to is ${digests.join(', ') || 'no SHA-256'}.`);
}

/** Whether it was committed to in the block that the entry names. */
export function checkBlock({ entry }: Manifest, { reading, lack, registration }: ChainEvidence): Shown {
  if (reading === undefined) return cannotBeShown(lack);
  if (registration === undefined) return fails('There is no commitment that was set in any block.');
  if (registration.setAt === entry.block)
    return holds(`It was set in block ${entry.block}, as the entry says.`);
  return fails(`It was set in block ${registration.setAt}; the entry says ${entry.block}.`);
}

/** Whether the block was made after the time that the report covers. */
export function checkTime(
  { entry }: Manifest,
  { ms }: ChainEvidence,
  adapter: AuditAdapter | undefined,
): Shown {
  if (ms === undefined) return cannotBeShown(`The time of block ${entry.block} is not in the bundle.`);
  const reading = { outcome: 'read', ms } as const;
  const { verdict, detail } = checkBlockTime(
    entry,
    reading,
    adapter?.lateAfterMicros ?? Number.MAX_SAFE_INTEGER,
  );
  if (verdict === 'verified') return holds(detail);
  return verdict === 'mismatch' ? fails(detail) : cannotBeShown(detail);
}
