import type { AuditAdapter } from '../adapter.ts';
import { chainEvidence, checkHeader, checkKey, checkMeaning, checkProof } from './check-chain.ts';
import { checkBlock, checkDigest, checkTime } from './check-claim.ts';
import { checkExports, checkFormat, checkLine, checkRule } from './check-report.ts';
import { checkVerdict } from './check-verdict.ts';
import { type PartHead, type Unpacked, unpack } from './container.ts';
import { type Manifest, ManifestSchema, partsOf, REPORT_PART } from './manifest.ts';
import { cannotBeShown, fails, holds, outcomeOf, type Shown, type Step, type StepOutcome } from './step.ts';

/** How a bundle came out. */
export interface Verification {
  /** `fails` when any step does; `cannot be shown` when none fails and one cannot. */
  readonly outcome: StepOutcome;
  /** In the order in which one builds on the other. */
  readonly steps: readonly Step[];
  /** What the bundle is about, when it could be read. All of it is the bundle's word. */
  readonly bundle: Manifest | undefined;
}

export interface VerifyOptions {
  /** The language of a publisher, by the name of its adapter. No adapter is asked to fetch anything. */
  readonly adapterOf: (name: string) => AuditAdapter | undefined;
}

/** The steps, in order: what each is about. */
const STEPS = {
  container: 'evidence',
  line: 'evidence',
  'entry-id': 'claim',
  path: 'claim',
  format: 'claim',
  header: 'evidence',
  key: 'evidence',
  proof: 'evidence',
  meaning: 'evidence',
  digest: 'claim',
  block: 'claim',
  'block-time': 'claim',
  exports: 'claim',
  verdict: 'evidence',
} as const satisfies Record<string, Step['about']>;

/** Four times the largest report that is taken by default. */
const MAX_REPORT_BYTES = 1024 * 1024 * 1024;

export type StepName = keyof typeof STEPS;

/**
 * Checks a bundle with nothing but the bundle: no node, no publisher, no store is asked. Steps about `evidence` say whether the file is
 * sound and what it proves; steps about a `claim` say whether what the publisher said is so. Any bytes at all give an answer.
 *
 * @example
 * const { outcome, steps } = await verifyBundle(createReadStream('report.bundle'), { adapterOf });
 */
export async function verifyBundle(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { adapterOf }: VerifyOptions,
): Promise<Verification> {
  const keep = ({ name, bytes }: PartHead) => name === REPORT_PART && bytes <= MAX_REPORT_BYTES;
  const unpacked = await unpack(source, { partsOf, keep });
  const { fault } = unpacked;
  const manifest = ManifestSchema.safeParse(unpacked.manifest).data;
  const report = unpacked.kept.get(REPORT_PART);
  if (fault !== undefined || manifest === undefined || report === undefined)
    return damaged(fault ?? 'its report is too big to be real');

  const results = check(manifest, report, unpacked, adapterOf(manifest.adapter));
  const steps = names().map((name): Step => ({ name, about: STEPS[name], ...results[name] }));
  return { outcome: outcomeOf(steps), steps, bundle: manifest };
}

function check(
  manifest: Manifest,
  report: Uint8Array,
  { digests }: Unpacked,
  adapter: AuditAdapter | undefined,
): Record<StepName, Shown> {
  const sha256 = digests.get(REPORT_PART)!;
  const chain = chainEvidence(manifest);
  return {
    container: holds('Every part has the digest that the manifest names, and the file has its own.'),
    line: checkLine(manifest),
    'entry-id': checkRule(manifest, adapter, 'entry-id'),
    path: checkRule(manifest, adapter, 'path'),
    format: checkFormat(manifest, report, adapter),
    header: checkHeader(manifest, chain),
    key: checkKey(manifest, chain),
    proof: checkProof(manifest, chain),
    meaning: checkMeaning(manifest, chain),
    digest: checkDigest(chain, sha256),
    block: checkBlock(manifest, chain),
    'block-time': checkTime(manifest, chain, adapter),
    exports: checkExports(manifest, digests, adapter),
    verdict: checkVerdict(manifest, chain, sha256, adapter),
  };
}

/** Of a file that is not what was written nothing more is believed. */
function damaged(fault: string): Verification {
  const steps = names().map((name): Step => {
    const shown =
      name === 'container' ? fails(`The file is damaged: ${fault}.`) : cannotBeShown('The file is damaged.');
    return { name, about: STEPS[name], ...shown };
  });
  return { outcome: 'fails', steps, bundle: undefined };
}

function names(): StepName[] {
  return Object.keys(STEPS) as StepName[];
}
