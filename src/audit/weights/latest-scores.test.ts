import { expect, test } from 'vitest';
import type { Store } from '../../store/index.ts';
import { type Judged, latestScores, scoresOf } from './latest-scores.ts';

const judged = ({ counted = 167, basis = 'committed' }: { counted?: number; basis?: string } = {}) =>
  ({
    ...{ netuid: 64, source: 'chutes', profile: { name: 'I4' }, at: '2026-06-02T00:00:00.000000Z', basis },
    hours: { wanted: 168, counted },
    miners: [{ hotkey: '5Ann', expected: 0.75 }],
  }) as Judged;

const storeWith = (bodies: readonly Judged[]): Pick<Store, 'query'> => ({
  query: <Row>() => Promise.resolve(bodies.map((body) => ({ body: JSON.stringify(body) })) as Row[]),
});

test('weights are made of the newest judgement', async () => {
  const { scores, origin } = await latestScores(storeWith([judged()]), 'chutes');
  expect([...scores]).toEqual([['5Ann', 0.75]]);
  expect(origin).toBe('the audit of chutes by I4 at 2026-06-02T00:00:00Z');
});

test('and of none there are none', async () => {
  await expect(latestScores(storeWith([]), 'chutes')).rejects.toMatchObject({ code: 'not-found' });
});

test.each([
  ['too little', { counted: 159 }],
  ['nothing', { counted: 0 }],
  ['what nobody committed to', { basis: 'published' }],
])('a judgement that rests on %s makes no weights, wherever it comes from', async (_name, change) => {
  expect(() => scoresOf(judged(change))).toThrow(/rests on too little/);
  await expect(latestScores(storeWith([judged(change)]), 'chutes')).rejects.toMatchObject({
    code: 'refused',
  });
});
