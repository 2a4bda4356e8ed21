import { beforeAll, expect, test } from 'vitest';
import type { Misbehaviour } from '../../src/demo/index.ts';
import { openStandInAudit, startStandIn } from '../support/audit-stand-in.ts';

const SEED = process.env.SEED ?? 'hostile rows';
const HOURS = 26;

interface Scores {
  /** By hotkey, at the time of the newest weights. */
  readonly ours: ReadonlyMap<string, number>;
  /** The stand-in's own reckoning, which shares no line with ours. */
  readonly owed: ReadonlyMap<string, number>;
  readonly hours: { readonly wanted: number; readonly counted: number };
  readonly at: number;
}

/** Scores of a world in which these things are done wrong, six hours apart, from the tenth hour before now back. */
async function scoresWith(...names: readonly Misbehaviour[]): Promise<Scores> {
  const misbehaviours = Object.fromEntries(names.map((name, index) => [name, { hoursAgo: 10 + 4 * index }]));
  await using world = await startStandIn({ seed: SEED, hours: HOURS, chutes: { misbehaviours } });
  await using audit = await openStandInAudit(world, { minerReports: false });
  await audit.pass();
  const owed = world.standIn.owed();
  if (owed === undefined) throw new Error('nothing was paid');
  const { evaluation, at } = await audit.audit.answers.judge({
    ...{ source: 'chutes', validator: world.standIn.validator },
    ...{ profile: 'P18', basis: 'committed', at: owed.at * 1_000 },
  });
  return {
    ours: new Map(evaluation.scores.map(({ hotkey, score }) => [hotkey, score])),
    owed: owed.shares,
    hours: evaluation.hours,
    at,
  };
}

function expectEqualScores(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): void {
  for (const hotkey of new Set([...a.keys(), ...b.keys()]))
    expect(Math.abs((a.get(hotkey) ?? 0) - (b.get(hotkey) ?? 0)), `${hotkey} SEED=${SEED}`).toBeLessThan(
      1e-12,
    );
}

let clean: Scores;
beforeAll(async () => {
  console.info(`hostile rows: SEED=${SEED}`);
  clean = await scoresWith();
});

test('hours told twice, hostile texts, NaN and 1e400 change no score, and no hour is lost for them', async () => {
  expect([...clean.ours.values()].filter((score) => score > 0).length).toBeGreaterThan(4);
  expectEqualScores(clean.ours, clean.owed);
  const hostile = await scoresWith('duplicate-hour', 'hostile-text', 'impossible-numbers');
  expect(hostile.at).toBe(clean.at);
  expect(hostile.hours).toEqual(clean.hours);
  expectEqualScores(hostile.ours, clean.ours);
});

test('a request in two exports counts once, a complaint when it is confirmed, metrics that are code by their time', async () => {
  const { ours, owed } = await scoresWith('boundary-duplicates', 'late-confirmation', 'code-in-metrics');
  expectEqualScores(ours, owed);
  // They do change what is owed: requests more, and requests that are taken out.
  expect([...ours].some(([hotkey, score]) => Math.abs(score - (clean.ours.get(hotkey) ?? 0)) > 1e-6)).toBe(
    true,
  );
});
