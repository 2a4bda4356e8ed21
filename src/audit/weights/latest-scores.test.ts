import { expect, test } from 'vitest';
import type { Store } from '../../store/index.ts';
import { latestScores } from './latest-scores.ts';

const BODY = JSON.stringify({
  ...{ netuid: 64, source: 'chutes', profile: { name: 'I4' }, at: '2026-06-02T00:00:00.000000Z' },
  miners: [{ hotkey: '5Ann', expected: 0.75 }],
});

const storeWith = (rows: readonly unknown[]): Pick<Store, 'query'> => ({
  query: <Row>() => Promise.resolve(rows as Row[]),
});

test('weights are made of the newest judgement', async () => {
  const { scores, origin } = await latestScores(storeWith([{ body: BODY, coverage: 0.99 }]), 'chutes');
  expect([...scores]).toEqual([['5Ann', 0.75]]);
  expect(origin).toBe('the audit of chutes by I4 at 2026-06-02T00:00:00Z');
});

test.each([
  ['none', [], 'not-found'],
  ['one of too little', [{ body: BODY, coverage: 0.94 }], 'refused'],
  ['one of nothing', [{ body: BODY, coverage: 0 }], 'refused'],
])('and of %s no weights are made', async (_name, rows, code) => {
  await expect(latestScores(storeWith(rows), 'chutes')).rejects.toMatchObject({ code });
});
