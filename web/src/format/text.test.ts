import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asWords, displayText, safeUrl, shortAddress } from './text.ts';

describe('displayText', () => {
  it('keeps names in any script as they are', () => {
    for (const name of ['Apex', 'שלום', 'Τ', '404—GEN', 'サブネット', '<b>bold</b>'])
      expect(displayText(name)).toBe(name);
  });

  it('removes overrides, marks and isolates that would reorder what stands beside the name', () => {
    expect(displayText('safe\u202Egnihton\u202C\u2066x\u2069\u200F\u061C')).toBe('safegnihtonx');
  });

  it('removes zero-width and tag characters, so that two names that look equal are equal', () => {
    expect(displayText('Ap\u200Bex\uFEFF\u2060\u{E0041}')).toBe('Apex');
  });

  it('makes one line of many', () => {
    expect(displayText(' a\r\nb\t\u2028c ')).toBe('a b c');
  });

  it('keeps two combining marks of a stack', () => {
    expect(displayText('Z\u0334\u0321\u0316\u0353algo')).toBe('Z\u0334\u0321algo');
  });

  it('says nothing for a text that shows nothing', () => {
    expect(displayText('\u200B \u202E\n')).toBeUndefined();
    expect(displayText('')).toBeUndefined();
  });

  it('never shows more than the bound, nor half a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 2, max: 64 }),
        (text, max) => {
          const shown = displayText(text, max) ?? '';
          expect([...shown].length).toBeLessThanOrEqual(max);
          expect(shown.isWellFormed()).toBe(true);
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        },
      ),
    );
  });
});

describe('safeUrl', () => {
  it('takes http and https, with or without the scheme written', () => {
    expect(safeUrl('https://example.com/a')).toBe('https://example.com/a');
    expect(safeUrl('example.com')).toBe('https://example.com/');
  });

  it('refuses every other scheme, credentials and what is no address', () => {
    for (const text of [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'https://user:secret@example.com',
      'https://localhost',
      'someone#1234',
      'x'.repeat(600),
    ]) {
      expect(safeUrl(text), text).toBeUndefined();
    }
  });
});

it('shortens addresses in the middle', () => {
  expect(shortAddress('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')).toBe('5Grwva…KutQY');
});

it('reads names of the chain as words', () => {
  expect(asWords('weightsRateLimit')).toBe('Weights rate limit');
  expect(asWords('max_weight_limit')).toBe('Max weight limit');
});
