import { SegmentedControl, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type FeedFilter, feedCsvPath } from '../../api/feed.ts';
import { RangeControl } from '../../charts/range-control.tsx';
import { SelectionBar } from '../../charts/selection-bar.tsx';
import { FileLink } from '../../parts/file-link.tsx';
import { EVENT_KINDS, type EventKind, formatKinds, parseKinds } from '../../url/page-search.ts';
import { normalSelected } from '../../url/selection.ts';
import { useSubnetSearch } from '../../url/use-subnet-search.ts';
import styles from './events.module.css';
import { KIND_NAMES } from './sentence.ts';

/** Which events are shown: by kind, by account or uid, by range. */
export function EventFilters({
  netuid,
  filter,
  onError,
}: {
  netuid: number;
  filter: FeedFilter;
  onError: (error: unknown) => void;
}) {
  const { search, select } = useSubnetSearch();
  const kinds = parseKinds(search.kinds);
  const toggle = (kind: EventKind) =>
    select({
      kinds: formatKinds(kinds.includes(kind) ? kinds.filter((each) => each !== kind) : [...kinds, kind]),
    });
  const path = feedCsvPath(netuid, filter);
  const isAccount = search.who !== undefined && !/^\d+$/.test(search.who);
  return (
    <div className={styles.filters}>
      <div className={styles.row}>
        <RangeControl />
        <Who />
        {isAccount ? (
          <SegmentedControl
            size="xs"
            aria-label="What the account is"
            value={search.as ?? 'hotkey'}
            onChange={(value) => select({ as: value === 'coldkey' ? 'coldkey' : undefined })}
            data={[
              { value: 'hotkey', label: 'Hotkey' },
              { value: 'coldkey', label: 'Coldkey' },
            ]}
          />
        ) : null}
        <FileLink
          path={path}
          file={`events-${netuid}.csv`}
          title="The newest 1,000 of these events as CSV"
          onError={onError}
        >
          CSV, newest 1,000
        </FileLink>
      </div>
      <fieldset className={styles.chips} aria-label="Kinds of events">
        <button
          type="button"
          className={styles.chip}
          aria-pressed={kinds.length === 0}
          onClick={() => select({ kinds: undefined })}
        >
          All
        </button>
        {EVENT_KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            className={styles.chip}
            aria-pressed={kinds.includes(kind)}
            onClick={() => toggle(kind)}
          >
            {KIND_NAMES[kind]}
          </button>
        ))}
      </fieldset>
      <SelectionBar />
    </div>
  );
}

/** Follows what is typed as soon as it is a uid or a whole address. */
function Who() {
  const { search, select } = useSubnetSearch();
  const [typed, setTyped] = useState(search.who ?? '');
  useEffect(() => setTyped(search.who ?? ''), [search.who]);
  const wrong = typed.trim() !== '' && normalSelected(typed) === undefined;
  return (
    <TextInput
      className={styles.who}
      size="xs"
      aria-label="Filter by UID, hotkey or coldkey"
      placeholder="UID, hotkey or coldkey"
      value={typed}
      error={wrong ? 'neither a UID nor an address yet' : undefined}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const who = normalSelected(text);
        if (text.trim() === '' || who !== undefined) select({ who });
      }}
      spellCheck={false}
    />
  );
}
