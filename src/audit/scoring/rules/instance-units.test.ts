import { expect, test } from 'vitest';
import { profileNamed } from '../profiles/profiles.ts';
import { AT, DAY, evidence, HOUR, life, SECOND, stretch } from '../testing/made-evidence.ts';
import type { InstanceLife, MultiplierStretch } from '../types.ts';
import { paidLives } from './paid-lives.ts';

const I4 = profileNamed('I4');
const units = (one: InstanceLife, stretches: MultiplierStretch[] = [], rules = I4) =>
  paidLives(rules, evidence({ instances: [one], multipliers: stretches }), AT)[0]?.units;

test('the integral of the multiplier from creation on', () => {
  // The reference's vector: 1800 x 0.6 + 3600 x 2 + 1800 x 1.5 = 10980.
  const one = life('m', AT - 2 * HOUR, { activatedAt: AT - 1.5 * HOUR });
  const stretches = [
    stretch(0.6, AT - 2 * HOUR, AT - 1.5 * HOUR),
    stretch(2, AT - 1.5 * HOUR, AT - 0.5 * HOUR),
    stretch(1.5, AT - 0.5 * HOUR, null),
  ];
  expect(units(one, stretches)).toBe(10_980);
  expect(units(one, stretches.toReversed())).toBe(10_980);
});

test('without any overlap its own multiplier holds, or 1; a partial cover is not topped up', () => {
  const one = life('m', AT - HOUR);
  expect(units(one)).toBe(3_600);
  expect(units({ ...one, multiplier: 2.5 })).toBe(9_000);
  expect(units({ ...one, multiplier: 2.5 }, [stretch(9, AT - 3 * HOUR, AT - HOUR)])).toBe(9_000);
  expect(units({ ...one, multiplier: 2.5 }, [stretch(4, AT - HOUR, AT - 0.5 * HOUR)])).toBe(7_200);
});

test('life is cut by the window, the end of billing and the deletion', () => {
  const long = life('m', AT - 3 * DAY);
  expect(units(long)).toBe(86_400);
  expect(units({ ...long, stopBillingAt: AT - 23 * HOUR })).toBe(3_600);
  expect(units({ ...long, stopBillingAt: AT + HOUR })).toBe(86_400);
  expect(units({ ...long, stopBillingAt: AT - 25 * HOUR })).toBeUndefined();
  expect(units(life('m', AT - 3 * DAY, { deletedAt: AT - 22 * HOUR }))).toBe(7_200);
  expect(units(life('m', AT - HOUR, { deletedAt: AT - HOUR, validTermination: true }))).toBeUndefined();
});

test('who is deleted is paid after an hour, or for a reason that is not its own', () => {
  const from = AT - HOUR;
  const soon = { deletedAt: AT - 1_800 * SECOND };
  expect(units(life('m', from, soon))).toBeUndefined();
  expect(units(life('m', from, { ...soon, validTermination: true }))).toBe(1_800);
  expect(
    units(life('m', from, { ...soon, deletionReason: 'user has zero/negative balance (private chute)' })),
  ).toBe(1_800);
  expect(units(life('m', from, { ...soon, deletionReason: 'it has an old version of x' }))).toBe(1_800);
  expect(units(life('m', from, { ...soon, deletionReason: 'failed' }))).toBeUndefined();
  expect(units(life('m', AT - 3 * HOUR, { deletedAt: AT - 2 * HOUR }))).toBe(3_600);
  // Billed to somebody, the hour does not help.
  expect(units(life('m', AT - 3 * HOUR, { deletedAt: AT - 2 * HOUR, billed: true }))).toBeUndefined();
  expect(units(life('m', from, { activatedAt: null }))).toBeUndefined();
});

test('a stretch last seen open ends where a later one begins', () => {
  const one = life('m', AT - 2 * HOUR);
  const old = stretch(4, AT - 2 * HOUR, null, { seenUntil: AT - 2 * HOUR });
  const next = stretch(1, AT - HOUR, null);
  expect(units(one, [next, old])).toBe(4 * 3_600 + 3_600);
  // Both in the newest report: it is what the publisher says.
  expect(units(one, [next, { ...old, seenUntil: AT }])).toBe(4 * 7_200 + 3_600);
});

test('deleted instances of before the change may keep the longer window', () => {
  const credit = profileNamed("I2'");
  const before = credit.instanceIntegral?.legacy?.createdBefore ?? 0;
  const at = before + 2 * DAY;
  const paid = (one: InstanceLife) => paidLives(credit, evidence({ instances: [one] }), at)[0]?.units;
  expect(paid(life('m', before - DAY, { deletedAt: before }))).toBe(86_400);
  expect(paid(life('m', before - DAY))).toBe(86_400);
  expect(paid(life('m', before - DAY, { deletedAt: at - HOUR }))).toBe(3 * 86_400 - 3_600);
  expect(paid(life('m', before, { deletedAt: before + HOUR }))).toBeUndefined();
});
