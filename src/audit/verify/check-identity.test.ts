import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkIdentity } from './check-identity.ts';
import { pathEscapes } from './path-escapes.ts';
import { ALICE, BOB, listed, madeUp, outcomeOf } from './testing/made-up.ts';

const source = { validators: [ALICE] };
const check = (own: Parameters<typeof listed>[0]) => checkIdentity(madeUp, source, listed(own));

describe('an entry', () => {
  test('that is what its account and block demand', () => {
    expect(check({}).map(({ verdict }) => verdict)).toEqual(['verified', 'verified', 'verified']);
  });

  test('with the id of another block', () => {
    const verdicts = check({ entryId: `${ALICE.slice(0, 6)}-4999999` });
    expect(outcomeOf(verdicts, 'entry-id')).toBe('mismatch entry-id');
    expect(outcomeOf(verdicts, 'path')).toBe('verified ok');
  });

  test('of a validator that is not configured', () => {
    expect(outcomeOf(check({ hotkey: BOB }), 'hotkey')).toBe('mismatch hotkey');
    expect(outcomeOf(check({ hotkey: BOB, role: 'miner' }), 'hotkey')).toBe('verified ok');
  });

  test.each([
    'Robert"); DROP TABLE',
    '',
    ALICE.slice(0, -1),
    `${ALICE.slice(0, -1)}Z`,
    `0x${'00'.repeat(32)}`,
  ])('of what is no account: %s', (hotkey) => {
    expect(outcomeOf(check({ hotkey, role: 'miner' }), 'hotkey')).toBe('mismatch hotkey');
  });

  test('a miner in the place of a validator is told by its path', () => {
    const verdicts = check({ path: `made-up/${BOB}/5000000.json` });
    expect(outcomeOf(verdicts, 'path')).toBe('mismatch path');
    expect(verdicts[2]?.evidence.escapes).toBeUndefined();
  });

  test('the sentence holds no controls and little of a hostile text', () => {
    const hostile = `\u0000\u202e"${'x'.repeat(5_000)}`;
    for (const { detail, evidence } of check({ entryId: hostile, path: hostile, hotkey: hostile })) {
      expect(detail).toMatch(/^[ -~…]{1,700}$/);
      expect(JSON.stringify(evidence).length).toBeLessThan(1_500);
    }
  });
});

describe('a path that leads out of its place', () => {
  test.each([
    ['../../etc/passwd', 'dot-dot'],
    ['made-up/../x.json', 'dot-dot'],
    ['made-up/%2e%2e/x.json', 'dot-dot'],
    ['made-up/%252e%252e/x.json', 'dot-dot'],
    ['made-up/..%2fx.json', 'dot-dot'],
    ['made-up/%c0%ae%c0%ae/x.json', 'dot-dot'],
    ['/etc/passwd', 'absolute'],
    ['~root/.ssh', 'absolute'],
    ['C:\\windows\\x', 'absolute'],
    ['https://example.org/x.json', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['made-up\\..\\x.json', 'backslash'],
    ['made-up/x\u0000.json', 'control'],
    ['made-up/x%00.json', 'control'],
    ['made-up//x.json', 'empty-segment'],
  ])('%s', (path, way) => {
    expect(pathEscapes(path)).toContain(way);
    const verdict = check({ path })[2];
    expect(verdict).toMatchObject({ check: 'path', verdict: 'mismatch', reason: 'path' });
    expect(verdict?.evidence.escapes).toContain(way);
  });

  test('one that no honest publisher needs', () => {
    expect(pathEscapes('a'.repeat(1_025))).toEqual(['too-long']);
  });

  test('another tree', () => {
    expect(check({ path: 'other/x.json' })[2]?.evidence.escapes).toEqual(['other-tree']);
  });

  test('honest paths do not', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (segments) => {
        expect(pathEscapes(`${segments.join('/')}.json`)).toEqual([]);
      }),
    );
  });

  test('any text is judged, and what is left after judging has no way out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (path) => {
        if (pathEscapes(path).length > 0) return;
        expect(new URL(path, 'http://host/place/').pathname.startsWith('/place/')).toBe(true);
      }),
    );
  });
});
