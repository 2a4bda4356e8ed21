import { expect, test } from 'vitest';
import { rulesOf, utc } from './make-profile.ts';
import { PROFILES, profileAt, profileNamed, profilesAround } from './profiles.ts';

const at = (text: string) => profileAt(utc(text))?.name;

test('every profile of the history is there, in order', () => {
  expect(PROFILES.map(({ name }) => name).join(' ')).toBe(
    'P0 P1 P2 P3 P4 P5 P6 P7a P7b P7c P8 P9 P10 P11 P12 P13 P14 P15 P16 P17 P18 B1 B2 B3 B4 I1 I2 I2′ I3 I4',
  );
  const dates = PROFILES.map(({ validFrom }) => validFrom);
  expect(dates).toEqual(dates.toSorted((a, b) => a - b));
});

test('a date has its profile; those that probably never ran are never chosen', () => {
  expect(at('2025-01-17T23:59Z')).toBeUndefined();
  expect(at('2025-02-10T00:00Z')).toBe('P0');
  expect(at('2025-11-04T00:00Z')).toBe('P18');
  expect(at('2025-11-08T00:00Z')).toBe('P18');
  expect(at('2025-11-09T00:00Z')).toBe('B2');
  expect(at('2026-01-07T23:59Z')).toBe('B4');
  expect(at('2026-04-21T00:00Z')).toBe('I2');
  expect(at('2027-01-01T00:00Z')).toBe('I4');
});

test('names are found however they are written', () => {
  expect(profileNamed('p18').name).toBe('P18');
  expect(profileNamed("I2'").name).toBe('I2′');
  expect(() => profileNamed('P19')).toThrowErrorMatchingInlineSnapshot(`
    [TaoscopeError: there is no scoring profile of that name
      got:      "P19"
      expected: P0, P1, P2, P3, P4, P5, P6, P7a, P7b, P7c, P8, P9, P10, P11, P12, P13, P14, P15, P16, P17, P18, B1, B2, B3, B4, I1, I2, I2′, I3, I4]
  `);
});

test('neighbours are the candidates of a best fit', () => {
  expect(profilesAround(utc('2025-11-10T00:00Z')).map(({ name }) => name)).toEqual([
    'P18',
    'B1',
    'B2',
    'B3',
    'B4',
  ]);
  expect(profilesAround(utc('2020-01-01T00:00Z'), 1).map(({ name }) => name)).toEqual(['P0', 'P1']);
  expect(profilesAround(utc('2030-01-01T00:00Z'), 1).map(({ name }) => name)).toEqual(['I3', 'I4']);
});

test('weights of features sum to 1, and the version key is the subnet’s', () => {
  for (const { name, featureWeights, versionKey, instanceIntegral } of PROFILES) {
    const sum = Object.values(featureWeights).reduce((all, one) => all + one, 0);
    expect(sum, name).toBeCloseTo(instanceIntegral === null ? 1 : 0, 12);
    expect(versionKey).toBe(69_420);
  }
});

test('the published auditor has its own arithmetic', () => {
  const rules = (name: string) => rulesOf(profileNamed(name), 'auditor');
  expect(rules('P13')).toMatchObject({ privateRule: 'count', failedRowPolicy: 'drop' });
  expect(rules('P18')).toMatchObject({
    failedRowPolicy: 'zero-seconds',
    windowBy: 'exported',
    unique: { rounding: 'trunc' },
  });
  expect(rules('P10').unique).toMatchObject({ gpuWeight: 'max' });
  expect(rulesOf(profileNamed('P10'), 'validator').unique).toMatchObject({ gpuWeight: 'latest' });
  expect(rules('B4')).toMatchObject({
    failedRowPolicy: 'keep',
    unique: { rounding: 'round', zeroPoints: 'count' },
  });
  expect(rules('I4').unique).toBeNull();
});
