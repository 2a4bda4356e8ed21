import type { FindingJson } from '../../api/types.ts';
import styles from './audit.module.css';

const SIGNS = { critical: '▲', warning: '◆', info: '●' } as const;

/** How grave something is: shape, colour and word. */
export function SeverityMark({ severity }: { severity: FindingJson['severity'] }) {
  return (
    <span className={styles.severity} data-severity={severity}>
      <span aria-hidden="true">{SIGNS[severity]}</span> {severity}
    </span>
  );
}
