import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoInstant, readInstant, sqlInstant } from './instants.ts';

test('an instant keeps its microseconds', () => {
  // date -u -d '2025-02-10 15:51:19' +%s
  const instant = 1_739_202_679 * 1_000_000 + 216_856;
  expect(isoInstant(instant)).toBe('2025-02-10T15:51:19.216856Z');
  expect(sqlInstant(instant)).toBe('2025-02-10 15:51:19.216856');
  expect(readInstant('2025-02-10 15:51:19')).toBe(instant - 216_856);
  expect(readInstant('2025-02-10 15:51:19.2')).toBe(instant - 16_856);
});

test('what is written is read back, before and after 1970', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2_000_000_000_000_000, max: 8_000_000_000_000_000 }), (instant) => {
      expect(readInstant(isoInstant(instant))).toBe(instant);
      expect(readInstant(sqlInstant(instant))).toBe(instant);
    }),
  );
});

test('any other text is no instant', () => {
  for (const text of ['', 'now', '2025-02-10', '2025-13-10 00:00:00', '2025-02-10 15:51:19+02:00', null])
    expect(readInstant(text)).toBeUndefined();
});
