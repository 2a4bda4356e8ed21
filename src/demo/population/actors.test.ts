import { beforeAll, describe, expect, it } from 'vitest';
import { DemoChain } from '../chain/demo-chain.ts';
import { Pool } from '../chain/pool.ts';
import { runtimeAfter } from '../runtime/runtime.ts';
import { act } from './actors.ts';
import { Copiers } from './copiers.ts';
import { validatorKey } from './people.ts';
import { SUBNET_PLANS } from './plans.ts';
import { rowOf } from './validators.ts';

const BLOCKS = 300;
const QUARRY = SUBNET_PLANS[0]!;

describe('the population', () => {
  const chain = new DemoChain({ seed: 'lively', stateBlocks: 1_000, bodyBlocks: 1_000, finalityLag: 3 });
  const events = new Map<string, number>();

  beforeAll(() => {
    const pool = new Pool(chain);
    const runtime = runtimeAfter(0);
    const key = runtime.item('System', 'Events').key([]);
    for (let number = 1; number <= BLOCKS; number++) {
      act(chain, pool, true);
      chain.produce(1_700_000_000_000 + 12_000 * number, pool.ready());
      for (const { event } of runtime.events.dec(Uint8Array.from(chain.head.raw.read(key) ?? []))) {
        const name = `${event.type}.${event.value.type}`;
        events.set(name, (events.get(name) ?? 0) + 1);
      }
    }
    // Some two seconds of signing and hashing, more on a busy machine.
  }, 60_000);

  const count = (name: string) => events.get(`SubtensorModule.${name}`) ?? 0;

  it('gives every page something to tell', () => {
    for (const name of [
      ...['NeuronRegistered', 'AxonServed', 'WeightsSet', 'WeightsCommitted', 'WeightsRevealed'],
      ...['StakeAdded', 'StakeRemoved', 'StakeMoved', 'SetChildren', 'ChildKeyTakeSet'],
    ]) {
      expect([name, count(name) > 0]).toEqual([name, true]);
    }
    expect(count('TakeDecreased') + count('TakeIncreased')).toBeGreaterThan(0);
    expect(events.get('Proxy.ProxyExecuted')).toBeGreaterThan(0);
    expect(events.get('Utility.BatchCompleted')).toBeGreaterThan(0);
    expect(count('ImmunityPeriodSet') + count('MaxBurnSet') + count('ActivityCutoffSet')).toBeGreaterThan(0);
  });

  it('reveals what it committed to, and hardly ever does what fails', () => {
    // Commits of the last two epochs still wait.
    expect(count('WeightsRevealed')).toBeGreaterThan(0.7 * count('WeightsCommitted'));
    expect(events.get('System.ExtrinsicFailed') ?? 0).toBeLessThan(5);
  });

  it('has owners of many hotkeys, and machines and networks that several share', () => {
    const state = chain.head;
    const n = state.sub<number>('SubnetworkN', 1);
    const hotkeys = Array.from({ length: n }, (_, uid) => state.sub<Uint8Array>('Keys', 1, uid));
    const ips = hotkeys
      .map((hotkey) => state.sub<{ ip: bigint; ip_type: number } | undefined>('Axons', 1, hotkey))
      .filter((axon) => axon?.ip_type === 4)
      .map((axon) => axon?.ip ?? 0n);
    const largest = (values: readonly unknown[]) =>
      Math.max(...[...Map.groupBy(values, (value) => String(value)).values()].map((group) => group.length));
    const owners = hotkeys.map((hotkey) => state.sub<Uint8Array>('Owner', hotkey));
    expect(largest(owners)).toBeGreaterThan(3);
    expect(largest(ips)).toBeGreaterThan(1);
    expect(largest(ips.map((ip) => ip >> 8n))).toBeGreaterThan(largest(ips));
    expect(new Set(ips).size).toBeGreaterThan(15);
    // 198.18.0.0/15.
    expect(ips.every((ip) => ip >> 17n === 0xc612n >> 1n)).toBe(true);
  });

  it('lets a validator copy the consensus for as long as an incident says', () => {
    const state = chain.head;
    const copiers = new Copiers();
    const [fjord, opal] = [validatorKey(4).publicKey, validatorKey(0).publicKey];
    copiers.start(1, fjord, 400);
    copiers.stop(1, fjord, 440);
    expect([399, 400, 439, 440].map((block) => copiers.copies(1, fjord, block))).toEqual([
      ...[false, true, true, false],
    ]);
    expect([copiers.copies(2, fjord, 420), copiers.copies(1, opal, 420)]).toEqual([false, false]);
    const consensus = state.sub<number[]>('Consensus', 1);
    const distance = (hotkey: Uint8Array, block: number) => {
      const { dests, weights } = rowOf({ seed: 'lively', copiers }, state, QUARRY, hotkey, 0, block);
      const row = new Map(dests.map((uid, at) => [uid, weights[at] ?? 0]));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const agreed = consensus.reduce((total, weight) => total + weight, 0);
      return consensus.reduce(
        (total, weight, uid) => total + Math.abs(weight / agreed - (row.get(uid) ?? 0) / sum) / 2,
        0,
      );
    };
    expect(distance(fjord, 420)).toBeLessThan(0.001);
    expect(distance(fjord, 450)).toBeGreaterThan(0.02);
    expect(distance(opal, 420)).toBeGreaterThan(0.02);
  });
});
