import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type JudgementFilter, whyQuery } from '../../api/audit-pay.ts';
import type { AuditWhyBody } from '../../api/types.ts';
import { displayText, shortAddress } from '../../format/text.ts';
import { utc } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import { Problem } from '../../parts/problem.tsx';
import { StateMark } from './incentives-columns.tsx';
import { sharePercent } from './incentives-sentence.ts';
import styles from './why.module.css';
import { WhyBars } from './why-bars.tsx';
import { explains, whyVerdict } from './why-parts.ts';
import { WhyTables } from './why-tables.tsx';

/** Why one miner is owed what it is owed, and what would explain that it was paid otherwise. Escape closes it. */
export function WhyPanel({
  filter,
  netuid,
  hotkey,
  onClose,
}: {
  filter: JudgementFilter;
  netuid: number | undefined;
  /** Nobody is explained while it is absent. */
  hotkey: string | undefined;
  onClose: () => void;
}) {
  return (
    <Drawer
      opened={hotkey !== undefined}
      onClose={onClose}
      position="right"
      size="min(760px, 100vw)"
      title={<span className={styles.title}>Why</span>}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {hotkey === undefined ? null : <Why key={hotkey} filter={filter} netuid={netuid} hotkey={hotkey} />}
    </Drawer>
  );
}

function Why({
  filter,
  netuid,
  hotkey,
}: {
  filter: JudgementFilter;
  netuid: number | undefined;
  hotkey: string;
}) {
  const query = useQuery(whyQuery(hotkey, filter));
  const body = query.data;
  return (
    <div className={styles.why} aria-busy={query.isPending}>
      <header className={styles.head}>
        <h2>{body?.uid === null || body === undefined ? shortAddress(hotkey) : `UID ${body.uid}`}</h2>
        <Account address={hotkey} hotkey {...(netuid === undefined ? {} : { netuid })} />
        {body === undefined ? null : <StateMark state={body.state} />}
      </header>
      {body !== undefined ? (
        <Answer body={body} />
      ) : query.error !== null ? (
        <Problem error={query.error} compact onRetry={() => void query.refetch()} />
      ) : (
        <div className={styles.skeleton} role="status" aria-label="The score is taken apart" />
      )}
    </div>
  );
}

function Answer({ body }: { body: AuditWhyBody }) {
  const verdict = whyVerdict(body);
  return (
    <>
      <p className={styles.quiet}>
        Rules {displayText(body.profile, 20)}, scored for {utc(body.at)} from{' '}
        {body.basis === 'committed' ? 'what was committed on the chain' : 'everything published'}.
      </p>
      <WhyBars body={body} />
      <section className={styles.verdict} data-tone={verdict.tone}>
        <p>{verdict.text}</p>
        <ul>
          {body.explanations.map(({ reason, text }) => (
            <li key={`${reason} ${text}`}>{displayText(text, 400)}</li>
          ))}
        </ul>
      </section>
      {body.candidates.length === 0 ? null : (
        <section>
          <h3>What would explain the difference</h3>
          <ul className={styles.candidates}>
            {body.candidates.map((candidate) => (
              <li key={`${candidate.kind} ${candidate.name}`} data-fits={explains(candidate) || undefined}>
                <b>{Math.round(candidate.explains * 100)} %</b>
                <span>
                  {displayText(candidate.text, 300)}
                  <small>
                    {candidate.kind} · changes the share by {sharePercent(candidate.effect)}
                  </small>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <WhyTables body={body} />
      <p className={styles.quiet}>{displayText(body.summary, 600)}</p>
    </>
  );
}
