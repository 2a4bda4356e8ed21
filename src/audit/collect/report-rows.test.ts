import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedStore } from '../../store/index.ts';
import { openAuditStore } from '../testing/open-audit-store.ts';
import { type ReportRow, readReports, saveReports } from './report-rows.ts';

let store: OpenedStore;

beforeAll(async () => {
  store = await openAuditStore();
});

afterAll(() => store.close());

const text = fc.string({ unit: 'grapheme', maxLength: 40 });

const row = fc.record({
  reportId: fc.stringMatching(/^[0-9a-f]{32}$/),
  role: fc.constantFrom('validator' as const, 'miner' as const),
  hotkey: text,
  entryId: text,
  block: fc.nat(2 ** 40),
  path: fc.oneof(
    text,
    fc.constantFrom("'; DROP TABLE audit_reports --", '$(reboot)', '\\', "\\'", 'a\tb\nc\r\0'),
  ),
  createdAt: fc.option(fc.integer({ min: 0, max: 2_000_000_000_000_000 }), { nil: undefined }),
  start: fc.integer({ min: 0, max: 2_000_000_000_000_000 }),
  end: fc.integer({ min: 0, max: 2_000_000_000_000_000 }),
  drift: fc.array(fc.oneof(text, fc.constantFrom("'", '\\', "\\'", "a','b", "]\t\n'")), { maxLength: 4 }),
  selfMessage: text,
});

test('a report is read back as it was written, whatever its publisher wrote; the later state counts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(row, { selector: ({ reportId }) => reportId, maxLength: 10 }),
      async (told) => {
        await store.command('TRUNCATE TABLE audit_reports');
        const rows = told.map(
          (one): ReportRow => ({
            ...one,
            source: 'chutes',
            state: 'listed',
            sha256: '',
            bytes: 1,
            verdict: 'unverifiable',
            commitment: 'stale',
            attempts: 3,
            nextAttemptMs: 1_739_202_679_123,
            instances: 2,
            multipliers: 4,
            badCount: 5,
            counts: true,
            firstSeenMs: 1_739_202_679_001,
          }),
        );
        await saveReports(store, rows, 1n);
        const later = rows.map((one): ReportRow => ({ ...one, state: 'loaded' }));
        await saveReports(store, later, 2n);
        await saveReports(store, rows, 1n);
        const order = (a: ReportRow, b: ReportRow) => a.end - b.end || (a.reportId < b.reportId ? -1 : 1);
        expect(await readReports(store, 'chutes', 0)).toEqual(later.toSorted(order));
        expect(await readReports(store, 'another', 0)).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});
