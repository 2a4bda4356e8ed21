import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatSelection,
  isSelected,
  MAX_SELECTED,
  normalSelected,
  parseSelection,
  toggleSelected,
} from './selection.ts';

const HOTKEY = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';

describe('a selection in the address', () => {
  it('keeps uids and addresses in their order, each once', () => {
    expect(parseSelection(`3,17,${HOTKEY},3`)).toEqual(['3', '17', HOTKEY]);
  });

  it('leaves out what is neither', () => {
    expect(parseSelection('<b>,-1,65536,1e3,5short,,7')).toEqual(['7']);
    expect(parseSelection(undefined)).toEqual([]);
  });

  it('takes uid 0, and one uid written in two ways once', () => {
    expect(parseSelection('0,00,007,7')).toEqual(['0', '7']);
  });

  it('is never longer than the server takes', () => {
    const many = Array.from({ length: 200 }, (_, uid) => uid).join(',');
    expect(parseSelection(many)).toHaveLength(MAX_SELECTED);
  });

  it('comes back the same', () => {
    const items = fc.uniqueArray(
      fc.oneof(fc.nat(65_535).map(String), fc.constantFrom(HOTKEY, HOTKEY.replace('5G', '5F'))),
      { maxLength: MAX_SELECTED },
    );
    fc.assert(
      fc.property(items, (selected) => {
        expect(parseSelection(formatSelection(selected))).toEqual(selected);
      }),
    );
  });
});

it('toggles an item in and out', () => {
  expect(toggleSelected(['3'], '17')).toEqual(['3', '17']);
  expect(toggleSelected(['3', '17'], '3')).toEqual(['17']);
});

it('finds a neuron by uid, hotkey or coldkey, and uid 0 too', () => {
  const neuron = { uid: 0, hotkey: HOTKEY, coldkey: 'cold' };
  expect(isSelected(['0'], neuron)).toBe(true);
  expect(isSelected([HOTKEY], neuron)).toBe(true);
  expect(isSelected(['cold'], neuron)).toBe(true);
  expect(isSelected(['1'], neuron)).toBe(false);
  expect(isSelected([], neuron)).toBe(false);
  expect(isSelected(['0'], { hotkey: 'x', coldkey: null })).toBe(false);
});

it('reads what is typed', () => {
  expect(normalSelected(' 0017 ')).toBe('17');
  expect(normalSelected('name')).toBeUndefined();
});
