import { useQuery } from '@tanstack/react-query';
import { useLive, useLiveConnection } from '../api/live-context.tsx';
import { statusQuery } from '../api/queries.ts';
import { integer } from '../format/numbers.ts';
import { displayText } from '../format/text.ts';
import { Notice } from '../parts/notice.tsx';
import { useNow } from '../parts/use-now.ts';
import styles from './shell.module.css';
import { warningsOf } from './warnings.ts';

/** What concerns every page: old data, a stopped collector, silent endpoints, a new runtime. */
export function Banners() {
  const { data: status } = useQuery(statusQuery());
  const live = useLiveConnection();
  const change = useLive((state) => state.runtimeChange);
  const connection = useLive((state) => state.connection);
  const now = useNow();
  const warnings = status === undefined ? [] : warningsOf(status, now);
  const lost = connection === 'lost' && status !== undefined;
  if (warnings.length === 0 && change === undefined && !lost) return null;
  return (
    <div className={styles.banners}>
      {lost ? (
        <Notice tone="warning">
          <strong>Not live.</strong> The connection to the Taoscope server is interrupted; this page tries
          again by itself.
        </Notice>
      ) : null}
      {warnings.map((warning) => (
        <Notice key={warning.title + warning.tone} tone={warning.tone}>
          <strong>{warning.title}</strong> {displayText(warning.text, 400)}
        </Notice>
      ))}
      {change === undefined ? null : (
        <Notice tone="info" onDismiss={live.dismissRuntimeChange}>
          <strong>The chain has a new runtime:</strong> {displayText(change.specName, 40)}{' '}
          {change.specVersion}, since block {integer(change.block)}. Blocks are decoded with its own metadata.
        </Notice>
      )}
    </div>
  );
}
