import { Switch, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type ProbesFilter, probesCsvPath } from '../../api/audit-pay.ts';
import type { AuditProbesBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { Choice } from '../../parts/choice.tsx';
import { FileLink } from '../../parts/file-link.tsx';
import { PROBE_KINDS, PROBE_LOOKUPS, PROBE_OUTCOMES } from '../../url/audit-pay-search.ts';
import { normalSelected } from '../../url/selection.ts';
import styles from './probes.module.css';
import { KIND_NAMES, LOOKUP_LOOKS, OUTCOME_NAMES } from './probes-words.ts';
import { useAuditSearch } from './use-audit-search.ts';

const ALL = '';

/** Which requests are shown, and whether what they gave is. */
export function ProbeFilters({
  filter,
  counts,
  shown,
  onShow,
  onError,
}: {
  filter: ProbesFilter;
  /** Attempts by lookup over everything stored; absent before the first answer. */
  counts: AuditProbesBody['counts'] | undefined;
  shown: boolean;
  onShow: (shown: boolean) => void;
  onError: (error: unknown) => void;
}) {
  const { select } = useAuditSearch();
  return (
    <div className={styles.filters}>
      <div className={styles.row}>
        <Choice
          name="Kind"
          value={filter.kind ?? ALL}
          choices={[
            { value: ALL, label: 'all' },
            ...PROBE_KINDS.map((value) => ({ value, label: KIND_NAMES[value] })),
          ]}
          onChoose={(kind) => select({ kind: kind === ALL ? undefined : kind })}
        />
        <Choice
          name="Attempt"
          value={filter.outcome ?? ALL}
          choices={[
            { value: ALL, label: 'any' },
            ...PROBE_OUTCOMES.map((value) => ({ value, label: OUTCOME_NAMES[value] })),
          ]}
          onChoose={(outcome) => select({ outcome: outcome === ALL ? undefined : outcome })}
        />
        <Miner />
        <Switch
          size="xs"
          label="Show outputs"
          checked={shown}
          onChange={(event) => onShow(event.currentTarget.checked)}
        />
        <FileLink path={probesCsvPath(filter)} file="audit-probes.csv" onError={onError} />
      </div>
      <fieldset className={styles.chips} aria-label="What became of the attempts">
        <button
          type="button"
          className={styles.chip}
          aria-pressed={filter.lookup === undefined}
          onClick={() => select({ lookup: undefined })}
        >
          All
        </button>
        {PROBE_LOOKUPS.map((lookup) => {
          const { name, sign, meaning, tone } = LOOKUP_LOOKS[lookup];
          return (
            <button
              key={lookup}
              type="button"
              className={styles.chip}
              aria-pressed={filter.lookup === lookup}
              title={meaning}
              onClick={() => select({ lookup: filter.lookup === lookup ? undefined : lookup })}
            >
              <span className={styles.lookup} data-tone={tone} aria-hidden="true">
                {sign}
              </span>{' '}
              {name} {counts === undefined ? '' : integer(counts[lookup])}
            </button>
          );
        })}
      </fieldset>
    </div>
  );
}

/** Follows what is typed as soon as it is a whole address. */
function Miner() {
  const { search, select } = useAuditSearch();
  const [typed, setTyped] = useState(search.hotkey ?? '');
  useEffect(() => setTyped(search.hotkey ?? ''), [search.hotkey]);
  const addressOf = (text: string) => {
    const item = normalSelected(text);
    return item === undefined || /^\d+$/.test(item) ? undefined : item;
  };
  const wrong = typed.trim() !== '' && addressOf(typed) === undefined;
  return (
    <TextInput
      className={styles.miner}
      size="xs"
      aria-label="Only requests at this miner: its hotkey"
      placeholder="Hotkey of a miner"
      value={typed}
      error={wrong ? 'not an address yet' : undefined}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const hotkey = addressOf(text);
        if (text.trim() === '' || hotkey !== undefined) select({ hotkey });
      }}
      spellCheck={false}
    />
  );
}
