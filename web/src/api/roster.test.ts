import { describe, expect, it } from 'vitest';
import { keyLabel, rosterOf, selectedGroups, selectedLabel } from './roster.ts';
import type { NeuronJson } from './types.ts';

const HOTKEY = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const OTHER = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty';
const COLDKEY = '5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy';

const neuron = (uid: number, hotkey: string, extra: Partial<NeuronJson> = {}): NeuronJson => ({
  uid,
  hotkey,
  coldkey: COLDKEY,
  ...extra,
});
const axon = { block: 1, version: 1, ip: '203.0.113.9', port: 1, ipType: 4, protocol: 4 } as never;
const roster = rosterOf([
  neuron(0, HOTKEY, { identityName: '<b>\u202Ename', axon }),
  neuron(1, OTHER, { coldkey: OTHER }),
]);

describe('a selection among groups', () => {
  it('marks the group that holds a selected neuron, by whatever names it', () => {
    expect([...selectedGroups(roster, ['0'], 'coldkey')]).toEqual([COLDKEY]);
    expect([...selectedGroups(roster, [HOTKEY], 'ip')]).toContain('203.0.113.9');
    expect([...selectedGroups(roster, ['0'], 'subnet24')]).toEqual(['203.0.113.0/24']);
    expect([...selectedGroups(roster, ['0'], 'hotkey')]).toEqual([HOTKEY]);
  });

  it('marks nothing for a uid that nobody holds, or without an address', () => {
    expect(selectedGroups(roster, ['9'], 'coldkey').size).toBe(0);
    expect(selectedGroups(roster, ['1'], 'ip').size).toBe(0);
    expect(selectedGroups(roster, [], 'ip').size).toBe(0);
  });
});

it('names keys by their identity, without characters that reorder', () => {
  expect(keyLabel(roster, HOTKEY, 'hotkey')).toBe('<b>name 5Grwv…');
  expect(keyLabel(roster, COLDKEY, 'coldkey')).toBe('<b>name 5DAAn…');
  expect(keyLabel(roster, OTHER, 'hotkey')).toBe('5FHneW…694ty');
  expect(keyLabel(roster, '', 'ip')).toBe('no axon');
});

it('says what a selected item is', () => {
  expect(selectedLabel(roster, '1')).toEqual({ label: 'UID 1', title: `UID 1, now ${OTHER}` });
  expect(selectedLabel(roster, '7').title).toContain('nobody');
  expect(selectedLabel(roster, COLDKEY).title).toBe(`${COLDKEY}, 1 neuron`);
});
