import { CloseButton } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './notice.module.css';

/** One line that a person should see before the figures. */
export function Notice({
  tone,
  children,
  onDismiss,
}: {
  tone: 'warning' | 'bad' | 'info';
  children: ReactNode;
  onDismiss?: () => void;
}) {
  return (
    <div role={tone === 'info' ? 'status' : 'alert'} className={styles.notice} data-tone={tone}>
      <div>{children}</div>
      {onDismiss === undefined ? null : <CloseButton size="sm" aria-label="Dismiss" onClick={onDismiss} />}
    </div>
  );
}
