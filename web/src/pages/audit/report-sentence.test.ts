import { expect, test } from 'vitest';
import { reportSentence } from './report-sentence.ts';

test('a verified report is proven by the chain only where its commitment was found', () => {
  const checks = [
    { check: 'commitment', verdict: 'verified' as const },
    { check: 'path', verdict: 'verified' as const },
  ];
  expect(
    reportSentence({ report: { verdict: 'verified', state: 'loaded', commitment: 'verified' }, checks }),
  ).toBe('Each of its 2 checks came out as claimed; the chain holds its digest.');
  expect(reportSentence({ report: { verdict: 'verified', state: 'loaded', commitment: null }, checks })).toBe(
    'Each of its 2 checks came out as claimed.',
  );
});

test('what is wrong is named with what it means, and how the chain stands to it', () => {
  expect(
    reportSentence({
      report: { verdict: 'mismatch', state: 'loaded', commitment: 'verified' },
      checks: [
        { check: 'digest', verdict: 'mismatch' },
        { check: 'hour', verdict: 'mismatch' },
        { check: 'commitment', verdict: 'verified' },
      ],
    }),
  ).toBe(
    'Mismatch: the claim and the evidence contradict each other. Which: Digest, Hour covered. Its digest against the chain: verified.',
  );
});

test('what was not judged is not said to be wrong', () => {
  expect(reportSentence({ report: { verdict: null, state: 'listed', commitment: null }, checks: [] })).toBe(
    'It is listed, and not looked at yet.',
  );
  expect(reportSentence({ report: { verdict: null, state: 'failed', commitment: null }, checks: [] })).toBe(
    'It is not judged yet.',
  );
});
