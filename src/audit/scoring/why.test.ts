import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedStore } from '../../store/index.ts';
import { openAuditStore } from '../testing/open-audit-store.ts';
import { profileNamed } from './profiles/profiles.ts';
import { AT, DAY, HOUR, SECOND } from './testing/made-evidence.ts';
import { alive, BEGAN, publish, REGISTERED, request } from './testing/published.ts';
import { why } from './why.ts';

let store: OpenedStore;
beforeAll(async () => {
  store = await openAuditStore();
}, 60_000);
afterAll(() => store?.close());

test('why: what each row became, and what a unit is worth', async () => {
  const unfinished = request({ startedAt: AT - HOUR - 60 * SECOND, completedAt: null });
  const reported = request();
  const source = await publish(store, [
    { end: AT - HOUR, requests: [unfinished] },
    {
      end: AT,
      requests: [
        { ...unfinished, completedAt: AT - HOUR + 30 * SECOND },
        request({ chuteId: 'other' }),
        request({ error: 'failed' }),
        request({}, { p: true }),
        reported,
        request({ hotkey: 'B' }),
        request({ startedAt: AT - 8 * DAY }),
      ],
      complaints: [{ parentId: reported.parentId, confirmedAt: AT - 60 * SECOND }],
      instances: [alive('i', 'A', { billedTo: 'u', computeMultiplier: 2 }), alive('j', 'B')],
    },
    { end: AT - 2 * HOUR, requests: [request({ startedAt: AT - 3 * HOUR })], commitment: 'uncommitted' },
  ]);
  const answer = await why(store, {
    source,
    profile: profileNamed('P18'),
    at: AT,
    basis: 'committed',
    miners: REGISTERED,
    hotkey: 'A',
  });
  expect(answer.rows).toEqual({
    'uncounted report': 1,
    'told better elsewhere': 1,
    'before the window': 1,
    'confirmed complaint': 1,
    'failed or unfinished': 1,
    private: 1,
    counted: 2,
  });
  expect(
    answer.chutes.map(({ chuteId, successes, computeUnits }) => [chuteId, successes, computeUnits]),
  ).toEqual([
    ['chute', 1, 90],
    ['other', 1, 10],
  ]);
  expect(answer.instances).toEqual([
    expect.objectContaining({
      instanceId: 'i',
      seconds: 7_200,
      multiplier: 2,
      units: 14_400,
      from: BEGAN,
      to: AT,
    }),
  ]);
  const units = answer.features.find(({ feature }) => feature === 'computeUnits');
  expect(units).toMatchObject({ raw: 14_500, total: 14_510, share: 14_500 / 14_510 });
  expect((units?.perUnit ?? 0) * 14_500).toBeCloseTo(units?.contribution ?? 0, 12);
  const parts = answer.features.reduce((sum, { contribution }) => sum + contribution, 0);
  expect(parts).toBeCloseTo(answer.score?.score ?? 0, 12);

  const instances = await why(store, {
    source,
    profile: profileNamed('I4'),
    at: AT,
    basis: 'committed',
    miners: REGISTERED,
    hotkey: 'B',
  });
  expect(instances).toMatchObject({ rows: {}, chutes: [], instances: [{ instanceId: 'j', units: 7_200 }] });
  const nobody = await why(store, {
    source,
    profile: profileNamed('I4'),
    at: AT,
    basis: 'committed',
    miners: REGISTERED,
    hotkey: 'Z',
  });
  expect(nobody).toMatchObject({ score: undefined, features: [], instances: [] });
});
