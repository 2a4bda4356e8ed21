import { expect, it } from 'vitest';
import { type Entry, entryIdOf, entryJson, entryPath } from './entry.ts';

const HOTKEY = '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ';

it('names entries by account and block', () => {
  // Golden: the test vector of the reference, section 2.
  expect(entryIdOf(HOTKEY, 5_000_000)).toBe('86364812-0b02-5514-81a7-76ca41574292');
  expect(entryPath('validator', HOTKEY, 7)).toBe(`audit/validator/${HOTKEY}/7.json`);
});

it('shows times without an offset, and a fraction only where there is one', () => {
  const end = Date.UTC(2025, 1, 10, 16) * 1_000;
  const entry: Entry = {
    ...{ role: 'validator' as const, entryId: 'e', hotkey: HOTKEY, block: 7, path: 'p' },
    ...{ createdAt: end + 61_000_042, start: end - 3_600_000_000, end },
  };
  expect(entryJson(entry)).toMatchObject({
    created_at: '2025-02-10T16:01:01.000042',
    start_time: '2025-02-10T15:00:00',
    end_time: '2025-02-10T16:00:00',
  });
});
