import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/audit/index.ts';
import { HOSTILE_TEXT } from '../../src/demo/chutes/world/mischief.ts';
import { MUTATIONS, type Mutation, type MutationName } from '../support/audit-mutations.ts';
import {
  openStandInAudit,
  type StandInAudit,
  type StandInWorld,
  startStandIn,
} from '../support/audit-stand-in.ts';
import { repoRoot } from '../support/paths.ts';
import { watchMemory } from '../support/watch-memory.ts';

const SEED = process.env.SEED ?? 'mutations';
const NAMES = Object.keys(MUTATIONS) as MutationName[];
/** Hours between two mutations: each has honest neighbours, and a complaint is confirmed in the third. */
const SPACING = 3;
const HOURS = SPACING * NAMES.length + 6;
const MEGABYTES = 24;

/**
 * What is found in a window and not in an hour. Too much of this one is not proven for its pay to be held against anybody: that is another
 * test's.
 */
const OF_A_WINDOW: readonly string[] = [
  ...['owed-unpaid', 'paid-unowed', 'paid-otherwise', 'feeds-differ'],
  // What miners say of themselves, beside what of all this is left to compare it with.
  ...['coverage-gap', 'counts-disagree', 'instances-disagree'],
];

const agoOf = (name: MutationName) => 3 + SPACING * NAMES.indexOf(name);

let world: StandInWorld;
let audit: StandInAudit;
let verdicts: readonly Verdict[];
let findings: Awaited<ReturnType<StandInAudit['findings']>>;

beforeAll(async () => {
  console.info(`mutations: SEED=${SEED}`);
  world = await startStandIn({
    seed: SEED,
    hours: HOURS,
    chutes: {
      misbehaviours: Object.fromEntries(NAMES.map((name) => [name, { hoursAgo: agoOf(name) }])),
      endlessBytes: 10 * 2 ** 30,
    },
  });
  audit = await openStandInAudit(world, {
    patience: { paceWindowMs: 2_000, tries: 2 },
    flags: { 'audit.maxReportMegabytes': MEGABYTES, 'audit.maxExportMegabytes': MEGABYTES },
  });
  const { error } = await audit.pass();
  if (error !== undefined) throw error;
  verdicts = await audit.verdicts();
  findings = await audit.findings();
});
afterAll(async () => {
  await audit?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** Everything about an hour that is not as it should be, in the words of the table. */
function toldOf(hourMs: number): string[] {
  return verdicts
    .filter(
      ({ hour, verdict, reason }) => hour === hourMs * 1_000 && `${verdict} ${reason}` !== 'verified ok',
    )
    .map(({ hotkey, subjectType, check, verdict, reason }) => {
      const whose = hotkey === world.standIn.validator ? 'validator' : 'miner';
      return `${whose} ${subjectType} ${check} ${verdict} ${reason}`;
    })
    .sort();
}

function foundOf(hourMs: number): string[] {
  return findings
    .filter(({ kind, hour }) => hour === hourMs * 1_000 && !OF_A_WINDOW.includes(kind))
    .map(({ kind, severity }) => `${kind} ${severity}`)
    .sort();
}

describe('each mutation of one hour has its own verdicts and findings, and no others', () => {
  test.each(NAMES)('%s', (name) => {
    const { told, found, mayTell = [], mayFind = [] }: Mutation = MUTATIONS[name];
    const hour = world.hoursAgo(agoOf(name));
    const outcomes = toldOf(hour).filter((one) => !(mayTell as readonly string[]).includes(one));
    expect(outcomes, `SEED=${SEED}`).toEqual([...told].sort());
    const others = foundOf(hour).filter((one) => !(mayFind as readonly string[]).includes(one));
    expect(others, `SEED=${SEED}`).toEqual([...found].sort());
  });
});

test('no other hour is accused, and none was left out because of a bad one', () => {
  const guilty = new Set(NAMES.map((name) => world.hoursAgo(agoOf(name))));
  const grid = new Set(verdicts.filter(({ check }) => check === 'grid').map(({ hour }) => hour / 1_000));
  let honest = 0;
  for (const hour of world.standIn.publishedHours()) {
    expect(grid.has(hour)).toBe(true);
    if (guilty.has(hour)) continue;
    honest++;
    expect({ hour: new Date(hour).toISOString(), told: toldOf(hour) }).toMatchObject({ told: [] });
    expect({ hour: new Date(hour).toISOString(), found: foundOf(hour) }).toMatchObject({
      found: [],
    });
  }
  expect(honest).toBeGreaterThan(2 * NAMES.length);
  // Of each honest hour there is the report and what it names; of each hour with any report at all three miners' reports.
  const subjects = new Set(verdicts.map(({ subjectType, subject }) => `${subjectType} ${subject}`));
  expect(subjects.size).toBeGreaterThanOrEqual(honest * (1 + 1 + 3 + 3));
});

test('a list with lines that are no entries is told, and the rest of it is read', () => {
  const [told] = findings.filter(({ kind }) => kind === 'hostile-value');
  expect(told).toMatchObject({ subject: 'chutes', severity: 'warning' });
});

test('all findings are about the hours that were mutated, or about the list', () => {
  const known = new Set(NAMES.map((name) => world.hoursAgo(agoOf(name))));
  const others = findings.filter(
    ({ kind, hour }) => !known.has(hour / 1_000) && kind !== 'hostile-value' && !OF_A_WINDOW.includes(kind),
  );
  expect(others.map(({ kind, title }) => `${kind}: ${title}`)).toEqual([]);
});

test('the hour of which the miners’ own word is not proven is a gap in what they say of themselves, and nothing else is', () => {
  const gaps = findings.filter(({ kind }) => kind === 'coverage-gap');
  const reporting = world.standIn.miners.filter(({ reports }) => reports).map(({ hotkey }) => hotkey);
  expect(gaps.map(({ hotkey }) => hotkey).sort()).toEqual(reporting.sort());
  for (const { title } of gaps) expect(title).toContain('1 gap of 3600 s');
});

test('hostile texts are texts: no statement fails, they come back as they are, all tables are there', async () => {
  const [row] = await audit.store.query<Record<string, string>>(
    `SELECT instance_id, chute_id, miner_hotkey, region, deletion_reason, billed_to
       FROM audit_instances FINAL WHERE instance_id = {text:String}`,
    { params: { text: HOSTILE_TEXT }, label: 'read the hostile row' },
  );
  expect(row).toEqual({
    instance_id: HOSTILE_TEXT,
    chute_id: HOSTILE_TEXT,
    miner_hotkey: HOSTILE_TEXT,
    region: HOSTILE_TEXT,
    deletion_reason: HOSTILE_TEXT,
    billed_to: HOSTILE_TEXT,
  });
  const tables = await audit.store.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'audit_%'",
    { label: 'list the tables' },
  );
  expect(tables.map(({ name }) => name)).toContain('audit_reports');
  const [call] = await audit.store.query<Record<string, string>>(
    `SELECT chute_id, function_name, miner_hotkey FROM audit_invocations WHERE instance_id = {text:String}`,
    { params: { text: HOSTILE_TEXT }, label: 'read the hostile request' },
  );
  expect(Object.values(call ?? {})).toEqual([HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT]);
  const told = findings.find(
    ({ kind, detail }) => kind === 'report-malformed' && detail.includes('DROP TABLE'),
  );
  const answer = await audit.audit.answers.report(told?.subject ?? '');
  expect(JSON.stringify(answer)).toContain('DROP TABLE audit_reports');
});

test('nothing is written outside of the evidence folder, and nothing is carried out', async () => {
  const names = (await readdir(audit.dir, { recursive: true })).filter((name) => !name.startsWith('store'));
  // Three levels deep, so that a path with two steps up would end in here.
  const evidence = audit.evidencePath.slice(audit.dir.length + 1);
  for (const name of names)
    if (!evidence.startsWith(name))
      expect(name).toMatch(new RegExp(`^${evidence}(/[a-z-]+)?(/[0-9a-f]{2})?(/[0-9a-f]{64}[.a-z]*)?$`));
  expect(names.filter((name) => /passwd|etc/.test(name))).toEqual([]);
  expect(existsSync('/tmp/owned')).toBe(false);
  expect(statSync('/etc/passwd').mtimeMs).toBeLessThan(performance.timeOrigin);
});

test('endless bodies, bombs and slow ones are given up within bounds of memory and time', async () => {
  // A minute later what could not be had, and nothing else, is tried again.
  world.forward(120_000);
  using memory = watchMemory();
  const started = performance.now();
  const { sources } = await audit.pass();
  const seconds = (performance.now() - started) / 1_000;
  expect(sources[0]?.reports).toBeGreaterThanOrEqual(5);
  expect(sources[0]?.reports).toBeLessThan(20);
  console.info(`${seconds.toFixed(1)} s, ${(memory.grownBytes() / 2 ** 20).toFixed(0)} MB at the highest`);
  // Two downloads of 24 MB at a time, what the stand-in in this process pours out, and what the collector has not taken away yet.
  expect(memory.grownBytes()).toBeLessThan(400 * 2 ** 20);
  expect(seconds).toBeLessThan(90);
  expect((await audit.findings()).filter(({ kind }) => kind === 'report-unverifiable')).toHaveLength(5);
});

test('the documentation tells of each mutation what is found here', () => {
  const text = readFileSync(join(repoRoot, 'docs/audit-verdicts.md'), 'utf8');
  for (const name of NAMES) {
    const line = text.split('\n').find((one) => one.startsWith(`| \`${name}\` |`)) ?? '';
    expect(line, name).not.toBe('');
    const { told, found }: Mutation = MUTATIONS[name];
    for (const outcome of told) {
      const [, , check, verdict, reason] = outcome.split(' ');
      if (check !== 'grid') expect(line, name).toContain(`\`${check}\` ${verdict} ${reason}`);
    }
    for (const one of found) expect(line, name).toContain(`\`${one.split(' ')[0]}\``);
  }
});
