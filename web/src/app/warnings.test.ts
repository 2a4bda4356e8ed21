import { describe, expect, it } from 'vitest';
import type { StatusBody } from '../api/types.ts';
import { destinationOf, isAddress, matchSubnets } from './search-targets.ts';
import { warningsOf } from './warnings.ts';

const NOW = 1_800_000_000_000;
const status = (
  chain: Partial<StatusBody['chain']> = {},
  collect: Partial<StatusBody['collect']> = {},
): StatusBody => ({
  version: '0',
  chain: {
    name: 'x',
    genesisHash: '0x',
    tokenSymbol: 'TAO',
    best: { number: 1_000, hash: '0x' },
    headSeenAt: NOW,
    endpoints: [{ host: 'a', connected: true, requests: 0, errors: 0, rejected: 0 }],
    ...chain,
  },
  collect: {
    lastSnapshotBlock: 900,
    everyBlocks: 10,
    netuids: 'all',
    queue: 0,
    snapshots: 0,
    errors: 0,
    ...collect,
  },
  store: { kind: 'embedded', version: '', bytesOnDisk: 0, neuronRows: 0 },
});
const titles = (body: StatusBody) => warningsOf(body, NOW).map(({ title }) => title);

describe('warningsOf', () => {
  it('warns from 101 blocks on, not at 100', () => {
    expect(titles(status())).toEqual([]);
    expect(titles(status({}, { lastSnapshotBlock: 899 }))).toEqual(['These figures are old.']);
  });

  it('warns of a head that has stood still for 100 blocks of 12 s, though nothing lags behind it', () => {
    expect(titles(status({ headSeenAt: NOW - 1_200_001 }))).toEqual(['These figures are old.']);
  });

  it('does not call a fresh store old', () => {
    expect(titles(status({}, { lastSnapshotBlock: undefined }))).toEqual([]);
  });

  it('says when no endpoint is left and when the collector has stopped', () => {
    const dead = { host: 'a', connected: false, requests: 0, errors: 0, rejected: 0 };
    expect(titles(status({ endpoints: [dead] }, { stopped: 'disk full' }))).toEqual([
      'Collecting has stopped.',
      'No endpoint answers.',
    ]);
  });
});

describe('search', () => {
  const subnet = (netuid: number, name?: string) => ({
    netuid,
    block: 1,
    n: 0,
    mechanisms: 1,
    tempo: 360,
    hyperparameters: {},
    ...(name === undefined ? {} : { name }),
  });
  const subnets = [subnet(0, 'root'), subnet(6, 'Infinite'), subnet(64, 'Chutes'), subnet(65)];
  const netuids = (text: string) => matchSubnets(subnets, text).map(({ netuid }) => netuid);

  it('puts the exact netuid before those that begin with it', () => {
    expect(netuids('6')).toEqual([6, 64, 65]);
    expect(netuids('sn64')).toEqual([64]);
  });

  it('finds a part of a name in any case', () => {
    expect(netuids('CHUT')).toEqual([64]);
    expect(netuids('nowhere')).toEqual([]);
  });

  it('leads to netuid 0 and to hotkeys', () => {
    const hotkey = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
    expect(destinationOf('subnet 0')).toEqual({ kind: 'subnet', netuid: 0 });
    expect(destinationOf(hotkey)).toEqual({ kind: 'neuron', hotkey });
    expect(destinationOf('elsewhere')).toBeUndefined();
    expect(isAddress(`${hotkey.slice(0, 47)}0`)).toBe(false);
  });
});
