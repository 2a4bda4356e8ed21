import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../shared/index.ts';
import { boundedEvidence, MOST_EVIDENCE } from './bounded-evidence.ts';

test('what fits stays as it is', () => {
  const evidence = { sha256: 'aa'.repeat(32), block: 5, nested: { list: [1, null, true] } };
  expect(JSON.parse(boundedEvidence(evidence))).toEqual(evidence);
});

test('digests stay whatever stands beside them, and lists begin as they began', () => {
  const evidence = {
    flood: 'x'.repeat(1_000_000),
    list: Array.from({ length: 10_000 }, (_, i) => i),
    sha256: 'aa'.repeat(32),
  };
  const bounded = JSON.parse(boundedEvidence(evidence));
  expect(bounded.sha256).toBe(evidence.sha256);
  expect(bounded.list.slice(0, 3)).toEqual([0, 1, 2]);
  expect(bounded.omitted).toEqual(['flood', 'list']);
});

test('is JSON within the bound, of any evidence', () => {
  const text = fc.string({ unit: 'binary', maxLength: 8_000 });
  const evidence = fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 5 }), fc.jsonValue()), {
    maxKeys: 12,
  });
  fc.assert(
    fc.property(evidence, (value) => {
      const json = boundedEvidence(value as Record<string, JsonValue>);
      expect(Buffer.byteLength(json)).toBeLessThanOrEqual(MOST_EVIDENCE);
      expect(typeof JSON.parse(json)).toBe('object');
    }),
    { numRuns: 50 },
  );
});
