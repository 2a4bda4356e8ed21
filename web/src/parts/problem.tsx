import { Button } from '@mantine/core';
import { toApiError } from '../api/errors.ts';
import { displayText } from '../format/text.ts';
import styles from './problem.module.css';

/** An error in its four parts, with a way on where one exists. */
export function Problem({
  error,
  onRetry,
  compact = false,
}: {
  error: unknown;
  onRetry?: () => void;
  compact?: boolean;
}) {
  const { parts, code, status } = toApiError(error);
  // The token dialog asks for what is missing; one voice is enough.
  if (status === 401) return null;
  const rows: [string, string | undefined][] = [
    ['Got', parts.got],
    ['Expected', parts.expected],
    ['To do', parts.todo],
  ];
  return (
    <div role="alert" className={styles.problem} data-compact={compact || undefined}>
      <p className={styles.failed}>
        {sentence(displayText(parts.failed, 500) ?? 'something failed')}
        <code className={styles.code}>{displayText(code, 40)}</code>
      </p>
      <dl className={styles.parts}>
        {rows.map(([name, text]) => {
          const shown = displayText(text, 1_000);
          return shown === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{shown}</dd>
            </div>
          );
        })}
      </dl>
      {onRetry === undefined ? null : (
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
