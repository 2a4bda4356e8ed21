import { Autocomplete, Button, Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import { keyLabel, type Roster, selectedLabel, useRoster } from '../api/roster.ts';
import { displayText, shortAddress } from '../format/text.ts';
import { CloseIcon } from '../parts/icons.tsx';
import { normalSelected, type Selected } from '../url/selection.ts';
import { useNetuid, useSelection, useSubnetSearch } from '../url/use-subnet-search.ts';
import styles from './controls.module.css';

/** Uids, hotkeys and coldkeys that stand out in every figure of the subnet, or are shown alone. */
export function SelectionBar() {
  const netuid = useNetuid();
  const { search, select } = useSubnetSearch();
  const { selected, only, toggle, set } = useSelection();
  const [asked, setAsked] = useState(false);
  const roster = useRoster(netuid, search.mechanism ?? 0, asked || selected.length > 0);
  return (
    <fieldset className={styles.selection} aria-label="Selected uids and keys">
      <Finder
        roster={roster}
        selected={selected}
        onAsk={() => setAsked(true)}
        onAdd={(item) => {
          if (!selected.includes(item)) toggle(item);
        }}
      />
      {selected.map((item) => {
        const { label, title } = selectedLabel(roster, item);
        return (
          <span key={item} className={styles.chip} title={title}>
            <bdi>{label}</bdi>
            <button
              type="button"
              aria-label={`Take ${label} out of the selection`}
              onClick={() => toggle(item)}
            >
              <CloseIcon size={12} />
            </button>
          </span>
        );
      })}
      {selected.length === 0 ? null : (
        <>
          <Switch
            size="xs"
            label="Only these"
            checked={only}
            onChange={(event) => select({ only: event.currentTarget.checked ? 1 : undefined })}
          />
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => set([])}>
            Clear
          </Button>
        </>
      )}
    </fieldset>
  );
}

/** Finds neurons and owners by uid, name or key; Enter takes the first. */
function Finder({
  roster,
  selected,
  onAsk,
  onAdd,
}: {
  roster: Roster;
  selected: readonly Selected[];
  onAsk: () => void;
  onAdd: (item: Selected) => void;
}) {
  const [text, setText] = useState('');
  const options = useMemo(() => matches(roster, text, selected), [roster, text, selected]);
  const add = (item: Selected | undefined) => {
    if (item === undefined) return;
    onAdd(item);
    // The input puts the chosen option's text back after this handler.
    setTimeout(() => setText(''));
  };
  return (
    <Autocomplete
      className={styles.finder}
      size="xs"
      aria-label="Select a UID, hotkey or coldkey"
      placeholder="Select UID, hotkey, coldkey"
      value={text}
      onFocus={onAsk}
      onChange={setText}
      onOptionSubmit={add}
      onKeyDown={(event) => {
        const picked = event.currentTarget.getAttribute('aria-activedescendant');
        if (event.key === 'Enter' && !picked) add(normalSelected(text) ?? options[0]?.value);
      }}
      data={options}
      filter={({ options: all }) => all}
      limit={12}
      spellCheck={false}
    />
  );
}

/** What a typed text may mean, best first: a uid, then keys that begin with it and names that hold it. */
export function matches(
  roster: Roster,
  typed: string,
  selected: readonly Selected[],
): { value: Selected; label: string }[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [];
  const found: { value: Selected; label: string }[] = [];
  const offer = (value: Selected, label: string) => {
    if (!selected.includes(value)) found.push({ value, label });
  };
  const uid = normalSelected(typed);
  if (uid !== undefined && /^\d+$/.test(uid)) {
    const holder = roster.byUid.get(Number(uid));
    offer(
      uid,
      `UID ${uid}${holder === undefined ? '' : ` · now ${keyLabel(roster, holder.hotkey, 'hotkey')}`}`,
    );
  }
  for (const neuron of roster.neurons) {
    if (found.length >= 12) break;
    const name = displayText(neuron.identityName, 40)?.toLowerCase();
    if (neuron.hotkey.toLowerCase().startsWith(wanted) || name?.includes(wanted) === true)
      offer(neuron.hotkey, `Hotkey ${keyLabel(roster, neuron.hotkey, 'hotkey')} · UID ${neuron.uid}`);
  }
  for (const [coldkey, owned] of roster.byColdkey) {
    if (found.length >= 24) break;
    if (coldkey.toLowerCase().startsWith(wanted))
      offer(coldkey, `Coldkey ${shortAddress(coldkey)} · ${owned.length} UIDs`);
  }
  return found;
}
