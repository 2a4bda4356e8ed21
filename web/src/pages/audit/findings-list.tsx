import { useCallback } from 'react';
import type { FindingJson } from '../../api/types.ts';
import styles from './audit.module.css';
import { FindingItem } from './finding-item.tsx';
import { useAuditSearch } from './use-audit-search.ts';

/** Findings, gravest first; the address says which of them is unfolded. */
export function FindingsList({
  findings,
  label,
  pending = false,
  expected = 3,
  empty,
}: {
  findings: readonly FindingJson[];
  label: string;
  pending?: boolean;
  /** Lines whose place is kept while pending. */
  expected?: number;
  /** In place of no findings. */
  empty: string;
}) {
  const { search, select } = useAuditSearch();
  const opened = search.finding;
  const toggle = useCallback(
    (id: string) => select({ finding: id === opened ? undefined : id }),
    [select, opened],
  );
  if (pending)
    return (
      <div className={styles.findingsPending} role="status" aria-label={`${label}: loading`}>
        {Array.from({ length: Math.max(1, expected) }, (_, index) => index).map((index) => (
          <span key={index} />
        ))}
      </div>
    );
  if (findings.length === 0) return <p className={styles.nothing}>{empty}</p>;
  return (
    <ol className={styles.findings} aria-label={label}>
      {findings.map((finding) => (
        <FindingItem
          key={`${finding.source} ${finding.id}`}
          finding={finding}
          open={finding.id === opened}
          onToggle={toggle}
        />
      ))}
    </ol>
  );
}
