import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Attempt,
  displayLines,
  errorLine,
  kindName,
  outputKind,
  routeSentence,
  vectorOf,
} from './probes-words.ts';

const attempt = (outcome: Attempt['outcome']): Attempt => ({
  attempt: 1,
  at: '2026-11-22T06:00:00Z',
  childId: null,
  instanceId: null,
  uid: 0,
  hotkey: null,
  outcome,
  error: null,
  lookup: 'pending',
  lookupDetail: null,
});

test('a chain of retries is told with its end', () => {
  expect(routeSentence([])).toBe('No instance was asked.');
  expect(routeSentence([attempt('succeeded')])).toBe('One attempt, which succeeded.');
  expect(routeSentence([attempt('failed'), attempt('failed'), attempt('succeeded')])).toBe(
    '3 attempts, 2 of which failed; the last succeeded.',
  );
  expect(routeSentence([attempt('unfinished'), attempt('pending')])).toBe(
    '2 attempts, none of which failed; the last is running.',
  );
});

test('of a traceback the last line says what happened, of other errors the first', () => {
  expect(errorLine('Traceback (most recent call last):\n  File "x", line 1\nValueError: no\n')).toBe(
    'ValueError: no',
  );
  expect(errorLine('KEY_EXCHANGE_REQUIRED\nmore')).toBe('KEY_EXCHANGE_REQUIRED');
  expect(errorLine('\u202e\n')).toBeUndefined();
});

test('outputs keep their lines and lose what reorders or hides text', () => {
  expect(displayLines('a\r\nb\n\n\n\nc', 100)).toBe('a\nb\n\nc');
  expect(displayLines('safe\u202egnp.exe', 100)).toBe('safegnp.exe');
  expect(displayLines('<script>alert(1)</script>', 100)).toBe('<script>alert(1)</script>');
  expect(displayLines('\u200b\n\u202e', 100)).toBe('');
});

test('however an output looks, what is shown is bounded and has no control in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 240 }), (text) => {
      const shown = displayLines(text, 200);
      expect(shown.length).toBeLessThanOrEqual(200);
      expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
  );
});

test('a vector is read as far as it is whole', () => {
  expect(vectorOf('[[0.5,-1e-3,2]]')).toEqual([0.5, -0.001, 2]);
  expect(vectorOf('[0.5,-1]')).toEqual([0.5, -1]);
  // Cut off in the middle of 0.25.
  expect(vectorOf('[[0.5,-1,0.2')).toEqual([0.5, -1]);
  expect(vectorOf('[[1,2,3]]', 2)).toEqual([1, 2]);
});

test('what is no vector draws nothing', () => {
  for (const text of ['', 'null', '[]', '[[]]', '["a"]', '[1e400]', '[NaN]', '{"a":1}', '[0.5'])
    expect(vectorOf(text), text).toEqual([]);
});

test('only types that the server vouches for are shown, whatever else is a file', () => {
  const of = (mediaType: string | null, kind = 'chat', outputSha256: string | null = 'ab') =>
    outputKind({ kind, mediaType, outputSha256 });
  expect(of('image/png')).toBe('image');
  expect(of('audio/wav')).toBe('audio');
  expect(of('text/plain')).toBe('text');
  expect(of('application/json', 'embedding')).toBe('vector');
  expect(of('application/json')).toBe('text');
  expect(of('image/svg+xml')).toBe('file');
  expect(of('image/png; x')).toBe('file');
  expect(of('application/octet-stream')).toBe('file');
  expect(of(null)).toBeUndefined();
  expect(of('image/png', 'image', null)).toBeUndefined();
});

test('a kind that this page does not know is named as it is', () => {
  expect(kindName('speech')).toBe('Speech');
  expect(kindName('constructor')).toBe('constructor');
  expect(kindName('')).toBe('Request');
});
