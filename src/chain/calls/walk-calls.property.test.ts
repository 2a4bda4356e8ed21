import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AccountId, toHex } from '../../shared/index.ts';
import { accountOf } from '../testing/subnet.ts';
import type { ChainEvent, Extrinsic } from '../types.ts';
import { type Action, derivativeAccount, multisigAccount, walkCalls } from './index.ts';

/**
 * A call that knows what will become of it. `dispatch` below runs it by the rules of FRAME (`pallet_proxy`,
 * `pallet_multisig`, `pallet_utility`, `pallet_sudo`): a call that fails leaves no events.
 */
type Tree =
  | { kind: 'leaf'; ok: boolean; events: number }
  | {
      kind: 'proxy' | 'announced' | 'sudo' | 'sudo_as' | 'dispatch_as';
      allowed: boolean;
      who: number;
      inner: Tree;
    }
  | { kind: 'multi'; ready: boolean; inner: Tree }
  | { kind: 'one'; reports: boolean; inner: Tree }
  | { kind: 'derivative'; index: number; inner: Tree }
  | { kind: 'batch' | 'batch_all' | 'force_batch'; items: Tree[] }
  | { kind: 'if_else'; main: Tree; fallback: Tree };

type Actor = AccountId | 'root';

interface Expected {
  /** Which node of the tree. */
  readonly node: number;
  readonly actor: string;
  readonly success: boolean;
  readonly events: readonly unknown[];
}

interface Outcome {
  readonly ok: boolean;
  readonly events: readonly Bare[];
  readonly actions: readonly Expected[];
}

interface Bare {
  readonly pallet: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const SIGNER = accountOf(9, 1);
const OTHERS = [accountOf(8, 2), accountOf(7, 1)];

const nodes = new WeakMap<Tree, number>();
let lastNode = 0;

const mostly = () => fc.integer({ min: 0, max: 3 }).map((n) => n > 0);

const trees = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.record({ kind: fc.constant('leaf' as const), ok: mostly(), events: fc.nat(3) }),
    fc.record({
      kind: fc.constantFrom('proxy', 'announced', 'sudo', 'sudo_as', 'dispatch_as'),
      allowed: mostly(),
      who: fc.nat(3),
      inner: tie('tree'),
    }),
    fc.record({ kind: fc.constant('multi' as const), ready: mostly(), inner: tie('tree') }),
    fc.record({ kind: fc.constant('one' as const), reports: fc.boolean(), inner: tie('tree') }),
    fc.record({ kind: fc.constant('derivative' as const), index: fc.nat(70_000), inner: tie('tree') }),
    fc.record({
      kind: fc.constantFrom('batch', 'batch_all', 'force_batch'),
      items: fc.array(tie('tree'), { maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant('if_else' as const), main: tie('tree'), fallback: tie('tree') }),
  ),
})).tree;

test('of any nesting of wrappers, each call gets the actor, the result and the events that running it gave', () => {
  let opened = 0;
  fc.assert(
    fc.property(trees, (tree) => {
      const { extrinsic, events, actions } = extrinsicOf(tree);
      const walked = walkCalls([extrinsic], events);
      expect(walked.map(shown)).toEqual(actions);
      opened += walked.length;
    }),
    { numRuns: 2_000 },
  );
  expect(opened).toBeGreaterThan(2_000);
});

test('events that do not fit: never throws, no event twice, and all in doubt is one action without result', () => {
  const change = fc.record({ at: fc.nat(40), with: fc.option(fc.anything(), { nil: undefined }) });
  fc.assert(
    fc.property(trees, fc.array(change, { minLength: 1, maxLength: 4 }), (tree, changes) => {
      const { extrinsic, events } = extrinsicOf(tree);
      for (const { at, with: value } of changes) {
        const event = events[at % events.length]!;
        if (value === undefined) events.splice(events.indexOf(event), 1);
        else
          events[events.indexOf(event)] = {
            ...event,
            fields: { result: value, index: value, multisig: value },
          };
        if (events.length === 0) break;
      }
      const walked = walkCalls([extrinsic], events);
      const assigned = walked.flatMap((action) => action.events);
      expect(new Set(assigned).size).toBe(assigned.length);
      for (const event of assigned) expect(events).toContain(event);
      if (walked.some(({ success }) => success === undefined)) expect(walked).toHaveLength(1);
    }),
    { numRuns: 1_000 },
  );
});

test('arguments of any shape are no reason to throw', () => {
  const call = fc.constantFrom(
    ...[
      'Proxy.proxy',
      'Proxy.proxy_announced',
      'Multisig.as_multi',
      'Multisig.as_multi_threshold_1',
      'Sudo.sudo_as',
    ],
    ...[
      'Utility.batch',
      'Utility.force_batch',
      'Utility.as_derivative',
      'Utility.dispatch_as',
      'Utility.if_else',
    ],
  );
  const names = [
    'real',
    'call',
    'calls',
    'threshold',
    'other_signatories',
    'index',
    'as_origin',
    'who',
    'main',
  ];
  const args = fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.anything(), fc.constant(SIGNER)));
  const failed = fc.boolean();
  fc.assert(
    fc.property(call, args, failed, (name, given, isFailed) => {
      const [pallet, method] = name.split('.') as [string, string];
      const extrinsic = {
        index: 0,
        hash: '0x00',
        signer: SIGNER,
        pallet,
        call: method,
        args: given,
      } as const;
      const outcome = {
        pallet: 'System',
        name: isFailed ? 'ExtrinsicFailed' : 'ExtrinsicSuccess',
        fields: {},
      };
      const [event] = indexed([outcome]);
      expect(walkCalls([extrinsic], [event!])).toHaveLength(1);
    }),
  );
});

test('wrappers are opened to a depth that no extrinsic has, and no deeper', () => {
  let call = callOf({ kind: 'leaf', ok: true, events: 0 });
  for (let depth = 0; depth < 5_000; depth++)
    call = { pallet: 'Utility', call: 'batch_all', args: { calls: [runtimeCall(call)] } };
  const extrinsic: Extrinsic = { index: 0, hash: '0x00', signer: SIGNER, ...call };
  const walked = walkCalls([extrinsic], indexed([{ pallet: 'System', name: 'ExtrinsicFailed', fields: {} }]));
  expect(walked).toMatchObject([{ call: 'batch_all', success: false }]);
  expect(walked[0]?.via).toHaveLength(16);
});

function extrinsicOf(tree: Tree): {
  extrinsic: Extrinsic;
  events: ChainEvent[];
  actions: readonly Expected[];
} {
  const outcome = dispatch(tree, SIGNER);
  const events = indexed([
    { pallet: 'Balances', name: 'Withdraw', fields: { who: SIGNER, amount: 7n } },
    ...outcome.events,
    { pallet: 'Balances', name: 'Deposit', fields: { amount: 6n } },
    {
      pallet: 'TransactionPayment',
      name: 'TransactionFeePaid',
      fields: { who: SIGNER, actual_fee: 6n, tip: 0n },
    },
    { pallet: 'System', name: outcome.ok ? 'ExtrinsicSuccess' : 'ExtrinsicFailed', fields: {} },
  ]);
  const call = callOf(tree);
  return { extrinsic: { index: 0, hash: '0x00', signer: SIGNER, ...call }, events, actions: outcome.actions };
}

/** Runs a call: what it emits, and what should be found in it. */
function dispatch(tree: Tree, actor: Actor): Outcome {
  const done = (events: readonly Bare[], actions: readonly Expected[]): Outcome => ({
    ok: true,
    events,
    actions,
  });
  const failed: Outcome = { ok: false, events: [], actions: failedActions(tree, actor) };
  switch (tree.kind) {
    case 'leaf': {
      if (!tree.ok) return failed;
      const events = Array.from({ length: tree.events }, () =>
        mark('SubtensorModule', 'Caused', { by: nodeOf(tree) }),
      );
      return done(events, [innermost(tree, actor, true, events)]);
    }
    case 'proxy':
    case 'announced':
    case 'sudo':
    case 'sudo_as':
    case 'dispatch_as': {
      const as = actorOf(tree);
      if (!tree.allowed || (actor === 'root' && tree.kind !== 'dispatch_as')) return failed;
      const inner = dispatch(tree.inner, as);
      const deposit =
        tree.kind === 'announced' ? [mark('Balances', 'Unreserved', { who: actor, amount: 1n })] : [];
      return done([...deposit, ...inner.events, REPORTS[tree.kind](resultOf(inner.ok))], inner.actions);
    }
    case 'multi': {
      if (actor === 'root') return failed;
      const multisig = multisigAccount([actor, ...OTHERS], 2);
      if (!tree.ready) {
        const events = [mark('Multisig', 'NewMultisig', { approving: actor, multisig })];
        return done(events, [innermost(tree, actor, true, events)]);
      }
      const inner = dispatch(tree.inner, multisig);
      const deposit = mark('Balances', 'Unreserved', { who: OTHERS[0], amount: 2n });
      const report = mark('Multisig', 'MultisigExecuted', {
        approving: actor,
        multisig,
        result: resultOf(inner.ok),
      });
      return done([deposit, ...inner.events, report], inner.actions);
    }
    case 'one': {
      if (actor === 'root') return failed;
      const multisig = multisigAccount([actor, ...OTHERS], 1);
      const inner = dispatch(tree.inner, multisig);
      if (!inner.ok) return failed;
      const report = mark('Multisig', 'MultisigExecuted', { multisig, result: resultOf(true) });
      return done(tree.reports ? [...inner.events, report] : inner.events, inner.actions);
    }
    case 'derivative': {
      if (actor === 'root' || tree.index > 0xffff) return failed;
      const inner = dispatch(tree.inner, derivativeAccount(actor, tree.index));
      return inner.ok ? inner : failed;
    }
    case 'batch':
    case 'batch_all':
    case 'force_batch':
      return batch(tree, actor) ?? failed;
    case 'if_else': {
      const main = dispatch(tree.main, actor);
      if (main.ok) {
        const events = [...main.events, mark('Utility', 'IfElseMainSuccess', {})];
        return done(events, [...main.actions, ...failedActions(tree.fallback, actor)]);
      }
      const fallback = dispatch(tree.fallback, actor);
      if (!fallback.ok) return failed;
      const events = [...fallback.events, mark('Utility', 'IfElseFallbackCalled', { main_error: {} })];
      return done(events, [...failedActions(tree.main, actor), ...fallback.actions]);
    }
  }
}

/** `undefined`: a `batch_all` failed. */
function batch(tree: Extract<Tree, { items: Tree[] }>, actor: Actor): Outcome | undefined {
  const events: Bare[] = [];
  const actions: Expected[] = [];
  let hasErrors = false;
  for (const [index, item] of tree.items.entries()) {
    const inner = dispatch(item, actor);
    actions.push(...(inner.ok ? inner.actions : failedActions(item, actor)));
    events.push(...inner.events);
    if (inner.ok) events.push(mark('Utility', 'ItemCompleted', {}));
    else if (tree.kind === 'batch_all') return undefined;
    else if (tree.kind === 'force_batch') {
      hasErrors = true;
      events.push(mark('Utility', 'ItemFailed', { error: {} }));
    } else {
      for (const unreached of tree.items.slice(index + 1)) actions.push(...failedActions(unreached, actor));
      return { ok: true, events: [...events, mark('Utility', 'BatchInterrupted', { index })], actions };
    }
  }
  events.push(mark('Utility', hasErrors ? 'BatchCompletedWithErrors' : 'BatchCompleted', {}));
  if (tree.items.length === 0) return { ok: true, events, actions: [innermost(tree, actor, true, events)] };
  return { ok: true, events, actions };
}

/** Of a call that took no effect, what its author could have meant in the name of an account that is certainly the author's. */
function failedActions(tree: Tree, actor: Actor): Expected[] {
  switch (tree.kind) {
    case 'batch':
    case 'batch_all':
    case 'force_batch':
      if (tree.items.length > 0) return tree.items.flatMap((item) => failedActions(item, actor));
      break;
    case 'if_else':
      return [...failedActions(tree.main, actor), ...failedActions(tree.fallback, actor)];
    case 'one':
      if (actor !== 'root') return failedActions(tree.inner, multisigAccount([actor, ...OTHERS], 1));
      break;
    case 'derivative':
      if (actor !== 'root' && tree.index <= 0xffff)
        return failedActions(tree.inner, derivativeAccount(actor, tree.index));
      break;
  }
  return [innermost(tree, actor, false, [])];
}

/** The call as its codec gives it. */
function callOf(tree: Tree): { pallet: string; call: string; args: Record<string, unknown> } {
  const as = (name: string, args: Record<string, unknown>) => {
    const [pallet, call] = name.split('.') as [string, string];
    return { pallet, call, args: { ...args, node: nodeOf(tree) } };
  };
  const inner = 'inner' in tree ? runtimeCall(callOf(tree.inner)) : undefined;
  switch (tree.kind) {
    case 'leaf':
      return as('SubtensorModule.set_weights', {});
    case 'proxy':
      return as('Proxy.proxy', { real: { type: 'Id', value: whoOf(tree) }, call: inner });
    case 'announced':
      return as('Proxy.proxy_announced', { delegate: {}, real: whoOf(tree), call: inner });
    case 'sudo':
      return as('Sudo.sudo', { call: inner });
    case 'sudo_as':
      return as('Sudo.sudo_as', { who: { type: 'Id', value: whoOf(tree) }, call: inner });
    case 'dispatch_as': {
      const value =
        tree.who === 0 ? { type: 'Root', value: undefined } : { type: 'Signed', value: whoOf(tree) };
      return as('Utility.dispatch_as', { as_origin: { type: 'system', value }, call: inner });
    }
    case 'multi':
      return as('Multisig.as_multi', { threshold: 2, other_signatories: OTHERS, call: inner });
    case 'one':
      return as('Multisig.as_multi_threshold_1', { other_signatories: OTHERS, call: inner });
    case 'derivative':
      return as('Utility.as_derivative', { index: tree.index, call: inner });
    case 'batch':
    case 'batch_all':
    case 'force_batch':
      return as(`Utility.${tree.kind}`, { calls: tree.items.map((item) => runtimeCall(callOf(item))) });
    case 'if_else':
      return as('Utility.if_else', {
        main: runtimeCall(callOf(tree.main)),
        fallback: runtimeCall(callOf(tree.fallback)),
      });
  }
}

const REPORTS = {
  proxy: (result: object) => mark('Proxy', 'ProxyExecuted', { result }),
  announced: (result: object) => mark('Proxy', 'ProxyExecuted', { result }),
  sudo: (result: object) => mark('Sudo', 'Sudid', { sudo_result: result }),
  sudo_as: (result: object) => mark('Sudo', 'SudoAsDone', { sudo_result: result }),
  dispatch_as: (result: object) => mark('Utility', 'DispatchedAs', { result }),
};

type Standing = Extract<Tree, { allowed: boolean }>;

function actorOf(tree: Standing): Actor {
  return tree.kind === 'sudo' || (tree.kind === 'dispatch_as' && tree.who === 0) ? 'root' : whoOf(tree);
}

function whoOf({ who }: Standing): AccountId {
  return accountOf(5, who);
}

function runtimeCall({ pallet, call, args }: { pallet: string; call: string; args: object }) {
  return { type: pallet, value: { type: call, value: args } };
}

function resultOf(ok: boolean): object {
  return ok
    ? { type: 'Ok', value: undefined }
    : { type: 'Err', value: { type: 'BadOrigin', value: undefined } };
}

function mark(pallet: string, name: string, fields: Bare['fields']): Bare {
  return { pallet, name, fields };
}

function innermost(tree: Tree, actor: Actor, success: boolean, events: readonly Bare[]): Expected {
  return { node: nodeOf(tree), actor: nameOf(actor), success, events };
}

function shown({ args, actor, success, events }: Action): Expected {
  const bare = events.map(({ pallet, name, fields }) => ({ pallet, name, fields }));
  return { node: args.node as number, actor: nameOf(actor), success: success as boolean, events: bare };
}

function nameOf(actor: Actor | undefined): string {
  return actor instanceof Uint8Array ? toHex(actor) : String(actor);
}

function indexed(events: readonly Bare[]): ChainEvent[] {
  return events.map((event, index) => ({ index, extrinsicIndex: 0, ...event }));
}

/** Numbers the nodes of trees as they are met. */
function nodeOf(tree: Tree): number {
  const node = nodes.get(tree) ?? ++lastNode;
  nodes.set(tree, node);
  return node;
}
