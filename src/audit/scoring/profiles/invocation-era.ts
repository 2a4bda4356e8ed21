import type { CreditRule, ReasonRule, ScoringProfile, UniqueRule } from '../types.ts';
import { changed, DAY_SECONDS, HOUR_SECONDS, utc } from './make-profile.ts';

/**
 * February to November 2025: requests are paid, by four features. Each profile says what changed; commits are those of the
 * published auditor and of the validator that had the change.
 */

const WEEK_SECONDS = 7 * DAY_SECONDS;

/** Was run for everybody before private instances were told apart: its requests count though they are billed by the instance. */
const LEGACY_PUBLIC_CHUTE = '561e4875-254d-588f-a36f-57c9cdef8961';

/** Deletions that are no fault of the miner. */
export const REASONS_OF_THE_USER: ReasonRule = {
  kind: 'one-of',
  exact: [
    'job has been terminated due to insufficient user balance',
    'user-defined/private chute instance has not been used since shutdown_after_seconds',
    'user has zero/negative balance (private chute)',
  ],
  containing: ['has an old version'],
};

const HOURLY_VERIFIED = {
  kind: 'grid',
  stepSeconds: HOUR_SECONDS,
  start: 'verified',
  needsSuccess: true,
  minLifetimeSeconds: 0,
  gpuWeight: 'none',
  zeroPoints: 'drop',
  rounding: 'round',
} as const satisfies UniqueRule;

const HOURLY_ACTIVATED = {
  ...HOURLY_VERIFIED,
  start: 'activated',
  needsSuccess: false,
  minLifetimeSeconds: HOUR_SECONDS,
  gpuWeight: 'latest',
} as const satisfies UniqueRule;

const ROW_AVERAGES: readonly CreditRule[] = [
  'steps-at-moving-average',
  'tokens-at-moving-average',
  'elapsed',
];
const NC_FIRST: readonly CreditRule[] = ['normalised-compute', ...ROW_AVERAGES];

const MEDIANS_OPEN =
  'Over which rows the two-day medians of a chute are taken: here over its successes in the window of medians, interpolated.';
const DEDUPLICATION_OPEN =
  'Order of equal scores of one coldkey: here the first hotkey by text is kept; the auditor keeps whichever its database answers first.';
const PRIVATE_OPEN =
  'A private instance without a multiplier counts with 1; an instance deleted without a reason counts only where any reason does.';

const P0: ScoringProfile = {
  name: 'P0',
  validFrom: utc('2025-01-18T00:00Z'),
  source: { auditor: ['fdd8cde'], validator: ['a58e4cf', '712dd4f'] },
  note: 'Four features, each a share of the sum; compute by two-day medians of each chute. From 2025-01-11 (712dd4f) to then the validator weighed .45, .25, .20, .10; of what it counted then nothing is known.',
  undetermined: [
    MEDIANS_OPEN,
    'Without a common normalisation at the end the scores may sum to less than 1; here they are divided by their sum, as weights are.',
  ],
  windowSeconds: WEEK_SECONDS,
  windowBy: 'started',
  featureWeights: { computeUnits: 0.35, invocations: 0.3, uniqueChutes: 0.25, bounties: 0.1 },
  minUid: 1,
  registered: 'after',
  excludesReported: false,
  cuRules: ['steps-at-median-if-less', 'tokens-at-median-if-less', 'elapsed'],
  medianWindowSeconds: 2 * DAY_SECONDS,
  unitsIncludeBounty: true,
  failedRowPolicy: 'drop',
  privateRule: 'count',
  privateInstances: false,
  reasonAllowList: { kind: 'any' },
  nullReasonCounts: true,
  unique: { kind: 'distinct' },
  split: null,
  utilGate: null,
  jobs: false,
  bonus: null,
  instanceIntegral: null,
  newestRow: 'report',
  coldkey: 'none',
  blacklist: false,
  finalNormalise: false,
  versionKey: 69_420,
  auditor: { windowBy: 'exported', newestRow: 'dates' },
};

const P1 = changed(P0, {
  name: 'P1',
  validFrom: utc('2025-02-18T20:12Z'),
  source: { auditor: ['3170c59'], validator: ['fba4530', '90a3adc'] },
  note: 'Other weights. From 19:00Z to 20:12Z of that day the validator had .42, .25, .20, .10.',
  featureWeights: { computeUnits: 0.45, invocations: 0.25, uniqueChutes: 0.2, bounties: 0.1 },
});

const P2 = changed(P1, {
  name: 'P2',
  validFrom: utc('2025-02-22T00:00Z'),
  source: { auditor: ['0497e7c'], validator: ['f0ca192'] },
  note: 'Prompt and output tokens instead of chunks; medians hold even where they are more than the time that passed.',
  cuRules: ['steps-at-median', 'prompt-and-output-at-median', 'elapsed'],
});

const P3 = changed(P2, {
  name: 'P3',
  validFrom: utc('2025-03-11T00:00Z'),
  source: { auditor: ['d7ec52f'], validator: ['3936b4f'] },
  note: 'Unique chutes are the mean over points ten minutes apart, from first to last success.',
  unique: {
    kind: 'grid',
    stepSeconds: 600,
    start: 'first-success',
    needsSuccess: true,
    minLifetimeSeconds: 0,
    gpuWeight: 'none',
    zeroPoints: 'drop',
    rounding: 'round',
  },
  undetermined: [
    ...P2.undetermined,
    'Whether a chute lasts from first to last success of each instance or of the miner: here of each instance.',
    'Whether points without a chute are part of the mean: here they are not, as until 2025-03-18.',
  ],
});

const P4 = changed(P3, {
  name: 'P4',
  validFrom: utc('2025-03-14T00:00Z'),
  source: {
    auditor: ['b8e6bff', 'e8a188a', '8d75e22', '15d648b'],
    validator: ['bc93129', '977f8fc', '5b46d3c'],
  },
  note: 'Hourly points, from the verification of an instance that had a success; requests with a confirmed complaint are left out; uid 0 counts. Came in four steps over two days.',
  minUid: 0,
  excludesReported: true,
  unique: HOURLY_VERIFIED,
  undetermined: [
    ...P2.undetermined,
    'Whether points without a chute are part of the mean: here they are not, as until 2025-03-18.',
  ],
});

const P5 = changed(P4, {
  name: 'P5',
  validFrom: utc('2025-03-18T00:00Z'),
  source: { auditor: ['d56e569'], validator: ['8e8d305'] },
  note: 'Hours without a chute are part of the mean.',
  unique: { ...HOURLY_VERIFIED, zeroPoints: 'count' },
  undetermined: P2.undetermined,
});

const WEIGHED_BY_GPUS = { ...HOURLY_VERIFIED, zeroPoints: 'count' } as const;
const GPU_HISTORY_OPEN =
  'The greatest number of GPUs that a chute ever had is in no export: the newest number stands in for it.';

const P6 = changed(P5, {
  name: 'P6',
  validFrom: utc('2025-04-07T00:00Z'),
  source: { auditor: ['dd9cc3f', '61b6d68'], validator: ['366a7ff', '57194c4'] },
  note: 'A chute counts as many times as it has GPUs; only registered hotkeys take part.',
  registered: 'before',
  unique: { ...WEIGHED_BY_GPUS, gpuWeight: 'max' },
  auditor: { unique: { ...WEIGHED_BY_GPUS, gpuWeight: 'max' } },
  undetermined: [...P2.undetermined, GPU_HISTORY_OPEN],
});

const GATE_OPEN =
  'What a miner that is not busy enough loses: here it is left out before features are normalised. What an instance is busy with: here the time of its successes, over the time from the first begun to the last ended.';

const P7a = changed(P6, {
  name: 'P7a',
  validFrom: utc('2025-04-10T00:00Z'),
  source: { auditor: ['2a0779a'], validator: ['3ed26e3'] },
  note: 'Instances must be busy: the mean of the three busiest, over 7 days.',
  utilGate: {
    windowSeconds: WEEK_SECONDS,
    minSpanSeconds: HOUR_SECONDS,
    top: 3,
    of: 'mean',
    least: 0.02,
    minInstances: 1,
  },
  undetermined: [
    ...P6.undetermined,
    GATE_OPEN,
    'Whether fewer than three instances may pass: here the mean of those there are.',
  ],
});

const P7b = changed(P7a, {
  name: 'P7b',
  validFrom: utc('2025-04-12T00:00Z'),
  source: { auditor: ['936afdb'], validator: ['bda361f', '244340c'] },
  note: 'Busy over the last 8 hours. A day before, the validator began to take the newest number of GPUs; the auditor kept the greatest until P15.',
  utilGate: {
    windowSeconds: 8 * HOUR_SECONDS,
    minSpanSeconds: HOUR_SECONDS,
    top: 3,
    of: 'mean',
    least: 0.02,
    minInstances: 1,
  },
  unique: { ...WEIGHED_BY_GPUS, gpuWeight: 'latest' },
});

const P7c = changed(P7b, {
  name: 'P7c',
  validFrom: utc('2025-04-15T00:00Z'),
  source: { auditor: ['bee94d8'], validator: ['436f24d'] },
  note: 'At least three busy instances, the least of which counts; one hotkey per coldkey; scores are normalised.',
  utilGate: {
    windowSeconds: 8 * HOUR_SECONDS,
    minSpanSeconds: HOUR_SECONDS,
    top: 3,
    of: 'min',
    least: 0.02,
    minInstances: 3,
  },
  coldkey: 'zero-after',
  finalNormalise: true,
  undetermined: [MEDIANS_OPEN, GATE_OPEN, DEDUPLICATION_OPEN],
});

const P8 = changed(P7c, {
  name: 'P8',
  validFrom: utc('2025-05-07T00:00Z'),
  source: { auditor: ['7b35f33'], validator: ['1fe7033'] },
  note: 'Unique chutes are bent upwards from their mean.',
  featureWeights: { computeUnits: 0.5, invocations: 0.25, uniqueChutes: 0.15, bounties: 0.1 },
  split: { stat: 'mean', includeZeros: true, hi: 1.2, lo: 2.0 },
});

const P9 = changed(P8, {
  name: 'P9',
  validFrom: utc('2025-05-11T00:00Z'),
  source: { auditor: ['289e513'], validator: ['38cf1ea'] },
  note: 'Instances need not be busy any more.',
  utilGate: null,
  undetermined: [MEDIANS_OPEN, DEDUPLICATION_OPEN],
});

const P10 = changed(P9, {
  name: 'P10',
  validFrom: utc('2025-06-15T00:00Z'),
  source: { auditor: ['21ab885'], validator: ['18388ff'] },
  note: 'Unique chutes are bent at their median, more.',
  featureWeights: { computeUnits: 0.55, invocations: 0.25, uniqueChutes: 0.15, bounties: 0.05 },
  split: { stat: 'median', includeZeros: false, hi: 1.3, lo: 2.2 },
  undetermined: [
    ...P9.undetermined,
    'Whether the median is over those without chutes too: here it is not, as in the last form.',
  ],
});

const P11 = changed(P10, {
  name: 'P11',
  validFrom: utc('2025-07-21T00:00Z'),
  source: { auditor: ['3cef68e', '146b6e4', 'c28b2e8'], validator: ['75034f6', '2aa715e'] },
  note: 'Each row brings its own moving averages; jobs count (with the validator since 2025-07-16).',
  featureWeights: { computeUnits: 0.53, invocations: 0.2, uniqueChutes: 0.2, bounties: 0.07 },
  cuRules: ROW_AVERAGES,
  jobs: true,
  undetermined: [
    DEDUPLICATION_OPEN,
    'Which jobs lie in the window: here those begun in it, for all of their time; a job without a multiplier counts with 1.',
    'Whether the jobs of a miner without any request count: here they do not, as private instances later.',
  ],
});

const P12 = changed(P11, {
  name: 'P12',
  validFrom: utc('2025-09-04T00:00Z'),
  source: { auditor: ['bf54d56'], validator: ['94a3a17', 'b462c1b'] },
  note: 'Normalised compute seconds come first.',
  cuRules: NC_FIRST,
});

const P13 = changed(P12, {
  name: 'P13',
  validFrom: utc('2025-09-10T00:00Z'),
  source: { auditor: ['17e5a94', '4270cfe', 'fd44e2c'], validator: ['b40094e'] },
  note: 'Private instances instead of jobs. The validator leaves private requests out and, until 7c59da0 on 2025-09-14, has no rule for tokens; the auditor does neither.',
  featureWeights: { computeUnits: 0.52, invocations: 0.2, uniqueChutes: 0.2, bounties: 0.08 },
  cuRules: ['normalised-compute', 'steps-at-moving-average', 'elapsed'],
  privateRule: { excludeAllBut: [] },
  privateInstances: true,
  jobs: false,
  auditor: { cuRules: NC_FIRST, privateRule: 'count' },
  undetermined: [
    DEDUPLICATION_OPEN,
    PRIVATE_OPEN,
    'Whether private instances already counted as bounties and their seconds as requests: here they do, as in the last form.',
    'Whether a success of a private request makes an instance count for unique chutes: here it does not.',
  ],
});

const P14 = changed(P13, {
  name: 'P14',
  validFrom: utc('2025-09-14T00:00Z'),
  source: { auditor: ['b85299f', 'bbc58a7', 'ac6ed63', '4357102', '59f987b'], validator: ['7c59da0'] },
  note: 'The rule for tokens is back. The auditor leaves private requests out too, and from here on gives failed requests no seconds but their bounty.',
  cuRules: NC_FIRST,
  auditor: { privateRule: { excludeAllBut: [] }, failedRowPolicy: 'zero-seconds' },
});

const P15 = changed(P14, {
  name: 'P15',
  validFrom: utc('2025-09-29T14:32Z'),
  source: { auditor: ['d40e0c2'], validator: ['e5a0c34', 'd8e0716'] },
  note: 'Unique chutes from activation, of instances that live an hour or are billed; hours without any are left out again. From 11:34Z to 14:32Z the validator averaged the GPUs of each chute.',
  unique: HOURLY_ACTIVATED,
  reasonAllowList: { kind: 'not-one-of', exact: ['miner initialized'] },
  auditor: { unique: { ...HOURLY_ACTIVATED, rounding: 'trunc' } },
  undetermined: [
    DEDUPLICATION_OPEN,
    PRIVATE_OPEN,
    'Whether running private instances, which have no deletion reason, count before P18: here they do until P17.',
    'Since when the auditor cuts the decimals of unique chutes off: here since this profile.',
  ],
});

const P16 = changed(P15, {
  name: 'P16',
  validFrom: utc('2025-09-30T00:00Z'),
  source: { auditor: ['293d6b4'], validator: ['977ad56'] },
  note: 'Requests to one chute of old are public whatever they say.',
  privateRule: { excludeAllBut: [LEGACY_PUBLIC_CHUTE] },
  auditor: { privateRule: { excludeAllBut: [LEGACY_PUBLIC_CHUTE] } },
});

const P17 = changed(P16, {
  name: 'P17',
  validFrom: utc('2025-10-14T00:00Z'),
  source: { auditor: ['912a67c'], validator: ['256aa1b'] },
  note: 'Private instances count only if they ended for one of four reasons; those that run do not, by an oversight.',
  reasonAllowList: REASONS_OF_THE_USER,
  nullReasonCounts: false,
  undetermined: [DEDUPLICATION_OPEN, PRIVATE_OPEN],
});

const P18 = changed(P17, {
  name: 'P18',
  validFrom: utc('2025-11-04T00:00Z'),
  source: { auditor: ['a419c57'], validator: ['cb8f777'] },
  note: 'Private instances that run count.',
  nullReasonCounts: true,
});

export const INVOCATION_ERA: readonly ScoringProfile[] = [
  P0,
  P1,
  P2,
  P3,
  P4,
  P5,
  P6,
  P7a,
  P7b,
  P7c,
  P8,
  P9,
  P10,
  P11,
  P12,
  P13,
  P14,
  P15,
  P16,
  P17,
  P18,
];

/** The last of its era: the next era keeps its rules for rows, chutes and reasons. */
export const LAST_INVOCATION_PROFILE = P18;
