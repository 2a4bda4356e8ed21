import { expect, test } from 'vitest';
import { AT, SECOND, usage } from '../testing/made-evidence.ts';
import type { UtilisationGate } from '../types.ts';
import { utilisationOf } from './utilisation.ts';

const MEAN: UtilisationGate = {
  windowSeconds: 604_800,
  minSpanSeconds: 3_600,
  top: 3,
  of: 'mean',
  least: 0.02,
  minInstances: 1,
};
const LEAST: UtilisationGate = { ...MEAN, of: 'min', minInstances: 3 };

const busy = (seconds: number, span = 10_000) =>
  usage('m', { busySeconds: seconds, busyFrom: AT - span * SECOND, busyTo: AT });

test('the mean of the three busiest, each with two decimals', () => {
  // 0.05, 0.04, 0.03 and 0.01: (0.05 + 0.04 + 0.03) / 3.
  expect(utilisationOf([busy(100), busy(500), busy(300), busy(400)], MEAN)).toBeCloseTo(0.04, 12);
  // 0.0149 is 0.01, 0.015 is 0.02.
  expect(utilisationOf([busy(149)], MEAN)).toBe(0.01);
  expect(utilisationOf([busy(150)], MEAN)).toBe(0.02);
});

test('or the least of them, where there are three', () => {
  expect(utilisationOf([busy(100), busy(500), busy(300), busy(400)], LEAST)).toBe(0.03);
  expect(utilisationOf([busy(500), busy(300)], LEAST)).toBeUndefined();
});

test('instances that were at work for too short do not count', () => {
  expect(utilisationOf([busy(3_000, 3_599)], MEAN)).toBeUndefined();
  expect(utilisationOf([busy(3_600, 3_600)], MEAN)).toBe(1);
  expect(utilisationOf([usage('m')], MEAN)).toBeUndefined();
  expect(utilisationOf([busy(0, 0)], { ...MEAN, minSpanSeconds: 0 })).toBeUndefined();
});
