import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toSs58 } from '../../../shared/index.ts';
import { type OpenedStore, openStore } from '../../../store/index.ts';
import { accountOf } from '../../figures/testing/history.ts';
import { createSnapshotStore, migrations } from '../../index.ts';
import {
  accountEarnings,
  coldkeyHoldings,
  earningsToCsv,
  holdingsToCsv,
  hotkeyStanding,
  pruningToCsv,
  subnetPruning,
} from './index.ts';
import { type PaidMoment, type PaidSeat, paidMoment } from './testing/ledger.ts';

const address = (name: string) => toSs58(accountOf(name));

// Subnet 1 in alpha: `worker` (of `me`) came at block 100; `gone` lost uid 2 to `fresh` in the epoch's own block 3,000.
const owner: PaidSeat = {
  hotkey: 'owner-hot',
  coldkey: 'owner',
  registeredAt: 1,
  emission: 9,
  validatorTrust: 7,
};
const worker: PaidSeat = {
  hotkey: 'worker',
  coldkey: 'me',
  registeredAt: 100,
  stake: 30,
  emission: 4,
  incentive: 13_107,
  ip: '8.8.8.8',
};
const gone: PaidSeat = { hotkey: 'gone', coldkey: 'me', registeredAt: 100, emission: 2 };
const fresh: PaidSeat = { hotkey: 'fresh', coldkey: 'you', registeredAt: 3_000, emission: 2, ip: '8.8.8.8' };
const idle: PaidSeat = { hotkey: 'idle', coldkey: 'you', registeredAt: 50, ip: '0.0.0.0' };
// What subnet 2 had before it was trimmed to one uid.
const trimmed: PaidSeat = { hotkey: 'trimmed', coldkey: 'me', registeredAt: 10, stake: 1_000, ip: '8.8.4.4' };

const facts = { ownerColdkey: accountOf('owner'), ownerHotkey: accountOf('owner-hot') };
const MOMENTS: PaidMoment[] = [
  { netuid: 1, block: 1_000, epoch: true, seats: [owner, worker, gone, idle], facts },
  { netuid: 1, block: 2_000, epoch: true, seats: [owner, worker, gone, idle], facts },
  // The price doubles; epochs 4,000 to 7,000 were missed.
  {
    netuid: 1,
    block: 3_000,
    epoch: true,
    seats: [owner, worker, fresh, idle],
    facts: { ...facts, priceRao: 1_000_000_000n },
  },
  { netuid: 1, block: 8_000, epoch: true, seats: [owner, worker, fresh, idle], facts },
  { netuid: 2, block: 1_000, epoch: true, unit: 'tao', seats: [idle, trimmed] },
  { netuid: 2, block: 8_000, unit: 'tao', seats: [{ ...worker, stake: 5, emission: 1 }] },
];

describe('accounts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-accounts-'));
  let store: OpenedStore;

  beforeAll(async () => {
    store = await openStore({ path: join(folder, 'data') }, { migrations });
    const rows = createSnapshotStore(store);
    for (const moment of MOMENTS) {
      const { snapshot, record } = paidMoment(moment);
      await rows.saveSubnets([record]);
      await rows.saveSnapshots([snapshot]);
    }
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('what a coldkey holds is counted once, at the price of its block, without trimmed uids', async () => {
    const answer = await coldkeyHoldings(store, { coldkey: accountOf('me') });
    expect(answer.holdings).toHaveLength(2);
    expect(answer.holdings[0]).toEqual({
      netuid: 1,
      name: 'subnet 1',
      symbol: 'α',
      block: 8_000,
      uid: 1,
      hotkey: address('worker'),
      role: 'miner',
      unit: 'alpha',
      stake: 30,
      stakeTao: 15,
      price: 0.5,
      incentive: 0.2,
      dividends: 0,
      // 4 alpha each 1,000 of 7,200 blocks.
      emissionPerDay: 28.8,
      emissionPerDayTao: 14.4,
      registeredAt: 100,
      immunityLeft: 0,
      // Idle earns least, then `fresh` (2); the last without immunity stays; the owner is immune.
      pruningPlace: null,
      neurons: 4,
      reregisterCost: 2,
      ip: '8.8.8.8',
    });
    expect(answer.holdings[1]).toMatchObject({ netuid: 2, uid: 0, unit: 'tao', stakeTao: 5, price: null });
    expect(answer.totals).toEqual({
      neurons: 2,
      subnets: 2,
      hotkeys: 1,
      stakeTao: 20,
      // 14.4, and 1 TAO each 1,000 blocks.
      emissionPerDayTao: 14.4 + 7.2,
    });
    // `fresh` sits at the same address; nobody is a sibling by an address that was never served.
    expect(answer.siblings).toEqual([{ coldkey: address('you'), ip: '8.8.8.8', neurons: 1 }]);
  });

  test('holdings come in pages', async () => {
    const coldkey = accountOf('me');
    const first = await coldkeyHoldings(store, { coldkey, limit: 1 });
    expect(first).toMatchObject({ next: '1-1', totals: { neurons: 2 } });
    const second = await coldkeyHoldings(store, { coldkey, limit: 1, after: first.next });
    expect(second.holdings.map(({ netuid }) => netuid)).toEqual([2]);
    expect(second).not.toHaveProperty('next');
    await expect(coldkeyHoldings(store, { coldkey, after: 'x' })).rejects.toMatchObject({ code: 'usage' });
  });

  test('an account that was never seen is not found; one that left holds nothing', async () => {
    const coldkey = accountOf('nobody');
    const notFound = { code: 'not-found' };
    await expect(coldkeyHoldings(store, { coldkey })).rejects.toMatchObject(notFound);
    await expect(hotkeyStanding(store, { hotkey: coldkey })).rejects.toMatchObject(notFound);
    await expect(accountEarnings(store, { coldkey })).rejects.toMatchObject(notFound);
    await expect(accountEarnings(store, { hotkey: coldkey })).rejects.toMatchObject(notFound);
    await expect(subnetPruning(store, { netuid: 77 })).rejects.toMatchObject(notFound);
    const { holdings, tenures } = await hotkeyStanding(store, { hotkey: accountOf('gone') });
    expect(holdings).toEqual([]);
    expect(tenures).toEqual([
      {
        netuid: 1,
        uid: 2,
        coldkey: address('me'),
        registeredAt: 100,
        firstBlock: 1_000,
        lastBlock: 2_000,
        present: false,
      },
    ]);
  });

  test('a hotkey stands with its tenures, its siblings by coldkey and those at its address', async () => {
    const answer = await hotkeyStanding(store, { hotkey: accountOf('fresh') });
    expect(answer.siblings).toEqual([
      { netuid: 1, uid: 3, hotkey: address('idle'), coldkey: address('you'), by: 'coldkey', ip: null },
      { netuid: 1, uid: 1, hotkey: address('worker'), coldkey: address('me'), by: 'ip', ip: '8.8.8.8' },
      { netuid: 2, uid: 0, hotkey: address('worker'), coldkey: address('me'), by: 'ip', ip: '8.8.8.8' },
    ]);
    expect(answer.tenures).toMatchObject([{ firstBlock: 3_000, lastBlock: 8_000, present: true }]);
    expect(answer.holdings[0]).toMatchObject({ pruningPlace: 2, immunityLeft: 0 });
  });

  test('earnings by day, at the price of each epoch; missed epochs show, a predecessor is not paid for', async () => {
    const answer = await accountEarnings(store, { coldkey: accountOf('me') });
    expect(answer).toEqual({
      from: '2025-01-01',
      to: '2025-01-02',
      day: ['2025-01-01', '2025-01-02'],
      subnets: [
        {
          netuid: 1,
          unit: 'alpha',
          // 4 + 2, 4 + 2 and (`gone` left) 4; then 4.
          amount: [16, 4],
          // (6 + 6) x 0.5 + 4 x 1; 4 x 0.5.
          tao: [10, 2],
          epochs: [3, 1],
          // From block 100 on 7,100 blocks; on the second day 801.
          expected: [7, 1],
        },
        // The trimmed neuron, which was paid nothing at the only epoch that was seen.
        { netuid: 2, unit: 'tao', amount: [0, null], tao: [0, null], epochs: [1, 0], expected: [7, 0] },
      ],
    });
    const own = await accountEarnings(store, { hotkey: accountOf('fresh'), days: 2 });
    // Registered in block 3,000, after its epoch: paid at 8,000 alone.
    expect(own).toMatchObject({ day: ['2025-01-02'], subnets: [{ amount: [2], tao: [1], epochs: [1] }] });
    const short = await accountEarnings(store, { coldkey: accountOf('me'), days: 1 });
    expect(short.day).toEqual(['2025-01-02']);
  });

  test('the pruning order of a full subnet', async () => {
    const answer = await subnetPruning(store, { netuid: 1 });
    expect(answer).toMatchObject({ netuid: 1, block: 8_000, rule: 'emission', full: true });
    expect(answer.neurons.map(({ hotkey, place }) => [hotkey, place])).toEqual([
      [address('idle'), 1],
      [address('fresh'), 2],
      [address('owner-hot'), null],
      [address('worker'), null],
    ]);
    // One neuron, four places: nobody goes, and the last without immunity would stay anyway.
    expect(await subnetPruning(store, { netuid: 2 })).toMatchObject({
      full: false,
      neurons: [{ uid: 0, place: null }],
    });
  });

  test('CSV has a row for each neuron, and for each day and subnet', async () => {
    const { holdings } = await coldkeyHoldings(store, { coldkey: accountOf('me') });
    expect(holdingsToCsv(holdings).split('\r\n')[1]).toContain(
      `1,subnet 1,α,8000,1,${address('worker')},miner`,
    );
    const earnings = earningsToCsv(await accountEarnings(store, { coldkey: accountOf('me') }));
    expect(earnings).toBe(
      [
        'day,netuid,unit,amount,tao,epochs,expected',
        '2025-01-01,1,alpha,16,10,3,7',
        '2025-01-01,2,tao,0,0,1,7',
        '2025-01-02,1,alpha,4,2,1,1',
        '2025-01-02,2,tao,,,0,0',
        '',
      ].join('\r\n'),
    );
    expect(pruningToCsv(await subnetPruning(store, { netuid: 1 })).split('\r\n')).toHaveLength(6);
  });
});
