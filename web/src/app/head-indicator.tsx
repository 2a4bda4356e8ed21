import { useQuery } from '@tanstack/react-query';
import { useLive } from '../api/live-context.tsx';
import { statusQuery } from '../api/queries.ts';
import { integer } from '../format/numbers.ts';
import styles from './shell.module.css';

const MEANING = {
  open: 'Live: following the chain',
  connecting: 'Connecting to the live stream',
  lost: 'The live stream is interrupted; trying again',
};

/** The newest block and whether this page follows it. */
export function HeadIndicator() {
  const connection = useLive((live) => live.connection);
  const live = useLive((state) => state.best);
  const { data } = useQuery(statusQuery());
  const best = live ?? data?.chain.best?.number;
  return (
    <span className={styles.head} title={MEANING[connection]}>
      <span className={styles.dot} data-state={connection} role="img" aria-label={MEANING[connection]} />
      {best === undefined ? 'no block yet' : `#${integer(best)}`}
    </span>
  );
}
