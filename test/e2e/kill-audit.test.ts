import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditFlags, openStandInAudit, type StandInWorld, startStandIn } from '../support/audit-stand-in.ts';
import { type Child, startChild } from '../support/child.ts';
import { repoRoot, tempDir } from '../support/paths.ts';
import { runSeed, seededRandom } from '../support/seed.ts';

const KILLS = 20;

let world: StandInWorld;
let dir: Awaited<ReturnType<typeof tempDir>>;

beforeAll(async () => {
  // Some of it is wrong, so that there are verdicts and findings of several kinds to be lost.
  world = await startStandIn({
    seed: 'kill',
    hours: 15,
    chutes: {
      misbehaviours: {
        'wrong-hash': { hoursAgo: 2 },
        'swapped-csv': { hoursAgo: 4 },
        'impossible-numbers': { hoursAgo: 5 },
        'boundary-duplicates': { hoursAgo: 7 },
        gap: { hoursAgo: 9 },
        'duplicate-hour': { hoursAgo: 11 },
        'rewritten-history': { hoursAgo: 12 },
      },
    },
  });
  dir = await tempDir('kill-audit');
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await dir?.[Symbol.asyncDispose]();
});

/** A process of its own that audits into a folder. */
function audit(folder: string): Child {
  const told = JSON.stringify({
    flags: auditFlags(world, folder, { minerReports: false }),
    now: world.now(),
  });
  return startChild('node', [join(repoRoot, 'test/support/audit-once.ts'), told], { cwd: repoRoot });
}

/** All that an audit knows, without when it came to know it: current verdicts, findings, scores at the newest weights, what they rest on. */
async function stateOf(folder: string) {
  await using opened = await openStandInAudit(world, { folder, minerReports: false });
  const verdicts = (await opened.verdicts())
    .map(({ atMs: _, sequence: __, ...verdict }) => JSON.stringify(verdict))
    .sort();
  const findings = (await opened.findings('all'))
    .map(({ firstSeenMs: _, lastSeenMs: __, resolvedMs, ...one }) =>
      JSON.stringify({ ...one, open: resolvedMs === undefined }),
    )
    .sort();
  const { evaluation } = await opened.audit.answers.judge({
    ...{ source: 'chutes', validator: world.standIn.validator },
    ...{ profile: 'P18', basis: 'committed' },
  });
  const numbers: number[] = [];
  const words = JSON.stringify(evaluation.scores, (_, value) => {
    if (typeof value !== 'number') return value;
    numbers.push(value);
    return 0;
  });
  return { verdicts, findings, words, numbers, hours: evaluation.hours };
}

test('an audit killed at 20 random moments and begun again ends with the ledger and the scores of an undisturbed one', async () => {
  const seed = runSeed('kill -9 of an audit');
  const random = seededRandom(seed);

  const whole = join(dir.path, 'whole');
  const undisturbed = audit(whole);
  await undisturbed.waitFor(/opened/);
  const started = performance.now();
  await undisturbed.waitFor(/done/, 240_000);
  const workMs = performance.now() - started;
  expect((await undisturbed.exited).code, undisturbed.stderr()).toBe(0);
  const expected = await stateOf(whole);
  expect(expected.verdicts.length).toBeGreaterThan(100);
  expect(expected.findings.length).toBeGreaterThan(4);

  // Kills are counted when they hit work; whoever is done before begins anew, in another folder.
  let killed = 0;
  let looks = 0;
  for (let round = 0; killed < KILLS; round++) {
    expect(round, `SEED=${seed}: no moment is ever hit`).toBeLessThan(2 * KILLS);
    const folder = join(dir.path, 'killed');
    let done = false;
    while (!done) {
      const child = audit(folder);
      await Promise.race([child.waitFor(/opened/), child.exited]);
      // Once there were enough, it may end in peace.
      if (killed < KILLS) {
        await Promise.race([child.exited, delay(random() * workMs * 0.6)]);
        child.signal('SIGKILL');
      }
      const { signal, code } = await child.exited;
      await child.stop();
      done = signal !== 'SIGKILL';
      if (done) expect(code, child.stderr()).toBe(0);
      else if (++killed % 4 === 0) {
        // What an interrupted audit counts is a part of what the whole one does.
        const { hours } = await stateOf(folder);
        expect(hours.counted, `SEED=${seed}`).toBeLessThanOrEqual(expected.hours.counted);
        for (const { hour } of expected.hours.missing)
          expect(
            hours.missing.map((one) => one.hour),
            `SEED=${seed}`,
          ).toContain(hour);
        looks++;
      }
    }
    const { numbers, ...got } = await stateOf(folder);
    expect({ ...got, numbers: numbers.length }, `SEED=${seed}, after ${killed} kills`).toEqual({
      ...expected,
      numbers: expected.numbers.length,
    });
    // Sums over requests in another order differ in their last bits.
    for (const [at, number] of numbers.entries())
      expect(Math.abs(number - expected.numbers[at]!)).toBeLessThanOrEqual(1e-12 * Math.abs(number));
    await rm(folder, { recursive: true });
  }
  console.info(`${killed} kills in ${Math.round(workMs)} ms of work, ${looks} looks between`);
  // Twenty starts of a process, on a machine that has other things to do.
}, 900_000);
