import { expect, test } from 'vitest';
import { dayText, exactText, hoursToShow, hourText, spanText, whenText } from './times.ts';

test('days and spans are of UTC, wherever the reader is', () => {
  expect(dayText('2026-11-21')).toBe('Sat 21 Nov');
  expect(spanText('2026-11-21T14:00:00.000000Z', '2026-11-21T15:00:00.000000Z')).toBe(
    '2026-11-21 14:00–15:00 UTC',
  );
  expect(spanText('2026-11-21T23:00:00Z', '2026-11-22T02:00:00Z')).toBe(
    '2026-11-21 23:00 – 2026-11-22 02:00 UTC',
  );
});

test('the hour that ends at midnight is the last of the day before', () => {
  expect(hourText('2026-11-22T00:00:00.000000Z')).toBe('2026-11-21 23:00–24:00 UTC');
  expect(hourText('2026-11-22T01:00:00.000000Z')).toBe('2026-11-22 00:00–01:00 UTC');
});

test('what does not end with an hour is told to the second', () => {
  expect(whenText('2026-11-22T01:00:00.000000Z')).toBe('2026-11-22 00:00–01:00 UTC');
  expect(whenText('2026-11-22T06:59:41.357000Z')).toBe('2026-11-22 06:59:41 UTC');
  expect(whenText('soon')).toBe('a time that cannot be read');
});

test('microseconds are kept, in the form of the API and of the engine', () => {
  expect(exactText('2025-02-10T15:51:19.216856Z')).toBe('2025-02-10 15:51:19.216856 UTC');
  expect(exactText('2025-02-10 15:51:19.210000')).toBe('2025-02-10 15:51:19.21 UTC');
  expect(exactText('2025-02-10T15:00:00.000000Z')).toBe('2025-02-10 15:00:00 UTC');
});

test('what is no instant is not shown as one', () => {
  expect(spanText('soon', '2026-11-21T15:00:00Z')).toBe('a time that cannot be read');
  expect(hourText('"><script>')).toBe('a time that cannot be read');
  expect(exactText('yesterday')).toBe('');
  expect(dayText('x')).toBe('');
});

test('an hour of long ago is shown in a longer strip', () => {
  const now = Date.parse('2026-11-22T06:30:00Z');
  expect(hoursToShow('2026-11-22T06:00:00Z', now)).toBeUndefined();
  expect(hoursToShow('2026-11-10T06:00:00Z', now)).toBe(720);
});
