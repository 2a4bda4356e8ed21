import { createHash } from 'node:crypto';
import { FORMAT, type Part, pack } from './container.ts';
import { exportPart, type Manifest, ManifestSchema, REPORT_PART } from './manifest.ts';

/** The bytes of an export that a bundle is to carry. */
export interface BundledExport {
  readonly kind: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  read(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Everything that goes into a bundle. */
export interface BundleContents {
  readonly about: Omit<Manifest, 'format' | 'parts'>;
  readonly report: Uint8Array;
  readonly exports: readonly BundledExport[];
}

/**
 * The file of a bundle, as chunks. The same contents give the same bytes. Throws a `ZodError` for contents that would not be readable
 * again, `internal` when an export changes while it is read.
 */
export function createBundle({ about, report, exports }: BundleContents): AsyncGenerator<Uint8Array> {
  const parts: Part[] = [
    {
      name: REPORT_PART,
      bytes: report.length,
      sha256: createHash('sha256').update(report).digest('hex'),
      read: () => [report],
    },
    ...exports.map(({ kind, ...rest }) => ({ name: exportPart(kind), ...rest })),
  ];
  const heads = parts.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
  return pack(JSON.stringify(ManifestSchema.parse({ format: FORMAT, ...about, parts: heads })), parts);
}
