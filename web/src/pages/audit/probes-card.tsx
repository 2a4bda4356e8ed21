import { memo } from 'react';
import { displayText } from '../../format/text.ts';
import { ago, utc } from '../../format/time.ts';
import { useNow } from '../../parts/use-now.ts';
import styles from './probes.module.css';
import { ProbeOutput } from './probes-output.tsx';
import { LookupMark, ProbeRoute } from './probes-route.tsx';
import { displayLines, kindName, OUTCOME_NAMES, type Probe, routeSentence } from './probes-words.ts';

/** One request of ours: what was asked of whom, how it went, what it gave, and whether the validator tells of it. */
export const ProbeCard = memo(function ProbeCard({
  probe,
  netuid,
  shown,
  fresh,
}: {
  probe: Probe;
  netuid: number | undefined;
  /** Outputs are shown. */
  shown: boolean;
  /** Came while the reader looked. */
  fresh: boolean;
}) {
  return (
    <li className={styles.card} data-fresh={fresh || undefined} data-lookup={probe.lookup}>
      <header className={styles.head}>
        <span className={styles.kind}>{kindName(probe.kind)}</span>
        <span className={styles.chute} title={displayText(probe.chuteId, 80)}>
          <bdi>{displayText(probe.chuteName, 80) ?? 'unnamed'}</bdi>{' '}
          <small>{displayText(probe.function, 40)}</small>
        </span>
        <LookupMark lookup={probe.lookup} />
        <Age at={probe.at} />
      </header>
      <div className={styles.body}>
        <div className={styles.asked}>
          <blockquote className={styles.prompt} dir="auto">
            {displayLines(probe.prompt, 1_000) || 'no prompt'}
          </blockquote>
          <p className={styles.quiet}>
            {probe.attempts.length === 0
              ? `No instance was asked; the request ${probe.outcome === 'succeeded' ? 'was answered all the same' : OUTCOME_NAMES[probe.outcome]}. `
              : `${routeSentence(probe.attempts)} `}
            {(probe.elapsedMs / 1000).toFixed(2)} s.
          </p>
          {probe.attempts.length === 0 ? null : <ProbeRoute attempts={probe.attempts} netuid={netuid} />}
        </div>
        {shown ? <ProbeOutput probe={probe} /> : null}
      </div>
    </li>
  );
});

function Age({ at }: { at: string }) {
  const now = useNow();
  return (
    <time className={styles.when} dateTime={at} title={utc(at)}>
      {ago(Date.parse(at), now)}
    </time>
  );
}
