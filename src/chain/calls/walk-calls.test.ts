import { beforeAll, describe, expect, test } from 'vitest';
import { parseAccount } from '../../shared/index.ts';
import { encodeAll, type Runtime, Writer } from '../codec/index.ts';
import { decodeEvents } from '../events.ts';
import { decodeExtrinsic } from '../extrinsics.ts';
import { hasShared, runtime343 } from '../testing/fixtures.ts';
import { accountOf } from '../testing/subnet.ts';
import type { ChainEvent, Extrinsic } from '../types.ts';
import { eventField, multisigAccount, walkCalls } from './index.ts';

const ALICE = parseAccount('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY');
const BOB = parseAccount('5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty');
const COLDKEY = accountOf(3, 1);

const WEIGHT = { ref_time: 1n, proof_size: 0n };
const INFO = { weight: WEIGHT, class: { type: 'Normal' }, pays_fee: { type: 'Yes' } };
const ERR = { type: 'Err', value: { type: 'BadOrigin' } };
const OK = { type: 'Ok' };

const SUCCESS = event('System', 'ExtrinsicSuccess', { dispatch_info: INFO });
const FAILED = event('System', 'ExtrinsicFailed', {
  dispatch_error: { type: 'BadOrigin' },
  dispatch_info: INFO,
});
const ITEM_COMPLETED = event('Utility', 'ItemCompleted');

const SET_WEIGHTS = call('SubtensorModule', 'set_weights', {
  netuid: 64,
  dests: [1, 2],
  weights: [65_535, 7],
  version_key: 0n,
});
const REMOVE_STAKE = call('SubtensorModule', 'remove_stake', {
  hotkey: BOB,
  netuid: 64,
  amount_unstaked: 5n,
});
const SET_TEMPO = call('AdminUtils', 'sudo_set_tempo', { netuid: 64, tempo: 99 });

describe.skipIf(!hasShared)('calls and events in the types of spec 343', () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = runtime343();
  });

  /** The extrinsic and its events as they come from bytes; `signer` as if it had signed. */
  function block(
    signer: Uint8Array | undefined,
    top: object,
    events: readonly object[],
    phase: object = APPLIED,
  ) {
    const writer = new Writer();
    const bytes = Uint8Array.of(0x04, ...encodeAll(runtime.extrinsic.call, top));
    writer.compact(bytes.length);
    writer.raw(bytes);
    const records = events.map((one) => ({ phase, event: one, topics: [] }));
    const stored = encodeAll(runtime.storage('System', 'Events')!.value, records);
    return {
      extrinsics: [{ ...decodeExtrinsic(runtime, writer.done(), 0), signer }],
      events: decodeEvents(runtime, stored, 9),
    };
  }

  function walk(...given: Parameters<typeof block>) {
    const { extrinsics, events } = block(...given);
    return walkCalls(extrinsics, events);
  }

  test('a plain call is its signer’s, with its events, without its fee', () => {
    const [action, ...others] = walk(BOB, SET_WEIGHTS, [
      event('Balances', 'Withdraw', { who: BOB, amount: 12n }),
      event('SubtensorModule', 'WeightsSet', [64, 5]),
      event('Balances', 'Deposit', { who: ALICE, amount: 12n }),
      event('TransactionPayment', 'TransactionFeePaid', { who: BOB, actual_fee: 12n, tip: 0n }),
      SUCCESS,
    ]);
    expect(others).toEqual([]);
    expect(action).toMatchObject({
      pallet: 'SubtensorModule',
      call: 'set_weights',
      extrinsicIndex: 0,
      signer: BOB,
      actor: BOB,
      via: [],
      success: true,
      args: { netuid: 64, dests: [1, 2], weights: [65_535, 7], version_key: 0n },
    });
    expect(action?.events.map(({ name }) => name)).toEqual(['WeightsSet']);
    expect(eventField(action!.events[0]!, 'uid', '1')).toBe(5);
    expect(eventField(action!.events[0]!, 'netuid_index', '0')).toBe(64);
    expect(eventField(action!.events[0]!, 'hotkey')).toBeUndefined();
  });

  test('a withdrawal of a call that is free is its own; one that is given back is the fee', () => {
    const withdraw = event('Balances', 'Withdraw', { who: ALICE, amount: 12n });
    const paid = event('TransactionPayment', 'TransactionFeePaid', { who: ALICE, actual_fee: 0n, tip: 0n });
    const givenBack = event('Balances', 'Deposit', { who: ALICE, amount: 12n });
    const names = (events: object[]) => walk(ALICE, REMOVE_STAKE, events)[0]?.events.map(({ name }) => name);
    expect(names([withdraw, paid, SUCCESS])).toEqual(['Withdraw']);
    expect(names([withdraw, givenBack, paid, SUCCESS])).toEqual([]);
  });

  test('a batch behind a proxy that is interrupted: what ran is the proxied account’s, what did not run has no effect', () => {
    const batch = call('Utility', 'batch', { calls: [SET_WEIGHTS, REMOVE_STAKE, SET_TEMPO] });
    const proxy = call('Proxy', 'proxy', { real: id(COLDKEY), force_proxy_type: undefined, call: batch });
    const actions = walk(ALICE, proxy, [
      event('SubtensorModule', 'WeightsSet', [64, 5]),
      ITEM_COMPLETED,
      event('Utility', 'BatchInterrupted', { index: 1, error: { type: 'BadOrigin' } }),
      event('Proxy', 'ProxyExecuted', { result: OK }),
      SUCCESS,
    ]);
    const names = (events: readonly ChainEvent[]) => events.map(({ name }) => name);
    expect(actions.map((action) => [action.call, action.success, names(action.events)])).toEqual([
      ['set_weights', true, ['WeightsSet']],
      ['remove_stake', false, []],
      ['sudo_set_tempo', false, []],
    ]);
    for (const { actor, signer, via } of actions)
      expect({ actor, signer, via }).toEqual({ actor: COLDKEY, signer: ALICE, via: ['proxy', 'batch'] });
  });

  test('outer success is not inner success', () => {
    const proxy = call('Proxy', 'proxy', {
      real: id(COLDKEY),
      force_proxy_type: undefined,
      call: REMOVE_STAKE,
    });
    const report = event('Proxy', 'ProxyExecuted', { result: ERR });
    expect(walk(ALICE, proxy, [report, SUCCESS])).toMatchObject([
      { call: 'remove_stake', actor: COLDKEY, success: false, events: [] },
    ]);
    // Twice the same wrapper: one report is the outer's (the inner was refused), two are both of them.
    const twice = call('Proxy', 'proxy', { real: id(BOB), force_proxy_type: undefined, call: proxy });
    expect(walk(ALICE, twice, [report, SUCCESS])).toMatchObject([
      { call: 'proxy', actor: BOB, via: ['proxy'], success: false },
    ]);
    const outer = event('Proxy', 'ProxyExecuted', { result: OK });
    expect(walk(ALICE, twice, [report, outer, SUCCESS])).toMatchObject([
      { call: 'remove_stake', actor: COLDKEY, via: ['proxy', 'proxy'], success: false },
    ]);
  });

  test('one who is no proxy cannot make it look as if the other had tried', () => {
    const proxy = call('Proxy', 'proxy', {
      real: id(COLDKEY),
      force_proxy_type: undefined,
      call: SET_WEIGHTS,
    });
    expect(walk(ALICE, proxy, [FAILED])).toMatchObject([
      { pallet: 'Proxy', call: 'proxy', actor: ALICE, via: [], success: false },
    ]);
  });

  test('a multisig acts when it has its approvals, not before', () => {
    const multisig = multisigAccount([ALICE, BOB], 2);
    const timepoint = { height: 8, index: 1 };
    const common = { approving: ALICE, multisig, call_hash: new Uint8Array(32) };
    const top = call('Multisig', 'as_multi', {
      threshold: 2,
      other_signatories: [BOB],
      maybe_timepoint: timepoint,
      call: SET_TEMPO,
      max_weight: WEIGHT,
    });
    expect(walk(ALICE, top, [event('Multisig', 'NewMultisig', common), SUCCESS])).toMatchObject([
      { call: 'as_multi', actor: ALICE, success: true, events: [{ name: 'NewMultisig' }] },
    ]);
    const executed = event('Multisig', 'MultisigExecuted', { ...common, timepoint, result: OK });
    const deposit = event('Balances', 'Unreserved', { who: BOB, amount: 1n });
    const tempoSet = event('SubtensorModule', 'TempoSet', [64, 99]);
    expect(walk(ALICE, top, [deposit, tempoSet, executed, SUCCESS])).toMatchObject([
      {
        call: 'sudo_set_tempo',
        actor: multisig,
        via: ['multisig'],
        success: true,
        events: [{ name: 'TempoSet' }],
      },
    ]);
    const another = event('Multisig', 'MultisigExecuted', {
      ...common,
      multisig: BOB,
      timepoint,
      result: OK,
    });
    expect(walk(ALICE, top, [tempoSet, another, SUCCESS])).toMatchObject([
      { call: 'as_multi', actor: ALICE },
    ]);
  });

  test('sudo acts as root, sudo_as and dispatch_as as the account given', () => {
    const sudo = call('Sudo', 'sudo', { call: SET_TEMPO });
    expect(
      walk(ALICE, sudo, [
        event('SubtensorModule', 'TempoSet', [64, 99]),
        event('Sudo', 'Sudid', { sudo_result: OK }),
        SUCCESS,
      ]),
    ).toMatchObject([
      { actor: 'root', signer: ALICE, via: ['sudo'], success: true, events: [{ name: 'TempoSet' }] },
    ]);
    const sudoAs = call('Sudo', 'sudo_as', { who: id(BOB), call: SET_WEIGHTS });
    expect(walk(ALICE, sudoAs, [event('Sudo', 'SudoAsDone', { sudo_result: ERR }), SUCCESS])).toMatchObject([
      { actor: BOB, via: ['sudo_as'], success: false },
    ]);
    const signed = { type: 'system', value: { type: 'Signed', value: COLDKEY } };
    const as = call('Utility', 'dispatch_as', { as_origin: signed, call: SET_WEIGHTS });
    const reports = [
      event('Utility', 'DispatchedAs', { result: OK }),
      event('Sudo', 'Sudid', { sudo_result: OK }),
    ];
    expect(walk(ALICE, call('Sudo', 'sudo', { call: as }), [...reports, SUCCESS])).toMatchObject([
      { call: 'set_weights', actor: COLDKEY, via: ['sudo', 'dispatch_as'], success: true },
    ]);
  });

  test('an inherent has no actor; events of hooks are nobody’s', () => {
    const now = call('Timestamp', 'set', { now: 5n });
    expect(walk(undefined, now, [SUCCESS])).toMatchObject([{ call: 'set', actor: undefined, success: true }]);
    const hook = [event('SubtensorModule', 'WeightsSet', [64, 5])];
    expect(walk(undefined, now, hook, { type: 'Initialization' })).toMatchObject([
      { call: 'set', success: undefined, events: [] },
    ]);
  });

  test('without the outcome, and when marks are missing, the outermost call keeps all events, in doubt', () => {
    const batch = call('Utility', 'batch_all', { calls: [SET_WEIGHTS, SET_WEIGHTS] });
    const set = event('SubtensorModule', 'WeightsSet', [64, 5]);
    const completed = event('Utility', 'BatchCompleted');
    const doubt = { call: 'batch_all', actor: ALICE, success: undefined };
    expect(walk(ALICE, batch, [set, ITEM_COMPLETED, set, ITEM_COMPLETED, completed])).toMatchObject([doubt]);
    const [action, ...others] = walk(ALICE, batch, [set, set, ITEM_COMPLETED, completed, SUCCESS]);
    expect([action, others]).toMatchObject([doubt, []]);
    expect(action?.events).toHaveLength(4);
  });

  test('an extrinsic that cannot be decoded does not hide its neighbours', () => {
    const { extrinsics, events } = block(ALICE, SET_WEIGHTS, [SUCCESS]);
    const broken: Extrinsic = { index: 1, hash: '0x00', pallet: '', call: '', args: {}, undecoded: 'cut' };
    expect(walkCalls([broken, ...extrinsics], events)).toMatchObject([
      { call: 'set_weights', success: true },
    ]);
    expect(walkCalls([], events)).toEqual([]);
  });
});

const APPLIED = { type: 'ApplyExtrinsic', value: 0 };

function call(pallet: string, name: string, args: object): object {
  return { type: pallet, value: { type: name, value: args } };
}

function event(pallet: string, name: string, fields?: object): object {
  return { type: pallet, value: { type: name, value: fields } };
}

function id(account: Uint8Array): object {
  return { type: 'Id', value: account };
}
