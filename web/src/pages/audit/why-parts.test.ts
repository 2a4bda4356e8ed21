import { expect, test } from 'vitest';
import type { AuditWhyBody } from '../../api/types.ts';
import { explains, whyBars, whyVerdict } from './why-parts.ts';

const NONE = { paid: null, delta: null, relative: null, rank: null };
const feature = (name: string, contribution: number) => ({
  name,
  unit: 'requests',
  weight: 0.2,
  raw: 1,
  total: 2,
  share: 0.5,
  contribution,
  perUnit: null,
});
const body = (more: Partial<AuditWhyBody>): AuditWhyBody => ({
  source: 'chutes',
  validator: 'v',
  hotkey: 'h',
  coldkey: null,
  uid: 0,
  at: '2026-11-22T06:00:00Z',
  basis: 'committed',
  profile: 'P18',
  state: 'paid-otherwise',
  expected: 0.3,
  rank: 1,
  weight: { paid: 0.1, delta: -0.2, relative: -0.67, rank: 3 },
  incentive: NONE,
  published: NONE,
  explanations: [],
  features: [],
  instances: [],
  chutes: [],
  counted: 0,
  notCounted: [],
  candidates: [],
  summary: '',
  ...more,
});
const candidate = (share: number) => ({
  kind: 'feature' as const,
  name: 'bounties',
  effect: -0.2 * share,
  explains: share,
  text: 'bounties left out',
});

test('features stand on one another, and what they do not add up to is shown', () => {
  const [owed, ...paid] = whyBars(
    body({ features: [feature('computeUnits', 0.2), feature('bounties', 0), feature('uniqueChutes', 0.05)] }),
  );
  expect(owed?.parts.map(({ name, share }) => [name, Number(share.toFixed(6))])).toEqual([
    ['Compute units', 0.2],
    ['Unique chutes', 0.05],
    ['Rest', 0.05],
  ]);
  expect(paid.map(({ name, share }) => [name, share])).toEqual([['Own weight', 0.1]]);
});

test('parts that add up leave no rest, and nothing owed has no parts', () => {
  expect(whyBars(body({ features: [feature('a', 0.1), feature('b', 0.2)] }))[0]?.parts).toHaveLength(2);
  expect(whyBars(body({ expected: 0, features: [feature('a', 0)] }))[0]?.parts).toEqual([]);
});

test('an effect within a tenth of the difference explains it', () => {
  expect([0.89, 0.91, 1, 1.09, 1.11].map((share) => explains(candidate(share)))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});

test('that nothing explains it is said, and that numbers fit is not taken for a proof', () => {
  expect(whyVerdict(body({})).text).toMatch(/^Nothing explains it:/);
  expect(whyVerdict(body({})).tone).toBe('bad');
  expect(whyVerdict(body({ candidates: [candidate(0.4)] })).text).toMatch(/^Nothing explains it whole/);
  const fits = whyVerdict(body({ candidates: [candidate(1.02)] }));
  expect(fits.text).toContain('bounties left out');
  expect(fits.text).toContain('not shown by that');
});

test('named reasons stand before what merely fits nothing', () => {
  const said = body({ explanations: [{ reason: 'not-covered', text: 'hours are missing' }] });
  expect(whyVerdict(said).text).toContain('what is named below may');
});

test('who is paid as owed, or not known to be paid, needs no explanation', () => {
  expect(whyVerdict(body({ state: 'agrees' })).tone).toBe('good');
  expect(whyVerdict(body({ state: 'unknown', weight: NONE })).tone).toBe('none');
});
