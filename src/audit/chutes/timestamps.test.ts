import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTimestamp } from './timestamps.ts';

/** Counts the days one by one. */
function slowMicros(y: number, mo: number, d: number, h: number, mi: number, s: number, us: number): number {
  const leap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  let days = 0;
  for (let year = 1970; year < y; year++) days += leap(year) ? 366 : 365;
  const lengths = [31, leap(y) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  for (let month = 1; month < mo; month++) days += lengths[month - 1] ?? 0;
  return (((days + d - 1) * 24 + h) * 60 + mi) * 60_000_000 + s * 1_000_000 + us;
}

const pad = (n: number, width = 2) => String(n).padStart(width, '0');

test('every form of every instant is read exactly', () => {
  fc.assert(
    fc.property(
      fc.record({
        y: fc.integer({ min: 2000, max: 2199 }),
        mo: fc.integer({ min: 1, max: 12 }),
        d: fc.integer({ min: 1, max: 28 }),
        h: fc.integer({ min: 0, max: 23 }),
        mi: fc.integer({ min: 0, max: 59 }),
        s: fc.integer({ min: 0, max: 59 }),
        us: fc.integer({ min: 0, max: 999_999 }),
        between: fc.constantFrom('T', ' '),
        offset: fc.integer({ min: -1_439, max: 1_439 }),
        zone: fc.constantFrom('', 'Z', 'offset', 'bare'),
      }),
      ({ y, mo, d, h, mi, s, us, between, offset, zone }) => {
        const fraction = us === 0 ? '' : `.${pad(us, 6)}`;
        const size = Math.abs(offset);
        const digits = [pad(Math.floor(size / 60)), pad(size % 60)].join(zone === 'bare' ? '' : ':');
        const mark = zone === 'offset' || zone === 'bare' ? (offset < 0 ? '-' : '+') + digits : zone;
        const shift = mark.length > 1 ? offset * 60_000_000 : 0;
        const text = `${y}-${pad(mo)}-${pad(d)}${between}${pad(h)}:${pad(mi)}:${pad(s)}${fraction}${mark}`;
        expect(parseTimestamp(text)).toBe(slowMicros(y, mo, d, h, mi, s, us) - shift);
      },
    ),
  );
});

test('days exist as in the calendar', () => {
  for (const y of [2000, 2023, 2024, 2100])
    for (let mo = 1; mo <= 12; mo++)
      for (let d = 1; d <= 31; d++) {
        const exists = new Date(Date.UTC(y, mo - 1, d)).getUTCDate() === d;
        expect(parseTimestamp(`${y}-${pad(mo)}-${pad(d)}T00:00:00`) !== undefined, `${y}-${mo}-${d}`).toBe(
          exists,
        );
      }
});

test('the forms of the reference', () => {
  // date -u -d '2025-02-10 15:51:19' +%s
  const instant = 1_739_202_679_216_856;
  expect(parseTimestamp('2025-02-10T15:51:19.216856')).toBe(instant);
  expect(parseTimestamp('2025-02-10 15:51:19.216856')).toBe(instant);
  expect(parseTimestamp('2025-02-10 15:51:19')).toBe(instant - 216_856);
  expect(parseTimestamp('2025-02-10 17:51:19+02:00')).toBe(instant - 216_856);
  expect(parseTimestamp('2025-02-10 15:51:19.2+00')).toBe(instant - 16_856);
});

describe('no instant is', () => {
  test.each([
    ...['', 'now', '2025-02-10', '2025-02-29 00:00:00', '2025-13-01 00:00:00', '2025-00-01 00:00:00'],
    ...['2025-01-01 24:00:00', '2025-01-01 00:60:00', '2016-12-31 23:59:60', '1999-12-31 23:59:59'],
    ...['2200-01-01 00:00:00', '2025-02-10 15:51:19.2168567', '2025-02-10 15:51:19.', '2025-02-10  15:51:19'],
    ...[
      ' 2025-02-10 15:51:19',
      '2025-02-10 15:51:19\n',
      '2025-02-10 15:51:19+24:00',
      '2025-02-10 15:51:19+00:60',
    ],
    ...['2025-02-10 15:51:19 UTC', '２０２５-02-10 15:51:19', '+002025-02-10 15:51:19', '20250210T155119'],
  ])('%j', (text) => expect(parseTimestamp(text)).toBeUndefined());
});
