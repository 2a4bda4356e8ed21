import type { AuditIncentivesBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { asWords, displayText } from '../../format/text.ts';
import { duration, utc } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import styles from './incentives.module.css';
import { distance } from './incentives-sentence.ts';
import { useAuditSearch } from './use-audit-search.ts';

const CHOSEN = {
  auto: 'by the date',
  best: 'because it comes nearest to what the validator paid',
  named: 'by name',
} as const;

/** By which rules the miners were scored, what these rules leave open, and how near other rules come. */
export function ProfilePanel({ body }: { body: AuditIncentivesBody | undefined }) {
  const { search } = useAuditSearch();
  if (body === undefined) return null;
  const { profile, window, hours, features, notes, excluded, runnersUp } = body;
  return (
    <>
      {runnersUp.length === 0 ? null : <RunnersUp body={body} />}
      <Panel
        title={`Rules ${displayText(profile.name, 20) ?? ''}`}
        note={`chosen ${search.profile === undefined && profile.chosen === 'named' ? 'by the configuration' : CHOSEN[profile.chosen]}`}
      >
        <p className={styles.prose}>{displayText(profile.note, 600)}</p>
        <Facts
          rows={[
            ['In force from', profile.validFrom === null ? 'not known' : (utc(profile.validFrom) ?? '–')],
            ['Window', `${duration(profile.windowSeconds)}, to ${utc(window.to) ?? '–'}`],
            [
              'Hours that count',
              `${integer(hours.counted)} of ${integer(hours.wanted)}`,
              hours.missing.length === 0 ? 'none is missing' : `missing: ${hoursText(hours.missing)}`,
            ],
            ['Computed', utc(body.computedAt) ?? '–'],
            ...features.map(
              (feature) =>
                [
                  asWords(feature.name),
                  `${feature.weight === null ? '' : `weight ${feature.weight}, `}${figure(feature.total)} ${feature.unit} in all`,
                ] as const,
            ),
          ]}
        />
        <Lines
          title="What these rules leave open, and what stands in for what is not known"
          lines={open(notes, profile.undetermined)}
        />
        {excluded.length === 0 ? null : (
          <details className={styles.lines}>
            <summary>
              {integer(excluded.length)} {excluded.length === 1 ? 'miner has' : 'miners have'} figures and no
              part in the pay
            </summary>
            <ul>
              {excluded.slice(0, 300).map(({ hotkey, why }) => (
                <li key={`${hotkey} ${why}`}>
                  <Account address={hotkey} hotkey netuid={body.netuid} /> {displayText(why, 300)}
                </li>
              ))}
            </ul>
          </details>
        )}
      </Panel>
    </>
  );
}

/** How near each set of rules comes to the validator's own row, the nearest first. */
function RunnersUp({ body }: { body: AuditIncentivesBody }) {
  const { select } = useAuditSearch();
  const known = body.runnersUp.flatMap(({ l1 }) => (l1 === null ? [] : [l1]));
  const largest = Math.max(...known, 0);
  return (
    <Panel title="Which rules fit" note="L1 distance of each from the validator’s own row, at most 2">
      <ol className={styles.runners}>
        {body.runnersUp.map(({ profile, l1, tied, note }) => (
          <li key={profile} data-chosen={profile === body.profile.name || undefined}>
            <button
              type="button"
              className={styles.runner}
              title="Score by these rules"
              onClick={() => select({ profile })}
            >
              {displayText(profile, 20)}
            </button>
            <span className={styles.track} aria-hidden="true">
              {l1 === null || largest === 0 ? null : <span style={{ width: `${(l1 / largest) * 100}%` }} />}
            </span>
            <span className={styles.number}>{l1 === null ? '–' : distance(l1)}</span>
            <span className={styles.quiet}>
              {profile === body.profile.name ? 'chosen · ' : tied ? 'as near as the chosen · ' : ''}
              {displayText(note, 200)}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <details className={styles.lines}>
      <summary>
        {title} ({integer(lines.length)})
      </summary>
      <ul>
        {lines.map((line) => (
          <li key={line}>{displayText(line, 400)}</li>
        ))}
      </ul>
    </details>
  );
}

/** Each line once: what a profile leaves open is among the notes too. */
function open(notes: readonly string[], undetermined: readonly string[]): string[] {
  return [...new Set([...notes, ...undetermined])].slice(0, 200);
}

/** The ends of some hours, not more than a hover can show. */
function hoursText(ends: readonly string[]): string {
  const shown = ends.slice(0, 24).map((end) => utc(end)?.slice(0, 16) ?? '?');
  return `${shown.join(', ')}${ends.length > shown.length ? ` and ${integer(ends.length - shown.length)} more` : ''}`;
}

function figure(value: number): string {
  return integer(Math.round(value));
}
