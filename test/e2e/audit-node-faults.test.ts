import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  openStandInAudit,
  type StandInAudit,
  type StandInWorld,
  startStandIn,
} from '../support/audit-stand-in.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { rewriteAnswers } from '../support/rewriting-proxy.ts';

const SEED = process.env.SEED ?? 'node faults';
const HOURS = 8;
/** Blocks whose state the young node has: those since the history ended, and the last three hours of it. */
const STATE_BLOCKS = 45 + 6;

let world: StandInWorld;
beforeAll(async () => {
  console.info(`node faults: SEED=${SEED}`);
  world = await startStandIn({ seed: SEED, hours: HOURS });
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

/** Checks that rest on the chain, by outcome. */
async function onChain(audit: StandInAudit): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { check, verdict, reason } of await audit.verdicts()) {
    if (check !== 'commitment') continue;
    counts[`${verdict} ${reason}`] = (counts[`${verdict} ${reason}`] ?? 0) + 1;
  }
  return counts;
}

/** Outcomes of all that the publisher alone is asked for. */
async function offChain(audit: StandInAudit): Promise<Set<string>> {
  const told = new Set<string>();
  for (const { check, verdict, reason } of await audit.verdicts())
    if (!['commitment', 'block-time', 'grid'].includes(check)) told.add(`${verdict} ${reason}`);
  return told;
}

const kindsOf = async (audit: StandInAudit) => new Set((await audit.findings()).map(({ kind }) => kind));
const TOTAL = HOURS - 1;

test('pruned state is no proof: unverifiable until an archive node has it', async () => {
  await using young = await startStandIn({ seed: SEED, hours: HOURS, stateBlocks: STATE_BLOCKS });
  await using audit = await openStandInAudit(young, { minerReports: false });
  await audit.pass();
  const counts = await onChain(audit);
  expect(Object.keys(counts).sort()).toEqual(['unverifiable pruned', 'verified ok']);
  expect(counts['verified ok']).toBeGreaterThanOrEqual(2);
  expect(counts['unverifiable pruned']).toBeGreaterThanOrEqual(3);
  const findings = await audit.findings();
  expect(new Set(findings.map(({ kind, severity }) => `${kind} ${severity}`))).toEqual(
    new Set(['report-unverifiable warning']),
  );
  expect(findings).toHaveLength(counts['unverifiable pruned'] ?? -1);
  expect(await offChain(audit)).toEqual(new Set(['verified ok']));
});

test('with an archive node behind it the same young node is enough', async () => {
  // The same seed and clock: the same chain, with all its state.
  await using young = await startStandIn({ seed: SEED, hours: HOURS, stateBlocks: STATE_BLOCKS });
  await using audit = await openStandInAudit(young, { archive: [world.demo.url], minerReports: false });
  await audit.pass();
  expect(await onChain(audit)).toEqual({ 'verified ok': TOTAL });
  expect(await audit.findings()).toEqual([]);
});

test('a node that no longer answers, and one that lies, leave everything open; nobody is accused, and later it is made up for', async () => {
  await using proxy = await startFaultProxy(world.demo.url, { seed: 1, rates: {}, delayMs: 1 });
  await using audit = await openStandInAudit(world, {
    endpoint: proxy.url,
    minerReports: false,
    limits: { timeoutMs: 400, unprovenBatchMs: 400, tries: 2 },
  });
  // It takes every question and never answers.
  proxy.setRates({ silence: 1, hang: 1 });
  await audit.pass();
  expect(await onChain(audit)).toEqual({ 'unverifiable rpc': TOTAL });
  expect(await kindsOf(audit)).toEqual(new Set(['report-unverifiable']));
  expect(await offChain(audit)).toEqual(new Set(['verified ok']));

  proxy.setRates({ falsify: 1 });
  world.forward(70_000);
  await audit.pass();
  expect(proxy.falsified.length).toBeGreaterThan(0);
  for (const [outcome] of Object.entries(await onChain(audit)))
    expect(['unverifiable rpc', 'verified ok']).toContain(outcome);
  expect(await kindsOf(audit)).toEqual(new Set(['report-unverifiable']));

  proxy.setRates({});
  world.forward(3_600_000);
  await audit.pass();
  expect(await onChain(audit)).toEqual({
    'verified ok': (await audit.audit.answers.reports({ limit: 1_000 })).reports.length,
  });
  expect(await audit.findings()).toEqual([]);
  // What was thought before stays on record.
  const first = (await audit.verdicts()).find(({ check }) => check === 'commitment');
  const history = await audit.audit.auditor.ledger.history('chutes', first?.subject ?? '');
  expect(history.filter(({ check }) => check === 'commitment').map(({ verdict }) => verdict)).toContain(
    'unverifiable',
  );
});

test('values that cannot be a commitment of that block are not believed', async () => {
  const lies: readonly (readonly [string, (hex: string) => string])[] = [
    ['set in a later block', (hex) => `${hex.slice(0, 18)}ffffff7f${hex.slice(26)}`],
    ['cut short', (hex) => hex.slice(0, -20)],
    ['too long', (hex) => `${hex}00`],
  ];
  for (const [what, lie] of lies) {
    await using proxy = await rewriteAnswers(world.demo.url, (key, value) =>
      key.startsWith(COMMITMENTS_OF_64) ? lie(value) : value,
    );
    await using audit = await openStandInAudit(world, {
      endpoint: proxy.url,
      minerReports: false,
      limits: { tries: 2 },
    });
    await audit.pass();
    expect(proxy.rewritten, what).toBeGreaterThan(0);
    const counts = await onChain(audit);
    expect(Object.keys(counts), what).toEqual(['unverifiable rpc']);
    expect(await kindsOf(audit), what).toEqual(new Set(['report-unverifiable']));
  }
});

/** `Commitments.CommitmentOf` of netuid 64: section 4 of the reference. */
const COMMITMENTS_OF_64 = '0xca407206ec1ab726b2636c4b145ac287419a60ae8b01e6dcaebd7317e43c69bf4000';
