import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECOND, sqlInstant } from '../../src/audit/instants.ts';
import { evaluate } from '../../src/audit/scoring/evaluate.ts';
import { profileNamed } from '../../src/audit/scoring/profiles/profiles.ts';
import type { Variant } from '../../src/audit/scoring/types.ts';
import { openAuditStore } from '../../src/audit/testing/open-audit-store.ts';
import type { Micros } from '../../src/audit/types.ts';
import type { OpenedStore } from '../../src/store/index.ts';
import { type Postgres, requirePostgres, startPostgres } from '../support/postgres.ts';
import {
  fillScoringStoreFrom,
  type HourOfRows,
  type MadeUpScoring,
  madeUpScoring,
} from '../support/scoring-rows.ts';
import * as rules from '../support/scoring-rules-sql.ts';
import { runSeed } from '../support/seed.ts';

// Our scores beside those of the same rules in PostgreSQL. Both get the same made-up week of a million requests.

const REQUESTS = Number(process.env.SCORING_ROWS ?? 1_000_000);

let store: OpenedStore;
let postgres: Postgres;
let made: MadeUpScoring;

describe.runIf(requirePostgres())('against the rules in PostgreSQL', () => {
  beforeAll(async () => {
    made = madeUpScoring(runSeed('scoring'), REQUESTS);
    store = await openAuditStore();
    postgres = await startPostgres();
    await fillScoringStoreFrom(
      store,
      'here',
      withCopy(postgres.folder, made.hours()),
      join(postgres.folder, 'told.csv'),
    );
    await loadPostgres(made);
  });
  afterAll(async () => {
    await store?.close();
    await postgres?.[Symbol.asyncDispose]();
  });

  const cases: readonly (readonly [name: string, variant: Variant, sql: (at: string) => string])[] = [
    ['P6', 'validator', rules.p6],
    ['P7a', 'validator', rules.p7a],
    ['P7c', 'validator', rules.p7c],
    ['P11', 'validator', rules.p11],
    ['P15', 'validator', rules.p15],
    ['P18', 'validator', rules.p18],
    ['P18', 'auditor', rules.p18OfAuditor],
    ['B4', 'validator', rules.b4],
    ['I1', 'validator', rules.i1],
    ['I4', 'validator', rules.i4],
  ];
  for (const [name, variant, sql] of cases) {
    test(`${name} of the ${variant} gives the same scores`, async () => {
      // The auditor takes whatever is loaded: its instant lies behind all of it.
      const at = variant === 'auditor' ? made.end + 300 * SECOND : made.at;
      const { scores, empty } = await evaluate(store, {
        source: 'here',
        profile: profileNamed(name),
        variant,
        at,
        basis: 'committed',
        miners: made.miners,
        feeds: { at, gpuCounts: made.gpuCounts, blacklist: made.blacklist, missing: [] },
      });
      expect(empty).toBeUndefined();
      const theirs = new Map(
        (await postgres.query(sql(`timestamp '${sqlInstant(at)}'`))).map(([hotkey, score]) => [
          hotkey,
          Number(score),
        ]),
      );
      const ours = new Map(
        scores.filter(({ score }) => score > 0).map(({ hotkey, score }) => [hotkey, score]),
      );
      expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
      expect(ours.size).toBeGreaterThan(30);
      for (const [hotkey, score] of ours) {
        expect(Math.abs(score - (theirs.get(hotkey) ?? 0)), `${hotkey} of ${name}`).toBeLessThan(1e-9);
      }
    });
  }

  test('of the twins, who did exactly the same, the first by text is paid', async () => {
    const { at, miners } = made;
    const query = { source: 'here', profile: profileNamed('P18'), at, basis: 'committed', miners } as const;
    const { scores } = await evaluate(store, query);
    const twins = miners.slice(-2).map(({ hotkey }) => scores.find((one) => one.hotkey === hotkey));
    const [first, second] = twins.sort((a, b) => ((a?.hotkey ?? '') < (b?.hotkey ?? '') ? -1 : 1));
    expect(first?.raw).toEqual(second?.raw);
    expect(first?.score).toBeGreaterThan(0);
    expect(second?.score).toBe(0);
  });
});

// --- Rows for PostgreSQL ---

const TABLES = {
  told: 'hour timestamp, parent_id uuid, invocation_id uuid, chute_id text, instance_id text, uid int, hotkey text, started_at timestamp, completed_at timestamp, error text, multiplier float8, bounty float8, metrics jsonb',
  complaints: 'parent_id uuid, confirmed_at timestamp',
  told_jobs:
    'hour timestamp, job_id uuid, hotkey text, started_at timestamp, finished_at timestamp, multiplier float8, miner_terminated bool',
  told_instances:
    'hour timestamp, instance_id text, chute_id text, hotkey text, created_at timestamp, verified_at timestamp, activated_at timestamp, deleted_at timestamp, reason text, billed_to text, stop_billing_at timestamp, multiplier float8, valid_termination bool, bounty bool',
  told_multipliers:
    'hour timestamp, instance_id text, multiplier float8, started_at timestamp, ended_at timestamp',
  miners: 'hotkey text, coldkey text',
  gpus: 'chute_id text, gpu int',
  blacklist: 'hotkey text',
} as const;

type Table = keyof typeof TABLES;

type Cell = string | number | boolean | null | undefined;

/** The hours as they come; each is also appended to the files that PostgreSQL copies. */
function* withCopy(folder: string, hours: Iterable<HourOfRows>): Iterable<HourOfRows> {
  for (const hour of hours) {
    const at = sqlInstant(hour.end);
    const { requests = [], complaints = [], jobs = [], instances = [], multipliers = [] } = hour;
    append(
      folder,
      'told',
      requests.map((one) => [
        at,
        one.parentId,
        one.invocationId,
        one.chuteId,
        one.instanceId,
        one.uid,
        one.hotkey,
        text(one.startedAt),
        text(one.completedAt),
        one.error === '' ? null : one.error,
        one.multiplier,
        one.bounty,
        one.metrics === null ? null : JSON.stringify(one.metrics),
      ]),
    );
    append(
      folder,
      'complaints',
      complaints.map(({ parentId, confirmedAt }) => [parentId, text(confirmedAt)]),
    );
    append(
      folder,
      'told_jobs',
      jobs.map((one) => [
        at,
        one.jobId,
        one.hotkey,
        text(one.startedAt),
        text(one.finishedAt),
        one.multiplier,
        one.minerTerminated,
      ]),
    );
    append(
      folder,
      'told_instances',
      instances.map((one) => [
        at,
        one.instanceId,
        one.chuteId,
        one.minerHotkey,
        text(one.createdAt),
        text(one.verifiedAt),
        text(one.activatedAt),
        text(one.deletedAt),
        one.deletionReason,
        one.billedTo,
        text(one.stopBillingAt),
        one.computeMultiplier,
        one.validTermination,
        one.bounty,
      ]),
    );
    append(
      folder,
      'told_multipliers',
      multipliers.map((one) => [at, one.instanceId, one.multiplier, text(one.start), text(one.end)]),
    );
    yield hour;
  }
}

function append(folder: string, table: Table, rows: readonly (readonly Cell[])[]): void {
  const line = (cells: readonly Cell[]) => `${cells.map(csvCell).join(',')}\n`;
  const path = join(folder, `${table}.csv`);
  const header = existsSync(path)
    ? ''
    : line(TABLES[table].split(', ').map((column) => column.split(' ')[0]));
  appendFileSync(path, header + rows.map(line).join(''), { mode: 0o644 });
}

function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  const shown = String(cell);
  return /[",\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

function text(instant: Micros | null): string | null {
  return instant === null ? null : sqlInstant(instant);
}

async function loadPostgres({ miners, gpuCounts, blacklist }: MadeUpScoring): Promise<void> {
  const { folder } = postgres;
  append(
    folder,
    'miners',
    miners.map(({ hotkey, coldkey }) => [hotkey, coldkey]),
  );
  append(folder, 'gpus', [...gpuCounts]);
  append(
    folder,
    'blacklist',
    [...blacklist.keys()].map((hotkey) => [hotkey]),
  );
  for (const [table, columns] of Object.entries(TABLES)) {
    await postgres.query(
      `CREATE UNLOGGED TABLE ${table} (${columns}); COPY ${table} FROM '${join(folder, `${table}.csv`)}' CSV HEADER;`,
    );
  }
  // Each request once, with its end where any hour tells it; each job as it was told last.
  await postgres.query(`
CREATE UNLOGGED TABLE requests AS
SELECT DISTINCT ON (invocation_id) *, hour AS told_in FROM told
ORDER BY invocation_id, completed_at IS NULL, hour DESC;
CREATE UNLOGGED TABLE jobs AS SELECT DISTINCT ON (job_id) * FROM told_jobs ORDER BY job_id, finished_at IS NULL, hour DESC;
ANALYZE;`);
}
