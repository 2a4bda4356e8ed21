import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  HOUR_MS,
  openStandInAudit,
  type StandInAudit,
  type StandInWorld,
  startStandIn,
} from '../support/audit-stand-in.ts';

const SEED = process.env.SEED ?? 'after the fact';
const signal = new AbortController().signal;

let world: StandInWorld;
let audit: StandInAudit;

beforeAll(async () => {
  console.info(`after the fact: SEED=${SEED}`);
  // Pay is judged when nearly the whole window counts: a week, in a history of one report an hour.
  world = await startStandIn({ seed: SEED, hours: 170, chutes: { callsPerHour: 15 } });
  audit = await openStandInAudit(world, {
    minerReports: false,
    env: { TAOSCOPE_PROBE_KEY: 'cpk_test' },
  });
  await audit.pass();
  expect(await audit.findings()).toEqual([]);
});
afterAll(async () => {
  await audit?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const kinds = async () => (await audit.findings()).map(({ kind }) => kind);
/** Two tempos: weights are sent, and an epoch uses them. */
const pay = () => world.forward(12_000, 45);

/** To a minute and a half past the next full hour, when it is published. */
function toNextHour(): void {
  const next = (Math.floor(world.now() / HOUR_MS) + 1) * HOUR_MS;
  world.forward(next + 90_000 - world.now());
}

describe('in the weights', () => {
  test('who is paid and owed nothing is named, and nobody is said to be owed', async () => {
    world.standIn.misbehave('paid-unowed', 'last');
    pay();
    await audit.pass();
    const findings = await audit.findings();
    const unowed = findings.filter(({ kind }) => kind === 'paid-unowed');
    expect(unowed).toHaveLength(1);
    const owed = world.standIn.owed()?.shares;
    expect(owed?.get(unowed[0]?.hotkey ?? '')).toBeUndefined();
    // What one gets too much the others lack.
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(['paid-unowed', 'paid-otherwise']));
  });

  test('it is over with the next honest weights', async () => {
    toNextHour();
    pay();
    await audit.pass();
    expect(await kinds()).toEqual([]);
  });

  test('who is owed and not paid is named', async () => {
    world.standIn.misbehave('owed-unpaid', 'last');
    pay();
    await audit.pass();
    const findings = await audit.findings();
    const [unpaid, ...others] = findings.filter(({ kind }) => kind === 'owed-unpaid');
    expect(others).toEqual([]);
    const [, second] = [...(world.standIn.owed()?.shares ?? [])].sort(([, a], [, b]) => b - a);
    expect(unpaid).toMatchObject({ hotkey: second?.[0], severity: 'critical' });
    expect(findings.some(({ kind }) => kind === 'paid-unowed')).toBe(false);
    toNextHour();
    pay();
    await audit.pass();
    expect(await kinds()).toEqual([]);
  });
});

describe('in requests of our own', () => {
  /** Asks until an attempt has succeeded, lets the hour be published, looks. */
  async function probeAndLook(): Promise<void> {
    const prober = await audit.audit.prober();
    for (let n = 0; n < 3; n++) {
      await prober.once({ kind: 'chat', prompt: 'hello' }, signal);
      world.forward(1_000, 0);
    }
    toNextHour();
    await audit.pass();
    // Exports of the next hour can still tell of what was under way at its start.
    toNextHour();
    await audit.pass();
  }
  const lookups = async () => {
    const rows = await audit.store.query<{ lookup: string }>(
      'SELECT DISTINCT toString(lookup) AS lookup FROM audit_probes FINAL ORDER BY lookup',
      { label: 'read what became of the attempts' },
    );
    return rows.map(({ lookup }) => lookup);
  };

  test('each is present in an honest export', async () => {
    await probeAndLook();
    expect(await lookups()).toEqual(['present']);
    expect(await kinds()).toEqual([]);
  });

  test('one that was dropped is missing', async () => {
    world.standIn.misbehave('dropped-synthetic', 'next');
    await probeAndLook();
    expect(new Set(await kinds())).toEqual(new Set(['probe-missing']));
  });

  test('one that was told of another instance is mismatched', async () => {
    const before = (await audit.findings()).length;
    world.standIn.misbehave('rerouted-synthetic', 'next');
    await probeAndLook();
    expect(new Set(await kinds())).toEqual(new Set(['probe-missing', 'probe-mismatched']));
    expect((await audit.findings()).filter(({ kind }) => kind === 'probe-missing')).toHaveLength(before);
  });
});

test('a report whose bytes are replaced after it was verified: told, and what the chain has proven stays', async () => {
  const before = await audit.findings();
  const hour = world.standIn.publishedHours().at(-1) ?? 0;
  world.standIn.misbehave('replaced-report', 'last');
  // Known reports are fetched again every six hours.
  for (let passed = 0; passed < 7; passed++) toNextHour();
  await audit.pass();
  const told = (await audit.verdicts()).filter(
    (one) => one.hour === hour * 1_000 && `${one.verdict} ${one.reason}` !== 'verified ok',
  );
  expect(
    told.map(({ subjectType, check, verdict, reason }) => [subjectType, check, verdict, reason]).sort(),
  ).toEqual([
    ['hour', 'grid', 'mismatch', 'rewritten'],
    ['report', 'again', 'mismatch', 'rewritten'],
  ]);
  const known = new Set(before.map(({ findingId }) => findingId));
  const fresh = (await audit.findings()).filter(({ findingId }) => !known.has(findingId));
  expect(fresh.map(({ kind, severity, hour: at }) => [kind, severity, at])).toEqual([
    ['history-rewritten', 'critical', hour * 1_000],
  ]);
});
