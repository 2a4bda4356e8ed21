import { describe, expect, it } from 'vitest';
import { devAccount } from '../population/keys.ts';
import { manager, subnetOwner } from '../population/people.ts';
import { SUBNET_PLANS } from '../population/plans.ts';
import { callOf } from '../population/scene.ts';
import { dispatch } from './dispatch.ts';
import type { Call } from './extrinsic.ts';
import { freshState, namesOf } from './testing/fresh-state.ts';

const owner = subnetOwner(SUBNET_PLANS[0]!).publicKey;
const stranger = devAccount('//Eve').publicKey;
const BLOCK = 10;

const immunity = (value: number) =>
  callOf('sudo_set_immunity_period', { netuid: 1, immunity_period: value }, 'AdminUtils');
const batch = (kind: string, ...calls: Call[]) => callOf(kind, { calls }, 'Utility');
const proxy = (call: Call) =>
  callOf('proxy', { real: { type: 'Id', value: owner }, force_proxy_type: undefined, call }, 'Proxy');

function play(who: Uint8Array, call: Call, block = BLOCK) {
  const { state, log } = freshState();
  const run = () => dispatch(state, log, who, call, block);
  return { state, log, run, immunityOf: () => state.sub('ImmunityPeriod', 1) };
}

describe('calls inside calls', () => {
  const broken = callOf('burned_register', { netuid: 0, hotkey: stranger });

  it('ends each item of a batch by itself', () => {
    const good = play(owner, batch('batch', immunity(70), immunity(80)));
    good.run();
    expect(namesOf(good.log)).toEqual([
      ...['ImmunityPeriodSet', 'ItemCompleted', 'ImmunityPeriodSet', 'ItemCompleted', 'BatchCompleted'],
    ]);
    const stopped = play(owner, batch('batch', immunity(70), broken, immunity(80)));
    stopped.run();
    expect(namesOf(stopped.log)).toEqual(['ImmunityPeriodSet', 'ItemCompleted', 'BatchInterrupted']);
    expect(stopped.immunityOf()).toBe(70);
    const forced = play(owner, batch('force_batch', broken, immunity(80)));
    forced.run();
    expect(namesOf(forced.log)).toEqual([
      ...['ItemFailed', 'ImmunityPeriodSet', 'ItemCompleted', 'BatchCompletedWithErrors'],
    ]);
    expect(play(owner, batch('batch_all', immunity(70), broken)).run).toThrow(
      'RegistrationNotPermittedOnRootSubnet',
    );
  });

  it('refuses a batch in a batch, and what is too deep', () => {
    const nested = play(owner, batch('batch', batch('batch', immunity(70))));
    nested.run();
    expect(namesOf(nested.log)).toEqual(['BatchInterrupted']);
    const deep = Array.from({ length: 12 }).reduce<Call>((call) => proxy(call), immunity(70));
    const buried = play(manager().publicKey, deep);
    buried.run();
    expect(buried.immunityOf()).toBe(60);
  });

  it('lets a proxy of kind Owner set parameters, and nothing else; others nothing at all', () => {
    const good = play(manager().publicKey, proxy(immunity(70)));
    good.run();
    expect(namesOf(good.log)).toEqual(['ImmunityPeriodSet', 'ProxyExecuted']);
    expect(good.immunityOf()).toBe(70);
    const dest = { type: 'Id', value: stranger };
    const theft = play(
      manager().publicKey,
      proxy(callOf('transfer_allow_death', { dest, value: 1n }, 'Balances')),
    );
    theft.run();
    expect(theft.log.records.map(({ event }) => event.value.value)).toMatchObject([
      { result: { success: false } },
    ]);
    expect(play(stranger, proxy(immunity(70))).run).toThrow('NotProxy');
  });

  it('lets only the owner set parameters, and nobody just before an epoch', () => {
    expect(play(stranger, immunity(70)).run).toThrow('BadOrigin');
    // Netuid 1, tempo 20: epochs at 19, 40, 61 …; the window is 2 blocks.
    expect(play(owner, immunity(70), 18).run).toThrow('AdminActionProhibitedDuringWeightsWindow');
    expect(play(owner, immunity(70), 17).run).not.toThrow();
    const elsewhere = callOf('sudo_set_immunity_period', { netuid: 9, immunity_period: 1 }, 'AdminUtils');
    expect(play(owner, elsewhere).run).toThrow('SubnetDoesNotExist');
  });
});
