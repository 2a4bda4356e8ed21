import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSeed } from '../../../../test/support/seed.ts';
import type { OpenedStore, Store } from '../../../store/index.ts';
import { createMadeUpPublisher, csvText, type MadeUpPublisher } from '../../testing/made-up-export.ts';
import { openAuditStore } from '../../testing/open-audit-store.ts';
import type { Basis } from '../../types.ts';
import { countedParams, liveRows } from './live-rows.ts';
import { loadExport } from './load-export.ts';
import { settleDuplicates } from './settle-duplicates.ts';
import { sweepLoads } from './sweep-loads.ts';

let store: OpenedStore;
let publisher: MadeUpPublisher;
beforeAll(async () => {
  store = await openAuditStore();
  publisher = createMadeUpPublisher(store);
}, 60_000);
afterAll(async () => {
  await store?.close();
  publisher?.close();
});

/** One row of a made-up export: an attempt, who served it, when it ended (`''`: not yet). */
type Told = readonly [attempt: string, who: string, ended: number | ''];

interface Published {
  readonly report: string;
  readonly end: number;
  readonly told: readonly Told[];
}

let sources = 0;
const nextSource = () => `source ${sources++}`;

const fileOf = (source: string, { report, end, told }: Published) =>
  publisher.file(
    { source, report, end },
    csvText(
      ['request', 'attempt', 'uid', 'who', 'began', 'ended'],
      told.map(([attempt, who, ended]) => [`request of ${attempt}`, attempt, 1, who, 10, ended]),
    ),
  );

/** Rows that count, as text in order: attempt, miner, end, hour. */
async function live(source: string, basis: Basis = 'committed'): Promise<string[]> {
  const rows = await store.query<{ told: string }>(
    `SELECT concat(toString(invocation_id), ' ', miner_hotkey, ' ', toString(completed_at IS NOT NULL), ' ', toString(hour)) AS told
FROM (${liveRows('audit_invocations', '*')}) ORDER BY told`,
    { params: { source, ...countedParams(basis) } },
  );
  return rows.map(({ told }) => told);
}

/** Short form of what counts: `attempt miner` of each row, in order. */
async function counted(source: string, basis: Basis = 'committed'): Promise<string[]> {
  const rows = await store.query<{ who: string }>(
    `SELECT miner_hotkey AS who FROM (${liveRows('audit_invocations', '*')}) ORDER BY who`,
    { params: { source, ...countedParams(basis) } },
  );
  return rows.map(({ who }) => who);
}

test('a request that ends after its hour is counted once, as it ended', async () => {
  const source = nextSource();
  await publisher.reports(source, { one: { end: 1 }, two: { end: 2 } });
  await loadExport(
    store,
    fileOf(source, {
      report: 'one',
      end: 1,
      told: [
        ['a', 'unfinished', ''],
        ['b', 'twice', 20],
      ],
    }),
  );
  await loadExport(
    store,
    fileOf(source, {
      report: 'two',
      end: 2,
      told: [
        ['a', 'finished', 30],
        ['b', 'twice, later', 20],
      ],
    }),
  );
  expect(await settleDuplicates(store, source)).toEqual({ loads: 2, repeats: 4 });
  expect(await counted(source)).toEqual(['finished', 'twice, later']);
});

test('one that ended stands over a later row that has not', async () => {
  const source = nextSource();
  await publisher.reports(source, { one: { end: 1 }, two: { end: 2 } });
  await loadExport(store, fileOf(source, { report: 'one', end: 1, told: [['a', 'finished', 5]] }));
  await loadExport(store, fileOf(source, { report: 'two', end: 2, told: [['a', 'unfinished', '']] }));
  await settleDuplicates(store, source);
  expect(await counted(source)).toEqual(['finished']);
});

test('a load that was not compared with the others counts for nothing', async () => {
  const source = nextSource();
  await publisher.reports(source, { one: { end: 1 }, two: { end: 2 } });
  await loadExport(store, fileOf(source, { report: 'one', end: 1, told: [['a', 'first', 5]] }));
  expect(await counted(source)).toEqual([]);
  await settleDuplicates(store, source);
  await loadExport(store, fileOf(source, { report: 'two', end: 2, told: [['a', 'second', 5]] }));
  expect(await counted(source)).toEqual(['first']);
  expect(await settleDuplicates(store, source)).toEqual({ loads: 1, repeats: 1 });
  expect(await counted(source)).toEqual(['second']);
  expect(await settleDuplicates(store, source)).toEqual({ loads: 0, repeats: 0 });
});

test('a row of a report that does not count takes nothing from one that does', async () => {
  const source = nextSource();
  await publisher.reports(source, {
    committed: { end: 1 },
    forged: { end: 2, verdict: 'mismatch' },
    uncommitted: { end: 3, commitment: 'uncommitted' },
  });
  await loadExport(store, fileOf(source, { report: 'committed', end: 1, told: [['a', 'committed', 5]] }));
  await loadExport(store, fileOf(source, { report: 'forged', end: 2, told: [['a', 'forged', 6]] }));
  await loadExport(store, fileOf(source, { report: 'uncommitted', end: 3, told: [['a', 'uncommitted', 7]] }));
  await settleDuplicates(store, source);
  expect(await counted(source, 'committed')).toEqual(['committed']);
  expect(await counted(source, 'published')).toEqual(['uncommitted']);
  // A verdict may change later: nothing has to be compared again.
  await publisher.reports(source, { committed: { end: 1, verdict: 'mismatch' }, uncommitted: { end: 3 } });
  expect(await counted(source, 'committed')).toEqual(['uncommitted']);
});

test('one file under two reports counts once; when one of them falls, the other stands', async () => {
  const source = nextSource();
  const told: Told[] = [
    ['a', 'x', 5],
    ['b', 'y', 6],
    ['b', 'y again', 7],
  ];
  await publisher.reports(source, { one: { end: 1 }, again: { end: 1 } });
  await loadExport(store, fileOf(source, { report: 'one', end: 1, told }));
  await loadExport(store, fileOf(source, { report: 'again', end: 1, told }));
  // Only what the file itself tells twice is noted, not all of its rows: of both loads, two each.
  expect(await settleDuplicates(store, source)).toEqual({ loads: 2, repeats: 4 });
  expect(await counted(source)).toHaveLength(2);
  const before = await live(source);
  await publisher.reports(source, { again: { end: 1, verdict: 'mismatch' } });
  expect(await live(source)).toEqual(before);
  await publisher.reports(source, { again: { end: 1 }, one: { end: 1, verdict: 'mismatch' } });
  expect(await live(source)).toEqual(before);
});

const seed = runSeed('settle-duplicates');

test('whatever was loaded when, how often and with what breaks between, the same rows count', async () => {
  const attempt = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const row: fc.Arbitrary<Told> = fc.tuple(
    attempt,
    fc.constantFrom('x', 'y'),
    fc.constantFrom('' as const, 20, 30),
  );
  const reports = fc.array(
    fc.record({ end: fc.integer({ min: 1, max: 3 }), told: fc.array(row, { maxLength: 6 }) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  /** Which report is loaded, whether that is broken off before it is announced, and whether all is compared after it. */
  const step = fc.record({ which: fc.nat(), broken: fc.boolean(), settle: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(reports, fc.array(step, { maxLength: 5 }), async (ends, steps) => {
      const published = ends.map((report, i): Published => ({ ...report, report: `r${i}` }));
      const names = Object.fromEntries(published.map(({ report, end }) => [report, { end }]));
      const [plain, wild] = [nextSource(), nextSource()];
      await publisher.reports(plain, names);
      for (const one of published) await loadExport(store, fileOf(plain, one));
      await settleDuplicates(store, plain);

      await publisher.reports(wild, names);
      for (const { which, broken, settle } of steps) {
        const file = fileOf(wild, published[which % published.length] as Published);
        if (broken) await breakOff(file);
        else await loadExport(store, file);
        if (settle) await settleDuplicates(store, wild);
      }
      for (const one of published.toReversed()) await loadExport(store, fileOf(wild, one));
      await sweepLoads(store, wild);
      await settleDuplicates(store, wild);

      const rows = await live(plain);
      expect(await live(wild)).toEqual(rows);
      expect(rows.map((told) => told.split(' ')[0])).toEqual([
        ...new Set(rows.map((told) => told.split(' ')[0])),
      ]);
      expect(new Set(rows).size).toBe(new Set(published.flatMap(({ told }) => told.map(([id]) => id))).size);
    }),
    { seed, numRuns: 12 },
  );
}, 120_000);

/** A load whose announcement never comes: as a kill before the last statement leaves it. */
async function breakOff(file: ReturnType<typeof fileOf>): Promise<void> {
  const dying = {
    ...store,
    command: (sql: string, options?: object) =>
      sql.startsWith('INSERT INTO audit_files')
        ? Promise.reject(new Error('killed'))
        : store.command(sql, options),
  };
  await expect(loadExport(dying, file)).rejects.toThrow('killed');
}

test('a kill before any one statement changes no answer', async () => {
  const told: Told[] = [
    ['a', 'x', ''],
    ['a', 'x', 20],
    ['b', 'y', 30],
  ];
  const one: Published = { report: 'one', end: 1, told };
  const two: Published = { report: 'two', end: 2, told: [['b', 'y, later', 30]] };
  const whole = async (on: Store, source: string) => {
    await sweepLoads(on, source);
    for (const published of [one, two]) await loadExport(on, fileOf(source, published));
    await settleDuplicates(on, source);
  };
  const names = { one: { end: 1 }, two: { end: 2 } };
  for (let statements = 0; ; statements++) {
    const source = nextSource();
    await publisher.reports(source, names);
    const died = await whole(dyingAfter(statements), source).then(
      () => false,
      (error: unknown) => (error as Error).message === 'killed',
    );
    // What it left is half of the answer at most, never a wrong one.
    expect(['', 'x', 'x,y', 'x,y, later']).toContain((await counted(source)).join());
    await whole(store, source);
    expect(await counted(source)).toEqual(['x', 'y, later']);
    if (!died) {
      expect(statements).toBeGreaterThan(10);
      break;
    }
  }
}, 60_000);

/** The store as a process has it that is killed after so many statements. */
function dyingAfter(statements: number): Store {
  let left = statements;
  const orDie =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      left-- > 0 ? work(...args) : Promise.reject(new Error('killed'));
  return {
    ...store,
    query: orDie(store.query) as Store['query'],
    command: orDie(store.command),
    insert: orDie(store.insert),
    load: orDie(store.load),
  };
}

test('what a broken load left behind is removed, and only that', async () => {
  const source = nextSource();
  await publisher.reports(source, { one: { end: 1 } });
  const one: Published = {
    report: 'one',
    end: 1,
    told: [
      ['a', 'x', 5],
      ['b', 'y', 6],
    ],
  };
  await breakOff(fileOf(source, one));
  await loadExport(store, fileOf(source, one));
  await breakOff(fileOf(source, one));
  const stored = () =>
    store.query<{ rows: string }>(
      'SELECT toString(count()) AS rows FROM audit_invocations WHERE source = {source:String}',
      {
        params: { source },
      },
    );
  expect(await stored()).toEqual([{ rows: '6' }]);
  expect(await sweepLoads(store, source)).toEqual({ loads: 2 });
  expect(await stored()).toEqual([{ rows: '2' }]);
  expect(await sweepLoads(store, source)).toEqual({ loads: 0 });
  // The file once more: its newest load counts, the one before is left over.
  await loadExport(store, fileOf(source, one));
  expect(await sweepLoads(store, source)).toEqual({ loads: 1 });
  await settleDuplicates(store, source);
  expect(await counted(source)).toEqual(['x', 'y']);
});
