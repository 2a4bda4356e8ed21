import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HOUR, microsOf } from './clock.ts';
import { CHUTES_MISBEHAVIOURS, Misbehaviours, misbehaviourArgs } from './misbehaviours.ts';

const START_MS = Date.UTC(2025, 10, 6, 10, 20);
const TEN = microsOf(Date.UTC(2025, 10, 6, 10));

describe('when something is done wrong', () => {
  it('for an hour by its end, by its distance from the start, for the next one, for all', () => {
    const wrongs = new Misbehaviours(
      {
        gap: { hour: (TEN - 5 * HOUR) / 1_000 },
        'wrong-hash': { hoursAgo: 1 },
        'swapped-csv': 'next',
        'wrong-hour': 'always',
      },
      START_MS,
    );
    const hours = [TEN - 5 * HOUR, TEN, TEN + HOUR];
    expect(hours.map((hour) => wrongs.has('gap', hour))).toEqual([true, false, false]);
    expect(hours.map((hour) => wrongs.has('wrong-hash', hour))).toEqual([false, true, false]);
    expect(hours.map((hour) => wrongs.has('swapped-csv', hour))).toEqual([false, false, true]);
    expect(hours.map((hour) => wrongs.has('wrong-hour', hour))).toEqual([true, true, true]);
  });

  it('from the next publication on, until it is called off; what was done wrong stays so', () => {
    const wrongs = new Misbehaviours({}, START_MS);
    wrongs.plan('gap', 'next');
    wrongs.plan('wrong-hash', 'always');
    expect(wrongs.has('gap', TEN)).toBe(false);
    expect(wrongs.begin(TEN)).toEqual(['gap', 'wrong-hash']);
    expect(wrongs.begin(TEN + HOUR)).toEqual(['wrong-hash']);
    wrongs.plan('wrong-hash', 'never');
    expect(wrongs.begin(TEN + 2 * HOUR)).toEqual([]);
    const hours = [TEN, TEN + HOUR, TEN + 2 * HOUR];
    expect(hours.map((hour) => wrongs.has('gap', hour))).toEqual([true, false, false]);
    expect(hours.map((hour) => wrongs.has('wrong-hash', hour))).toEqual([true, true, false]);
    expect([TEN - HOUR, TEN + 9 * HOUR].map((hour) => wrongs.since('wrong-hash', hour))).toEqual([
      undefined,
      TEN,
    ]);
  });

  it('knows what an incident may ask for', () => {
    expect(misbehaviourArgs({ what: 'wrong-hash' })).toEqual({ what: 'wrong-hash', when: 'next' });
    expect(misbehaviourArgs({ what: 'slow-loris' })).toEqual({ what: 'slow-loris', when: 'last' });
    expect(misbehaviourArgs({ what: 'slow-loris', when: 'always' }).when).toBe('always');
    // What must be written before it is committed to cannot be done to an hour that is published.
    expect(() => misbehaviourArgs({ what: 'wrong-hash', when: 'last' })).toThrow(/cannot misbehave/);
    for (const what of [undefined, 'toString', 'nonsense', 7])
      expect(() => misbehaviourArgs({ what })).toThrow(/cannot misbehave/);
  });
});

it('is listed in the docs, each with its meaning', () => {
  const docs = readFileSync(new URL('../../../docs/demo.md', import.meta.url), 'utf8');
  for (const [name, meaning] of Object.entries(CHUTES_MISBEHAVIOURS))
    expect(docs).toContain(`| \`${name}\` | ${meaning} |`);
});
