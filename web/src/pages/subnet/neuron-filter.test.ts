import { describe, expect, it } from 'vitest';
import type { NeuronJson } from '../../api/types.ts';
import { nearestIndex } from './nearest-block.ts';
import { axonAddress, countGroups, filterNeurons, roleOf } from './neuron-filter.ts';

const axon = { block: 1, version: 1, port: 8091, ipType: 4, protocol: 4, placeholder1: 0, placeholder2: 0 };
const neurons: NeuronJson[] = [
  {
    uid: 0,
    hotkey: '5Alice',
    coldkey: '5Bank',
    validatorPermit: true,
    validatorTrust: 60_000,
    incentive: 0,
    active: true,
  },
  {
    uid: 1,
    hotkey: '5Bob',
    coldkey: '5Bank',
    validatorPermit: false,
    validatorTrust: 0,
    incentive: 9,
    active: false,
    axon: { ...axon, ip: '203.0.113.7' },
  },
  {
    uid: 10,
    hotkey: '5Carol',
    validatorPermit: true,
    validatorTrust: 0,
    incentive: 0,
    active: false,
    identityName: 'Yu\u200Bma',
  },
];
const uids = (text: string | undefined, group: Parameters<typeof filterNeurons>[1] = 'all') =>
  filterNeurons(neurons, group, text).map(({ uid }) => uid);

describe('filterNeurons', () => {
  it('takes digits as one uid, not as the beginning of others', () => {
    expect(uids('1')).toEqual([1]);
  });

  it('finds by hotkey, coldkey, ip and name, in any case, with blanks around', () => {
    expect(uids('5carol')).toEqual([10]);
    expect(uids(' 5Bank ')).toEqual([0, 1]);
    expect(uids('203.0.113')).toEqual([1]);
    expect(uids('203.0.113.7:8091')).toEqual([1]);
  });

  it('finds a name by what is seen of it', () => {
    expect(uids('yuma')).toEqual([10]);
  });

  it('joins the group and the text', () => {
    expect(uids('5Bank', 'miners')).toEqual([1]);
    expect(uids(undefined, 'inactive')).toEqual([1, 10]);
  });

  it('hands on the very same rows when there is nothing to filter', () => {
    expect(filterNeurons(neurons, 'all', '  ')).toBe(neurons);
  });
});

describe('roleOf', () => {
  it('asks for the permit and validator trust, as the header counts', () => {
    expect(neurons.map(roleOf)).toEqual(['validator', 'miner', 'none']);
    expect(countGroups(neurons)).toEqual({ all: 3, validators: 1, miners: 1, inactive: 2 });
  });

  it('goes by the permit alone where there is no validator trust', () => {
    expect(roleOf({ uid: 0, hotkey: '5', validatorPermit: true })).toBe('validator');
  });

  it('says nothing where nothing is known', () => {
    expect(roleOf({ uid: 0, hotkey: '5' })).toBeUndefined();
  });
});

it('writes IPv6 axons with brackets', () => {
  expect(axonAddress({ ip: '2001:db8::1', port: 1 })).toBe('[2001:db8::1]:1');
});

describe('nearestIndex', () => {
  const blocks = [{ block: 0 }, { block: 10 }, { block: 20 }];
  it('is the newest at or before the block', () => {
    expect([0, 9, 10, 19, 20, 99].map((block) => nearestIndex(blocks, block))).toEqual([0, 0, 1, 1, 2, 2]);
  });
  it('is the first when all are newer, and none when none is stored', () => {
    expect(nearestIndex([{ block: 5 }], 1)).toBe(0);
    expect(nearestIndex([], 1)).toBe(-1);
  });
});
