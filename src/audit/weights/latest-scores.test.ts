import { expect, test } from 'vitest';
import type { Store } from '../../store/index.ts';
import { type Judged, latestScores, scoresOf } from './latest-scores.ts';

const judged = ({ counted = 167, basis = 'committed' }: { counted?: number; basis?: string } = {}) =>
  ({
    ...{ netuid: 64, source: 'chutes', validator: '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ' },
    ...{ profile: { name: 'I4' }, at: '2026-06-02T00:00:00.000000Z', basis },
    hours: { wanted: 168, counted },
    miners: [{ hotkey: '5Ann', expected: 0.75 }],
  }) as Judged;

const HOUR = 3_600_000;
const NOW = Date.parse('2026-06-02T00:00:00Z') + HOUR;
const WHOSE = { source: 'chutes', validator: '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ', nowMs: NOW };

const storeWith = (bodies: readonly Judged[]) =>
  ({
    query: <Row>() => Promise.resolve(bodies.map((body) => ({ body: JSON.stringify(body) })) as Row[]),
  }) as Partial<Store> as Store;

test('weights are made of the newest judgement', async () => {
  const { scores, origin } = await latestScores(storeWith([judged()]), WHOSE);
  expect([...scores]).toEqual([['5Ann', 0.75]]);
  expect(origin).toBe('the audit of chutes, validator 5Dt7HZ…VJbcQ, by I4 at 2026-06-02T00:00:00Z');
});

test('and of none there are none', async () => {
  await expect(latestScores(storeWith([]), WHOSE)).rejects.toMatchObject({ code: 'not-found' });
});

test.each([
  ['too little', { counted: 159 }],
  ['nothing', { counted: 0 }],
  ['what nobody committed to', { basis: 'published' }],
])('a judgement that rests on %s makes no weights, wherever it comes from', async (_name, change) => {
  expect(() => scoresOf(judged(change), NOW)).toThrow(/rests on too little/);
  await expect(latestScores(storeWith([judged(change)]), WHOSE)).rejects.toMatchObject({
    code: 'refused',
  });
});

test('what was owed more than a day ago is not what is owed', () => {
  const day = 24 * HOUR;
  expect(scoresOf(judged(), Date.parse('2026-06-02T00:00:00Z') + day).scores.size).toBe(1);
  expect(() => scoresOf(judged(), Date.parse('2026-06-02T00:00:00Z') + day + 1)).toThrow(/too old/);
});
