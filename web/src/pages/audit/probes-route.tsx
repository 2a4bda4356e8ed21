import { displayText } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import styles from './probes.module.css';
import { type Attempt, errorLine, LOOKUP_LOOKS, OUTCOME_NAMES, routeSentence } from './probes-words.ts';

/** The attempts of a request as a chain: who was asked, how it ended, and what the validator's exports say of it. */
export function ProbeRoute({
  attempts,
  netuid,
}: {
  attempts: readonly Attempt[];
  netuid: number | undefined;
}) {
  if (attempts.length === 0) return <p className={styles.quiet}>{routeSentence(attempts)}</p>;
  return (
    <ol className={styles.route} aria-label={routeSentence(attempts)}>
      {attempts.map((attempt) => (
        <li key={attempt.attempt} className={styles.attempt} data-outcome={attempt.outcome}>
          <AttemptLine attempt={attempt} netuid={netuid} />
        </li>
      ))}
    </ol>
  );
}

function AttemptLine({ attempt, netuid }: { attempt: Attempt; netuid: number | undefined }) {
  const { uid, hotkey, instanceId, outcome, error, lookup, lookupDetail } = attempt;
  const look = LOOKUP_LOOKS[lookup];
  const said = error === null ? undefined : errorLine(error);
  const detail = displayText(lookupDetail ?? undefined, 400);
  return (
    <>
      <span className={styles.who}>
        <b>{uid === null ? 'no UID' : `UID ${uid}`}</b>
        {hotkey === null ? null : (
          <Account address={hotkey} hotkey {...(netuid === undefined ? {} : { netuid })} />
        )}
        {instanceId === null ? null : (
          <code className={styles.id} title={`Instance ${displayText(instanceId, 80)}`}>
            {displayText(instanceId, 80)?.slice(0, 8)}
          </code>
        )}
      </span>
      <span className={styles.outcome} data-outcome={outcome}>
        {OUTCOME_NAMES[outcome]}
        {said === undefined ? null : (
          <span className={styles.error} title={displayText(error ?? undefined, 600)}>
            {said}
          </span>
        )}
      </span>
      <LookupMark lookup={lookup} />
      {detail === undefined || lookup === 'pending' ? null : (
        <span className={styles.detail} data-tone={look.tone}>
          {detail}
        </span>
      )}
    </>
  );
}

/** What became of an attempt in the exports: sign, colour and word. */
export function LookupMark({ lookup }: { lookup: Attempt['lookup'] }) {
  const { name, sign, tone, meaning } = LOOKUP_LOOKS[lookup];
  return (
    <span className={styles.lookup} data-tone={tone} title={meaning}>
      <span aria-hidden="true">{sign}</span> {name}
    </span>
  );
}
