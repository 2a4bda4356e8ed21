import fc from 'fast-check';
import { expect, it } from 'vitest';
import { historyTimes, hurriedTimes, stepOf } from './history-times.ts';

const HOUR = 3_600_000;

it('ascends, stays within its bounds, and has a block a minute past each full hour', () => {
  const spans = fc.tuple(
    fc.integer({ min: 0, max: 1e12 }),
    fc.integer({ min: 0, max: 50 * HOUR }),
    fc.integer({ min: 60_000, max: 3_000_000 }),
  );
  fc.assert(
    fc.property(spans, ([from, span, step]) => {
      const times = hurriedTimes(from, from + span, step);
      times.forEach((time, at) => {
        if (at > 0) expect(time).toBeGreaterThan(times[at - 1] ?? 0);
        expect(time >= from - step && time < from + span).toBe(true);
      });
      const past = new Set(
        times.filter((time) => time % HOUR === 66_000).map((time) => Math.floor(time / HOUR)),
      );
      for (let hour = Math.ceil(from / HOUR); hour * HOUR + 66_000 < from + span; hour++)
        expect([hour, past.has(hour)]).toEqual([hour, true]);
    }),
  );
  expect(hurriedTimes(HOUR, HOUR, 1_000)).toEqual([]);
});

it('covers what the stand-in lists, or what a kept chain has missed, and nothing where nothing was missed', () => {
  const start = Date.UTC(2025, 10, 6, 10, 20);
  const plan = {
    startMs: start,
    stepMs: stepOf(720, true),
    blocks: 720,
    restoredMs: undefined,
    chutes: true,
  };
  expect(historyTimes(plan)[0]).toBe(start - 169 * HOUR);
  expect(historyTimes({ ...plan, restoredMs: start - 30 * 60_000 })).toEqual([]);
  const missed = historyTimes({ ...plan, restoredMs: start - 3 * HOUR });
  expect(missed[0]).toBeGreaterThan(start - 3 * HOUR);
  expect(missed.filter((time) => time % HOUR === 66_000)).toHaveLength(3);
  expect(historyTimes({ ...plan, restoredMs: start - 900 * HOUR })[0]).toBe(start - 169 * HOUR);
  const plain = historyTimes({ ...plan, stepMs: stepOf(3, false), blocks: 3, chutes: false });
  expect(plain).toEqual([start - 36_000, start - 24_000, start - 12_000]);
});
