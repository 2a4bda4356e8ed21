import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { EventJson } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { utc } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import styles from './events.module.css';
import { attribution, KIND_NAMES, type Part, sentence } from './sentence.ts';

/** One line of the feed: what happened, who did it, when. */
export const EventItem = memo(function EventItem({
  event,
  strong,
  fresh,
}: {
  event: EventJson;
  /** Names a selected neuron. */
  strong: boolean;
  /** Came while the reader looked. */
  fresh: boolean;
}) {
  const by = attribution(event);
  return (
    <li className={styles.event} data-strong={strong || undefined} data-fresh={fresh || undefined}>
      <span className={styles.kind} title={displayText(event.name, 80)}>
        {KIND_NAMES[event.kind]}
      </span>
      <span className={styles.text}>
        <Parts parts={sentence(event)} netuid={event.netuid} />
        {by.length === 0 ? null : (
          <span className={styles.by}>
            <Parts parts={by} netuid={event.netuid} />
          </span>
        )}
      </span>
      <span className={styles.when}>
        {event.netuid === null ? (
          `block ${integer(event.block)}`
        ) : (
          <Link
            to="/subnets/$netuid/block"
            params={{ netuid: String(event.netuid) }}
            search={{ block: event.block }}
            title={event.extrinsic === undefined ? undefined : `Extrinsic ${event.extrinsic} of the block`}
          >
            block {integer(event.block)}
          </Link>
        )}
        <small>{utc(event.timestamp ?? undefined) ?? 'time not known'}</small>
      </span>
    </li>
  );
});

function Parts({ parts, netuid }: { parts: readonly Part[]; netuid: number | null }) {
  return parts.map((part, index) => {
    // The parts of one event never change their order.
    const key = index;
    if (typeof part === 'string') return <span key={key}>{part}</span>;
    if ('hotkey' in part)
      return <Account key={key} address={part.hotkey} hotkey {...(netuid === null ? {} : { netuid })} />;
    if ('coldkey' in part) return <Account key={key} address={part.coldkey} coldkey />;
    if ('uid' in part) return <b key={key}>UID {part.uid}</b>;
    if ('value' in part)
      return (
        <bdi key={key} className={styles.value}>
          {part.value}
        </bdi>
      );
    return (
      <Link key={key} to="/subnets/$netuid" params={{ netuid: String(part.netuid) }}>
        subnet {part.netuid}
      </Link>
    );
  });
}
