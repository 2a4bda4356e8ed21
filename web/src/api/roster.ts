import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { displayText, shortAddress } from '../format/text.ts';
import type { Grouping } from '../url/figure-search.ts';
import { isSelected, type Selected } from '../url/selection.ts';
import { rosterQuery } from './figures.ts';
import type { NeuronJson } from './types.ts';

/** Who holds which uid of a subnet now: the names of figures' keys. */
export interface Roster {
  readonly neurons: readonly NeuronJson[];
  readonly byUid: ReadonlyMap<number, NeuronJson>;
  readonly byHotkey: ReadonlyMap<string, NeuronJson>;
  readonly byColdkey: ReadonlyMap<string, readonly NeuronJson[]>;
}

export function rosterOf(neurons: readonly NeuronJson[]): Roster {
  const byColdkey = new Map<string, NeuronJson[]>();
  for (const neuron of neurons) {
    if (neuron.coldkey === undefined) continue;
    const known = byColdkey.get(neuron.coldkey);
    if (known === undefined) byColdkey.set(neuron.coldkey, [neuron]);
    else known.push(neuron);
  }
  return {
    neurons,
    byUid: new Map(neurons.map((neuron) => [neuron.uid, neuron])),
    byHotkey: new Map(neurons.map((neuron) => [neuron.hotkey, neuron])),
    byColdkey,
  };
}

/** An empty roster until the answer is there: figures then show keys without names. */
export function useRoster(netuid: number, mechanism: number, enabled = true): Roster {
  const { data } = useQuery({ ...rosterQuery(netuid, mechanism), enabled });
  return useMemo(() => (data === undefined ? NOBODY : rosterOf(data.neurons)), [data]);
}

/** A group's key as a figure's legend shows it: the name or beginning of an account, an address range as it is. */
export function keyLabel(roster: Roster, key: string, by: Grouping): string {
  if (key === '') return by === 'ip' || by === 'subnet24' ? 'no axon' : 'unknown';
  if (by === 'ip' || by === 'subnet24') return displayText(key, 50) ?? 'unknown';
  const name =
    by === 'hotkey' ? displayText(roster.byHotkey.get(key)?.identityName, 20) : coldkeyName(roster, key);
  return name === undefined ? shortAddress(displayText(key, 60) ?? '') : `${name} ${key.slice(0, 5)}…`;
}

/** What a selected item is: `UID 7`, or a hotkey or coldkey by name or beginning. */
export function selectedLabel(roster: Roster, item: Selected): { label: string; title: string } {
  if (/^\d{1,5}$/.test(item)) {
    const holder = roster.byUid.get(Number(item));
    const name = displayText(holder?.identityName, 20);
    return {
      label: `UID ${item}${name === undefined ? '' : ` · ${name}`}`,
      title: holder === undefined ? `UID ${item}, held by nobody now` : `UID ${item}, now ${holder.hotkey}`,
    };
  }
  const neuron = roster.byHotkey.get(item);
  if (neuron !== undefined) {
    return { label: `Hotkey ${keyLabel(roster, item, 'hotkey')}`, title: `${item}, UID ${neuron.uid}` };
  }
  const owned = roster.byColdkey.get(item);
  if (owned !== undefined) {
    return {
      label: `Coldkey ${keyLabel(roster, item, 'coldkey')}`,
      title: `${item}, ${owned.length} ${owned.length === 1 ? 'neuron' : 'neurons'}`,
    };
  }
  return { label: shortAddress(item), title: `${item}, not on this subnet now` };
}

/** The keys of a grouping that hold a selected neuron: a selected uid marks its coldkey's group too. */
export function selectedGroups(
  roster: Roster,
  selected: readonly Selected[],
  by: Grouping,
): ReadonlySet<string> {
  const keys = new Set<string>(selected.filter((item) => !/^\d{1,5}$/.test(item)));
  if (selected.length === 0) return keys;
  for (const neuron of roster.neurons) {
    const key = groupKey(neuron, by);
    if (key !== undefined && isSelected(selected, neuron)) keys.add(key);
  }
  return keys;
}

/** The value by which a neuron is grouped; `undefined` where it has none. `subnet24` is told apart by the server alone. */
function groupKey(neuron: NeuronJson, by: Grouping): string | undefined {
  switch (by) {
    case 'hotkey':
      return neuron.hotkey;
    case 'coldkey':
      return neuron.coldkey;
    case 'ip':
      return neuron.axon?.ip;
    case 'subnet24': {
      const parts = neuron.axon?.ip.split('.') ?? [];
      return parts.length === 4 ? `${parts.slice(0, 3).join('.')}.0/24` : undefined;
    }
  }
}

function coldkeyName(roster: Roster, coldkey: string): string | undefined {
  const owned = roster.byColdkey.get(coldkey) ?? [];
  return owned.map(({ identityName }) => displayText(identityName, 20)).find((name) => name !== undefined);
}

const NOBODY: Roster = rosterOf([]);
