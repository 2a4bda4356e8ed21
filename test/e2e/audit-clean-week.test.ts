import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Judgement, latestScores, planWeights } from '../../src/audit/index.ts';
import type { ChutesOptions } from '../../src/demo/index.ts';
import {
  openStandInAudit,
  type StandInAudit,
  type StandInWorld,
  startStandIn,
} from '../support/audit-stand-in.ts';

const SEED = process.env.SEED ?? 'clean week';
/** Acceptance 1: the row has the resolution of u16, 1.5e-5 of the highest weight. */
const MOST_DELTA = 0.0002;
const WEEK = 168;

interface Era {
  readonly name: string;
  readonly chutes: ChutesOptions;
  readonly at: number;
  /** Hours that are listed. */
  readonly listed: number;
}

/** Each in days in which the validator worked by these rules: section 6.6 of the reference. */
const ERAS: readonly Era[] = [
  {
    name: 'P18, a week of 168 hours',
    chutes: { generation: 'invocation' },
    at: Date.UTC(2025, 10, 6, 10, 10),
    listed: WEEK,
  },
  {
    name: 'B4, a day and a night',
    chutes: { generation: 'bonus' },
    at: Date.UTC(2025, 11, 10, 10, 10),
    listed: 30,
  },
  {
    name: 'I1, a day and a night',
    chutes: { generation: 'instance', profile: 'I1' },
    at: Date.UTC(2026, 1, 10, 10, 10),
    listed: 30,
  },
];

describe.each(ERAS)('honest hours of $name', ({ chutes, at, listed }) => {
  let world: StandInWorld;
  let audit: StandInAudit;

  beforeAll(async () => {
    console.info(`clean hours: SEED=${SEED}`);
    world = await startStandIn({ seed: SEED, hours: listed + 1, at, chutes });
    audit = await openStandInAudit(world);
    const { error } = await audit.pass();
    if (error !== undefined) throw error;
  });
  afterAll(async () => {
    await audit?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  test('are all verified, with nothing to look at', async () => {
    const verdicts = await audit.verdicts();
    const others = verdicts.filter(({ verdict, reason }) => `${verdict} ${reason}` !== 'verified ok');
    expect(others.map(({ detail }) => detail)).toEqual([]);
    const hours = verdicts.filter(({ check }) => check === 'grid').map(({ hour }) => hour / 1_000);
    expect(hours.sort()).toEqual(world.standIn.publishedHours());
    expect(hours).toHaveLength(listed);
    // What a person is asked to look at is nothing at all, in no past either.
    expect(
      (await audit.findings('all')).map(({ kind, title, detail }) => `${kind}: ${title}: ${detail}`),
    ).toEqual([]);
    const reports = await audit.audit.answers.reports({ limit: 1_000 });
    expect(reports.reports).toHaveLength(4 * listed);
  });

  test('reproduce what the validator paid, miner by miner', async () => {
    const { name } = audit.audit.sources[0]!;
    const judgement = await audit.audit.answers.judge({
      ...{ source: name, validator: world.standIn.validator },
      ...{ profile: 'auto', basis: 'committed' },
    });
    expect(judgement.profile.name).toBe(world.standIn.profile);
    expectPaidAsOwed(judgement, world);
  });

  // Of a day and a night too little of the week counts to set weights by.
  if (listed === WEEK)
    test('make the very weights that the validator set', async () => {
      const whose = { source: 'chutes', validator: world.standIn.validator };
      const { scores } = await latestScores(audit.store, { ...whose, nowMs: world.now() });
      const { comparison, miners } = await audit.audit.answers.judge({
        ...{ ...whose, profile: 'auto', basis: 'committed' },
      });
      const { weight } = comparison.sides;
      if (!('rows' in weight)) throw new Error(weight.detail);
      const plan = planWeights({ scores, hotkeys: miners.map(({ hotkey }) => hotkey) });
      const sum = plan.values.reduce((total, value) => total + value, 0);
      for (const { hotkey, paid } of weight.rows) {
        const sent = plan.weights.find((one) => one.hotkey === hotkey)?.sent ?? 0;
        expect(sent, `${hotkey} SEED=${SEED}`).toBe(Math.round(paid * sum));
      }
    });

  test('are told again in the same way: a second look changes nothing', async () => {
    const [verdicts, findings] = [await audit.verdicts(), await audit.findings('all')];
    const { sources } = await audit.pass();
    expect(sources).toMatchObject([{ fresh: 0, reports: 0, files: 0, verdicts: 0, opened: 0 }]);
    expect(await audit.verdicts()).toEqual(verdicts);
    expect(await audit.findings('all')).toEqual(findings);
  });
});

/** I4: nobody commits to anything and nothing is exported, so that there is the validator's word alone. It pays by it. */
test('after the commitments were dropped no hour is verified, that is one finding, and what is published explains the pay', async () => {
  await using world = await startStandIn({
    seed: SEED,
    hours: 26,
    at: Date.UTC(2026, 5, 10, 10, 10),
    chutes: { generation: 'instance', profile: 'I4' },
  });
  await using audit = await openStandInAudit(world);
  const { error } = await audit.pass();
  expect(error).toBeUndefined();
  const hours = (await audit.verdicts()).filter(({ check }) => check === 'grid');
  expect(hours.length).toBeGreaterThanOrEqual(24);
  expect(new Set(hours.map(({ verdict, reason }) => `${verdict} ${reason}`))).toEqual(
    new Set(['uncommitted no-commitment']),
  );
  expect((await audit.findings()).map(({ kind, subject }) => [kind, subject])).toEqual([
    ['commitment-missing', world.standIn.validator],
  ]);
  const judgement = await audit.audit.answers.judge({
    ...{ source: 'chutes', validator: world.standIn.validator },
    ...{ profile: 'I4', basis: 'published' },
  });
  expectPaidAsOwed(judgement, world);
});

/** The validator's own row on the chain, and its own reckoning before that was rounded to u16. */
function expectPaidAsOwed({ comparison, evaluation, at }: Judgement, { standIn }: StandInWorld): void {
  const { weight } = comparison.sides;
  if (!('rows' in weight)) throw new Error(weight.detail);
  const rewarded = weight.rows.filter(({ paid }) => paid > 0);
  expect(rewarded.length).toBeGreaterThan(3);
  for (const { hotkey, delta } of weight.rows)
    expect(Math.abs(delta), `${hotkey} SEED=${SEED}`).toBeLessThan(MOST_DELTA);
  const owed = standIn.owed();
  if (owed?.at !== at / 1_000) return;
  for (const { hotkey, score } of evaluation.scores)
    expect(Math.abs(score - (owed.shares.get(hotkey) ?? 0)), hotkey).toBeLessThan(1e-9);
}
