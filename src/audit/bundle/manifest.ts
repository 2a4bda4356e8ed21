import { z } from 'zod';
import { type ListedReport, VERDICTS } from '../types.ts';
import { FORMAT, type PartHead } from './container.ts';

/*
 * What a bundle says besides the bytes it carries. Everything is bounded and nothing is believed: the file may be anybody's.
 * Bytes are hex with 0x, digests hex without; integers of the chain that may be beyond 2^53 are decimal text.
 */

const Text = z.string().max(8_192);
const Bytes = z.string().regex(/^0x(?:[0-9a-f]{2})*$/);
const Hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const U32 = z.number().int().min(0).max(0xffff_ffff);
const Instant = z.number().int();

const Entry = z.strictObject({
  source: Text,
  role: z.enum(['validator', 'miner']),
  hotkey: Text,
  entryId: Text,
  block: z.number().int().min(0),
  path: Text,
  createdAt: Instant.optional(),
  start: Instant,
  end: Instant,
});

const Header = z.strictObject({
  number: U32,
  parentHash: Hash,
  stateRoot: Hash,
  extrinsicsRoot: Hash,
  digest: z.array(Bytes).max(256),
});

const Field = z.strictObject({
  kind: Text,
  hex: z.string().regex(/^(?:[0-9a-f]{2})*$/),
  revealRound: z.string().regex(/^\d+$/).optional(),
});

/** What a node said about the account's commitment at the block. */
const Reading = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('read'),
    blockHash: Hash,
    key: Bytes,
    /** Absent: the account held none. */
    value: Bytes.optional(),
    /** The value in words. */
    meaning: z
      .strictObject({ setAt: U32, deposit: z.string().regex(/^\d+$/), fields: z.array(Field) })
      .optional(),
    /** Time of the block in which it was set, ms, where that is another block. On the node's word. */
    setAtMs: z.number().int().min(0).optional(),
    /** `Timestamp.Now` at the block, its raw value. */
    time: Bytes.optional(),
    /** `node`: read when the bundle was made. `ledger`: kept since the verdict, because the node no longer has it. */
    from: z.enum(['node', 'ledger']),
  }),
  z.strictObject({ outcome: z.literal('no-block'), head: U32 }),
  z.strictObject({ outcome: z.literal('failed'), reason: z.enum(['pruned', 'rpc']), detail: Text }),
]);

/** A piece of evidence that is there, or the reason why not. */
const orReason = <T extends z.ZodType>(shape: T) =>
  z.union([shape, z.strictObject({ missing: z.string().max(1_000) })]);

const StoredVerdict = z.strictObject({
  subjectType: z.enum(['report', 'file', 'hour']),
  subject: Text,
  check: Text,
  verdict: z.enum(VERDICTS),
  reason: Text,
  detail: Text,
  evidence: z.record(z.string(), z.unknown()),
  /** When it was reached, ISO 8601. */
  at: Text,
});

const Part = z.strictObject({
  name: z.string().regex(/^(?:report|export\/\S{1,64})$/),
  bytes: z.number().int().min(0),
  sha256: Sha256,
});

export const ManifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  madeBy: z.strictObject({ program: Text, version: Text }),
  madeAt: Text,
  chain: z.strictObject({ name: Text, genesisHash: Hash, ss58Prefix: U32 }),
  netuid: z.number().int().min(0).max(65_535),
  adapter: Text,
  /** Hosts only: where the report came from, and which nodes could be asked. */
  hosts: z.strictObject({ publisher: Text, nodes: z.array(Text).max(32) }),
  reportId: Text,
  entry: Entry,
  commitment: Reading,
  header: orReason(Header),
  proof: orReason(z.strictObject({ nodes: z.array(Bytes).max(4_098) })),
  /** Files that the report names. `found`: what their bytes came to when they were downloaded, where they were. */
  exports: z.array(
    z.strictObject({ kind: Text, path: Text, sha256: Text, found: z.string().max(64).optional() }),
  ),
  verdicts: z.array(StoredVerdict),
  parts: z.array(Part).min(1).max(65),
});

export type Manifest = z.infer<typeof ManifestSchema>;

/** The parts of a manifest that is one: the report first, no name twice. */
export function partsOf(manifest: unknown): readonly PartHead[] | undefined {
  const parsed = ManifestSchema.safeParse(manifest);
  if (!parsed.success) return undefined;
  const { parts } = parsed.data;
  const names = new Set(parts.map(({ name }) => name));
  return parts[0]?.name === REPORT_PART && names.size === parts.length ? parts : undefined;
}

export const REPORT_PART = 'report';

/** The name of the part that carries an export. */
export function exportPart(kind: string): string {
  return `export/${kind}`;
}

/** The list line that a manifest is about. */
export function entryOf({ entry }: Manifest): ListedReport {
  return entry;
}
