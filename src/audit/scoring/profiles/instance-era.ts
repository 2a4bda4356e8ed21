import type { ScoringProfile } from '../types.ts';
import { LAST_INVOCATION_PROFILE } from './invocation-era.ts';
import { changed, DAY_SECONDS, HOUR_SECONDS, utc } from './make-profile.ts';

/** Since November 2025: lives of instances are paid. First with a bonus for what else is wanted, since January 2026 alone. */

const BASE_OPEN = 'An instance without a multiplier counts with 1.';
const DEMAND_OPEN =
  'Whether units of the demand hold bounties, multipliers and private requests: here the multiplier, neither of the others.';
const BOUNTY_OPEN =
  'Which bounty instances count: here those that are paid by their life; for the crowd at a chute, those of everybody, registered or not.';
const BREADTH_OPEN = 'How instances count for the breadth: here as for unique chutes in P18.';
const BONUS_OPEN = [BASE_OPEN, DEMAND_OPEN, BOUNTY_OPEN, BREADTH_OPEN];

const PARTS = { breadth: 0.3, demand: 0.35, bountyInstances: 0.35 };
const P18 = LAST_INVOCATION_PROFILE;
const breadth = P18.unique?.kind === 'grid' ? { ...P18.unique, rounding: 'round' as const } : P18.unique;

const B1 = changed(P18, {
  name: 'B1',
  validFrom: utc('2025-11-07T00:00Z'),
  optional: 'it seems that the validator never ran it',
  source: { auditor: ['52ce37a'], validator: [] },
  note: 'Lives of instances, multiplied with bonuses for breadth, demand, bounties and success. Of the auditor alone, for two days.',
  undetermined: [
    ...BONUS_OPEN,
    'What success is: here the part of requests that succeeded.',
    'Which deletions are forgiven: here as in B2.',
  ],
  featureWeights: {},
  unitsIncludeBounty: false,
  failedRowPolicy: 'keep',
  privateInstances: false,
  unique: breadth,
  split: null,
  bonus: {
    kind: 'multiply',
    weight: 0,
    exponent: 2,
    parts: { breadth: 0.15, demand: 0.25, bountyInstances: 0.2, success: 0.15 },
    demand: { computeUnits: 0.75, successes: 0.25 },
    decay: 0.8,
    crowding: 0.5,
  },
  instanceIntegral: { start: 'activated', multiplier: 'instance', minLifetimeSeconds: HOUR_SECONDS },
  coldkey: 'purge-before',
  auditor: { unique: breadth, failedRowPolicy: 'keep' },
});

const B2 = changed(B1, {
  name: 'B2',
  validFrom: utc('2025-11-09T00:00Z'),
  source: { auditor: ['fd88ba2'], validator: ['aa31ae5'] },
  note: 'Bonuses are added: 15 of 100, squared.',
  undetermined: BONUS_OPEN,
  bonus: {
    kind: 'add',
    weight: 0.15,
    exponent: 2,
    parts: PARTS,
    demand: { computeUnits: 0.75, successes: 0.25 },
    decay: 0.8,
    crowding: 0.5,
  },
  finalNormalise: false,
});

const B3 = changed(B2, {
  name: 'B3',
  validFrom: utc('2025-11-12T00:00Z'),
  source: { auditor: ['076e460'], validator: ['57dc8d2'] },
  note: 'Bonuses are 10 of 100, to the power of 1.4.',
  bonus: {
    kind: 'add',
    weight: 0.1,
    exponent: 1.4,
    parts: PARTS,
    demand: { computeUnits: 0.75, successes: 0.25 },
    decay: 0.8,
    crowding: 0.5,
  },
});

const everyHour = breadth?.kind === 'grid' ? { ...breadth, zeroPoints: 'count' as const } : breadth;

const B4 = changed(B3, {
  name: 'B4',
  validFrom: utc('2025-11-28T00:00Z'),
  source: { auditor: ['cf0d449'], validator: ['c3a4a08'] },
  note: 'Hours without a chute are part of the breadth. Deletions are filled in from a live list that nobody committed to.',
  unique: everyHour,
  auditor: { unique: everyHour },
});

const I1 = changed(B4, {
  name: 'I1',
  validFrom: utc('2026-01-08T00:00Z'),
  source: { auditor: ['bbc7058', '70780f6'], validator: ['2667275'] },
  note: 'Only the integral of each instance over its life, from its creation, with the multipliers it had; who is on the publisher’s list is not paid.',
  undetermined: [
    'Whether an instance whose multipliers are told for a part of its life is topped up: here it is not, as in the auditor.',
    'A stretch last seen open, followed by a later one, ends where that begins: its real end lies in an hour that is not counted.',
  ],
  unique: null,
  bonus: null,
  instanceIntegral: { start: 'created', multiplier: 'history', minLifetimeSeconds: HOUR_SECONDS },
  blacklist: true,
  finalNormalise: true,
  auditor: { unique: null },
});

const I2 = changed(I1, {
  name: 'I2',
  validFrom: utc('2026-04-20T00:00Z'),
  source: { auditor: [], validator: ['802ed30'] },
  note: 'One day instead of seven, at each full hour; no more exports of requests. What the auditor did is known from others’ words only.',
  windowSeconds: DAY_SECONDS,
});

const I2Credit = changed(I2, {
  name: 'I2′',
  validFrom: utc('2026-04-20T00:00Z'),
  optional: 'unsure: a longer revision of the specification on a branch, not in the code through 2026-05-27',
  source: { auditor: [], validator: [] },
  note: 'Deleted instances that were created before 2026-04-20 keep the window of seven days.',
  undetermined: [
    ...I1.undetermined,
    'Whether it ever ran.',
    'Whether the instant of creation decides, in UTC: here it does.',
  ],
  instanceIntegral: {
    start: 'created',
    multiplier: 'history',
    minLifetimeSeconds: HOUR_SECONDS,
    legacy: { createdBefore: utc('2026-04-20T00:00Z'), windowSeconds: 7 * DAY_SECONDS },
  },
});

const I3 = changed(I2, {
  name: 'I3',
  validFrom: utc('2026-04-24T00:00Z'),
  source: { auditor: [], validator: ['e03b342'] },
  note: 'All hotkeys of a coldkey are paid.',
  coldkey: 'none',
});

const I4 = changed(I3, {
  name: 'I4',
  validFrom: utc('2026-05-25T00:00Z'),
  source: { auditor: [], validator: ['732344a'] },
  note: 'The validator no longer commits to its reports on the chain; scores as I3.',
});

export const BONUS_ERA: readonly ScoringProfile[] = [B1, B2, B3, B4];
export const INSTANCE_ERA: readonly ScoringProfile[] = [I1, I2, I2Credit, I3, I4];
