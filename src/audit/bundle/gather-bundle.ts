import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Chain } from '../../chain/index.ts';
import { decodeRegistration } from '../../chain/index.ts';
import { fromHex, type Hex, isTaoscopeError, TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { AuditAdapter, AuditSource } from '../adapter.ts';
import type { EvidenceFolder } from '../collect/evidence-folder.ts';
import type { ExportRef, ReportId } from '../types.ts';
import { meaningOf } from './check-chain.ts';
import type { BundleContents, BundledExport } from './create-bundle.ts';
import { ManifestSchema } from './manifest.ts';
import { type ChainPart, readChainEvidence } from './read-chain-evidence.ts';
import { readStoredReport, type StoredReport } from './stored-report.ts';

/** Where the contents of a bundle come from. */
export interface BundleSources {
  readonly store: Pick<Store, 'query'>;
  readonly evidence: EvidenceFolder;
  readonly chain: Chain;
  readonly sources: readonly AuditSource[];
  readonly adapterOf: (name: string) => AuditAdapter | undefined;
  readonly madeBy: { readonly program: string; readonly version: string };
  /** When it is made, ms since the epoch. */
  readonly nowMs: number;
}

export interface BundleOptions {
  /** Carry the files that the report names too, as far as they were kept (`audit.keepExports`). */
  readonly withExports?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gathers what a bundle of one report holds: what the store knows, the bytes that were kept, and the chain's evidence read once more,
 * with a proof where a node gives one. Where no node has that state any more, what was read when the verdict was reached is taken.
 *
 * Errors: `not-found` (no such report, its bytes were never had), `usage` (its source is no longer configured), `falsified` (bytes
 * changed on the disk; a node that disproves itself), `aborted`, and those of the store.
 */
export async function gatherBundle(
  from: BundleSources,
  reportId: ReportId,
  { withExports = false, signal }: BundleOptions = {},
): Promise<BundleContents> {
  const { store, evidence, chain, madeBy } = from;
  const stored = await readStoredReport(store, reportId, signal);
  const { entry } = stored;
  const source = from.sources.find(({ name }) => name === entry.source);
  const adapter = source && from.adapterOf(source.adapter);
  if (source === undefined || adapter === undefined) throw unknownSource(entry.source);
  const report = stored.sha256 === '' ? undefined : await evidence.read('report', stored.sha256);
  if (report === undefined) throw neverHad(reportId);

  const named = namedFiles(adapter, stored, report);
  const exports = withExports ? await keptExports(evidence, named, stored) : [];
  const { name, genesisHash, ss58Prefix } = chain.identity;
  const about: BundleContents['about'] = {
    madeBy: { ...madeBy },
    madeAt: new Date(from.nowMs).toISOString(),
    chain: { name, genesisHash, ss58Prefix },
    netuid: source.netuid,
    adapter: adapter.name,
    hosts: { publisher: new URL(source.url).host, nodes: chain.stats().map(({ host }) => host) },
    reportId,
    entry,
    ...orLedger(await readChainEvidence(chain, source.netuid, entry, signal), stored, reportId),
    exports: named.map(({ kind, path, sha256 }) => {
      const found = stored.files.find((file) => file.kind === kind)?.found;
      return { kind, path, sha256, ...(found === undefined || found === '' ? {} : { found }) };
    }),
    verdicts: [...stored.verdicts],
  };
  return { about, report, exports };
}

/** What the report itself names; of a report that cannot be read, what the store knows. */
function namedFiles(adapter: AuditAdapter, { entry, files }: StoredReport, report: Uint8Array): ExportRef[] {
  try {
    return [...adapter.parse(entry.role, report).exports];
  } catch (error) {
    if (!isTaoscopeError(error)) throw error;
    return files.map(({ kind, path, claimed }) => ({ kind, path, sha256: claimed }));
  }
}

/** The files that were kept: as they were served, be it with another digest than the report names. */
async function keptExports(
  evidence: EvidenceFolder,
  named: readonly ExportRef[],
  { files }: StoredReport,
): Promise<BundledExport[]> {
  const kept: BundledExport[] = [];
  for (const { kind, sha256: claimed } of named) {
    const sha256 = files.find((file) => file.kind === kind)?.found || claimed;
    if (!/^[0-9a-f]{64}$/.test(sha256) || !/^\S{1,64}$/.test(kind)) continue;
    if (!(await evidence.holds('export', sha256))) continue;
    const file = evidence.exportFile(sha256);
    kept.push({ kind, bytes: (await stat(file)).size, sha256, read: () => createReadStream(file) });
  }
  return kept;
}

/** The evidence of the stored verdict, where the chain can no longer be read. */
function orLedger(part: ChainPart, { verdicts }: StoredReport, reportId: ReportId): ChainPart {
  if (part.commitment.outcome !== 'failed') return part;
  const stored = verdicts.find(({ subject, check }) => subject === reportId && check === 'commitment');
  const { blockHash, key, value, setAtTime } = stored?.evidence ?? {};
  const setAtMs = typeof setAtTime === 'string' ? Date.parse(setAtTime) : Number.NaN;
  const meaning = typeof value === 'string' ? meaningFrom(value as Hex) : undefined;
  const read = ManifestSchema.shape.commitment.safeParse({
    outcome: 'read',
    blockHash,
    key,
    ...(value === undefined ? {} : { value, meaning }),
    ...(Number.isNaN(setAtMs) ? {} : { setAtMs }),
    from: 'ledger',
  });
  // A value is left out of a verdict when it is too long; without it the bundle would say that there was none.
  const isWhole = value !== undefined || stored?.reason === 'no-commitment';
  return read.success && isWhole ? { ...part, commitment: read.data } : part;
}

function meaningFrom(value: Hex): ReturnType<typeof meaningOf> | undefined {
  try {
    return meaningOf(decodeRegistration(fromHex(value)));
  } catch {
    return undefined;
  }
}

function unknownSource(name: string): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: `the source ${JSON.stringify(name)} of this report is not configured`,
    expected: 'a source of that name under audit.sources, with an adapter that there is',
    todo: 'use the configuration with which the report was fetched',
  });
}

function neverHad(reportId: ReportId): TaoscopeError {
  return new TaoscopeError('not-found', {
    failed: `the bytes of report ${reportId} are not kept`,
    got: 'it was never downloaded, or has been purged',
    todo: 'let the audit fetch it while it is still published',
  });
}
