import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ANN,
  BEN,
  LAST,
  NOW,
  openSampleAudit,
  payments,
  reportRow,
  SOURCE,
  VALIDATOR,
} from '../../../test/support/sample-audit.ts';
import { abortedError, TaoscopeError } from '../../shared/index.ts';
import type { OpenedStore } from '../../store/index.ts';
import { saveFeeds } from '../collect/feed-rows.ts';
import type { PaymentReader } from '../compare/chain-reader.ts';
import { createLedger } from '../ledger/ledger.ts';
import type { Finding } from '../types.ts';
import { createAuditAnswers } from './answers.ts';

let store: OpenedStore;

/** The sample with the hour that was missing, and the wrong one put right. */
beforeAll(async () => {
  store = await openSampleAudit();
  const rows = [reportRow(5), reportRow(9, { version: 2 })];
  const columns = Object.keys(rows[0] ?? {});
  await store.insert(
    'audit_reports',
    columns,
    rows.map((row) => Object.values(row)),
  );
}, 60_000);

afterAll(async () => {
  await store.close();
});

const HONEST = { 1: 65_535, 2: 21_845 };

const answers = (reader: PaymentReader, profile = 'I4') =>
  createAuditAnswers({ store, sources: [SOURCE], payments: () => reader, profile, now: () => NOW / 1000 });

const kinds = (findings: readonly Finding[]) =>
  findings.map(({ kind, hotkey, severity }) => [kind, hotkey, severity]);

describe('what an auditor finds of the pay', () => {
  test('nothing of an honest row', async () => {
    expect(await answers(payments(HONEST)).judgePay('sample')).toEqual([]);
  });

  test('owed but unpaid, and paid but unowed', async () => {
    expect(kinds(await answers(payments({ 1: 65_535 })).judgePay('sample'))).toEqual([
      ['owed-unpaid', BEN, 'critical'],
      ['paid-otherwise', ANN, 'warning'],
    ]);
    const stranger = await answers(payments({ ...HONEST, 0: 10_000 })).judgePay('sample');
    expect(kinds(stranger)[0]).toEqual(['paid-unowed', VALIDATOR, 'critical']);
  });

  test('what was found stays found while nobody can judge, and goes when it is put right', async () => {
    const ledger = createLedger(store, { now: () => NOW / 1000 });
    const scope = { hours: { from: 0, to: NOW }, kinds: ['owed-unpaid' as const, 'paid-otherwise' as const] };
    const found = await answers(payments({ 1: 65_535 })).judgePay('sample');
    await ledger.find('sample', found, scope);

    const down: PaymentReader = {
      ...payments(HONEST),
      head: async () => {
        throw new TaoscopeError('unreachable', { failed: 'no endpoint answers' });
      },
    };
    const still = await answers(down).judgePay('sample');
    expect(kinds(still).toSorted()).toEqual(kinds(found).toSorted());
    expect(await ledger.find('sample', still, scope)).toMatchObject({ resolved: 0, opened: 0 });

    const right = await answers(payments(HONEST)).judgePay('sample');
    expect(await ledger.find('sample', right, scope)).toMatchObject({ resolved: 2 });
  });

  test('a defect of ours is not taken for a chain that does not answer', async () => {
    const broken: PaymentReader = {
      ...payments(HONEST),
      head: async () => {
        throw new TypeError('x');
      },
    };
    await expect(answers(broken).judgePay('sample')).rejects.toThrow(TypeError);
  });
});

describe('the profile', () => {
  test('the best fit shows the runners-up, and who is tied', async () => {
    const told = await answers(payments(HONEST)).incentives({ at: LAST, profile: 'best' });
    expect(told.profile.chosen).toBe('best');
    expect(told.runnersUp.length).toBeGreaterThan(1);
    expect(told.runnersUp.some(({ tied }) => tied)).toBe(true);
    const distances = told.runnersUp.flatMap(({ l1 }) => (l1 === null ? [] : [l1]));
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  });

  test('of the date, where none is named', async () => {
    const told = await answers(payments(HONEST), 'auto').incentives({ at: LAST });
    expect(told.profile).toMatchObject({ name: 'I4', chosen: 'auto' });
    await expect(answers(payments(HONEST), 'auto').incentives({ at: 0 })).rejects.toThrow();
  });
});

test('without the state of the weights, the scores are there and the row is missing with its reason', async () => {
  const reader = payments(HONEST);
  const pruned: PaymentReader = {
    ...reader,
    async rows() {
      throw new TaoscopeError('state-pruned', { failed: 'the state is gone' });
    },
  };
  const told = await answers(pruned).incentives({ at: LAST, basis: 'published' });
  expect(told.sides.weight).toMatchObject({
    l1: null,
    missing: 'No node has the state for the row at block 10000 any more.',
  });
  expect(told.miners.map(({ expected }) => expected).toSorted()).toEqual([0.25, 0.75]);
});

test('live feeds that tell it otherwise are named, and found', async () => {
  await saveFeeds(store, 'sample', {
    at: NOW,
    deletions: new Map([['i-ann', null]]),
    scores: new Map([
      [ANN, 3],
      [BEN, 1],
    ]),
    missing: [],
  });
  const judged = answers(payments(HONEST));
  const told = await judged.incentives({ at: LAST });
  expect(told.notes.find((note) => note.startsWith('The live feeds'))).toBe(
    'The live feeds, to which nobody committed, change 2 scores by 50.0000 % in all.',
  );
  expect(told.sides.published).toMatchObject({ l1: 0, owedUnpaid: 0 });
  expect(kinds(await judged.judgePay('sample'))).toEqual([['feeds-differ', VALIDATOR, 'warning']]);
});

test("miners' own words: nothing to be found where they agree", async () => {
  expect(await answers(payments(HONEST)).judgeMiners('sample')).toEqual([]);
});

test('equal questions are one work', async () => {
  let states = 0;
  const reader = payments(HONEST);
  const counting: PaymentReader = {
    ...reader,
    async state(block, signal) {
      states++;
      return reader.state(block, signal);
    },
  };
  const asked = answers(counting);
  const told = await Promise.all([1, 2, 3].map(() => asked.why(ANN, { at: LAST })));
  expect(new Set(told.map(({ expected }) => expected))).toEqual(new Set([0.75]));
  // That of the row, and that of the epoch which used it.
  expect(states).toBe(2);
  await asked.why(BEN, { at: LAST });
  expect(states).toBe(2);
});

test('who gives up does not spoil it for the others', async () => {
  const stop = new AbortController();
  const reached = Promise.withResolvers<void>();
  const reader = payments(HONEST);
  const waiting: PaymentReader = {
    ...reader,
    async state(block, signal) {
      if (signal !== undefined) {
        reached.resolve();
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(abortedError(signal)));
        });
      }
      return reader.state(block);
    },
  };
  const asked = answers(waiting);
  const first = asked.why(ANN, { at: LAST }, stop.signal);
  await reached.promise;
  const second = asked.why(ANN, { at: LAST });
  stop.abort();
  await expect(first).rejects.toMatchObject({ code: 'aborted' });
  expect((await second).expected).toBe(0.75);
});
