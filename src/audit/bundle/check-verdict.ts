import type { Hex } from '../../shared/index.ts';
import type { AuditAdapter } from '../adapter.ts';
import { checkCommitment } from '../verify/check-commitment.ts';
import type { CommitmentReading } from '../verify/readings.ts';
import { quoted } from '../verify/verdict.ts';
import type { ChainEvidence } from './check-chain.ts';
import type { Manifest } from './manifest.ts';
import { cannotBeShown, fails, holds, type Shown } from './step.ts';

/** Whether the verdict that the bundle carries follows from the evidence in it. */
export function checkVerdict(
  manifest: Manifest,
  { reading, registration, ms }: ChainEvidence,
  sha256: string,
  adapter: AuditAdapter | undefined,
): Shown {
  const { entry, commitment, verdicts, reportId } = manifest;
  const stored = verdicts.find(({ subject, check }) => subject === reportId && check === 'commitment');
  if (stored === undefined) return cannotBeShown('The bundle carries no verdict on the commitment.');
  const read: CommitmentReading =
    commitment.outcome === 'read'
      ? {
          outcome: 'read',
          at: { number: entry.block, hash: commitment.blockHash as Hex },
          setAtMs: commitment.setAtMs,
          commitment: registration && {
            at: { number: entry.block, hash: commitment.blockHash as Hex },
            setAt: registration.setAt,
            fields: registration.fields,
          },
        }
      : commitment;
  if (reading?.value !== undefined && registration === undefined)
    return cannotBeShown('The commitment in the bundle cannot be read.');
  const context = { commits: adapter?.commits(entry.role, entry.end), blockMs: ms };
  const verdict = checkCommitment(entry, sha256, read, context);
  if (verdict.verdict === stored.verdict && verdict.reason === stored.reason)
    return holds(
      `The verdict of ${quoted(stored.at)}, ${verdict.verdict} (${verdict.reason}), follows from it: ${verdict.detail}`,
    );
  const since = `${quoted(stored.verdict)} (${quoted(stored.reason)}), reached ${quoted(stored.at)}`;
  // More or less could be read then than is in the bundle: neither disproves the other.
  const differ = [verdict.verdict, stored.verdict].includes('unverifiable') ? cannotBeShown : fails;
  return differ(
    `The verdict was ${since}; this evidence gives ${verdict.verdict} (${verdict.reason}): ${verdict.detail}`,
  );
}
