import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedStore } from '../../store/index.ts';
import { openAuditStore } from '../testing/open-audit-store.ts';
import { bestFit } from './best-fit.ts';
import { profileNamed } from './profiles/profiles.ts';
import { AT, DAY } from './testing/made-evidence.ts';
import { alive, publish, REGISTERED } from './testing/published.ts';

let store: OpenedStore;
beforeAll(async () => {
  store = await openAuditStore();
}, 60_000);
afterAll(() => store?.close());

test('the best fit, the runners-up, and who cannot be told from it', async () => {
  const source = await publish(store, [
    {
      end: AT,
      instances: [
        alive('i', 'A', { computeMultiplier: 3 }),
        alive('j', 'B', { createdAt: AT - 3 * DAY, verifiedAt: AT - 3 * DAY, activatedAt: AT - 3 * DAY }),
      ],
    },
  ]);
  const candidates = ['I1', 'I2', 'I3', 'I4', 'P18'].map((name) => ({ profile: profileNamed(name) }));
  const fit = await bestFit(store, {
    source,
    at: AT,
    basis: 'committed',
    miners: REGISTERED,
    // 2 h x 3 to a day: 21600 to 86400, paid in numbers of any sum.
    target: new Map([
      ['A', 2_160],
      ['B', 8_640],
    ]),
    candidates,
  });
  expect(fit.ranked.map(({ profile, distance }) => [profile.name, distance])).toEqual([
    ['I2', 0],
    ['I3', 0],
    ['I4', 0],
    ['I1', expect.closeTo(2 * (21_600 / 108_000 - 21_600 / 280_800), 12)],
  ]);
  expect(fit.tied.map(({ profile }) => profile.name)).toEqual(['I2', 'I3', 'I4']);
  expect(fit.empty).toEqual([
    {
      profile: 'P18',
      variant: 'validator',
      reason: 'the counted reports hold nothing that the profile pays for',
    },
  ]);
});
