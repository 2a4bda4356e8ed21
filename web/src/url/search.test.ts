import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatQuery,
  formatSort,
  networkSearch,
  neuronSearch,
  parseQuery,
  parseSort,
  sqlSearch,
  subnetSearch,
} from './search.ts';

describe('the selection in the address', () => {
  it('keeps block 0 and mechanism 0, which are real', () => {
    expect(subnetSearch({ block: '0', mechanism: '0' })).toEqual({ block: 0, mechanism: 0 });
    expect(neuronSearch({ netuid: '0' })).toEqual({ netuid: 0 });
  });

  it('drops what it does not understand', () => {
    expect(
      subnetSearch({
        block: '-1',
        mechanism: '1e3',
        sort: 'a b',
        cols: '<x>',
        show: 'whales',
        range: '3d',
        by: 'owner',
        top: '51',
        sel: '<b>',
        x: 'stake_median',
        q: '',
      }),
    ).toEqual({});
    expect(subnetSearch({ block: '99999999999' })).toEqual({});
    expect(neuronSearch({ resolution: 'fine', axis: 'z', days: '3.5' })).toEqual({});
    expect(networkSearch({ q: ['a'], sort: null })).toEqual({});
  });

  it('leaves defaults out, so that equal views have equal addresses', () => {
    expect(subnetSearch({ show: 'all' })).toEqual({});
    expect(neuronSearch({ resolution: 'auto', axis: 'time' })).toEqual({});
  });

  it('comes back the same from the address bar', () => {
    const selection = fc.record(
      {
        block: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        mechanism: fc.integer({ min: 0, max: 255 }),
        sort: fc.constantFrom('uid', '-incentive'),
        q: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
        show: fc.constantFrom('validators' as const, 'miners' as const, 'inactive' as const),
        cols: fc.constantFrom('uid', 'uid,hotkey,axon'),
        range: fc.constantFrom('24h' as const, 'all' as const),
        axis: fc.constant('block' as const),
        by: fc.constantFrom('hotkey' as const, 'subnet24' as const),
        top: fc.integer({ min: 11, max: 50 }),
        opacity: fc.integer({ min: 0, max: 69 }),
        window: fc.integer({ min: 2, max: 100 }),
        smooth: fc.constantFrom('std' as const, 'sum' as const),
        sel: fc.constantFrom('0', '3,17,5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'),
        only: fc.constant(1 as const),
        x: fc.constantFrom('totalStake_sum', 'hotkey_nunique'),
        trace: fc.constant('incentive' as const),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(selection, (search) => {
        expect(subnetSearch(parseQuery(formatQuery(search)))).toEqual(search);
      }),
    );
  });

  it('carries a query with any characters', () => {
    const query = 'SELECT \'100%\' AS "a+b", 1 = 1 -- ünï\nFROM neurons;';
    expect(sqlSearch(parseQuery(formatQuery({ q: query })))).toEqual({ q: query });
  });

  it('keeps commas readable', () => {
    expect(formatQuery({ cols: 'uid,axon', sort: undefined })).toBe('?cols=uid,axon');
  });
});

it('writes a downward sort with a minus', () => {
  expect(parseSort('-emission')).toEqual({ id: 'emission', desc: true });
  expect(formatSort({ id: 'emission', desc: true })).toBe('-emission');
  expect(parseSort(undefined)).toBeUndefined();
});
